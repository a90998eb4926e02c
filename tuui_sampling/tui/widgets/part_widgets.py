"""What shows one content block of a result or a response: data as a picture or in words, all else as text."""

from collections.abc import Iterator

from textual.widget import Widget

from ...frontend.presentation.content_blocks import block_words
from ...frontend.presentation.media import media_in
from ...sampling.request import Json
from .media_view import MediaView
from .plain import Plain
from .reader import Reader

LONG_TEXT, LONG_LINES = 4_000, 40
"""Characters and lines above which a text gets a reader with its own scroll bar."""


def part_widgets(part: Json, label: str = "") -> Iterator[Widget]:
    """
    Yield the widgets of a content block, as the specification's JSON.

    Args:
        label: Which of several it is; ours.
    """
    media = media_in(part)
    words = block_words(part)
    heading = " · ".join(one for one in (label, "" if media is not None else words.heading) if one)
    if heading:
        yield Plain(heading, multiline=False, limit=500, classes="result-heading")
    if media is not None:
        yield MediaView(media)
    else:
        yield from text_widgets(words.text)


def text_widgets(text: str) -> Iterator[Widget]:
    """Yield the widget for a foreign text; none for an empty one."""
    if len(text) > LONG_TEXT or text.count("\n") > LONG_LINES:
        yield Reader(text)
    elif text:
        yield Plain(text)
