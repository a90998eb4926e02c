"""
The last line of defence: no control character of a text reaches the terminal.

Textual sends whatever is in a text raw to the terminal, which obeys escape sequences and *answers* some of them as if
somebody had typed. `visible()` reveals them on the way in; this filter makes sure that a forgotten place does no harm.
"""

import re
from collections.abc import Mapping
from colorsys import rgb_to_hsv
from functools import lru_cache

from rich.color import ColorSystem, ColorType
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

BLACK, WHITE, BRIGHT = 0, 15, 8
"""Two of the sixteen, and from each of the first eight to its bright one."""

GREYS = (0, 7, 8, 15)

HUES = ((0.06, 1), (0.2, 3), (0.46, 2), (0.54, 6), (0.72, 4), (0.92, 5), (1, 1))
"""The end of each hue, on a circle from 0 to 1, and which of the sixteen it is."""

MIN_COLOURED = 0.2
"""How far apart the parts of a colour are at least, each from 0 to 1, that is no grey."""

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


class HueFilter(LineFilter):
    """
    Gives text the hue that it has among sixteen colours, too.

    Rich takes the nearest of them, which is a grey for the pale hues that say how something is: ready, failed, waiting.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with hues of the sixteen, where they would be grey on a ground that is none of those."""
        return [
            Segment(text, _hued(style), control) if style is not None else Segment(text, None, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _hued(style: Style) -> Style:
    if style.color is None or style.color.type is not ColorType.TRUECOLOR or style.reverse:
        return style
    ground = 0 if style.bgcolor is None else style.bgcolor.downgrade(ColorSystem.STANDARD).number or 0
    if ground not in (BLACK, WHITE) or style.color.downgrade(ColorSystem.STANDARD).number not in GREYS:
        return style
    red, green, blue = (part / 255 for part in style.color.get_truecolor())
    if max(red, green, blue) - min(red, green, blue) < MIN_COLOURED:
        return style
    hue = rgb_to_hsv(red, green, blue)[0]
    number = next(number for upto, number in HUES if hue <= upto)
    return style + Style(color=f"color({number + BRIGHT * (ground == BLACK)})")


def _differs(colour: Color, ground: float) -> bool:
    return abs(colour.brightness - ground) >= MIN_DIFFERENCE


def is_colourless(environ: Mapping[str, str]) -> bool:
    """Whether no colours are to be sent, and so no pictures: https://no-color.org, and terminals that know none."""
    return "NO_COLOR" in environ or environ.get("TERM", "") in PLAIN_TERMS


def filters_for(environ: Mapping[str, str], colours: str | None = None) -> list[LineFilter]:
    """
    Return what changes each line before the terminal gets it; the last line of defence comes last.

    Args:
        colours: What Rich calls the colours that the terminal knows.
    """
    if is_colourless(environ):
        return [ColourlessFilter(), ControlCharacterFilter()]
    return [*([HueFilter()] if colours == "standard" else ()), ControlCharacterFilter()]
