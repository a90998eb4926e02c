"""On a terminal with few colours or none, and in a light theme, all is said that is said elsewhere, and can be read."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.terminal.program import Program, demo
from tuui_sampling.config.paths import state_dir
from tuui_sampling.frontend.remembered import Remembered
from tuui_sampling.tui.theme import CHOSEN, INSTEAD_OF

Styles = dict[tuple[str, str], str]
"""The first words in each pair of colours: text and background."""

CONSOLE = {
    "black": "000000", "red": "aa0000", "green": "00aa00", "brown": "aa5500", "blue": "0000aa", "magenta": "aa00aa",
    "cyan": "00aaaa", "white": "aaaaaa", "brightblack": "555555", "brightred": "ff5555", "brightgreen": "55ff55",
    "brightbrown": "ffff55", "brightblue": "5555ff", "brightmagenta": "ff55ff", "brightcyan": "55ffff",
    "brightwhite": "ffffff",
}  # fmt: skip
"""The sixteen colours as the console of a PC shows them, by the emulator's names."""

MIN_CONTRAST = 2.7
"""Of text to its background. WCAG 2 wants 3 for marks and large text; 2.75 is what Textual's light theme allows."""

ENHANCED = 7
"""Contrast that WCAG 2 calls enhanced (level AAA)."""

COLOURLESS = ("no-colour", "no-colour-of-millions", "dumb")

_STYLE = re.compile(rb"\x1b\[([0-9;:]*)m")
_COLOUR = re.compile(rb"3[0-8]|4[0-8]|9[0-7]|10[0-7]")

TERMINALS = {
    "16-colours": ({"TERM": "linux"}, ""),
    "no-colour": ({"NO_COLOR": "1"}, ""),
    "no-colour-of-millions": ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, ""),
    "dumb": ({"TERM": "dumb", "COLORTERM": "truecolor"}, ""),
    "light": ({"COLORTERM": "truecolor"}, "textual-light"),
}


@pytest.mark.parametrize("name", TERMINALS)
def test_what_is_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion) -> None:
    environ, theme = TERMINALS[name]
    monkeypatch.delenv("COLORTERM", raising=False)
    if theme:
        remembered = Remembered(state_dir() / "interface.json")
        remembered.set(CHOSEN, theme)
        remembered.set(INSTEAD_OF, "")
    with demo(tmp_path, environ=environ) as program:
        program.wait_for("all seen")
        program.wait_for("ends the tour")
        program.press("escape")  # what the tour says depends on how far the program is
        program.wait_until_gone("ends the tour")
        program.wait_for("^G send")
        waiting = _shown(program)
        if name not in COLOURLESS:
            assert _contrast_of(program, "your turn") >= ENHANCED, "the title is not the faintest line"
        program.refuse(until="rejected: no model was asked")
        program.wait_until_gone("^G send")
        program.wait_for("? help")
        ended = _shown(program)
        program.press_until("Servers ━", "f2")
        sent = [part for codes in _STYLE.findall(program.output) for part in re.split(b"[;:]", codes)]
    styles = waiting | ended
    if name in COLOURLESS:
        assert [part for part in sent if _COLOUR.fullmatch(part)] == []
        assert {b"1", b"7"} <= set(sent), "bold and reverse tell apart what colours do elsewhere"
        assert set(styles) == {("default", "default"), ("background", "foreground")}
    else:
        assert {colours: words for colours, words in styles.items() if _contrast(*colours) < MIN_CONTRAST} == {}
    if name == "16-colours":
        assert {part for colours in styles for part in colours} <= set(CONSOLE)
    assert [_told(waiting), _told(ended)] == snapshot


def _shown(program: Program) -> Styles:
    styles: Styles = {}
    for text, colour, ground in program.emulator.stretches():
        if re.search(r"\w", text):
            styles.setdefault((colour, ground), " ".join(text.split()))
    return styles


def _contrast_of(program: Program, words: str) -> float:
    """Return the contrast of the first words on the screen that hold some."""
    return next(_contrast(*colours) for text, *colours in program.emulator.stretches() if words in text)


def _told(styles: Styles) -> list[str]:
    """Return the colours with their words, without what differs from run to run."""
    return [f"{colour} on {ground}: {re.sub('[0-9]+', 'N', words)}" for (colour, ground), words in styles.items()]


def _contrast(colour: str, ground: str) -> float:
    low, high = sorted((_luminance(colour), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    rgb = CONSOLE.get(colour, colour)
    parts = [int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
