"""Prompts, resources and templates on the Servers screen, by keyboard, with real servers."""

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.support.paths import SERVERS, ServerCommand
from tests.support.screens.app import (
    NARROW,
    WIDE,
    document_text,
    is_possible,
    running,
    screen_text,
    settings_for,
    wait_until,
)
from tests.tui.servers.test_screen import HOSTILE_SHOWN, display_server, last_run, open_servers, place, tool_text
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Settings
from tuui_sampling.servers.state.primitives import OfferKind
from tuui_sampling.servers.state.server import Server, ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.ask_path import AskPath
from tuui_sampling.tui.dialogs.basic import Choose, Confirm
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.servers.widgets.notifications_view import NotificationsView
from tuui_sampling.tui.servers.widgets.primitive_form import Completions
from tuui_sampling.tui.servers.widgets.server_tree import ServerTree
from tuui_sampling.tui.servers.widgets.tree_labels import Place

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])


def offering(protocol: str = "modern") -> Settings:
    """Return a configuration with the server that offers everything."""
    settings = settings_for(one=ServerCommand(sys.executable, (str(SERVERS / "offering_server.py"),)))
    one = replace(settings.servers["one"], protocol="modern" if protocol == "modern" else "legacy")
    return replace(settings, servers={"one": one})


def odd(mode: str) -> ServerCommand:
    return ServerCommand(sys.executable, (str(SERVERS / "odd_lists_server.py"), mode))


async def open_offers(pilot: Pilot[None], backend: Backend) -> Server:
    """Go to the screen once everything is listed, and return the first server."""
    await open_servers(pilot, backend)
    server = next(iter(backend.supervisor.servers.values()))
    await wait_until(pilot, lambda: not server.offered.pending)
    await pilot.pause()
    return server


async def choose(pilot: Pilot[None], app: TuuiApp, kind: OfferKind, name: str) -> None:
    """Move the cursor to an offer, by keyboard."""
    tree = app.screen.query_one(ServerTree)
    tree.focus()
    await pilot.press("home")
    for _ in range(tree.last_line):
        if (place(app).kind, place(app).name) == (kind, name):
            return
        await pilot.press("down")
    assert (place(app).kind, place(app).name) == (kind, name)


def form_input(app: TuuiApp) -> Input:
    assert isinstance(app.focused, Input)
    return app.focused


async def used(pilot: Pilot[None], backend: Backend) -> None:
    """Use what is selected, and wait until that has ended."""
    before = len(backend.runs.runs)
    await pilot.press("ctrl+g")
    await wait_until(pilot, lambda: len(backend.runs.runs) > before)
    await wait_until(pilot, lambda: last_run(backend).ended is not None)


# --- the tree ---


@SIZES
async def test_the_tree_has_groups_where_there_is_more_than_tools(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(offering(), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_offers(pilot, backend)
        await wait_until(pilot, lambda: "Tools 3" in screen_text(app))
        tree = app.screen.query_one(ServerTree)
        labels = [str(node.label) for node in tree.root.children[0].children]
        assert labels == ["Tools 3", "Prompts 2", "Resources 1", "Resource templates 1"]
        await pilot.press("down")
        assert place(app) == Place("one", None, OfferKind.TOOL)
        await pilot.press("space")
        await wait_until(pilot, lambda: "grow" not in screen_text(app))
        assert not is_possible(app, "call-tool")
        backend.runs.start("one", "grow", {"name": "added"})
        await wait_until(pilot, lambda: "Prompts 3" in str(tree.root.children[0].children[1].label))
        assert "grow" not in screen_text(app).split("1 Use")[0]  # folded it stays
        assert place(app) == Place("one", None, OfferKind.TOOL)


async def test_the_cursor_stays_on_its_tool_when_groups_come(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.TOOL, "log")
        before = server.since
        await backend.supervisor.restart(server.name)
        await wait_until(pilot, lambda: server.state is ServerState.READY and server.since > before)
        await wait_until(pilot, lambda: not server.offered.pending)
        await pilot.pause()
        assert place(app) == Place("one", "log", OfferKind.TOOL)
        server.offered = replace(server.offered, prompts=(), resources=(), templates=())
        app.screen.query_one(ServerTree).show([server])
        await pilot.pause()
        assert place(app) == Place("one", "log", OfferKind.TOOL)
        assert "Tools" not in screen_text(app).split("1 Use")[0]


async def test_a_prompt_stays_selected_while_its_server_restarts(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.PROMPT, "greet")
        await pilot.press("enter")
        await pilot.press(*"Ada")
        field = form_input(app)
        await backend.supervisor.restart("one")
        await wait_until(pilot, lambda: server.state is ServerState.READY and not server.offered.pending)
        await pilot.pause()
        assert place(app) == Place("one", "greet", OfferKind.PROMPT)
        assert field.value == "Ada" and field.is_on_screen


# --- prompts and completion ---


@SIZES
async def test_a_prompt_is_filled_in_with_completion_by_keyboard(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(offering(), tmp_path / "r", size=size) as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.PROMPT, "greet")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("A")
        await wait_until(pilot, lambda: app.screen.query(Completions))
        await wait_until(pilot, lambda: "Alan" in screen_text(app))
        assert form_input(app).value == "A"  # the list takes neither the focus nor a key
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        assert form_input(app).value == "Alan"
        await wait_until(pilot, lambda: not app.screen.query(Completions))
        await used(pilot, backend)
        await wait_until(pilot, lambda: "Say hello to Alan." in tool_text(app))
        assert "user says" in tool_text(app)
        assert "prompt greet  done in" in tool_text(app)


async def test_escape_closes_the_completions_and_down_asks_for_them(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.PROMPT, "greet")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("down")
        await wait_until(pilot, lambda: "Grace" in screen_text(app))
        await pilot.press("down")
        assert isinstance(app.focused, OptionList)
        await pilot.press("escape")
        await wait_until(pilot, lambda: not app.screen.query(Completions))
        assert isinstance(app.focused, Input)
        await pilot.press("down")
        await wait_until(pilot, lambda: app.screen.query(Completions))
        app.screen.query_one(ServerTree).focus()
        await wait_until(pilot, lambda: not app.screen.query(Completions))


async def test_a_template_becomes_a_uri_and_its_variables_are_completed(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.TEMPLATE, "notes://{folder}/{page}")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        assert "^G read" in screen_text(app)
        await pilot.press(*"home", "tab", *"g")
        await wait_until(pilot, lambda: "garden" in screen_text(app))
        await pilot.press("down", "enter")
        await used(pilot, backend)
        assert last_run(backend).name == "notes://home/garden"
        await wait_until(pilot, lambda: "home: garden" in tool_text(app))
        await choose(pilot, app, OfferKind.TOOL, "log")
        assert "home: garden" not in tool_text(app)


async def test_a_prompt_without_its_required_argument_is_not_asked_for(tmp_path: Path) -> None:
    async with running(offering("legacy"), tmp_path / "r") as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.PROMPT, "greet")
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: "✗" in screen_text(app))
        assert not backend.runs.runs


async def test_a_prompt_that_asks_shows_its_request(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.PROMPT, "ask")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"why", "ctrl+g")
        await wait_until(pilot, lambda: "#1 request  waits for you" in screen_text(app))
        assert backend.desk.reviews[1].origin.tool == "prompt ask"
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "cancelled after" in tool_text(app))
        await wait_until(pilot, lambda: not backend.desk.pending)


# --- resources ---


@SIZES
async def test_a_resource_is_read_subscribed_and_read_again(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(offering(), tmp_path / "r", size=size) as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        assert not is_possible(app, "toggle-subscription")
        await choose(pilot, app, OfferKind.RESOURCE, "notes://today")
        await used(pilot, backend)
        await wait_until(pilot, lambda: "nothing yet" in tool_text(app))
        assert is_possible(app, "toggle-subscription")
        await pilot.press("u")
        await wait_until(pilot, lambda: "○ subscribed" in screen_text(app))
        backend.runs.start("one", "write", {"text": "changed"})
        await wait_until(pilot, lambda: "● updated" in screen_text(app))
        assert "it has changed at" in tool_text(app)
        await used(pilot, backend)
        await wait_until(pilot, lambda: "changed" in tool_text(app) and "○ subscribed" in screen_text(app))
        await pilot.press("u")
        await wait_until(pilot, lambda: "subscribed" not in screen_text(app).split("1 Use")[0])
        assert not server.subscribed


async def test_what_a_server_refuses_to_watch_is_said(tmp_path: Path) -> None:
    async with running(settings_for(odd=odd("hostile")), tmp_path / "r") as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.RESOURCE, server.offered.resources[0].uri)
        await pilot.press("u")
        await wait_until(pilot, lambda: "the server answered error -32601" in screen_text(app))
        assert not server.subscribed


@pytest.mark.hostile(37, 40)
@SIZES
async def test_hostile_offers_are_shown_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(odd=odd("hostile")), tmp_path / "r", size=size) as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        (prompt,) = server.offered.prompts
        await choose(pilot, app, OfferKind.PROMPT, prompt.name)
        assert HOSTILE_SHOWN in tool_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("down")
        await wait_until(pilot, lambda: app.screen.query(Completions))
        await wait_until(pilot, lambda: "… and 999,999,950 more" in tool_text(app))
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value)
        assert form_input(app).value == HOSTILE_SHOWN.replace("␛", "⟪U+001B⟫").replace("␇", "⟪U+0007⟫")
        await used(pilot, backend)
        assert set(last_run(backend).arguments.values()) == {prompt.name}  # the very text, not its marks
        await wait_until(pilot, lambda: f"user says{HOSTILE_SHOWN}" in tool_text(app).replace("\n", ""))
        await choose(pilot, app, OfferKind.RESOURCE, server.offered.resources[0].uri)
        await used(pilot, backend)
        await wait_until(pilot, lambda: "its base64 is broken" in tool_text(app))
        assert not {"\x1b", "\x07", "\u202e"} & set(screen_text(app))


# --- saving ---


async def answer_path(pilot: Pilot[None], app: TuuiApp, path: Path | str) -> None:
    """Type a path into the dialog that is open."""
    await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
    entry = app.screen.query_one(Input)
    entry.value = str(path)
    await pilot.press("enter")


async def test_a_result_is_saved_to_a_file_of_its_own(tmp_path: Path) -> None:
    async with running(settings_for(display=display_server()), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("down")
        assert not is_possible(app, "save-result")
        await used(pilot, backend)
        await wait_until(pilot, lambda: is_possible(app, "save-result"))
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))
        assert "2. image · image/png · 20 B" in screen_text(app)
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
        assert app.screen.query_one(Input).value == "result-2.png"
        target = tmp_path / "picture.png"
        await answer_path(pilot, app, target)
        await wait_until(pilot, target.exists)
        await wait_until(pilot, lambda: "Saved to" in screen_text(app))
        assert target.read_bytes() == b"not really a picture"
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_an_existing_file_is_replaced_only_after_a_yes(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r") as (app, pilot, backend):
        await open_offers(pilot, backend)
        await choose(pilot, app, OfferKind.RESOURCE, "notes://today")
        await used(pilot, backend)
        target = tmp_path / "note.txt"
        target.write_text("mine")
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
        assert app.screen.query_one(Input).value == "today.txt"
        await answer_path(pilot, app, tmp_path)
        await wait_until(pilot, lambda: "name a file, not a folder" in screen_text(app))
        await answer_path(pilot, app, tmp_path / "no" / "folder")
        await wait_until(pilot, lambda: "its folder does not exist" in screen_text(app))
        await answer_path(pilot, app, target)
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")  # no is the answer to everything but an explicit yes
        await wait_until(pilot, lambda: isinstance(app.screen, AskPath))
        assert target.read_text() == "mine"
        await answer_path(pilot, app, target)
        await wait_until(pilot, lambda: isinstance(app.screen, Confirm) and "n stay" in screen_text(app))
        await wait_until(pilot, lambda: "    n stay" in screen_text(app))
        await pilot.press("y")
        await wait_until(pilot, lambda: target.read_text() == "nothing yet")
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


# --- notifications and log levels ---


@SIZES
async def test_notifications_are_listed_filtered_and_shown_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    def message(level: str, text: str) -> str:
        params = {"level": level, "logger": "scribe", "data": text}
        return json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": params})

    async with running(settings_for(odd=odd("hostile")), tmp_path / "r", size=size) as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await pilot.press("4")
        await wait_until(pilot, lambda: "No notification so far." in screen_text(app))
        hostile = server.offered.prompts[0].name
        backend.runs.start(
            "odd", "tell", {"lines": [message("warning", hostile), message("info", "mild\nsecond line")]}
        )
        await wait_until(pilot, lambda: "2 of 2 shown" in screen_text(app))
        assert f"warning   scribe: {HOSTILE_SHOWN}"[:40] in screen_text(app)
        view = app.screen.query_one(NotificationsView)
        assert document_text(view.query_one(DocumentPane)).endswith("mild\nsecond line")  # the newest is chosen
        await pilot.press("slash", *"warn")
        await wait_until(pilot, lambda: "1 of 2 shown" in screen_text(app))
        assert document_text(view.query_one(DocumentPane)).endswith(HOSTILE_SHOWN)
        backend.runs.start("odd", "tell", {"lines": [message("info", "more")] * 3})
        await wait_until(pilot, lambda: "1 of 5 shown" in screen_text(app))
        assert form_input(app).value == "warn"
        assert not {"\x1b", "\x07", "\u202e"} & set(screen_text(app))


async def test_the_chosen_notification_stays_chosen_as_more_come(tmp_path: Path) -> None:
    async with running(settings_for(odd=odd("plain")), tmp_path / "r") as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        for number in range(5):
            server.notifications.add("message", f"number {number}", level="info")
        await pilot.press("4")
        rows = app.screen.query_one(NotificationsView).query_one(OptionList)
        await wait_until(pilot, lambda: rows.highlighted == 4)
        rows.highlighted = 1
        server.notifications.add("message", "number 5", level="info")
        await wait_until(pilot, lambda: rows.option_count == 6)
        assert rows.highlighted == 1
        rows.highlighted = 5
        server.notifications.add("resources/updated", "odd://x")
        await wait_until(pilot, lambda: rows.highlighted == 6)
        await pilot.press("f3")
        server.notifications.add("message", "unseen", level="info")
        await pilot.press("f2")
        await wait_until(pilot, lambda: rows.option_count == 8)


async def test_the_log_level_is_chosen(tmp_path: Path) -> None:
    async with running(offering(), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        server = await open_offers(pilot, backend)
        await pilot.press("v")
        await wait_until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("home", "down", "enter")
        await wait_until(pilot, lambda: server.log_level == "info")
        backend.runs.start("one", "log", {"level": "error", "text": "heard"})
        await pilot.press("4")
        await wait_until(pilot, lambda: "scribe: heard" in screen_text(app))
        assert "log level info" in screen_text(app)
