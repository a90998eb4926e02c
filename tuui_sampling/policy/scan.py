"""
Finds what the table of `findings.py` lists in one text, in linear time.

The anchors are looked for with `str.find`; a pattern is tried only there, and is bounded. Numbers have no anchor: they
are tried where one begins. What overlaps an earlier rule's hit is not told twice. A long text is searched window by
window, since a thread that searches it all at once keeps every other one waiting.
"""

import hashlib
import re
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock

from ..sampling.derived.beside import WINDOW, pause, windows
from .finding import FindingKind, Hit
from .findings import ANCHORED, LONG_WORD, PERSONAL_NUMBERS, Rule

KEPT_TEXTS = 256
"""Texts whose hits are remembered: an edited request shares most of its texts with what it was."""

MAX_FOLDS = 4
"""Windows of a text that are kept in small letters while it is searched."""

MAX_ANCHOR = max(len(anchor) for rule in ANCHORED for anchor in rule.anchors)

MAX_LEAD = 80
"""Characters before an anchor that may belong to a match."""

MAX_HITS = 1_000
"""Of each kind in one text; a person reads no more, and a text that is made of them must not cost more. Those of one
kind never keep another from being found."""

_DIGITS = re.compile(r"[0-9][0-9 .()+-]{6,}[A-Za-z]?")
"""A stretch that may hold numbers."""

MIN_STRETCH = 7
"""Characters of the shortest of them."""

MAX_BEGINNING = 10
"""Characters of the longest match of what says how a number begins."""

_LETTERS = (re.compile("[A-Z]{1,6}-?[0-9]{2}"), re.compile("[23][0-9a-fA-F]{3}:[0-9a-fA-F]{0,4}:"))
"""How numbers begin that have letters in them."""

_PART = re.compile(r"(?<![\d+(])[+(]{0,2}\d")
"""Where a number may begin within a stretch."""

_NOT_BEFORE = frozenset("_.$#/\\%-@")
"""What stands before a part of something else: of a path, of a version, of a hexadecimal number."""


def scan(text: str) -> tuple[Hit, ...]:
    """
    Return everything that the table finds in a text, in the order of the text.

    A long text is searched once, whoever asks for it meanwhile, and is remembered by its digest.
    """
    pause()
    if len(text) < 8:
        return ()
    if len(text) <= WINDOW:
        return _scanned(text)
    key = _digest(text)
    with _searching:
        if (known := _long.get(key)) is None:
            known = _long[key] = find(text)
            if len(_long) > KEPT_TEXTS:
                del _long[next(iter(_long))]
    return known


_searching = Lock()
_long: dict[bytes, tuple[Hit, ...]] = {}


def _digest(text: str) -> bytes:
    digest = hashlib.sha256()
    for piece in windows(text):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return digest.digest()


@lru_cache(KEPT_TEXTS)
def _scanned(text: str) -> tuple[Hit, ...]:
    return find(text)


def find(text: str, window: int = WINDOW) -> tuple[Hit, ...]:
    """
    Search a text anew.

    Args:
        window: Characters that are looked through in one call; what is found does not depend on it.
    """
    found = _Stretches()
    windows = _Windows(text, window)
    for rule in ANCHORED:
        for anchor in rule.anchors:
            if (rule.name, anchor) in windows.holding:
                _anchored(rule, windows.places(rule, anchor), text, found)
    _numbers(text, found, window)
    return tuple(found)


class _Windows:
    """
    A text in pieces: no call lasts long, in which no other thread could do anything, and nothing of it is copied whole.

    Attributes:
        holding: A rule's name and an anchor of it → where the windows begin in which that is found.
    """

    def __init__(self, text: str, size: int) -> None:
        self._text = text
        self._size = size
        self.holding: dict[tuple[str, str], list[int]] = {}
        self._folds: dict[int, str] = {}
        for start in range(0, len(text), size):
            pause()
            piece = self._piece(start)
            folded, words = self._folded(start, piece), self._long_words(start, piece)
            for rule in ANCHORED:
                searched = words if rule.long else folded if rule.folded else piece
                for anchor in rule.anchors:
                    if anchor in searched:
                        self.holding.setdefault((rule.name, anchor), []).append(start)

    def _piece(self, start: int) -> str:
        """Return a window, and after it as much as the longest anchor that begins in it may need."""
        return self._text[start : start + self._size + MAX_ANCHOR - 1]

    def places(self, rule: Rule, anchor: str) -> Iterator[int]:
        """Yield where an anchor of a rule is in the text."""
        for start in self.holding[rule.name, anchor]:
            piece = self._piece(start)
            searched = self._folded(start, piece) if rule.folded else piece
            at = searched.find(anchor)
            while 0 <= at < self._size:
                if not rule.long or self._is_in_long_word(start + at):
                    yield start + at
                at = searched.find(anchor, at + 1)

    def _folded(self, start: int, piece: str) -> str:
        """Return a window without capitals; those of a text of usual length are kept, since many rules look there."""
        if start in self._folds:
            return self._folds[start]
        folded = piece.replace("\u0130", "i").lower()  # the only letter that lowering makes longer
        if len(self._folds) < MAX_FOLDS:
            self._folds[start] = folded
        return folded

    def _long_words(self, start: int, piece: str) -> str:
        """Return the words that are long enough to be a token, as far as they are in a piece: in most texts few are."""
        words = piece.split()
        long = [word for word in words if len(word) >= LONG_WORD]
        for word, at in ((words[0], start), (words[-1], start + len(piece) - 1)) if words else ():
            if len(word) < LONG_WORD and self._is_in_long_word(at):  # it goes on beyond the piece
                long.append(word)
        return "\n".join(long)

    def _is_in_long_word(self, at: int) -> bool:
        before = f"{self._text[max(0, at - LONG_WORD) : at]}|".split()[-1]
        after = f"|{self._text[at : at + LONG_WORD]}".split()[0]
        return len(before) + len(after) - 2 >= LONG_WORD


class _Stretches:
    """The hits so far, none of which overlaps another."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []
        self._hits: dict[int, Hit] = {}
        self._counts: Counter[FindingKind] = Counter()

    def is_full(self, kind: FindingKind) -> bool:
        return self._counts[kind] >= MAX_HITS

    def add(self, rule: Rule, start: int, end: int) -> None:
        """Note a hit, unless a part of it is in another."""
        index = bisect_right(self._starts, (start, end))
        before = self._starts[index - 1][1] if index else 0
        after = self._starts[index][0] if index < len(self._starts) else end
        if before <= start and end <= after and start not in self._hits:
            insort(self._starts, (start, end))
            self._counts[rule.kind] += 1
            self._hits[start] = Hit(rule.kind, rule.name, rule.severity, rule.reason, rule.source, start, end)

    def __iter__(self) -> Iterator[Hit]:
        return (self._hits[start] for start, _ in self._starts)


def _anchored(rule: Rule, places: Iterator[int], text: str, found: _Stretches) -> None:
    """Try a rule wherever one of its anchors is."""
    done = 0
    for at in places:
        if at < done:
            continue
        match = rule.compiled.match(text, _lead(rule, text, at, done) if rule.lead else at)
        if match is not None and (end := _checked(rule, match, found)):
            done = end
        if found.is_full(rule.kind):
            return


def _lead(rule: Rule, text: str, at: int, floor: int) -> int:
    """Return where the characters before an anchor begin that may belong to the match."""
    lead, lowest = _lead_pattern(rule.lead), max(floor, at - MAX_LEAD)
    while at > lowest and lead.match(text[at - 1]):
        at -= 1
    return at + 1 if _is_escaped(text, at + 1) else at


def _is_escaped(text: str, at: int) -> bool:
    """Whether what stands before a place is an escaped line feed or tab, as in JSON within a text."""
    return at >= 2 and text[at - 2] == "\\" and text[at - 1] in "nrt"


@lru_cache(64)
def _lead_pattern(lead: str) -> re.Pattern[str]:
    return re.compile(lead)


def _checked(rule: Rule, match: re.Match[str], found: _Stretches) -> int:
    """Note a match whose structure is right, and return where it ends; 0 when it is not."""
    group = 1 if match.re.groups and match[1] is not None else 0
    if rule.check is not None and not rule.check(match[group]):
        return 0
    start, end = match.span(group)
    if rule.kind is FindingKind.SECRET and match[group][:1] in "'\"`":
        start, end = start + 1, end - 1
    found.add(rule, start, end)
    return match.end()


def _numbers(text: str, found: _Stretches, window: int) -> None:
    """Try the rules of numbers wherever something begins that may be one."""
    for stretch in _stretches(text, window):
        start, end = stretch.span()
        while start and text[start - 1] in "+(":
            start -= 1
        for part in _beginnings(_PART, text, range(start, end, window), end):
            _number(text, part, found)
    for pattern in _LETTERS:
        for letters in _beginnings(pattern, text, range(0, len(text), window), len(text)):
            _number(text, letters, found)


def _stretches(text: str, window: int) -> Iterator[re.Match[str]]:
    """Yield the stretches that may hold numbers, as `finditer` does, in calls that are short."""
    at = 0
    while at < len(text):
        end = min(len(text), at + window)
        stretch = _DIGITS.search(text, at, end)
        if stretch is not None and stretch.end() == end:
            stretch = _DIGITS.match(text, stretch.start())  # it goes on
        if stretch is not None:
            yield stretch
            at = stretch.end()
        else:
            at = end if end == len(text) else end - MIN_STRETCH + 1


def _beginnings(pattern: re.Pattern[str], text: str, windows: range, last: int) -> Iterator[int]:
    """Yield where a pattern matches that says how numbers begin, likewise."""
    at = windows.start
    for window in windows:
        end = window + windows.step
        for match in pattern.finditer(text, max(at, window), min(last, end + MAX_BEGINNING)):
            if match.start() >= end:
                break
            yield match.start()
            at = match.end()


def _number(text: str, at: int, found: _Stretches) -> None:
    """Try the rules of numbers at one place; the first that fits decides."""
    before = text[at - 1] if at else " "
    if found.is_full(FindingKind.PERSONAL) or (
        (before.isalnum() or before in _NOT_BEFORE) and not _is_escaped(text, at)
    ):
        return
    match = _any_number().match(text, at)
    if match is None:
        return
    first = int((match.lastgroup or "n0")[1:])
    for rule in PERSONAL_NUMBERS[first:]:  # those before it do not match here
        one = rule.compiled.match(text, at)
        if one is not None and _checked(rule, one, found):
            return


@cache
def _any_number() -> re.Pattern[str]:
    """Return one pattern for all numbers, so that most places are left after one attempt."""
    return re.compile("|".join(f"(?P<n{index}>{rule.compiled.pattern})" for index, rule in enumerate(PERSONAL_NUMBERS)))
