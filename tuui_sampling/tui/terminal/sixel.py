"""
Draws pictures as rows of sixels, one picture of a cell's height for each row, so that they scroll as text does.

What a row is drawn over are blanks: whatever cuts or covers a row counts its cells. The sequence itself is marked as
control, because our own line filter lets no control character of a text through.
"""

from typing import TYPE_CHECKING

from rich.segment import ControlType, Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL.Image import Image

SAVE, RESTORE = "\x1b7", "\x1b8"
"""What keeps the place of the cursor: where a terminal leaves it after sixels differs."""


def sixel_rows(image: "Image", columns: int, rows: int, cell: tuple[int, int]) -> list[Strip]:
    """
    Draw an RGBA picture into so many cells. Slow: not for the event loop.

    Args:
        cell: Pixels of a cell: width and height.
    """
    width, height = cell
    fitted = image.resize((columns * width, rows * height))
    return [_row(fitted.crop((0, row * height, columns * width, (row + 1) * height)), columns) for row in range(rows)]


def _row(image: "Image", columns: int) -> Strip:
    from textual_image._sixel import image_to_sixels

    sequence = Segment(image_to_sixels(image), None, [(ControlType.CURSOR_FORWARD, 0)])
    return Strip([Segment(" " * columns), sequence], columns)
