"""
Finds what the table of `findings.py` lists in one text, in linear time.

The anchors are looked for with `str.find`; a pattern is tried only there, and is bounded. Numbers have no anchor: they
are tried where one begins. What overlaps an earlier rule's hit is not told twice.
"""

import re
import sys
from bisect import bisect_right, insort
from collections.abc import Iterator
from functools import cache, lru_cache

from .finding import FindingKind, Hit
from .findings import ANCHORED, LONG_WORD, NUMBERS, Rule

KEPT_TEXTS = 256
"""Texts whose hits are remembered: an edited request shares most of its texts with what it was."""

MAX_LEAD = 80
"""Characters before an anchor that may belong to a match."""

MAX_HITS = 1_000
"""Of one text; a person reads no more, and a text that is made of them must not cost more."""

_DIGITS = re.compile(r"[0-9][0-9 .()+-]{6,}[A-Za-z]?")
"""A stretch that may hold numbers."""

_LETTERS = (re.compile("[A-Z]{1,6}-?[0-9]{2}"), re.compile("[23][0-9a-fA-F]{3}:[0-9a-fA-F]{0,4}:"))
"""How numbers begin that have letters in them."""

_PART = re.compile(r"(?<![\d+(])[+(]{0,2}\d")
"""Where a number may begin within a stretch."""

_NOT_BEFORE = frozenset("_.$#/\\%-@")
"""What stands before a part of something else: of a path, of a version, of a hexadecimal number."""


@lru_cache(KEPT_TEXTS)
def scan(text: str) -> tuple[Hit, ...]:
    """Return everything that the table finds in a text, in the order of the text."""
    if len(text) < 8:
        return ()
    found = _Stretches()
    folded = text.replace("\u0130", "i").lower()  # the only letter that lowering makes longer
    words = _LongWords(text)
    for rule in ANCHORED:
        searched = words.joined if rule.long else folded if rule.folded else text
        for anchor in rule.anchors:
            if anchor in searched:
                places = words.places(anchor) if rule.long else _places(searched, anchor)
                _anchored(rule, places, text, found)
    _numbers(text, found)
    return tuple(found)


class _LongWords:
    """The words of a text that are long enough to be a token: in most texts there are few."""

    def __init__(self, text: str) -> None:
        self._words: list[tuple[int, int]] = []
        words = [word for word in text.split() if len(word) >= LONG_WORD]
        self.joined = "\n".join(words)
        at = offset = 0
        for word in words:
            at = text.find(word, at)
            self._words.append((offset, at))
            offset += len(word) + 1
            at += len(word)

    def places(self, anchor: str) -> Iterator[int]:
        """Yield where an anchor is in the text."""
        for at in _places(self.joined, anchor):
            offset, start = self._words[bisect_right(self._words, (at, sys.maxsize)) - 1]
            yield start + at - offset


def _places(text: str, anchor: str) -> Iterator[int]:
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)


class _Stretches:
    """The hits so far, none of which overlaps another."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []
        self._hits: dict[int, Hit] = {}

    @property
    def is_full(self) -> bool:
        return len(self._starts) >= MAX_HITS

    def add(self, rule: Rule, start: int, end: int) -> None:
        """Note a hit, unless a part of it is in another."""
        index = bisect_right(self._starts, (start, end))
        before = self._starts[index - 1][1] if index else 0
        after = self._starts[index][0] if index < len(self._starts) else end
        if before <= start and end <= after and start not in self._hits:
            insort(self._starts, (start, end))
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
        if found.is_full:
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


def _numbers(text: str, found: _Stretches) -> None:
    """Try the rules of numbers wherever something begins that may be one."""
    for stretch in _DIGITS.finditer(text):
        start, end = stretch.span()
        while start and text[start - 1] in "+(":
            start -= 1
        for part in _PART.finditer(text, start, end):
            _number(text, part.start(), found)
    for pattern in _LETTERS:
        for letters in pattern.finditer(text):
            _number(text, letters.start(), found)


def _number(text: str, at: int, found: _Stretches) -> None:
    """Try the rules of numbers at one place; the first that fits decides."""
    before = text[at - 1] if at else " "
    if found.is_full or ((before.isalnum() or before in _NOT_BEFORE) and not _is_escaped(text, at)):
        return
    match = _any_number().match(text, at)
    if match is None:
        return
    first = int((match.lastgroup or "n0")[1:])
    for rule in NUMBERS[first:]:  # those before it do not match here
        one = rule.compiled.match(text, at)
        if one is not None and _checked(rule, one, found):
            return


@cache
def _any_number() -> re.Pattern[str]:
    """Return one pattern for all numbers, so that most places are left after one attempt."""
    return re.compile("|".join(f"(?P<n{index}>{rule.compiled.pattern})" for index, rule in enumerate(NUMBERS)))
