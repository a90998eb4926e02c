"""
Image data that came from strangers → a small picture, or the reason why there is none.

Pillow reads the header first; what is too large by its bytes or its dimensions is never decoded, so that no "bomb"
fills the memory. Only the usual formats are tried, and of a moving picture only the first frame. Slow: not for the
event loop. Importing this imports no Pillow.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .format import octets
from .image_facts import facts

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 20 * 2**20
"""Encoded bytes that are decoded."""

MAX_PIXELS = 25_000_000
"""Pixels that are decoded: 100 MB at four bytes each, and once more while they are converted."""

LARGEST_PICTURE = (640, 480)
"""Pixels of the picture that is kept to be drawn; about what fits into a terminal."""

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")

_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for damaged files, depending on the format and the damage."""


@dataclass(frozen=True)
class Looked:
    """
    What was found out about an image.

    Attributes:
        words: Its dimensions, what kind of file it really is, and what it holds besides the picture.
        picture: What can be drawn of it.
        problem: Why nothing can be drawn.
    """

    words: str = ""
    picture: "Image | None" = None
    problem: str = ""


def look(content: bytes, *, decode: bool = True) -> Looked:
    """
    Look at an image.

    Args:
        decode: Else only its header is read.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > MAX_BYTES:
        return Looked(problem=f"not drawn: more than {octets(MAX_BYTES)}")
    Image.MAX_IMAGE_PIXELS = None  # ours is the stricter check, and Pillow's own would only warn
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            words = f"{image.width}×{image.height} {image.format}"
            if image.width * image.height > MAX_PIXELS:
                return Looked(words, problem=f"not drawn: more than {MAX_PIXELS // 1_000_000} million pixels")
            words = " · ".join((words, *facts(image, content)))
            image.seek(0)
            return Looked(words, _small(image) if decode else None)
    except UnidentifiedImageError:
        return Looked(problem=f"not drawn: no {', '.join(FORMATS)} file")
    except _DAMAGED:
        return Looked(problem="not drawn: the file is damaged")


def _small(image: "Image") -> "Image":
    image.draft("RGB", LARGEST_PICTURE)  # lets a JPEG be decoded at a fraction of its size
    small = image if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("RGBA")
    small.thumbnail(LARGEST_PICTURE)
    return small.convert("RGBA")
