"""What the Servers screen calls things: what is subscribed to, which call is meant, what a key does now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._toast import Toast

from tests.scenes.hostile.test_wire import ROUNDS
from tests.support.paths import ROOT, demo_server
from tests.support.screens.app import (
    NARROW,
    WIDE,
    footer,
    is_possible,
    running,
    screen_text,
    settings_for,
    shown_text,
    wait_until,
)
from tests.support.screens.person import result_text, seated
from tests.support.supervised import PUPPET, sampling
from tests.tui.servers.test_primitives import choose, offering, open_offers
from tests.tui.servers.test_screen import open_servers, tool_text
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.frontend.presentation.primitives import subscribed_uris
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.state.primitives import OfferKind, ResourceTemplate
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.ask_path import AskPath
from tuui_sampling.tui.dialogs.basic import Confirm
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.inbox.screen import InboxScreen
from tuui_sampling.tui.servers.screen import ServersScreen
from tuui_sampling.tui.servers.widgets.invocation_view import RunHead
from tuui_sampling.tui.servers.widgets.result_view import ResultView
from tuui_sampling.tui.servers.widgets.server_tree import ServerTree
from tuui_sampling.tui.servers.widgets.trace_rows import TraceRows
from tuui_sampling.tui.widgets.filter_line import FilterLine
from tuui_sampling.tui.widgets.line_input import LineInput
from tuui_sampling.tui.widgets.plain import StatusLine

Scene = tuple[TuuiApp, Pilot[None], Backend]


@asynccontextmanager
async def puppet(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Scene]:
    """Run the program on the puppet, with the Servers on the screen."""
    async with running(settings_for(puppet=PUPPET), folder / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        yield app, pilot, backend


# --- what is subscribed to ---


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_a_subscribed_template_is_marked_and_unsubscribed(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(offering(), tmp_path / "r", size=size) as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.TEMPLATE, "notes://{folder}/{page}")
        await pilot.press("u")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        assert "required" in tool_text(app)  # it shows what is missing
        await pilot.press(*"home", "tab", *"garden", "escape")
        await wait_until(pilot, lambda: "u subscribe" in footer(app) and isinstance(app.focused, ServerTree))
        await pilot.press("u")
        await wait_until(pilot, lambda: "page  ○ subscribed" in screen_text(app))
        assert server.subscribed == {"notes://home/garden"}
        assert "subscribed: the server tells when it changes (notes://home/garden)" in tool_text(app)
        await wait_until(pilot, lambda: "u unsubscribe" in footer(app))
        await pilot.press("enter", "end", "2", "escape")
        await wait_until(pilot, lambda: "u subscribe" in footer(app))
        await pilot.press("enter", "end", "backspace", "escape")
        await wait_until(pilot, lambda: "u unsubscribe" in footer(app))
        await pilot.press("u")
        await wait_until(pilot, lambda: not server.subscribed)
        await wait_until(pilot, lambda: "subscribed" not in screen_text(app) and "u subscribe" in footer(app))


async def test_a_long_name_gives_way_to_its_mark(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        server = backend.supervisor.servers["puppet"]
        template = ResourceTemplate("x://{a}", "a name that is much longer than the tree is wide, and more")
        server.offered = replace(server.offered, templates=(template,))
        server.subscribed.add("x://1")
        app.screen.query_one(ServerTree).show([server])
        await wait_until(pilot, lambda: "…  ○ subscribed" in screen_text(app))
        server.updated["x://1"] = datetime.now(UTC)
        app.screen.query_one(ServerTree).show([server])
        await wait_until(pilot, lambda: "…  ● updated" in screen_text(app))


def test_a_listed_resource_is_no_templates() -> None:
    template = ResourceTemplate("notes://{page}", "t")
    subscribed = {"notes://today", "notes://b", "notes://a", "other://a"}
    assert subscribed_uris(template, subscribed, {"notes://today"}) == ["notes://a", "notes://b"]


# --- which call ---


async def test_the_first_that_waits_is_opened(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        run = backend.runs.start("puppet", "wait", {"before": [sampling(1, "one"), sampling(2, "two")]})
        await wait_until(pilot, lambda: len(backend.desk.pending) == 2)
        assert all(run.caused(item) for item in backend.desk.items)
        await wait_until(pilot, lambda: "i its request" in footer(app))
        await pilot.press("i")
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.reviewing.selected == 1)


async def test_it_is_said_that_one_of_several_calls_asks_and_each_leads_to_what_may_be_its_own(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        backend.runs.start("puppet", "wait", {})
        await wait_until(pilot, lambda: len(backend.supervisor.servers["puppet"].calls) == 1)
        backend.runs.start("puppet", "wait", {"before": [sampling(1, "one")]})
        await wait_until(pilot, lambda: backend.desk.pending)
        backend.runs.start("puppet", "wait", {})  # it came after the request, which can't be its own
        await wait_until(pilot, lambda: len(backend.supervisor.servers["puppet"].calls) == 3)
        await wait_until(pilot, lambda: len(app.screen.query(RunHead)) == 3)
        for head, leads in zip(app.screen.query(RunHead), (False, True, True), strict=True):  # the newest first
            head.focus()
            await wait_until(pilot, lambda head=head: app.focused is head)  # type: ignore[misc]
            assert is_possible(app, "go-to-request") is leads
        await pilot.press("i")
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.reviewing.selected == 1)
        await wait_until(pilot, lambda: "puppet › wait (one of 2 calls)" in screen_text(app))
        await wait_until(
            pilot, lambda: "#1 comes from one of 2 calls: the server does not say which." in screen_text(app)
        )


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_what_has_the_focus_is_searched_and_whether_letters_act_is_marked(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with puppet(tmp_path, size) as (app, pilot, backend):
        run = backend.runs.start("puppet", "say", {})
        await wait_until(pilot, lambda: run.result is not None and app.screen.query(ResultView))
        assert " COMMAND" in screen_text(app).splitlines()[0]
        app.screen.query_one(RunHead).focus()
        await pilot.press("slash")
        await wait_until(pilot, lambda: isinstance(app.focused, LineInput))
        assert app.focused is not None and app.screen.query_one(ResultView) in app.focused.ancestors
        assert " EDIT" in screen_text(app).splitlines()[0]
        await pilot.press(*"said")
        line = app.focused
        await wait_until(pilot, lambda: line.region and app.screen.find_widget(line).visible_region.height)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, DocumentView))
        assert not app.screen.query_one(FilterLine).value
        app.screen.query_one(ServerTree).focus()
        await pilot.press("slash")
        await wait_until(pilot, lambda: isinstance(app.focused, FilterLine))


async def test_saving_says_of_which_call(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        assert not is_possible(app, "save-result")
        backend.runs.start("puppet", "wait", {"before": [sampling(1, "one")]})
        await wait_until(pilot, lambda: backend.desk.pending)
        await pilot.press("w")
        words = "call 1 (wait) has not returned yet: #1 waits in the Inbox."
        await wait_until(pilot, lambda: words in " ".join(screen_text(app).replace("▌", " ").split()))
        assert isinstance(app.screen, ServersScreen)
        run = backend.runs.start("puppet", "heard", {})
        await wait_until(pilot, lambda: run.result is not None)
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath) and "of call 2 (heard)" in screen_text(app))


# --- what a key does now ---


async def test_the_keys_of_the_door_say_what_they_do(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, _house):
        await wait_until(pilot, lambda: "p pause" in footer(app))
        await pilot.press("p")
        await wait_until(pilot, lambda: "p resume" in footer(app))
        await pilot.press("m")
        await wait_until(pilot, lambda: "y mute" in screen_text(app))
        await pilot.press("y")
        commands = {one.title for one in app.get_system_commands(app.screen)}
        assert {"resume  p", "unmute  m"} <= commands
        await pilot.press("p")
        await wait_until(pilot, lambda: "p pause" in footer(app))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_one_escape_leads_from_the_trace_to_the_tree(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r", size=size) as (app, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["puppet"].tools)
        await backend.supervisor.call_tool("puppet", "say", {"before": [sampling(1, "one")]})
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.reviewing.selected == 1)
        for leaving in ("f2", "escape"):
            await pilot.press("t")
            await wait_until(pilot, lambda: isinstance(app.focused, TraceRows))
            await pilot.press(leaving)
            await wait_until(pilot, lambda: isinstance(app.focused, ServerTree))
            await pilot.press("f1")
            await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen))


# --- room ---


@pytest.mark.parametrize(("size", "rows"), [((80, 24), 9), ((50, 14), 5), ((80, 50), 20)])
async def test_the_tree_has_its_share_of_a_narrow_terminal(tmp_path: Path, size: tuple[int, int], rows: int) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        assert app.screen.query_one(ServerTree).size.height == pytest.approx(rows, abs=1)


# --- stopping, and refusing ---


@pytest.mark.parametrize("key", ["x", "r"])
async def test_ending_a_server_asks_while_its_requests_wait(tmp_path: Path, key: str) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        server = backend.supervisor.servers["puppet"]
        pid = server.pid
        await backend.supervisor.call_tool("puppet", "say", {"before": [sampling(1, "one"), sampling(2, "two")]})
        await wait_until(pilot, lambda: len(backend.desk.pending) == 2)
        await pilot.press(key)
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "2 of its requests wait for an answer, and would be withdrawn." in screen_text(app)
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, ServersScreen))
        assert (server.state, server.pid, len(backend.desk.pending)) == (ServerState.READY, pid, 2)
        await pilot.press(key)
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm) and "n stay" in screen_text(app))
        await wait_until(pilot, lambda: "    n stay" in screen_text(app))
        await pilot.press("y")
        await wait_until(pilot, lambda: not backend.desk.pending)
        assert {item.phase for item in backend.desk.items} == {Phase.WITHDRAWN}
        ended = ServerState.STOPPED if key == "x" else ServerState.READY
        await wait_until(pilot, lambda: server.state is ended and server.pid != pid)


async def test_a_rejection_of_the_modern_era_says_that_the_server_was_not_told(tmp_path: Path) -> None:
    rounds = ServerSettings("rounds", ROUNDS.command, ROUNDS.args, cwd=ROOT, protocol="modern")
    async with seated(tmp_path, replace(settings_for(), servers={"rounds": rounds})) as desk:
        run = desk.backend.runs.start("rounds", "endless", {})
        await desk.until(lambda: "^R rejects: ends the call here; nothing is sent" in screen_text(desk.app))
        await desk.press("ctrl+r")
        await desk.until(lambda: run.ended is not None)
        assert run.error is not None
        words = "the call was ended here with -1: User rejected sampling request; the server was not told"
        assert run.error.message == words
        await desk.press("f2")
        await desk.until(lambda: words in " ".join(tool_text(desk.app).split()))
        calls = desk.backend.runs.start("rounds", "calls", {})
        await desk.until(lambda: calls.result is not None)
        assert '"endless": 1' in result_text(calls)  # it was not made again


# --- names that mislead ---


@pytest.mark.hostile(47)
async def test_a_name_that_looks_like_another_has_a_badge(tmp_path: Path) -> None:
    settings = settings_for(github=PUPPET)
    twin = replace(settings.servers["github"], name="g\u0456thub", enabled=False)
    settings = replace(settings, servers={**settings.servers, twin.name: twin})
    async with running(settings, tmp_path / "r") as (app, pilot, backend):
        await pilot.press("f2")
        server = backend.supervisor.servers["github"]
        await wait_until(pilot, lambda: server.state is ServerState.READY)
        await backend.supervisor.call_tool("github", "tools", {"pages": [["read_file", "read-file", "write"]]})
        await wait_until(pilot, lambda: 'read-file  ⚠ looks like "read_file"' in screen_text(app))
        shown = screen_text(app)
        assert 'read_file  ⚠ looks like "read-file"' in shown
        assert "⚠ github  looks like" in shown
        assert "⚠ g\u0456thub  mixes alphabets" in shown
        assert "write  ⚠" not in shown


async def test_why_a_tool_is_not_called_is_pointed_out_beside_its_button(tmp_path: Path) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, OfferKind.TOOL, "hostile")
        note = app.screen.query_one("#offer-note", StatusLine)
        await backend.supervisor.stop("demo")
        await wait_until(pilot, lambda: shown_text(note) == "demo is stopped.")
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: isinstance(note.content, Content) and note.content.spans)
        assert len(app.screen.query(Toast)) == 0
