"""
How pictures get onto the terminal: kitty's or sixel graphics where it has them, half blocks of colour everywhere else.

Which terminal it is, is told from the environment and not asked: its answer would come in among the keys that a person
presses. So a terminal that can do more than its name says needs `[interface] images`. In tmux and screen, which hand
on neither by themselves, it is half blocks.
"""

import struct
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from textual.strip import Strip

from ...config.settings import Drawing
from .half_blocks import block_rows
from .kitty import kitty_rows
from .line_filter import is_colourless
from .sixel import sixel_rows

if TYPE_CHECKING:
    from PIL.Image import Image

Way = Literal["kitty", "sixel", "blocks"]

USUAL_CELL = (10, 20)
"""Pixels of a terminal's cell where it does not say: width and height."""

MAX_CELLS = (60, 12)
"""Columns and rows of a picture."""

MAX_GROWTH = 8.0
"""A tiny picture is shown at most so many times as large as it is."""

KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
SIXEL_TERMS = ("foot", "mlterm", "contour", "yaft")
SIXEL_PROGRAMS = ("iTerm.app", "WezTerm", "mintty", "rio")


def way_to_draw(wanted: Drawing, environ: Mapping[str, str]) -> Way | None:
    """Return how pictures are drawn; None when they are not to be."""
    term = environ.get("TERM", "")
    if wanted == "off" or is_colourless(environ):  # all three ways need colours: kitty's cells name a picture by theirs
        return None
    if wanted != "auto":
        return wanted
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("screen", "tmux")):
        return "blocks"
    if term in KITTY_TERMS or environ.get("KITTY_WINDOW_ID"):
        return "kitty"
    if term.startswith(SIXEL_TERMS) or "sixel" in term or environ.get("TERM_PROGRAM") in SIXEL_PROGRAMS:
        return "sixel"
    return "blocks"


def cells_for(width: int, height: int, cell: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Return the columns and rows of a picture of so many pixels; at least one of each."""
    scale = min(most[0] * cell[0] / width, most[1] * cell[1] / height, MAX_GROWTH)
    return max(1, round(width * scale / cell[0])), max(1, round(height * scale / cell[1]))


def picture_rows(image: "Image", way: Way, write: Callable[[str], None]) -> list[Strip]:
    """
    Draw a picture as the rows of a document. Takes up to a second: not for the event loop.

    Args:
        image: With transparency.
        write: Writes a sequence of ours to the terminal, in its turn.
    """
    cell = USUAL_CELL if way == "blocks" else _cell_size()
    columns, rows = cells_for(image.width, image.height, cell, MAX_CELLS)
    match way:
        case "kitty":
            return kitty_rows(image, columns, rows, write)
        case "sixel":
            return sixel_rows(image, columns, rows, cell)
        case "blocks":
            return block_rows(image, columns, rows)


def _cell_size() -> tuple[int, int]:
    """Return the pixels of a cell as the terminal's driver tells them, without asking the terminal itself."""
    try:
        from fcntl import ioctl
        from termios import TIOCGWINSZ

        answer = ioctl(sys.__stdout__.fileno(), TIOCGWINSZ, bytes(8)) if sys.__stdout__ else bytes(8)
        rows, columns, width, height = struct.unpack("4H", answer)
        cell = (width // columns, height // rows)
    except (ImportError, OSError, ValueError, ZeroDivisionError):  # another system, or no terminal
        return USUAL_CELL
    return cell if min(cell) > 0 else USUAL_CELL
