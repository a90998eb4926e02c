"""Hues can be read on the background of every theme."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tuui_sampling.tui.document.contrast import MIN_CONTRAST, contrast, readable

HUES = ("text-primary", "text-success", "text-accent")
NAMES = frozenset((*HUES, "foreground", "background"))
PLAIN = [theme for name, theme in BUILTIN_THEMES.items() if "ansi" not in name]


def test_every_hue_of_every_theme_can_be_read_and_stays_a_hue() -> None:
    unreadable = 0
    for theme in PLAIN:
        colours = {name: Color.parse(one) for name, one in theme.to_color_system().generate().items() if name in NAMES}
        for hue in HUES:
            plain, background = colours["foreground"], colours["background"]
            shown = readable(colours[hue], plain, background)
            assert contrast(shown, background) >= MIN_CONTRAST, (theme.name, hue)
            assert shown != plain, (theme.name, hue)
            unreadable += contrast(colours[hue], background) < MIN_CONTRAST
    assert unreadable  # else nothing is needed


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000", "#fff", 21), ("#777", "#fff", 4.48), ("#0f0", "#0f0", 1)])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(Color.parse(one), Color.parse(other)) == pytest.approx(ratio, abs=0.01)


def test_a_colour_of_the_terminal_s_palette_is_left_alone() -> None:
    blue, black = Color.parse("ansi_blue"), Color.parse("ansi_black")
    assert readable(blue, Color.parse("#fff"), black) is blue
