"""Pausing and muting, the search of the log, and the trace: by keyboard, with real servers."""

import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.support.paths import ROOT, demo_server, modern_sdk_server, raw_server
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
from tests.support.supervised import PUPPET, cancelled, sampling
from tests.tui.servers.test_screen import open_servers
from tuui_sampling.backend import Backend
from tuui_sampling.config.problems import Problem
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.phase import Gate
from tuui_sampling.servers.state.server import Server
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.ask_path import AskPath
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.inbox.screen import InboxScreen
from tuui_sampling.tui.servers.screen import ServersScreen
from tuui_sampling.tui.servers.widgets.log_view import LogView
from tuui_sampling.tui.servers.widgets.trace_rows import TraceRows, taken
from tuui_sampling.tui.servers.widgets.trace_view import TraceView

Scene = tuple[TuuiApp, Pilot[None], Backend]


@asynccontextmanager
async def puppet(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Scene]:
    """Run the program on the puppet, with the Servers on the screen."""
    async with running(settings_for(puppet=PUPPET), folder / "r", size=size) as (app, pilot, backend):
        await open_servers(pilot, backend)
        yield app, pilot, backend


async def say(backend: Backend, *lines: str) -> None:
    """Have the puppet write lines."""
    await backend.supervisor.call_tool("puppet", "say", {"before": list(lines)})


def the_server(backend: Backend) -> Server:
    return next(iter(backend.supervisor.servers.values()))


def top_line(app: TuuiApp) -> str:
    return screen_text(app).splitlines()[0]


# --- pausing and muting ---


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_paused_server_shows_what_it_holds_back_everywhere(tmp_path: Path, size: tuple[int, int]) -> None:
    async with puppet(tmp_path, size) as (app, pilot, backend):
        await pilot.press("p")
        await wait_until(pilot, lambda: "⏸ paused · ready" in screen_text(app))
        assert "0 pending ⏸ · 1" in top_line(app)
        await say(backend, sampling(1, "one"), sampling(2, "two"))
        await wait_until(pilot, lambda: "⏸ held back: 2" in screen_text(app))
        assert not backend.desk.pending
        assert "0 pending ⏸2 · 1" in top_line(app)
        await pilot.press("f1")
        await wait_until(pilot, lambda: "⏸2" in top_line(app))
        await pilot.press("f2")
        await pilot.press("p")
        await wait_until(pilot, lambda: len(backend.desk.pending) == 2)
        await wait_until(pilot, lambda: "2 pending · 1" in top_line(app))
        assert "⏸" not in screen_text(app)


async def test_a_muted_server_says_so(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        await pilot.press("m", "n")
        assert not the_server(backend).muted
        await pilot.press("m")
        await wait_until(pilot, lambda: "y mute" in screen_text(app))
        await pilot.press("y")
        await wait_until(pilot, lambda: "puppet  muted · ready" in screen_text(app))
        await say(backend, sampling(1))
        await wait_until(pilot, lambda: the_server(backend).refused == 1)
        assert "0 pending · 1 muted · 1 of 1 server" in top_line(app)
        assert not backend.desk.reviews
        await pilot.press("2")
        await wait_until(pilot, lambda: "1 refused" in screen_text(app))
        await pilot.press("m")
        await wait_until(pilot, lambda: "muted" not in top_line(app))


# --- the log ---


async def test_the_log_is_searched_line_by_line(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        log = the_server(backend).log
        for number in range(300):
            log.add("stderr", f"line {number} " + ("Needle \x1b " * 30 if number in (20, 150) else "hay"))
        await pilot.press("3", "slash")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        view = app.screen.query_one(LogView).pane.view
        await wait_until(pilot, lambda: "line 299" in log_text(app))
        await pilot.press(*"needle ␛", "enter")
        await wait_until(pilot, lambda: app.focused is view)
        await wait_until(pilot, lambda: "line 20 Needle ␛" in screen_text(app))
        assert "line 150" not in screen_text(app)
        for wanted in ("line 150 Needle", "line 20 Needle"):
            while wanted not in screen_text(app):  # there are thirty in each
                await pilot.press("n")
        log.add("stderr", "one more")
        await wait_until(pilot, lambda: "one more" in log_text(app))
        assert "line 20 Needle" in screen_text(app), "what is new moves nothing"
        await pilot.press("slash", *"xyz", "enter")
        await wait_until(pilot, lambda: "is not in it" in screen_text(app))


def log_text(app: TuuiApp) -> str:
    """Return the log as it is shown, with what is scrolled away."""
    return document_text(app.screen.query_one(LogView).pane)


# --- the trace ---


def rows_of(app: TuuiApp) -> list[str]:
    """Return the list's messages, as method and kind."""
    return [f"{one.method} {one.kind}" for one in app.screen.query_one(TraceRows).messages]


def row_on_screen(app: TuuiApp, part: str) -> str:
    """Return the line of the screen that holds a text; empty when none does."""
    return next((line for line in screen_text(app).split("\n") if part in line), "")


async def test_every_message_is_listed_while_it_passes(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        foot = app.screen.query_one("#trace-foot", Static)
        assert len(the_server(backend).trace) > 0
        assert "Nothing has passed" not in shown_text(foot), "it is not said before it was looked"
        await pilot.press("5")
        await wait_until(pilot, lambda: "initialize request" in rows_of(app))
        assert isinstance(app.focused, TraceRows)
        await say(backend, sampling(1, "hello [/] \x1b]0;x\x07"))
        await wait_until(pilot, lambda: "← request  #1" in screen_text(app))
        assert "no answer yet" in screen_text(app)
        (review,) = backend.desk.pending
        backend.desk.settle(review.id, Gate.REQUEST, Reject())
        await wait_until(pilot, lambda: "→ error    #1" in screen_text(app))
        assert "no answer yet" not in screen_text(app)
        assert f"{len(the_server(backend).trace)} messages" in screen_text(app)
        await say(backend, sampling(2), cancelled(2))
        await wait_until(pilot, lambda: "cancelled" in row_on_screen(app, "← request  #2"))


async def test_the_other_side_of_a_message_is_one_key_away(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        await pilot.press("5", "home")
        view, trace = app.screen.query_one(TraceView), the_server(backend).trace
        await wait_until(pilot, lambda: view.selected is not None)
        request = view.selected
        assert request is not None
        assert request.method == "initialize"
        reader = app.screen.query_one("#trace-text", DocumentPane)
        await wait_until(pilot, lambda: "protocolVersion" in document_text(reader))
        assert is_possible(app, "other-side")
        await pilot.press("o")
        assert view.selected is trace.get(request.other)
        await wait_until(pilot, lambda: '"title": "The puppet"' in document_text(reader))
        assert f"it answers message {request.number}" in screen_text(app)
        await pilot.press("o")
        assert view.selected is request
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.focused is reader.view)
        await pilot.press("escape", "down", "down")
        assert not is_possible(app, "other-side"), "a notification has none"


async def test_the_trace_is_filtered_by_words(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        await say(backend, *(sampling(number, f"prompt {number}") for number in range(15)))
        await pilot.press("5", "slash", *"came createmessage prompt", "enter")
        await wait_until(pilot, lambda: rows_of(app) == ["sampling/createMessage request"] * 15)
        assert isinstance(app.focused, TraceRows)
        await say(backend, sampling("late", "prompt late"))
        await wait_until(pilot, lambda: len(rows_of(app)) == 16)
        assert "16 of " in screen_text(app)
        view = app.screen.query_one(TraceView)
        view.select(1)
        await pilot.pause()
        assert view.selected is the_server(backend).trace.get(1), "a filter that hides it is taken away"
        assert app.screen.query_one("#trace-filter", Input).value == ""


async def test_what_is_found_in_a_message_comes_into_view(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        text = "\n".join(f"row {number}" for number in range(500))
        await say(backend, sampling(1, text + " needle"))
        await pilot.press("5", "slash", *"needle came request", "enter", "home")
        await wait_until(pilot, lambda: app.screen.query_one(TraceView).selected is not None)
        assert "needle" not in "\n".join(screen_text(app).splitlines()[-15:])
        await pilot.press("n")
        await wait_until(pilot, lambda: "needle" in "\n".join(screen_text(app).splitlines()[-15:]))


async def test_the_cursor_stays_while_messages_come_and_go(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        trace = the_server(backend).trace
        await pilot.press("5", "home")
        view, rows = app.screen.query_one(TraceView), app.screen.query_one(TraceRows)
        await wait_until(pilot, lambda: view.selected is not None)
        read = document_text(app.screen.query_one("#trace-text", DocumentPane))
        for number in range(2_500):
            await say(backend) if number % 500 == 0 else None
            trace.add(next(iter(trace)).direction, next(iter(trace)).kind, "filler", number, b"{}")
        await wait_until(pilot, lambda: trace.dropped and rows.messages[0] is next(iter(trace)))
        assert len(rows.messages) == len(trace)
        assert document_text(app.screen.query_one("#trace-text", DocumentPane)) == read, "what is being read stays"
        assert " dropped" in screen_text(app)


async def test_the_trace_is_cleared(tmp_path: Path) -> None:
    async with puppet(tmp_path) as (app, pilot, backend):
        await pilot.press("5", "home")
        await pilot.press("C")
        await wait_until(pilot, lambda: not rows_of(app))
        assert not is_possible(app, "clear-trace")
        await say(backend)
        await wait_until(pilot, lambda: rows_of(app) == ["tools/call request", "tools/call response"])


async def test_the_trace_of_another_server_is_shown_with_it(tmp_path: Path) -> None:
    async with running(settings_for(one=PUPPET, raw=raw_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("5")
        view = app.screen.query_one(TraceView)
        await wait_until(pilot, lambda: rows_of(app))
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        screen.go_to_server("raw")
        await pilot.pause()
        assert view._trace is backend.supervisor.servers["raw"].trace
        await wait_until(pilot, lambda: len(view.query_one(TraceRows).messages) == len(view._trace or ()))


# --- from a request to its message, and back ---


@pytest.mark.parametrize("modern", [False, True])
async def test_a_request_and_its_message_are_one_key_apart(tmp_path: Path, modern: bool) -> None:
    settings = settings_for(sdk=modern_sdk_server())
    if modern:
        server = replace(settings.servers["sdk"], protocol="modern")
        settings = replace(settings, servers={"sdk": server})
    async with running(settings, tmp_path / "r") as (app, pilot, backend):
        await wait_until(pilot, lambda: the_server(backend).tools)
        for prompt in ("first", "second"):
            before = len(backend.desk.pending)
            backend.runs.start("sdk", "ask_resolved", {"prompt": prompt})
            await wait_until(pilot, lambda before=before: len(backend.desk.pending) > before)  # type: ignore[misc]
        app.show_review(2)
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.reviewing.selected == 2)
        await pilot.press("t")
        await wait_until(pilot, lambda: isinstance(app.screen, ServersScreen))
        view = app.screen.query_one(TraceView)
        await wait_until(pilot, lambda: view.selected is not None)
        assert view.selected is the_server(backend).trace.message_of(backend.desk.reviews[2])
        await wait_until(pilot, lambda: "second" in screen_text(app))
        assert is_possible(app, "go-to-request")
        await pilot.press("i")
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.reviewing.selected == 2)
        the_server(backend).trace.clear()
        await pilot.press("t")
        await wait_until(pilot, lambda: "not in the trace any more" in screen_text(app))
        assert isinstance(app.screen, InboxScreen)


# --- the file ---


async def test_the_trace_is_saved_with_secrets_masked_and_replaces_a_file_on_a_word_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_ACCESS", "the secret of the model")
    secretive = ServerSettings("puppet", PUPPET.command, PUPPET.args, cwd=ROOT, env={"PUPPET": "the secret of its own"})
    settings = Settings({"puppet": secretive}, {"m": ModelSettings("m", "openai", api_key_env="MODEL_ACCESS")}, "m")
    taken_name, free_name = tmp_path / "taken", tmp_path / "free"
    taken_name.write_text("precious")
    async with running(settings, tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await backend.supervisor.call_tool("puppet", "tell", {})
        await say(backend, sampling(1, "the secret of the model"))
        await pilot.press("5")
        await wait_until(pilot, lambda: rows_of(app))
        await pilot.press("W")
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
        app.screen.query_one(Input).value = str(taken_name)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "exists. Replace it?" in screen_text(app))
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
        app.screen.query_one(Input).value = str(free_name)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ServersScreen))
        await wait_until(pilot, free_name.exists)
        await wait_until(pilot, lambda: "Saved to" in screen_text(app))
    assert taken_name.read_text() == "precious"
    assert stat.S_IMODE(free_name.stat().st_mode) == 0o600
    text = free_name.read_text()
    assert {json.loads(line)["server"] for line in text.splitlines()} == {"puppet"}
    assert "the secret" not in text
    assert "•••" in text


async def test_nothing_is_offered_before_there_is_a_server(tmp_path: Path) -> None:
    async with running(settings_for(), tmp_path / "r") as (app, pilot, _house):
        await pilot.press("f2")
        await pilot.pause()
        for command in ("pause-server", "mute-server", "find", "show-trace", "save-trace", "other-side"):
            assert not is_possible(app, command)
        await pilot.press("p", "m", "5", "slash", "W")


async def test_the_demonstration_is_traced_too(tmp_path: Path) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("5")
        await wait_until(pilot, lambda: "resources/list" in screen_text(app))
        assert "Move onto a message" in screen_text(app)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.00123, "1.2 ms"), (0.45, "450 ms"), (12.34, "12.3 s"), (600.0, "10 min")],
)
def test_how_long_an_answer_took(seconds: float, words: str) -> None:
    assert taken(seconds) == words


async def test_what_can_not_be_started_says_why_and_what_works(tmp_path: Path) -> None:
    problems = (Problem("servers.web.headers.A", 3, "the environment variable A is not set", "headers.A"),)
    broken = ServerSettings("web", url="https://example.com/mcp", problems=problems)
    settings = replace(settings_for(raw=raw_server()), servers={"web": broken})
    async with running(settings, tmp_path / "r", size=WIDE) as (app, pilot, backend):
        await open_servers(pilot, backend)
        await wait_until(pilot, lambda: not is_possible(app, "start-server"))
        await wait_until(pilot, lambda: "shows its log" in screen_text(app))
        assert "starts it again" not in screen_text(app)
        await pilot.press("s")
        said = "web can't be started: line 3: headers.A: the environment variable A is not set"
        await wait_until(pilot, lambda: said in " ".join(screen_text(app).split()))
        assert "leave the program, set it, and start the program anew" in backend.supervisor.servers["web"].hint
