"""
The last line of defence: no control character of a text reaches the terminal.

Textual sends whatever is in a text raw to the terminal, which obeys escape sequences and *answers* some of them as if
somebody had typed. `visible()` reveals them on the way in; this filter makes sure that a forgotten place does no harm.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL and C1
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators and direction controls
    "\ud800-\udfff]"  # surrogates can't be encoded: writing one would end the program
)

PLAIN_TERMS = ("dumb", "unknown")
"""Terminals that know no colours, or may not."""

MIN_DIFFERENCE = 0.06
"""How much lighter or darker than its widget a stretch is that stands out by its background; both are 0 to 1."""


class ControlCharacterFilter(LineFilter):
    """Drops control characters from every segment that is text. For `App.get_line_filters()`."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without control characters; the same list when there were none."""
        for segment in segments:
            # isprintable is one quick pass; a few harmless characters (such as a no-break space) fail it, too.
            if not segment.text.isprintable() and segment.control is None:
                return [_cleaned(segment) for segment in segments]
        return segments


def _cleaned(segment: Segment) -> Segment:
    """Return the segment without control characters."""
    if segment.control is not None or segment.text.isprintable():
        return segment
    return Segment(_DANGEROUS.sub("", segment.text), segment.style, None)


class ColourlessFilter(LineFilter):
    """
    Takes every colour away. What stands out by its background only, such as a cursor or a selection, is in reverse.

    Textual's own filter for `NO_COLOR` leaves greys.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        ground = background.brightness
        return [
            Segment(text, _colourless(style, ground), control) if style is not None else Segment(text, None, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _colourless(style: Style, ground: float) -> Style:
    own = style.color if style.reverse else style.bgcolor
    stands_out = own is not None and not own.is_default and _differs(Color.from_rich_color(own), ground)
    plain = style.without_color + Style.from_meta(style.meta)
    return plain + Style(reverse=True) if stands_out else plain


def _differs(colour: Color, ground: float) -> bool:
    return abs(colour.brightness - ground) >= MIN_DIFFERENCE


def is_colourless(environ: Mapping[str, str]) -> bool:
    """Whether no colours are to be sent, and so no pictures: https://no-color.org, and terminals that know none."""
    return "NO_COLOR" in environ or environ.get("TERM", "") in PLAIN_TERMS


def filters_for(environ: Mapping[str, str]) -> list[LineFilter]:
    """Return what changes each line before the terminal gets it; the last line of defence comes last."""
    return [*([ColourlessFilter()] if is_colourless(environ) else ()), ControlCharacterFilter()]
