"""The title of what is reviewed, at every width."""

import time
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tests.frontend.queue.test_order import review
from tests.support.screens.app import screen_text
from tuui_sampling.sampling.origin import Deadline
from tuui_sampling.sampling.review import Review
from tuui_sampling.tui.inbox.widgets.origin_line import cause_line
from tuui_sampling.tui.inbox.widgets.panel_title import PanelTitle, Words, fitted

TURN, LEFT, MORE = (
    Words("your turn: the request", "your turn"),
    Words("the server may have given up", "may have given up"),
    Words("still", "still"),
)
POSITION = Words("2 of 3", "")


def asked(server: str, tool: str | None) -> Review:
    """Return a request of a call of that server's tool."""
    one = review(12)
    one.origin = replace(one.origin, server=server, tool=tool)
    return one


LONG = asked("a-server-with-a-long-name", "and_a_tool_with_one_that_is_longer")


@pytest.mark.parametrize(
    ("width", "title"),
    [
        (
            150,
            "#12 a-server-with-a-long-name › and_a_tool_with_one_that_is_longer · your turn: the request"
            " · the server may have given up · still · 2 of 3",
        ),
        (98, "#12 a-server… › and_a_to… · your turn: the request · the server may have given up · still · 2 of 3"),
        (78, "#12 a-server… › and_a_to… · your turn: the request · may have given up · still"),
        (58, "#12 a-se… › and_a… · your turn · may have given up · still"),
    ],
)
def test_the_names_give_way_and_what_must_be_known_stays(width: int, title: str) -> None:
    shown = fitted(LONG, (TURN, LEFT, MORE, POSITION), width)
    assert shown.plain == title
    assert shown.cell_length <= width


def test_short_names_are_shown_whole() -> None:
    assert fitted(asked("s", "t"), (TURN, LEFT, MORE, POSITION), 84).plain == (
        "#12 s › t · your turn: the request · the server may have given up · still · 2 of 3"
    )
    assert fitted(asked("s", "a_tool_with_a_long_name"), (TURN,), 50).plain.startswith("#12 s › a_tool_with_a")


def test_a_tool_that_is_not_known_is_called_so_everywhere_and_the_reason_is_told_once() -> None:
    unknown = asked("s", None)
    assert fitted(unknown, (), 80).plain == "#12 s › tool unknown"
    told = cause_line(unknown).plain
    assert told == "from    s › tool unknown: several of your calls were under way"
    unsolicited = asked("s", None)
    unsolicited.origin = replace(unsolicited.origin, unsolicited=True)
    assert "tool unknown" not in fitted(unsolicited, (), 80).plain + cause_line(unsolicited).plain


@pytest.mark.parametrize("width", range(40))
def test_a_tiny_width_does_no_harm(width: int) -> None:
    assert fitted(LONG, (TURN, LEFT, MORE, POSITION), width).cell_length <= width


async def test_it_follows_the_width_of_the_terminal() -> None:
    class Titled(App[None]):
        def compose(self) -> ComposeResult:
            yield PanelTitle(id="title")

    urgent = asked("a-server-with-a-long-name", "and_a_tool_with_one_that_is_longer")
    urgent.origin = replace(urgent.origin, deadline=Deadline(time.monotonic() + 48, presumed=True, reason=""))
    async with Titled().run_test(size=(150, 4)) as pilot:
        pilot.app.query_one(PanelTitle).show(urgent, TURN)
        pilot.app.query_one(PanelTitle).place("2 of 3")
        await pilot.pause()
        assert "longer · your turn: the request · 0:4" in screen_text(pilot.app)
        assert " left · 2 of 3" in screen_text(pilot.app)
        await pilot.resize_terminal(60, 4)
        await pilot.pause()
        (title, *_) = screen_text(pilot.app).splitlines()
        assert " · your turn · 0:4" in title
        assert title.endswith(" left ─╮")
