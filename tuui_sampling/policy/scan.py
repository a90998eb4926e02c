"""
Finds what the table of `findings.py` lists in one text, in linear time.

The anchors are looked for with `str.find`; a pattern is tried only there, and is bounded. Numbers have no anchor: they
are tried where one begins. What overlaps an earlier rule's hit is not told twice. A long text is searched window by
window, since a thread that searches it all at once keeps every other one waiting.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from threading import Lock

from ..sampling.derived.beside import WINDOW, pause, windows
from .fields import MIN_LENGTH
from .finding import FindingKind, Hit
from .findings import ANCHORED, GAP, LONG_WORD, PERSONAL, PERSONAL_NUMBERS, PHRASES, SECRETS, Rule
from .readings import MAX_PART, Reading, is_encoded, may_go_on, readings

KEPT_TEXTS = 256
"""Texts whose hits are remembered: an edited request shares most of its texts with what it was."""

MAX_FOLDS = 4
"""Windows of a text that are kept in small letters while it is searched."""

MAX_ANCHOR = max(len(anchor) + anchor.count(" ") * 64 for rule in ANCHORED for anchor in rule.anchors)
"""Characters, with the widest gaps between its words."""

MAX_LEAD = 80
"""Characters before an anchor that may belong to a match."""

MAX_HITS = 1_000
"""Of each kind in one text; a person reads no more, and a text that is made of them must not cost more. Those of one
kind never keep another from being found."""

MAX_WORD = 2_000
"""Characters of a word on either side of where a text is divided."""

DISGUISED = "It stands there in other letters, with something hidden in it, encoded, or over several lines or texts."
"""What is said of what is found only where a text is read otherwise."""

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
    if len(text) < MIN_LENGTH:
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


def across(before: str, after: str) -> tuple[Hit, ...]:
    """Return the secrets that begin in a text and end in the next; their places count from the end of the first."""
    if not may_go_on(before, after):
        return ()
    last, first = before[-MAX_PART:], after[:MAX_PART]
    found = (replace(hit, start=hit.start - len(last), end=hit.end - len(last) - 1) for hit in find(f"{last}\n{first}"))
    return tuple(hit for hit in found if hit.kind is FindingKind.SECRET and hit.start < 0 < hit.end)


def find(text: str, window: int = WINDOW) -> tuple[Hit, ...]:
    """
    Search a text anew.

    Args:
        window: Characters that are looked through in one call; what is found does not depend on it.
    """
    found = _Stretches()
    windows = _Windows(text, window)
    others = [(_Windows(one.text, window), one) for one in readings(text, windows.may_be_encoded)]
    for kind in (
        SECRETS,
        (*PERSONAL, *PHRASES),
    ):  # a secret in disguise goes before whatever is found in the middle of it
        _search(kind, windows, found)
        for read, one in others:
            _search(kind, read, _Elsewhere(found, one))
    _numbers(text, found, window)
    for _, one in others:
        _numbers(one.text, _Elsewhere(found, one), window)
    return tuple(found)


def _search(rules: Iterable[Rule], windows: "_Windows", found: "_Found") -> None:
    for rule in rules:
        for anchor in rule.anchors:
            if (rule.name, anchor) in windows.holding:
                _anchored(rule, windows.places(rule, anchor), windows.text, found)


class _Windows:
    """
    A text in pieces: no call lasts long, in which no other thread could do anything, and nothing of it is copied whole.

    Attributes:
        text: The text.
        holding: A rule's name and an anchor of it → where the windows begin in which that is found.
        may_be_encoded: There is a long word that base64 makes a text of.
    """

    def __init__(self, text: str, size: int) -> None:
        self.text = text
        self.may_be_encoded = False
        self._size = size
        self.holding: dict[tuple[str, str], list[int]] = {}
        self._folds: dict[int, str] = {}
        for start in range(0, len(text), size):
            pause()
            piece = self._piece(start)
            every = piece.split()
            words, folded = self._long_words(start, piece, every), _lowered(f" {' '.join(every)} ")
            self.may_be_encoded = self.may_be_encoded or is_encoded(words)
            for rule in ANCHORED:
                searched = words if rule.long else folded if rule.folded else piece
                for anchor in rule.anchors:
                    if anchor in searched:
                        self.holding.setdefault((rule.name, anchor), []).append(start)

    def _piece(self, start: int) -> str:
        """Return a window, and after it as much as the longest anchor that begins in it may need."""
        return self.text[start : start + self._size + MAX_ANCHOR - 1]

    def places(self, rule: Rule, anchor: str) -> Iterator[int]:
        """Yield where an anchor of a rule is in the text."""
        for start in self.holding[rule.name, anchor]:
            piece = self._piece(start)
            for found in _each(anchor, self._folded(start, piece) if rule.folded else piece):
                if found >= self._size:
                    break
                at = start + found
                if (not rule.least_lead or _is_led(rule, self.text, at)) and (
                    not rule.long or self._is_in_long_word(at)
                ):
                    yield at

    def _folded(self, start: int, piece: str) -> str:
        """Return a window without capitals; those of a text of usual length are kept, since many rules look there."""
        if start in self._folds:
            return self._folds[start]
        folded = _lowered(piece)
        if len(self._folds) < MAX_FOLDS:
            self._folds[start] = folded
        return folded

    def _long_words(self, start: int, piece: str, words: list[str]) -> str:
        """Return the words that are long enough to be a token, as far as they are in a piece: in most texts few are."""
        long = [word for word in words if len(word) >= LONG_WORD]
        for word, at in ((words[0], start), (words[-1], start + len(piece) - 1)) if words else ():
            whole = self._word(at, MAX_WORD)  # it goes on beyond the piece
            if len(whole) > len(word) and len(whole) >= LONG_WORD:
                long.append(whole)
        return "\n".join(long)

    def _is_in_long_word(self, at: int) -> bool:
        return len(self._word(at, LONG_WORD)) >= LONG_WORD

    def _word(self, at: int, reach: int) -> str:
        """Return the word at a place, as far as it is no further away."""
        before = f"{self.text[max(0, at - reach) : at]}|".split()[-1]
        after = f"|{self.text[at : at + reach]}".split()[0]
        return before[:-1] + after[1:]


def _lowered(text: str) -> str:
    """Return a text without capitals, of the same length."""
    return text.replace("\u0130", "i").lower()  # the only letter that lowering makes longer


def _each(anchor: str, text: str) -> Iterator[int]:
    """Yield where an anchor begins."""
    if " " in anchor:
        yield from (match.start() for match in _with_gaps(anchor).finditer(text))
        return
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)


@cache
def _with_gaps(anchor: str) -> re.Pattern[str]:
    return re.compile(re.escape(anchor).replace(r"\ ", GAP))


class _Stretches:
    """The hits so far, none of which overlaps another."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []
        self._hits: dict[int, Hit] = {}
        self._counts: Counter[FindingKind] = Counter()

    def is_full(self, kind: FindingKind) -> bool:
        return self._counts[kind] >= MAX_HITS

    def add(self, rule: Rule, start: int, end: int, more: str = "", *, wider: bool = False) -> None:
        """
        Note a hit, unless a part of it is in another.

        Args:
            more: What is to be said of it besides the rule's reason.
            wider: It goes before what is only a part of it.
        """
        if wider:
            self._remove_within(start, end)
        index = bisect_right(self._starts, (start, end))
        before = self._starts[index - 1][1] if index else 0
        after = self._starts[index][0] if index < len(self._starts) else end
        if before <= start and end <= after and start not in self._hits:
            insort(self._starts, (start, end))
            self._counts[rule.kind] += 1
            reason = f"{rule.reason} {more}" if more else rule.reason
            self._hits[start] = Hit(rule.kind, rule.name, rule.severity, reason, rule.source, start, end)

    def _remove_within(self, start: int, end: int) -> None:
        first, last = bisect_left(self._starts, (start,)), bisect_left(self._starts, (end,))
        inside = [one for one in self._starts[first:last] if one[1] <= end and one != (start, end)]
        for one in inside:
            self._starts.remove(one)
            self._counts[self._hits.pop(one[0]).kind] -= 1

    def __iter__(self) -> Iterator[Hit]:
        return (self._hits[start] for start, _ in self._starts)


class _Elsewhere:
    """The hits of another reading of the text, each put where it stands in the text."""

    def __init__(self, found: _Stretches, reading: Reading) -> None:
        self._found = found
        self._reading = reading
        self.is_full = found.is_full

    def add(self, rule: Rule, start: int, end: int) -> None:
        wider = rule.kind is FindingKind.SECRET and not self._reading.is_of_lines
        self._found.add(rule, *self._reading.place(start, end), DISGUISED, wider=wider)


_Found = _Stretches | _Elsewhere


def _anchored(rule: Rule, places: Iterator[int], text: str, found: _Found) -> None:
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


def _is_led(rule: Rule, text: str, at: int) -> bool:
    """Whether enough stands before an anchor that may belong to the match."""
    enough = _lead_pattern(f"{rule.lead}{{{rule.least_lead}}}")
    return at >= rule.least_lead and enough.match(text, at - rule.least_lead) is not None


def _is_escaped(text: str, at: int) -> bool:
    """Whether what stands before a place is an escaped line feed or tab, as in JSON within a text."""
    return at >= 2 and text[at - 2] == "\\" and text[at - 1] in "nrt"


@lru_cache(64)
def _lead_pattern(lead: str) -> re.Pattern[str]:
    return re.compile(lead)


def _checked(rule: Rule, match: re.Match[str], found: _Found) -> int:
    """Note a match whose structure is right, and return where it ends; 0 when it is not."""
    group = 1 if match.re.groups and match[1] is not None else 0
    if rule.check is not None and not rule.check(match[group]):
        return 0
    start, end = match.span(group)
    if rule.kind is FindingKind.SECRET and match[group][:1] in "'\"`":
        start, end = start + 1, end - 1
    found.add(rule, start, end)
    return match.end()


def _numbers(text: str, found: _Found, window: int) -> None:
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


def _number(text: str, at: int, found: _Found) -> None:
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
