"""No colour gets to a terminal that wants none, and what only a colour told is told otherwise."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tuui_sampling.tui.terminal.line_filter import (
    ColourlessFilter,
    ControlCharacterFilter,
    HueFilter,
    filters_for,
    is_colourless,
)

GROUND = Color.parse("#1e1e1e")

STYLES = (
    # What Textual draws, and whether it is in reverse without colours.
    ("#e0e0e0 on #1e1e1e", False),
    ("bold #ffa62b on #1e1e1e", False),
    ("#e0e0e0 on #0178d4", True),  # a cursor
    ("#e0e0e0 on #0b3d66", True),  # the same, where the focus is elsewhere; a selection
    ("#e0e0e0 on #282828", False),  # a field, or a footer
    ("reverse #e0e0e0 on #1e1e1e", True),  # a mark, or where one types
    ("reverse #1e1e1e on #e0e0e0", True),
    ("underline", False),
)


@pytest.mark.parametrize(("drawn", "in_reverse"), STYLES)
def test_colours_go_and_what_stands_out_by_one_is_in_reverse(drawn: str, in_reverse: bool) -> None:
    style = Style.parse(drawn) + Style.from_meta({"@click": "app.bell"})
    (segment,) = ColourlessFilter().apply([Segment("text", style)], GROUND)
    left = segment.style
    assert left is not None
    assert (left.color, left.bgcolor) == (None, None)
    assert bool(left.reverse) is in_reverse
    assert (left.bold, left.underline) == (style.bold, style.underline)
    assert left.meta == style.meta, "a mouse finds by it what it has clicked"


@pytest.mark.parametrize(
    ("environ", "colourless"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, True),
        ({"TERM": "unknown"}, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
        ({}, False),
    ],
)
def test_who_gets_no_colours(environ: dict[str, str], colourless: bool) -> None:
    assert is_colourless(environ) is colourless
    kinds = [type(one) for one in filters_for(environ)]
    assert kinds == [*([ColourlessFilter] if colourless else []), ControlCharacterFilter]
    assert [type(one) for one in filters_for(environ, "standard")] == (
        kinds if colourless else [HueFilter, ControlCharacterFilter]
    )


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("bold #8AD4A1 on #121212", "bold color(10) on #121212"),  # $text-success, of a server that is ready
        ("#D17E92 on #121212", "color(9) on #121212"),
        ("#57A5E2", "color(12)"),
        ("#337E4A on #ffffff", "color(2) on #ffffff"),  # the same in a light theme
        ("#8AD4A1 on #0178d4", "#8AD4A1 on #0178d4"),  # the cursor, on which a hue could not be read
        ("#ddedf9 on #121212", "#ddedf9 on #121212"),  # a text
        ("#FFC473 on #121212", "#FFC473 on #121212"),  # the nearest is none of the greys
        ("green", "green"),
        ("bold", "bold"),
    ],
)
def test_a_pale_hue_is_one_of_sixteen_colours(drawn: str, shown: str) -> None:
    (segment,) = HueFilter().apply([Segment("●", Style.parse(drawn))], GROUND)
    assert segment.style == Style.parse(shown)
