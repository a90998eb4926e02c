"""Shows what was changed between two texts: rows with + and -, and within a line what differs is stressed."""

from bisect import bisect_left
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from ...sampling.visible import escape_for_editing, visible
from .passage import Passage, Style

CONTEXT = 3
"""Unchanged lines that are shown before and after a change."""

FINE_LINES = 200
FINE_CHARACTERS = 200
FINE_PAIRS = 40
"""
Where more lines, or characters of a line, or pairs of lines differ, all between the common start and the common end
counts as changed: a finer comparison takes at least quadratic time.
"""

_Opcode = tuple[str, int, int, int, int]
_Stretches = list[tuple[int, int]]
_Line = tuple[str, _Stretches]


def changes(before: str, after: str) -> list[Passage]:
    """Return the difference; none when the texts are equal. Unchanged lines far from a change are only counted."""
    if before == after:
        return []
    old, new = before.split("\n"), after.split("\n")
    passages: list[Passage] = []
    opcodes = list(_opcodes(old, new))
    for number, (tag, old_start, old_end, new_start, new_end) in enumerate(opcodes):
        if tag == "equal":
            is_first, is_last = number == 0, number == len(opcodes) - 1
            passages += _context(old[old_start:old_end], is_first=is_first, is_last=is_last)
        else:
            passages += _replaced(old[old_start:old_end], new[new_start:new_end])
    return passages


def _opcodes(old: list[str], new: list[str]) -> Iterator[_Opcode]:
    """Yield how to get from one list of lines to the other; in one coarse step where they are long."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    old_end, new_end = len(old) - end, len(new) - end
    if max(old_end, new_end) - start <= FINE_LINES:
        matcher = SequenceMatcher(None, old[start:old_end], new[start:new_end], autojunk=False)
        for tag, *numbers in matcher.get_opcodes():
            first, second, third, fourth = (number + start for number in numbers)
            yield tag, first, second, third, fourth
    else:
        yield "replace", start, old_end, start, new_end
    if end:
        yield "equal", old_end, len(old), new_end, len(new)


def _context(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Passage]:
    """Yield the unchanged lines next to a change, and how many there are between."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    folded = len(lines) - head - tail
    if folded <= 1:
        yield Passage("\n".join(lines), Style.UNCHANGED)
        return
    if head:
        yield Passage("\n".join(lines[:head]), Style.UNCHANGED)
    yield Passage(f"⋯ {folded:,} unchanged lines", Style.MUTED)
    if tail:
        yield Passage("\n".join(lines[len(lines) - tail :]), Style.UNCHANGED)


def _replaced(old: list[str], new: list[str]) -> Iterator[Passage]:
    """Yield removed and added lines; of those that stand for each other, what differs is stressed."""
    removed: list[_Line] = []
    added: list[_Line] = []
    for pair, (before, after) in enumerate(zip_longest(old, new)):
        if before is None or after is None:
            removed += [] if before is None else [(before, [])]
            added += [] if after is None else [(after, [])]
            continue
        left, right = before, after
        if pair < FINE_PAIRS and visible(left) == visible(right):  # one has the character, the other a picture of it
            left, right = escape_for_editing(before), escape_for_editing(after)
        stretches = _differences(left, right, FINE_CHARACTERS) if pair < FINE_PAIRS else ([], [])
        removed.append((left, stretches[0]))
        added.append((right, stretches[1]))
    yield from _passage(removed, Style.REMOVED)
    yield from _passage(added, Style.ADDED)


def _passage(lines: list[_Line], style: Style) -> Iterator[Passage]:
    """Yield lines as one passage; none without any."""
    stressed: _Stretches = []
    at = 0
    for text, stretches in lines:
        stressed += [(at + start, at + end) for start, end in stretches if start < end]
        at += len(text) + 1
    if lines:
        yield Passage("\n".join(text for text, _stretches in lines), style, stressed=tuple(stressed))


def _differences(left: str, right: str, fine: int) -> tuple[_Stretches, _Stretches]:
    """
    Return the stretches of two lines that differ; none when the lines have little in common.

    Args:
        fine: Up to so many characters are compared one by one.
    """
    shorter, longer = sorted((len(left), len(right)))
    start = _common(left, right)
    end = min(_common(left[::-1], right[::-1]), shorter - start)
    left_end, right_end = len(left) - end, len(right) - end
    if longer - start - end > fine:
        return [(start, left_end)], [(start, right_end)]
    matcher = SequenceMatcher(None, left[start:left_end], right[start:right_end], autojunk=False)
    removed: _Stretches = []
    added: _Stretches = []
    common = start + end
    for tag, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        if tag == "equal":
            common += left_to - left_from
        else:
            removed.append((start + left_from, start + left_to))
            added.append((start + right_from, start + right_to))
    return (removed, added) if common * 5 >= longer * 2 else ([], [])


def _common(left: str, right: str) -> int:
    """Return how many characters two texts begin with in common."""
    shorter = min(len(left), len(right))
    return bisect_left(range(shorter), True, key=lambda index: left[: index + 1] != right[: index + 1])
