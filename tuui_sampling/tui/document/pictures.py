"""Looks at the data in a document beside the event loop, and keeps its pictures as rows."""

import asyncio
import os
from collections.abc import Callable
from typing import cast

from ...frontend.document.blocks import Picture
from ...frontend.presentation.images import look
from ...frontend.presentation.media import Media
from ..port import DrawsPictures
from ..terminal.graphics import Way, picture_rows, way_to_draw
from .pane import DocumentPane
from .rows import Picture as PictureRows

Decode = Callable[[], Media | None]
"""Decodes a piece of data; slow."""


async def look_at(pane: DocumentPane, name: str, decode: Decode) -> Picture:
    """Return what is known of a piece of data, and let the pane draw it under that name."""
    pictures = cast(DrawsPictures, pane.app).pictures
    way = way_to_draw(pictures.images, os.environ)
    sequences: list[str] = []
    async with pictures.decoding:
        picture, rows = await asyncio.to_thread(_looked, decode, way, sequences.append)
    for sequence in sequences:
        pictures.write(sequence)
    if rows:
        pane.view.painter.pictures[name] = rows
    return picture


def _looked(decode: Decode, way: Way | None, write: Callable[[str], None]) -> tuple[Picture, PictureRows]:
    """Look at a piece of data. Slow: not for the event loop."""
    media = decode()
    if media is None:
        return Picture("data"), []
    if not media.is_image or media.content is None:
        return Picture(media.words), []
    looked = look(media.content, decode=way is not None)
    rows = picture_rows(looked.picture, way, write) if looked.picture is not None and way is not None else []
    return Picture(" · ".join(filter(None, (media.words, looked.words, looked.problem))), len(rows)), rows
