"""Names of rules and servers have a column that is as wide as they are, as far as there is room."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from tuui_sampling.frontend.remembered import Remembered
from tuui_sampling.tui.policy.pane import PolicyPane
from tuui_sampling.tui.policy.rows import MIN_NAME, Row, prompts

LONG = "a rule with a name that says all that it lets pass"
ROWS = (
    Row("Rules", is_heading=True),
    Row("deny  short", "never matched", key="1"),
    Row(LONG, "1 request, last 3 s ago", key="2"),
    Row("Servers", is_heading=True),
    Row("notes [/]\x1b", "has not asked in 30 days", key="3"),
    Row("No limit."),
)


@pytest.mark.parametrize("width", [200, 120, len(LONG) + len("1 request, last 3 s ago") + 4])
def test_nothing_is_cut_where_there_is_room(width: int) -> None:
    heading, short, long, _, server, nothing = (one.plain for one in prompts(ROWS, width))
    assert long == f"  {LONG}  1 request, last 3 s ago"
    assert short.index("never") == long.index("1 request"), "a column"
    assert (heading, nothing) == ("Rules", "  No limit.")
    assert server == "  notes [/]␛  has not asked in 30 days", "each section has its own"


def test_names_are_cut_first_and_say_so() -> None:
    long = prompts(ROWS, 60)[2].plain
    assert long.startswith("  a rule with a name that says all") and "…  1 request, last 3 s ago" in long
    assert len(long) == 60 - 0
    assert prompts(ROWS, 10)[2].plain == f"  {LONG[: MIN_NAME - 1]}…  1 request, last 3 s ago"


async def test_what_is_risky_or_wrong_has_its_hue_and_the_row_of_the_cursor_one_colour(tmp_path: Path) -> None:
    class Listed(App[None]):
        def compose(self) -> ComposeResult:
            yield PolicyPane(Remembered(tmp_path / "interface.json"))

    app = Listed()
    async with app.run_test(size=(100, 12)) as pilot:
        pane = app.query_one(PolicyPane)
        rests = ("medium risk", "⚑ high risk · 3 % approved", "✗ void · never matched", "⚑ high risk")
        pane.show([Row(str(number), rest, key=str(number)) for number, rest in enumerate(rests)])
        pane.options.highlighted = 3
        await pilot.pause()

        def hue(row: int, word: str) -> object:
            strip = pane.options.render_line(row)
            at = strip.text.index(word)
            style = next(iter(strip.crop(at, at + 1))).style
            return style.color if style is not None else None

        plain = hue(0, "medium")
        assert len({plain, hue(1, "⚑"), hue(2, "✗")}) == 3
        assert hue(1, "3 %") == hue(2, "never") == plain
        assert hue(3, "⚑") == hue(3, "3")
