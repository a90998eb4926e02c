"""Pictures of half blocks: two pixels in a cell, one above the other, which every terminal with colours can show."""

from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL.Image import Image

BEHIND = (128, 128, 128, 255)
"""What shows through transparent pixels: a grey on which both dark and light ones can be seen."""


def block_rows(image: "Image", columns: int, rows: int) -> list[Strip]:
    """Draw an RGBA picture into so many cells. Slow: not for the event loop."""
    from PIL import Image

    small = image.resize((columns, 2 * rows))
    pixels = Image.alpha_composite(Image.new("RGBA", small.size, BEHIND), small).convert("RGB").tobytes()
    colours = [Color.from_rgb(*pixels[at : at + 3]) for at in range(0, len(pixels), 3)]
    return [
        Strip([_cell(colours[top + column], colours[top + columns + column]) for column in range(columns)], columns)
        for top in range(0, len(colours), 2 * columns)
    ]


def _cell(above: Color, below: Color) -> Segment:
    return Segment("▀", Style(color=above, bgcolor=below))
