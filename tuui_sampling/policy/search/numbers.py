"""Tries the rules of personal numbers, which no anchor announces, wherever one may begin."""

import re
from collections.abc import Iterator
from functools import cache

from ..finding import FindingKind
from ..findings import PERSONAL_NUMBERS
from .hits import Found
from .matching import checked, is_escaped

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


def numbers(text: str, found: Found, window: int) -> None:
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


def _number(text: str, at: int, found: Found) -> None:
    """Try the rules of numbers at one place; the first that fits decides."""
    before = text[at - 1] if at else " "
    if found.is_full(FindingKind.PERSONAL) or (
        (before.isalnum() or before in _NOT_BEFORE) and not is_escaped(text, at)
    ):
        return
    match = _any_number().match(text, at)
    if match is None:
        return
    first = int((match.lastgroup or "n0")[1:])
    for rule in PERSONAL_NUMBERS[first:]:  # those before it do not match here
        one = rule.compiled.match(text, at)
        if one is not None and checked(rule, one, found):
            return


@cache
def _any_number() -> re.Pattern[str]:
    """Return one pattern for all numbers, so that most places are left after one attempt."""
    return re.compile("|".join(f"(?P<n{index}>{rule.compiled.pattern})" for index, rule in enumerate(PERSONAL_NUMBERS)))
