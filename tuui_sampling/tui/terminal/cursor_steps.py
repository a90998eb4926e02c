"""
Keeps what stands behind an emoji in its place, whatever width a terminal gives to it.

Joined emoji, flags, skin tones and variation selectors are two cells here, and between one and ten on terminals that do
not know them: the rest of the row would be shifted, frames and meters with it. So the cursor is put where it belongs
after each of them.
"""

import re
from collections.abc import Iterator

from rich.cells import split_graphemes

_UNSURE = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What makes terminals disagree about the width of the characters before it, or of two of it."""

_TEXT = re.compile("[^\x00-\x1f\x7f-\x9f]+")

SAVE, RESTORE = "\x1b7", "\x1b8"
"""DECSC and DECRC: they keep the position and the colours (https://vt100.net/docs/vt510-rm/DECSC.html)."""


def with_steps(data: str) -> str:
    """Return what is written to the terminal, the cursor put behind each cluster whose width is unsure."""
    if data.isascii() or _UNSURE.search(data) is None:
        return data
    return _TEXT.sub(lambda text: "".join(_stepped(text[0])), data)


def _stepped(text: str) -> Iterator[str]:
    if _UNSURE.search(text) is None:
        yield text
        return
    for start, end, cells in _clusters(text):
        cluster = text[start:end]
        if cells and _UNSURE.search(cluster):
            yield f"{SAVE}{cluster}{RESTORE}\x1b[{cells}C"
        else:
            yield cluster


def _clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and cells of what is drawn as one; the two halves of a flag are one."""
    half: tuple[int, int, int] | None = None
    for start, end, cells in split_graphemes(text)[0]:
        is_half = end == start + 1 and "\U0001f1e6" <= text[start] <= "\U0001f1ff"
        if half is not None:
            if is_half:
                yield half[0], end, half[2] + cells
                half = None
                continue
            yield half
        half = (start, end, cells) if is_half else None
        if half is None:
            yield start, end, cells
    if half is not None:
        yield half
