"""
Draws pictures as rows of characters that kitty, and the terminals that do as it does, show pixels in the place of.

The picture is sent once; then each cell of it is a placeholder, whose colour names the picture and whose accents name
the row and the column: https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders. So its rows are text,
which scrolls, is covered and is cut as all other text is.
"""

import base64
import io
from collections.abc import Callable, Iterator
from itertools import count
from random import randrange
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from PIL.Image import Image

PLACEHOLDER = "\U0010eeee"

ACCENTS = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357\u035b\u0363\u0364"
    "\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484\u0485\u0486\u0487\u0592\u0593\u0594"
    "\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1\u05a8\u05a9\u05ab\u05ac\u05af\u05c4\u0610\u0611\u0612"
    "\u0613\u0614\u0615"
)
"""What stands for 0, 1, 2 …: the protocol's own list, as far as it is needed."""

CHUNK = 4_096
"""Characters of a picture in one message, the most that the protocol allows."""

_NUMBERS = count(randrange(1, 2**23))
"""Numbers of pictures: other programs in the same terminal have theirs. What is not shown, the terminal forgets."""


def kitty_rows(image: "Image", columns: int, rows: int, write: Callable[[str], None]) -> list[Strip]:
    """
    Send an RGBA picture, and return the rows that stand for it. Slow: not for the event loop.

    Args:
        write: Writes a sequence of ours to the terminal, in its turn.
    """
    number = next(_NUMBERS)
    write("".join(_messages(image, number, columns, rows)))
    style = Style(color=Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255))
    return [
        Strip([Segment("".join(_cell(row, column) for column in range(columns)), style)], columns)
        for row in range(rows)
    ]


def _cell(row: int, column: int) -> str:
    return f"{PLACEHOLDER}{ACCENTS[row]}{ACCENTS[column]}"


def _messages(image: "Image", number: int, columns: int, rows: int) -> Iterator[str]:
    """Yield what sends a picture, in pieces, and what says how many cells it takes; no answer is wanted."""
    file = io.BytesIO()
    image.save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    for at in range(0, len(data), CHUNK):
        more = int(at + CHUNK < len(data))
        yield f"\x1b_Gi={number},m={more},f=100,q=2;{data[at : at + CHUNK]}\x1b\\"
    yield f"\x1b_Ga=p,i={number},c={columns},r={rows},U=1,q=2\x1b\\"
