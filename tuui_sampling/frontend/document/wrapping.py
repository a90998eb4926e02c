"""
Cuts a text into pieces, shows what is hidden in a piece, and says where its rows begin.

A piece is a line, or a part of one that is very long. Where pieces begin does not depend on the width, so that what
has been seen at one width is known at another.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...sampling.hidden_characters import JOINER
from ...sampling.visible import Revealed, reveal

PIECE = 4_096
"""Characters of one line that are revealed and wrapped together: a few milliseconds' work, whatever they are."""

TAB = "␉   "
"""How a tab is shown: as the character that it is. A terminal's own tab stops are not ours."""

Graphemes = Callable[[str], tuple[Sequence[tuple[int, int, int]], int]]
"""Divides a text into what a terminal draws together: `(start, end, cells)` of each, and the cells of all."""

_ONE_CELL_EACH = re.compile("[ -~¡-¬®-˿Ͱ-ͷ΄-ϿЀ-҂Ҋ-ԯ–-‧‹-⁞␀-␦⟪⟫]*")
"""Text of scripts whose every character is one cell wide: it is wrapped without measuring."""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A stretch of a text.

    Attributes:
        start: Where it begins in the text; `end` is where it ends, without the line feed.
        next: Where the next one begins; None when this is the last.
        in_word: It was cut where there is no space.
    """

    start: int
    end: int
    next: int | None
    in_word: bool = False


def piece_at(text: str, start: int) -> Piece:
    """Return the piece that begins there."""
    limit = start + PIECE
    if (newline := text.find("\n", start, limit + 1)) >= 0:
        return Piece(start, newline, newline + 1)
    if limit >= len(text):
        return Piece(start, len(text), None)
    space = text.rfind(" ", limit - PIECE // 16, limit)
    cut = space + 1 if space >= 0 else _before_a_base(text, limit)
    return Piece(start, cut, cut if cut < len(text) else None, in_word=space < 0)


def whole_piece(text: str, start: int) -> Piece:
    """Return the piece that begins there in a text that is one line whatever it holds."""
    limit = start + PIECE
    if limit >= len(text):
        return Piece(start, len(text), None)
    cut = _before_a_base(text, limit)
    return Piece(start, cut, cut if cut < len(text) else None, in_word=True)


def show_piece(text: str, piece: Piece, *, multiline: bool = True) -> Revealed:
    """Return what to draw for a piece."""
    revealed = reveal(text[piece.start : piece.end], multiline=multiline)
    return _with_tabs(revealed) if "\t" in revealed.text else revealed


def row_starts(shown: str, width: int, graphemes: Graphemes, hang: int = 0) -> list[int]:
    """
    Return where the rows of a piece begin, wrapped between words where possible.

    Args:
        width: Cells of a row.
        hang: Cells by which every row but the first is indented.
    """
    if len(shown) <= width and shown.isascii():
        return [0]
    starts = _row_starts(shown, width, graphemes)
    if hang and len(starts) > 1:
        first = starts[1]
        return [0, *(first + start for start in _row_starts(shown[first:], width - hang, graphemes))]
    return starts


def _row_starts(shown: str, width: int, graphemes: Graphemes) -> list[int]:
    """Return where the rows begin, which are all equally wide."""
    if _ONE_CELL_EACH.fullmatch(shown) is None:
        return _measured_row_starts(shown, width, graphemes)
    starts, start = [0], 0
    while len(shown) - start > width:
        space = shown.rfind(" ", start + 1, start + width + 1)
        if space >= 0 and shown[start:space].strip(" "):
            start = space + 1
        else:  # a word that is longer than a row, or blanks that fill one
            start += width
        if start < len(shown):
            starts.append(start)
    return starts


def hang_of(text: str, start: int, width: int) -> int:
    """Return by how much the rows after the first of an outline's line are indented: more than the line is."""
    begin = text.rfind("\n", 0, start) + 1
    end = begin
    while end < begin + width // 2 and text[end : end + 1] == " ":
        end += 1
    return min(end - begin + 4, width // 2)


def _measured_row_starts(shown: str, width: int, graphemes: Graphemes) -> list[int]:
    """Do the same for text whose characters differ in width."""
    starts = [0]
    used = after_space = used_at_space = 0
    for start, end, cells in graphemes(shown)[0]:
        if used + cells > width and start > starts[-1]:
            if after_space > starts[-1]:
                starts.append(after_space)
                used -= used_at_space
            else:
                starts.append(start)
                used = 0
        used += cells
        if shown[start] == " ":
            after_space, used_at_space = end, used
    return starts


def _with_tabs(revealed: Revealed) -> Revealed:
    """Return the text with its tabs as what they are."""
    parts: list[str] = []
    marked: list[tuple[int, int]] = []
    stretches = iter(revealed.marked)
    stretch = next(stretches, None)
    at = grown = 0
    for match in re.finditer("\t", revealed.text):
        while stretch is not None and stretch[1] <= match.start():
            marked.append((stretch[0] + grown, stretch[1] + grown))
            stretch = next(stretches, None)
        parts += (revealed.text[at : match.start()], TAB)
        marked.append((match.start() + grown, match.start() + grown + 1))
        grown += len(TAB) - 1
        at = match.end()
    while stretch is not None:
        marked.append((stretch[0] + grown, stretch[1] + grown))
        stretch = next(stretches, None)
    return Revealed("".join([*parts, revealed.text[at:]]), revealed.findings, tuple(marked))


def _before_a_base(text: str, position: int) -> int:
    """Return the first position from there on where no combined character is cut, if there is one near."""
    for near in range(position, min(position + 64, len(text))):
        if JOINER not in text[near - 1 : near + 1] and not unicodedata.category(text[near]).startswith("M"):
            return near
    return min(position, len(text))
