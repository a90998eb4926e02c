"""Sixel pictures that get past our own line filter, which lets no control character of a text through."""

from collections.abc import Iterable

from rich.segment import ControlType, Segment
from textual.app import ComposeResult
from textual_image.widget import SixelImage
from textual_image.widget.sixel import _ImageSixelImpl, _NoopRenderable


class SafeSixelImage(SixelImage, Renderable=_NoopRenderable):
    """A picture, as sixels."""

    def compose(self) -> ComposeResult:
        """Add what draws."""
        yield _Sixels(self.image, self._sixel_options)


class _Sixels(_ImageSixelImpl):
    def _get_sixel_segments(self, sixel_data: str) -> Iterable[Segment]:
        return marked(super()._get_sixel_segments(sixel_data))


def marked(segments: Iterable[Segment]) -> list[Segment]:
    """Mark sequences, which hold nothing but pixels and their place, as what they are: control."""
    return [Segment(one.text, one.style, [(ControlType.CURSOR_FORWARD, 0)]) for one in segments]
