"""Finds again, in what is drawn, the stretches of a text that the notes below it are about, so that they stand out."""

from collections.abc import Iterable

from ...policy.lookalikes import mixed_words
from ...policy.search.scan import find

SEARCHED_WHOLE = 8_192
"""Characters of a text that is searched at once, which takes a millisecond; of a longer one what is drawn is."""

BEYOND = 256
"""Characters before and behind a piece of a long text that may belong to what is found in it."""

Stretches = tuple[tuple[int, int], ...]


def noted(text: str) -> Stretches:
    """Return what is found in a text, in its order; two stretches may overlap."""
    found: Iterable[tuple[int, int]] = ((hit.start, hit.end) for hit in find(text))
    return tuple(sorted((*found, *mixed_words(text))))


def noted_near(text: str, start: int, end: int) -> Stretches:
    """Return what is found in a piece of a long text; of what is longer than `BEYOND`, as much as is near."""
    first = max(0, start - BEYOND)
    return tuple((low + first, high + first) for low, high in noted(text[first : end + BEYOND]))
