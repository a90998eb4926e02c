"""
Tells what an image file holds besides the picture that is drawn: more frames, its camera's notes, bytes behind its end.

All of it goes to the model with the file. Slow for long files: not for the event loop.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .format import octets

if TYPE_CHECKING:
    from PIL.Image import Image

GPS = 0x8825
"""The tag under which EXIF holds where a picture was taken."""


def facts(image: "Image", content: bytes) -> Iterator[str]:
    """
    Yield what is to be told of an opened image besides its size.

    Raises:
        Exception: Whatever Pillow raises for damaged files.
    """
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        yield f"first of {frames:,} frames"
    exif = image.getexif()
    if exif:
        yield "EXIF with place" if exif.get_ifd(GPS) else "EXIF"
    end = _ENDS.get(image.format or "", len)(content)
    if 0 < end < len(content):
        yield f"{octets(len(content) - end)} after the end"


def _png_end(content: bytes) -> int:
    """Return where the last chunk ends: https://www.w3.org/TR/png-3/#5Chunk-layout; 0 where it has no end."""
    at = 8
    while at + 12 <= len(content):
        kind, at = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if kind == b"IEND":
            return at
    return 0


def _jpeg_end(content: bytes) -> int:
    """Return where the first picture ends: segments with their lengths, and between them data without markers."""
    at = 2
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0x01, *range(0xD0, 0xD9)):
            at += 2
        elif marker == 0xFF:
            at += 1
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return 0


def _gif_end(content: bytes) -> int:
    """Return where the trailer is: https://www.w3.org/Graphics/GIF/spec-gif89a.txt."""
    at = 13 + _colours(content[10:11])
    while at < len(content):
        kind = content[at]
        if kind == 0x3B:
            return at + 1
        if kind == 0x2C:
            at += 11 + _colours(content[at + 9 : at + 10])
        elif kind == 0x21:
            at += 2
        else:
            return 0
        while at < len(content) and content[at]:  # blocks of data, up to an empty one
            at += 1 + content[at]
        at += 1
    return 0


def _colours(flags: bytes) -> int:
    """Return the bytes of a table of colours."""
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _webp_end(content: bytes) -> int:
    size = int.from_bytes(content[4:8], "little")
    return 8 + size + size % 2


_ENDS: dict[str, Callable[[bytes], int]] = {
    "PNG": _png_end,
    "JPEG": _jpeg_end,
    "GIF": _gif_end,
    "WEBP": _webp_end,
    "BMP": lambda content: int.from_bytes(content[2:6], "little"),
}
"""Format → where a file of it ends; 0 where that can't be told."""
