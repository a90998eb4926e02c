"""What was changed between two texts: lines with + and -, and within a line the words that differ in reverse."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from textual.content import Content, Span

from ...sampling.visible import escape_for_editing, visible

CONTEXT = 3
"""Unchanged lines that are shown before and after a change."""

FINE_LINES = 200
FINE_CHARACTERS = 200
FINE_PAIRS = 40
"""
Where more lines, or characters of a line, or pairs of lines differ, all between the common start and the common end
counts as changed: a finer comparison takes at least quadratic time.
"""

SHOWN_CHARACTERS = 2_000
"""Characters of one line that are shown."""

SHOWN_LINES = 400
"""Changed lines of one place that are shown; more are counted."""

_CHANGED_STYLE = "bold reverse"
_REMOVED_STYLE = "$text-error"
_ADDED_STYLE = "$text-success"

_Opcode = tuple[str, int, int, int, int]


def changes(before: str, after: str) -> Content:
    """
    Return the difference, revealed, as lines that begin with `-`, `+` or a space.

    Empty when the texts are equal. Unchanged lines far from a change are counted, not shown.
    """
    if before == after:
        return Content("")
    old, new = before.split("\n"), after.split("\n")
    lines: list[Content] = []
    opcodes = list(_opcodes(old, new))
    for number, (tag, old_start, old_end, new_start, new_end) in enumerate(opcodes):
        if tag == "equal":
            is_first, is_last = number == 0, number == len(opcodes) - 1
            lines += _context(old[old_start:old_end], is_first=is_first, is_last=is_last)
        else:
            lines += _replaced(old[old_start:old_end], new[new_start:new_end])
    return Content("\n").join(lines)


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


def _context(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Content]:
    """Yield the unchanged lines next to a change, and how many there are between."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    folded = len(lines) - head - tail
    if folded <= 1:
        yield from (_line(" ", visible(text)) for text in lines)
        return
    yield from (_line(" ", visible(text)) for text in lines[:head])
    yield Content(f"  ⋯ {folded:,} unchanged lines", spans=[Span(0, 200, "dim")])
    yield from (_line(" ", visible(text)) for text in lines[len(lines) - tail :])


def _replaced(old: list[str], new: list[str]) -> Iterator[Content]:
    """Yield removed and added lines; those that stand for each other with what differs marked."""
    removed, added = [], []
    for pair, (before, after) in enumerate(zip_longest(old[:SHOWN_LINES], new[:SHOWN_LINES])):
        if before is None or after is None:
            removed += [] if before is None else [_line("-", visible(before))]
            added += [] if after is None else [_line("+", visible(after))]
            continue
        left, right = visible(before), visible(after)
        if left == right:  # one has the character, the other a literal picture of it
            left, right = escape_for_editing(before), escape_for_editing(after)
        left_spans, right_spans = _differences(left, right, FINE_CHARACTERS if pair < FINE_PAIRS else 0)
        removed.append(_line("-", left, left_spans))
        added.append(_line("+", right, right_spans))
    yield from removed
    if len(old) > SHOWN_LINES:
        yield Content(f"- … {len(old) - SHOWN_LINES:,} more lines removed")
    yield from added
    if len(new) > SHOWN_LINES:
        yield Content(f"+ … {len(new) - SHOWN_LINES:,} more lines added")


_Stretches = list[tuple[int, int]]


def _differences(left: str, right: str, fine: int) -> tuple[_Stretches, _Stretches]:
    """
    Return the stretches of two lines that differ; none when the lines have little in common.

    Args:
        fine: Up to so many characters are compared one by one.
    """
    shorter, longer = sorted((len(left), len(right)))
    start = next((index for index in range(shorter) if left[index] != right[index]), shorter)
    rest = shorter - start
    end = next((index for index in range(rest) if left[-1 - index] != right[-1 - index]), rest)
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


def _line(mark: str, text: str, stretches: _Stretches | None = None) -> Content:
    """Return one line of the difference; a long one is cut around what differs, or at its end."""
    stretches = [stretch for stretch in stretches or [] if stretch[0] < stretch[1]]
    text, stretches = _cut(text, stretches)
    style = {"-": _REMOVED_STYLE, "+": _ADDED_STYLE}.get(mark, "")
    spans = [Span(0, len(text) + 2, style)] if style else []
    spans += [Span(start + 2, end + 2, _CHANGED_STYLE) for start, end in stretches]
    return Content(f"{mark} {text}", spans=spans)


def _cut(text: str, stretches: _Stretches) -> tuple[str, _Stretches]:
    """Return at most `SHOWN_CHARACTERS` characters of a line, from a little before what differs, and say so."""
    if len(text) <= SHOWN_CHARACTERS:
        return text, stretches
    first = max(0, min((start for start, _ in stretches), default=0) - 80)
    last = min(len(text), first + SHOWN_CHARACTERS)
    before = f"…({first:,} characters) " if first else ""
    after = f" …({len(text) - last:,} characters)" if last < len(text) else ""
    shift = len(before) - first
    moved = [(start + shift, min(end, last) + shift) for start, end in stretches if start < last]
    return f"{before}{text[first:last]}{after}", moved
