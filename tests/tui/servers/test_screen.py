"""The Servers screen, by keyboard, with real servers."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.support.limits import LIMIT
from tests.support.paths import SERVERS, ServerCommand, demo_server, raw_server
from tests.support.screens.app import (
    NARROW,
    WIDE,
    document_text,
    is_possible,
    running,
    screen_text,
    settings_for,
    shown_text,
    wait_until,
)
from tests.support.supervised import PUPPET
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Settings
from tuui_sampling.desk.invocations import Run
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import Answer
from tuui_sampling.sampling.phase import Gate
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.servers.state.primitives import OfferKind
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.servers.screen import ServersScreen
from tuui_sampling.tui.servers.widgets.invocation_view import MAX_RUNS, ReviewLink, RunHead, RunView
from tuui_sampling.tui.servers.widgets.log_view import MAX_LINES, LogView
from tuui_sampling.tui.servers.widgets.primitive_view import OfferView
from tuui_sampling.tui.servers.widgets.result_view import ResultView
from tuui_sampling.tui.servers.widgets.server_tree import ServerTree
from tuui_sampling.tui.servers.widgets.tree_labels import Place
from tuui_sampling.tui.widgets.plain import Plain

HOSTILE_SHOWN = "[/] [@click=app.quit]x[/] ␛]0;t␇ a⟪U+202E⟫b"


def display_server() -> ServerCommand:
    """Return the server with hostile texts and every kind of result."""
    return ServerCommand(demo_server().command, (str(SERVERS / "display_server.py"),))


def servers_screen(app: TuuiApp) -> ServersScreen:
    assert isinstance(app.screen, ServersScreen)
    return app.screen


def place(app: TuuiApp) -> Place:
    found = servers_screen(app).query_one(ServerTree).place
    assert found is not None
    return found


def last_run(backend: Backend) -> Run:
    return list(backend.runs.runs.values())[-1]


def tool_text(app: TuuiApp) -> str:
    """Return every text of the tool view, also what is scrolled away."""
    view = servers_screen(app).query_one(OfferView)
    return "\n".join(
        [shown_text(one) for one in view.query(Static)] + [document_text(one) for one in view.query(DocumentPane)]
    )


async def open_servers(pilot: Pilot[None], backend: Backend) -> None:
    """Go to the screen once every server is ready or has failed."""
    await pilot.press("f2")
    ended = (ServerState.READY, ServerState.FAILED)
    await wait_until(pilot, lambda: all(one.state in ended for one in backend.supervisor.servers.values()))
    await pilot.pause()


async def choose(pilot: Pilot[None], app: TuuiApp, tool: str) -> None:
    """Move the cursor to a tool, by keyboard."""
    tree = servers_screen(app).query_one(ServerTree)
    tree.focus()
    await pilot.press("home")
    for _ in range(tree.last_line):
        if place(app).name == tool:
            return
        await pilot.press("down")
    assert place(app).name == tool


async def call(pilot: Pilot[None], app: TuuiApp, backend: Backend, tool: str) -> Run:
    """Call a tool that needs no arguments, and return the run."""
    await choose(pilot, app, tool)
    before = len(backend.runs.runs)
    await pilot.press("ctrl+g")
    await wait_until(pilot, lambda: len(backend.runs.runs) > before)
    return last_run(backend)


def log_text(app: TuuiApp) -> str:
    """Return the log as it is shown, with what is scrolled away."""
    return document_text(app.screen.query_one(LogView).pane)


def long_results(app: TuuiApp) -> list[DocumentView]:
    """Return the results that are shown and do not fit into a few rows."""
    return [one.view for one in app.screen.query(ResultView) if one.view.region.height > 5]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_tool_is_called_by_keyboard_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"the sea", "ctrl+g")
        await wait_until(pilot, lambda: backend.desk.pending)
        (review,) = backend.desk.pending
        assert last_run(backend).arguments["topic"] == "the sea"
        await wait_until(pilot, lambda: f"#{review.id} request  waits for you" in screen_text(app))
        narrow = size == NARROW
        await wait_until(pilot, lambda: isinstance(app.focused, RunHead if narrow else Input))
        answer = Response((TextBlock("Waves [/] come\nand go"),), "human", "endTurn")
        assert backend.desk.settle(review.id, Gate.REQUEST, Answer(answer))
        await wait_until(pilot, lambda: "done in" in screen_text(app) and "and go" in screen_text(app))
        assert "Waves [/] come" in screen_text(app)
        assert f"#{review.id} request  delivered" in screen_text(app)
        if narrow:  # the form has made room for what came, and nothing is typed into what can't be seen
            assert "Topic (topic)" not in screen_text(app)
            await wait_until(pilot, lambda: "esc form" in screen_text(app))
            await pilot.press("escape")
            await wait_until(pilot, lambda: isinstance(app.focused, Input) and "Topic (topic)" in screen_text(app))
            await pilot.press(*" again", "ctrl+g")
            await wait_until(pilot, lambda: last_run(backend).arguments["topic"] == "the sea again")
            await wait_until(pilot, lambda: backend.desk.pending)
            lines = "\n".join([*map(str, range(60)), "the very last"])
            answer = Response((TextBlock(lines),), "human", "endTurn")
            assert backend.desk.settle(backend.desk.pending[0].id, Gate.REQUEST, Answer(answer))
            await wait_until(pilot, lambda: long_results(app))
            app.screen.set_focus(long_results(app)[0])
            await pilot.press("end")  # a long result is no higher than what is left for it
            await wait_until(pilot, lambda: "the very last" in screen_text(app))


async def test_enter_on_a_link_and_the_command_show_the_request_in_the_inbox(tmp_path: Path) -> None:
    async with running(settings_for(raw=raw_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        assert not is_possible(app, "go-to-request")
        await call(pilot, app, backend, "ask")
        await wait_until(pilot, lambda: app.screen.query(ReviewLink))
        await pilot.press("i")
        await wait_until(pilot, lambda: getattr(app.screen, "MODE", "") == "inbox")
        await pilot.press("f2")
        app.screen.query_one(ReviewLink).focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: getattr(app.screen, "MODE", "") == "inbox")


async def test_the_first_paint_shows_servers_that_are_still_starting(tmp_path: Path) -> None:
    settings = settings_for(slow=raw_server("slow-start", "--delay", "60"), broken=raw_server("crash-at-start"))
    async with running(settings, tmp_path / "r", size=NARROW) as (app, pilot, backend):
        await pilot.press("f2")
        await wait_until(pilot, lambda: "◐ slow  starting" in screen_text(app))
        await backend.supervisor.settled("broken")
        await wait_until(pilot, lambda: "✗ broken  failed" in screen_text(app))
        await wait_until(pilot, lambda: "0 pending ✗ 1 failed" in screen_text(app).splitlines()[0])  # on every screen
        assert place(app) == Place("slow")
        await pilot.press("down")
        await wait_until(pilot, lambda: place(app) == Place("slow", awaited=True))
        await pilot.press("down")
        await wait_until(pilot, lambda: "It exited with code 3; its log says more." in tool_text(app))
        assert is_possible(app, "start-server")
        assert not is_possible(app, "stop-server")
        await pilot.press("3")
        await wait_until(pilot, lambda: "the licence file is missing" in log_text(app))
        await pilot.press("2")
        assert "with code 3" in screen_text(app)


async def test_without_servers_it_says_what_to_do(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r", size=NARROW) as (app, pilot, _house):
        await pilot.press("f2")
        assert "No server is configured." in screen_text(app)
        assert "[servers.everything]" in screen_text(app)


@pytest.mark.hostile(37, 40)
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_hostile_texts_are_shown_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("end")
        assert place(app).name is not None
        for selector in ("#offer-title", "#offer-hints", "#offer-description"):
            assert HOSTILE_SHOWN in shown_text(app.screen.query_one(selector, Plain))
        assert HOSTILE_SHOWN[:30] in screen_text(app)
        await pilot.press("2")
        assert shown_text(app.screen.query_one("#about-instructions", Plain)) == HOSTILE_SHOWN
        await pilot.press("3")
        await wait_until(pilot, lambda: "not a message" in log_text(app))
        assert f"stderr log {HOSTILE_SHOWN}" in log_text(app)
        assert "stdout this is not a message" in log_text(app)
        await pilot.click(LogView)
        assert not {"\x1b", "\x07", "\u202e"} & set(screen_text(app))


async def test_every_kind_of_result_is_shown(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, "results")
        assert "the server says: readOnlyHint: changes nothing" in tool_text(app)
        await pilot.press("ctrl+g")
        expected = (
            "answer: 42",
            f"plain {HOSTILE_SHOWN}",
            "image · image/png · 20 B · sha256 ",  # once the data was looked at, beside the event loop
            "audio · audio/wav · 20 B · sha256 ",
            "resource · demo://text · text/plain",
            "inside",
            "uri: demo://link",
        )
        await wait_until(pilot, lambda: all(text in tool_text(app) for text in expected))
        await call(pilot, app, backend, "fails")
        await wait_until(pilot, lambda: "it broke" in tool_text(app))
        assert "The tool says that this is an error" in tool_text(app)
        assert "the tool reported an error after" in tool_text(app)
        await call(pilot, app, backend, "refuses")
        await wait_until(pilot, lambda: f"no {HOSTILE_SHOWN}" in tool_text(app))
        assert "failed after" in tool_text(app)


async def test_a_call_shows_its_progress_and_can_be_cancelled(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, "slow")
        assert not is_possible(app, "cancel-call")
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: f"3 of 10 {HOSTILE_SHOWN}" in tool_text(app))
        assert "running" in tool_text(app)
        assert is_possible(app, "cancel-call")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "cancelled after" in tool_text(app))
        assert not is_possible(app, "cancel-call")


async def test_older_runs_are_folded_and_unfold(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        for _ in range(10):
            run = await call(pilot, app, backend, "fails")
            await wait_until(pilot, partial(getattr, run, "ended"))
        await wait_until(pilot, lambda: "… and 2 earlier" in tool_text(app))
        views = list(app.screen.query(RunView))
        assert [view.run.id for view in views] == [10, 9, 8, 7, 6, 5, 4, 3]
        assert [view.folded for view in views] == [False] + [True] * 7
        views[1].query_one("RunHead").focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: not views[1].folded and "it broke" in screen_text(app))


async def test_what_was_typed_survives_other_tools_new_lists_and_restarts(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, "slow")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"kept")
        field = app.focused
        assert isinstance(field, Input)
        backend.runs.start("display", "rename", {"to": "renamed"})
        await wait_until(pilot, lambda: "renamed" in screen_text(app))
        assert app.focused is field and field.value == "kept"
        assert place(app) == Place("display", "slow", OfferKind.TOOL)
        await pilot.press("escape")  # the person leaves the form: what follows are commands
        await choose(pilot, app, "results")
        await choose(pilot, app, "slow")
        assert field.value == "kept" and field.is_on_screen
        server = backend.supervisor.servers["display"]
        pid = server.pid
        assert not is_possible(app, "restart-server"), "a letter may be meant for the form"
        await backend.supervisor.restart("display")
        await wait_until(pilot, lambda: server.pid not in (None, pid))
        await wait_until(pilot, lambda: "● display  ready" in screen_text(app))
        assert place(app) == Place("display", "slow", OfferKind.TOOL)
        assert field.value == "kept" and field.is_on_screen


async def test_the_cursor_goes_to_the_server_when_its_tool_is_gone(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("end")
        backend.runs.start("display", "rename", {"to": "renamed"})
        await wait_until(pilot, lambda: place(app) == Place("display"))
        assert "renamed" in screen_text(app)


async def test_a_folded_server_stays_folded(tmp_path: Path) -> None:
    settings = settings_for(display=display_server(), raw=raw_server())
    async with running(settings, tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("space")
        tree = app.screen.query_one(ServerTree)
        await wait_until(pilot, lambda: "results" not in screen_text(app))
        lines = tree.last_line
        backend.runs.start("display", "rename", {"to": "renamed"})
        await wait_until(pilot, lambda: backend.supervisor.servers["display"].tool("renamed"))
        await wait_until(pilot, lambda: "It returned nothing" in screen_text(app))
        assert tree.last_line == lines
        assert place(app) == Place("display")


async def test_a_server_is_stopped_and_started_by_hand(tmp_path: Path) -> None:
    async with running(settings_for(raw=raw_server()), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        await open_servers(pilot, backend)
        server = backend.supervisor.servers["raw"]
        assert not is_possible(app, "start-server")
        await pilot.press("x", "n")  # it asks, whether something waits or not
        assert server.state is ServerState.READY
        await pilot.press("x")
        await wait_until(pilot, lambda: "y stop" in screen_text(app))
        await pilot.press("y")
        await wait_until(pilot, lambda: server.state is ServerState.STOPPED)
        await wait_until(pilot, lambda: "○ raw  stopped" in screen_text(app))
        await choose(pilot, app, "ask")
        assert "raw is stopped" in tool_text(app)
        assert not is_possible(app, "call-tool")
        await pilot.press("ctrl+g")
        assert not backend.runs.runs
        await pilot.press("s")
        await wait_until(pilot, lambda: "● raw  ready" in screen_text(app))
        assert is_possible(app, "call-tool")


async def test_an_invalid_form_calls_nothing(tmp_path: Path) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, "generate_poem")
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: "✗" in screen_text(app))
        assert not backend.runs.runs
        assert isinstance(app.focused, Input)


async def test_a_bare_enter_calls_nothing_and_a_click_calls(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await choose(pilot, app, "fails")
        for _ in range(6):
            await pilot.press("enter", "tab")
        assert not backend.runs.runs
        await pilot.click("#call")
        await wait_until(pilot, lambda: "it broke" in tool_text(app))


async def test_the_log_survives_a_flood_and_stays_bounded(tmp_path: Path) -> None:
    settings = settings_for(flood=raw_server("stderr-flood"), raw=raw_server())
    async with running(settings, tmp_path / "r", size=NARROW) as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("3")
        log = backend.supervisor.servers["flood"].log
        view = app.screen.query_one(LogView).pane.view
        await wait_until(pilot, lambda: f"{log.revision:,} lines so far" in screen_text(app))
        assert "flood flood" in screen_text(app)
        assert " dropped" in screen_text(app)
        for number in range(2 * MAX_LINES):
            log.add("event", f"line {number}")
        await wait_until(pilot, lambda: f"line {2 * MAX_LINES - 1}" in screen_text(app))
        assert len(view.document.parts) <= MAX_LINES
        view.action_go("start")
        await pilot.pause()
        top = screen_text(app)
        log.add("event", "one more")
        await wait_until(pilot, lambda: "one more" in log_text(app))
        assert "one more" not in screen_text(app) and "line " in top


async def test_a_call_whose_server_dies_says_so(tmp_path: Path) -> None:
    async with running(settings_for(raw=raw_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await call(pilot, app, backend, "die_pending")
        await wait_until(pilot, lambda: "it exited with code 7" in tool_text(app))
        await wait_until(pilot, lambda: "✗ raw  failed" in screen_text(app))
        assert "see the server's log" in tool_text(app)


async def test_the_time_of_a_call_goes_on(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        run = await call(pilot, app, backend, "slow")
        await wait_until(pilot, lambda: "running 0:" in screen_text(app))
        run.started -= 600
        await wait_until(pilot, lambda: "running 10:" in screen_text(app))


async def test_a_log_that_nobody_sees_is_not_read(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        view = app.screen.query_one(LogView)
        assert len(backend.supervisor.servers["display"].log) and not log_text(app)
        await pilot.press("3")
        await wait_until(pilot, lambda: log_text(app))
        await pilot.press("f3")
        backend.supervisor.servers["display"].log.add("event", "unseen")
        view.look()
        assert "unseen" not in document_text(view.pane)
        await pilot.press("f2")
        await wait_until(pilot, lambda: "unseen" in log_text(app))


async def test_runs_of_a_server_are_shown_beside_it(tmp_path: Path) -> None:
    settings = settings_for(demo=demo_server())
    async with running(settings, tmp_path / "r", verdict=Verdict.PASS) as (app, pilot, backend):
        await open_servers(pilot, backend)
        backend.runs.start("demo", "converse", {})
        await wait_until(pilot, lambda: "converse  done in" in screen_text(app))
        assert "#1 request  delivered" in screen_text(app)


async def test_the_tree_is_filtered_by_words_and_shows_everything_again(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        tree = app.screen.query_one(ServerTree)
        lines = tree.last_line
        await pilot.press("slash", *"slo")
        await wait_until(pilot, lambda: tree.last_line == 1)
        assert "slow" in screen_text(app) and "results" not in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: place(app) == Place("display", "slow", OfferKind.TOOL))
        await wait_until(pilot, lambda: "esc show all" in screen_text(app) and app.focused is tree)
        await pilot.press("escape")
        await wait_until(pilot, lambda: tree.last_line == lines)
        await pilot.press("slash", *"slo")
        await wait_until(pilot, lambda: tree.last_line == 1)
        await pilot.press("escape")
        await wait_until(pilot, lambda: tree.last_line == lines and app.focused is tree)


async def test_a_call_that_is_chosen_of_all_that_is_under_way_is_the_one_that_keys_are_about(tmp_path: Path) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        runs = [backend.runs.start("puppet", "wait", {"before": []}) for _ in range(MAX_RUNS + 2)]
        await pilot.press("3", "f7", "down", "enter")
        await wait_until(pilot, lambda: isinstance(app.focused, RunHead))
        assert app.focused is not None
        assert [one.run for one in app.focused.ancestors if isinstance(one, RunView)] == [runs[1]]
        assert [one.run for one in app.screen.query(RunView)] == [*reversed(runs[2:]), runs[1]]
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: runs[1].ended is not None)
        assert all(run.ended is None for run in runs if run is not runs[1])
        async with asyncio.timeout(LIMIT):  # again, where the first came while its end was being shown
            while "There is nothing to cancel: call 2 (wait) has ended." not in screen_text(app):
                await pilot.press("ctrl+r")
