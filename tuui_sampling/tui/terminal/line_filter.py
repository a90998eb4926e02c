"""
The last line of defence: no control character of a text reaches the terminal.

Textual sends whatever is in a text raw to the terminal, which obeys escape sequences and *answers* some of them as if
somebody had typed. `visible()` reveals them on the way in; this filter makes sure that a forgotten place does no harm.
"""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter, Monochrome

_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL and C1
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators and direction controls
    "\ud800-\udfff]"  # surrogates can't be encoded: writing one would end the program
)

PLAIN_TERMS = ("dumb", "unknown")
"""Terminals that know no colours, or may not: they get greys, and no pictures."""


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


def filters_for(term: str) -> list[LineFilter]:
    """Return what changes each line before a terminal of that name gets it; the last line of defence comes last."""
    return [*([Monochrome()] if term in PLAIN_TERMS else ()), ControlCharacterFilter()]
