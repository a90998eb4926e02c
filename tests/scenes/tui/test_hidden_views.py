"""What is not on the screen is neither typed into nor decided about without a word."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import Input

from tests.support.screens.app import NARROW, WIDE, running, screen_text, settings_for, wait_until
from tests.support.screens.mouse import press, release
from tests.support.screens.person import Desk, seated
from tests.support.supervised import PUPPET, sampling
from tests.tui.servers.test_screen import open_servers
from tuui_sampling.sampling.inquiry import Inquiry
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.inbox.widgets.queue import Queue
from tuui_sampling.tui.servers.widgets.server_tree import ServerTree
from tuui_sampling.tui.servers.widgets.trace_rows import TraceRows
from tuui_sampling.tui.widgets.filter_line import FilterLine
from tuui_sampling.tui.widgets.text_editor import EditArea
from tuui_sampling.tui.widgets.view_tabs import ViewTab


def form(fields: int) -> str:
    """Return an elicitation with so many fields, each with a default, as it stands on the wire."""
    texts: dict[str, Any] = {f"field{number}": {"type": "string", "default": "x"} for number in range(fields)}
    schema = {"type": "object", "properties": texts}
    params = {"message": "Fill this in.", "requestedSchema": schema}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": params})


async def asked(desk: Desk, *lines: str) -> None:
    """Have the puppet ask, and wait until the first question can be looked at."""
    await desk.backend.supervisor.call_tool("puppet", "say", {"before": list(lines)})
    await desk.until(lambda: len(desk.backend.desk.pending) == len(lines))
    await desk.until(lambda: desk.inbox.is_mounted and desk.inbox.reviewing.item is not None)
    await desk.look()


def tab(desk: Desk, view: str) -> ViewTab:
    """Return a tab of what is selected."""
    return desk.inbox.pane.panel.query_one(f"#view-tab-{view}", ViewTab)


# --- typing ---


async def test_what_is_typed_after_a_tab_was_clicked_changes_no_hidden_text(tmp_path: Path) -> None:
    async with seated(tmp_path, settings_for(puppet=PUPPET)) as desk:
        await asked(desk, sampling(1, "one"))
        await desk.press("e", "A")
        assert isinstance(desk.app.focused, EditArea)
        await desk.pilot.click(tab(desk, "raw"))
        await desk.press("Z")
        assert desk.inbox.pane.panel.tab == "raw"
        assert desk.app.focused is None
        await desk.press("1")
        assert desk.inbox.reviewing.review is not None
        built = desk.inbox.reviewing.edits(desk.inbox.reviewing.review).draft.build()
        assert "Aone" in str(built)
        assert "Z" not in str(built)
        desk.inbox.pane.review_panel.focus_text()
        desk.inbox.pane.review_panel.tab = "changes"
        assert desk.app.focused is None, "at once: the next key may be waiting already"


async def test_the_same_holds_for_questions(tmp_path: Path) -> None:
    async with seated(tmp_path, settings_for(puppet=PUPPET)) as desk:
        await asked(desk, form(1))
        await desk.press("e", "end", "y")
        field = desk.app.focused
        assert isinstance(field, Input)
        await desk.pilot.click(tab(desk, "raw"))
        await desk.press("Z")
        assert desk.inbox.pane.panel.tab == "raw"
        assert (field.value, desk.app.focused) == ("xy", None)
        desk.inbox.pane.inquiry_panel.focus_text()
        await desk.until(lambda: desk.app.focused is field)
        desk.inbox.pane.inquiry_panel.tab = "raw"
        assert desk.app.focused is None


async def test_the_same_holds_for_the_views_of_a_server(tmp_path: Path) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("3", "slash", "a")
        field = app.focused
        assert isinstance(field, Input)
        about = app.screen.query_one("#view-tab-about").region
        for act in (press, release):
            act(app, about.x + 1, about.y)
        for key in "Z5":  # at once: they are for what the click shows
            app.post_message(Key(key, key))
        await wait_until(pilot, lambda: isinstance(app.focused, TraceRows))
        assert field.value == "a"
        app.screen.query_one(ServerTree).focus()
        await pilot.press("slash")  # of what has the focus, whichever view is shown
        await wait_until(pilot, lambda: isinstance(app.focused, FilterLine))


# --- deciding ---


@pytest.mark.parametrize("reads", [False, True], ids=["unread", "read"])
async def test_a_form_that_was_not_seen_whole_is_accepted_only_after_a_word(tmp_path: Path, reads: bool) -> None:
    async with seated(tmp_path, settings_for(puppet=PUPPET), NARROW) as desk:
        await asked(desk, form(30))
        item = desk.inbox.reviewing.item
        assert isinstance(item, Inquiry)
        if reads:
            panel = desk.inbox.pane.inquiry_panel
            while panel.unseen:  # what is jumped over has not been seen
                await desk.press("pagedown")
                await desk.pilot.pause()
        await desk.press("ctrl+g")
        if not reads:
            await desk.until(lambda: "of the question has been on the screen. ^G again" in screen_text(desk.app))
            assert desk.inbox.pane.inquiry_panel.unseen
            assert item.phase is Phase.REQUEST
            await desk.press("ctrl+g")
        await desk.until(lambda: item.phase is Phase.DELIVERED)


async def test_nothing_is_approved_under_the_list(tmp_path: Path) -> None:
    async with seated(tmp_path, settings_for(puppet=PUPPET), NARROW) as desk:
        await asked(desk, sampling(1, "one"), sampling(2, "one"))
        await desk.press("l")
        queue = desk.inbox.query_one(Queue)
        await desk.until(lambda: queue.has_focus and "→ unfold  esc close  ? help" in screen_text(desk.app))
        await desk.press("ctrl+g")
        assert not any(desk.inbox.commands.is_possible(name) for name in ("approve", "choose-model", "answer-by-hand"))
        await desk.press("escape")
        assert not queue.display
        assert {item.phase for item in desk.backend.desk.items} == {Phase.REQUEST}
        assert desk.inbox.commands.is_possible("approve")
        await desk.look()
        await desk.press("ctrl+g")
        await desk.until(lambda: desk.backend.desk.reviews[1].phase is not Phase.REQUEST)


# --- the footer ---


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_the_footer_has_room_for_the_help(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        backend.runs.start("puppet", "wait", {"before": [sampling(1, "one")]})
        await wait_until(pilot, lambda: backend.desk.pending)
        await pilot.press("5")
        await wait_until(pilot, lambda: isinstance(app.focused, TraceRows))
        for key in ("end", "home"):  # what came, and a request of ours with its answer
            await pilot.press(key)
            await wait_until(pilot, lambda: "/ search" in screen_text(app) and "? help" in screen_text(app))
        await wait_until(pilot, lambda: "o other side" in screen_text(app))
        assert ("W save trace" in screen_text(app)) is (size is WIDE)
