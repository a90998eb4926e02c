"""
How pictures get onto the terminal: kitty's or sixel graphics where it has them, half blocks of colour everywhere else.

Which terminal it is, is told from the environment and not asked: its answer would come in among the keys that a person
presses. So a terminal that can do more than its name says needs `[interface] images`. In tmux and screen, which hand
on neither by themselves, it is half blocks.
"""

import io
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from textual.strip import Strip
from textual.widget import Widget

from ...config.settings import Drawing
from .half_blocks import BlockPicture, block_rows
from .line_filter import PLAIN_TERMS

if TYPE_CHECKING:
    from PIL.Image import Image

Way = Literal["kitty", "sixel", "blocks"]

USUAL_CELL = (10, 20)
"""Pixels of a terminal's cell where it does not say: width and height."""

MOST_CELLS = (60, 12)
"""Columns and rows of a picture."""

MOST_GROWTH = 8.0
"""A tiny picture is shown at most so many times as large as it is."""

KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
SIXEL_TERMS = ("foot", "mlterm", "contour", "yaft")
SIXEL_PROGRAMS = ("iTerm.app", "WezTerm", "mintty", "rio")

_LOADING = threading.Lock()


def way_to_draw(wanted: Drawing, environ: Mapping[str, str]) -> Way | None:
    """Return how pictures are drawn; None when they are not to be."""
    term = environ.get("TERM", "")
    if wanted == "off" or (wanted == "auto" and term in PLAIN_TERMS):
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
    scale = min(most[0] * cell[0] / width, most[1] * cell[1] / height, MOST_GROWTH)
    return max(1, round(width * scale / cell[0])), max(1, round(height * scale / cell[1]))


def drawn(image: "Image", way: Way, write: Callable[[str], None]) -> Callable[[], Widget]:
    """
    Draw a picture, and return what makes its widget. Takes up to a second: not for the event loop.

    Args:
        image: With transparency.
        write: Writes a sequence of ours to the terminal, in its turn.
    """
    cell = USUAL_CELL if way == "blocks" else load()
    columns, rows = cells_for(image.width, image.height, cell, MOST_CELLS)
    strips = block_rows(image, columns, rows) if way == "blocks" else []

    def widget() -> Widget:
        made = BlockPicture(strips) if way == "blocks" else _graphics(image, way, write)
        made.styles.width, made.styles.height = columns, rows
        return made

    return widget


def picture_rows(image: "Image") -> list[Strip]:
    """Draw a picture as rows of half blocks. Slow: not for the event loop."""
    columns, rows = cells_for(image.width, image.height, USUAL_CELL, MOST_CELLS)
    return block_rows(image, columns, rows)


def load() -> tuple[int, int]:
    """
    Import what draws with a terminal's own graphics, and return the pixels of a cell.

    `textual_image` asks the terminal for its abilities when it is imported, and reads the keyboard for the answer; so
    it is imported while there is no terminal that it could see.
    """
    with _LOADING:
        return _load()


@cache
def _load() -> tuple[int, int]:
    cell = _cell_size()
    terminal = sys.__stdout__
    vars(sys)["__stdout__"] = io.StringIO()
    try:
        from textual_image import _terminal

        vars(_terminal.get_cell_size)["_result"] = _terminal.CellSize(*cell)
        import textual_image.widget  # noqa: F401
    finally:
        vars(sys)["__stdout__"] = terminal
    return cell


def _graphics(image: "Image", way: Way, write: Callable[[str], None]) -> Widget:
    from textual_image.renderable import tgp
    from textual_image.widget import TGPImage

    if way == "sixel":
        from .sixel import SafeSixelImage

        return SafeSixelImage(image)
    # Its own way would write past Textual, into the middle of what Textual writes.
    vars(tgp)["_send_tgp_message"] = KittyMessages(write)
    return TGPImage(image)


class KittyMessages:
    """Messages of https://sw.kovidgoyal.net/kitty/graphics-protocol/: the pieces of one picture go out together."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """Write to the terminal with `write`."""
        self._write = write
        self._pieces: list[str] = []

    def __call__(self, *, payload: str | None = None, **controls: Any) -> None:
        """Take a message; `m=1` says that there are more of it."""
        settings = ",".join(f"{key}={value}" for key, value in controls.items() if value is not None)
        self._pieces.append(f"\x1b_G{settings}{f';{payload}' if payload else ''}\x1b\\")
        if controls.get("m") != 1:
            self._write("".join(self._pieces))
            self._pieces.clear()


def _cell_size() -> tuple[int, int]:
    """Return what the terminal's driver says of its size in pixels, without asking the terminal itself."""
    try:
        from textual_image._posix import get_tiocgwinsz

        rows, columns, width, height = get_tiocgwinsz()
        cell = (width // columns, height // rows)
    except (ImportError, OSError, ValueError, ZeroDivisionError):  # another system, or no terminal
        return USUAL_CELL
    return cell if min(cell) > 0 else USUAL_CELL
