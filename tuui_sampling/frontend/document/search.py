"""Looks for a pattern in the texts of a document, in steps, and starts over at the other end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .passage import Part, Style
from .rows import Place
from .texts import Texts

WINDOW = 131_072
"""Characters that are looked through in one step."""

MAX_LENGTH = 1_024
"""Characters of the longest match that is found where two windows meet."""


@dataclass(frozen=True)
class Found:
    """Where something was found: in which passage, and at which characters of its text."""

    part: int
    passage: int
    start: int
    end: int


def search(texts: Texts, wanted: re.Pattern[str], after: Found, *, backwards: bool = False) -> Iterator[Found | None]:
    """
    Look for a pattern behind the end of a stretch, or before its start.

    Yields:
        None at each step, and where it was found at last, if it was anywhere.
    """
    count = len(texts.parts)
    here = (after.part, after.passage)
    turned = (
        range(after.part, after.part + count + 1) if not backwards else range(after.part + count, after.part - 1, -1)
    )
    for step, unbound in enumerate(turned):
        number = unbound % count
        indexes = range(len(texts.part(number).passages))
        for index in reversed(indexes) if backwards else indexes:
            is_first, is_last = step == 0, step == count
            if is_first and ((number, index) > here if backwards else (number, index) < here):
                continue
            if is_last and ((number, index) < here if backwards else (number, index) > here):
                continue
            text = yield from texts.write(number, index)
            low, high = 0, len(text)
            if is_first and (number, index) == here:
                low, high = (0, after.start) if backwards else (after.end, len(text))
            for match in _matches(wanted, text, low, high, backwards=backwards):
                yield Found(number, index, *match.span()) if match else None
        yield None


def next_change(texts: Texts, after: Place, by: int) -> Place | None:
    """Return where the next change begins: what was added or removed, or a field that was edited."""
    return _next(texts, after, by, _changed)


def next_note(texts: Texts, after: Place, by: int) -> Place | None:
    """Return where the next note is: what was found in a field, or becomes of it."""
    return _next(texts, after, by, _notes)


def _next(texts: Texts, after: Place, by: int, wanted: Callable[[Part], Iterator[int]]) -> Place | None:
    """
    Return the next of some passages; round the ends.

    Args:
        by: 1, or -1 for the one before.
        wanted: Yields those of a part.
    """
    count = len(texts.parts)
    for step in range(count + 1):
        number = (after.part + by * step) % count
        found = [Place(number, index) for index in wanted(texts.part(number))]
        if step == 0:
            found = [one for one in found if (one[:2] > after[:2] if by > 0 else one[:2] < after[:2])]
        if found:
            return found[0 if by > 0 else -1]
    return None


def _notes(part: Part) -> Iterator[int]:
    """Yield the passages of a part that are notes."""
    return (index for index, one in enumerate(part.passages) if one.style in (Style.NOTE, Style.PROBLEM))


def _changed(part: Part) -> Iterator[int]:
    """Yield the passages of a part at which a change begins."""
    is_change = False
    for index, passage in enumerate(part.passages):
        was_change, is_change = is_change, passage.style in (Style.ADDED, Style.REMOVED)
        if (is_change and not was_change) or (part.edited and index == 0):
            yield index


def _matches(
    wanted: re.Pattern[str], text: str, low: int, high: int, *, backwards: bool
) -> Iterator[re.Match[str] | None]:
    """Yield what is found between two offsets: the first, or the last; None for each window without."""
    windows = range(low, high, WINDOW)
    for begin in reversed(windows) if backwards else windows:
        end = min(high, begin + WINDOW + MAX_LENGTH)
        matches = (one for one in wanted.finditer(text, begin, end) if one.start() < begin + WINDOW)
        if backwards:
            found = None
            for one in matches:
                found = one
        else:
            found = next(matches, None)
        yield found
