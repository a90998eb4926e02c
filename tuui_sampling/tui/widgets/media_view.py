"""One piece of data on the screen: what it is, always; and the picture, where it is one and can be drawn."""

import asyncio
import os
from typing import cast

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ...frontend.presentation.images import look
from ...frontend.presentation.media import Media
from ..port import DrawsPictures
from ..terminal.graphics import drawn, way_to_draw
from .plain import Plain


class MediaView(Vertical):
    """
    Says what data there is, and draws it once it has been decoded beside the event loop.

    Attributes:
        is_settled: No picture will follow that would push away what is below.
    """

    DEFAULT_CSS = """
    MediaView { height: auto; padding-left: 2; }
    """

    class Settled(Message):
        """The picture is there, or none will come."""

    def __init__(self, media: Media) -> None:
        """Show data, which never changes."""
        super().__init__(classes="media-view")
        self.media = media
        self.is_settled = not media.is_image or media.content is None
        self._words = Plain(media.words, limit=500, multiline=False)

    def compose(self) -> ComposeResult:
        """Begin with the words; the picture follows."""
        yield self._words

    def on_mount(self) -> None:
        """Have the picture decoded."""
        if not self.is_settled and self.media.content is not None:
            self._look(self.media.content)

    @work
    async def _look(self, content: bytes) -> None:
        pictures = cast(DrawsPictures, self.app).pictures
        way = way_to_draw(pictures.images, os.environ)
        async with pictures.decoding:
            looked = await asyncio.to_thread(look, content, decode=way is not None)
            self._words.update(" · ".join(filter(None, (self.media.words, looked.words, looked.problem))))
            if looked.picture is not None and way is not None:
                make = await asyncio.to_thread(drawn, looked.picture, way, pictures.write)
                await self.mount(make())
        self.is_settled = True
        self.post_message(self.Settled())
