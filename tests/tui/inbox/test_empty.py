"""The empty Inbox that is painted first: it looks as the Inbox does, and keeps the keys for it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.style import Style
from textual.pilot import Pilot

from tests.support.full_request import user
from tests.support.screens.app import NARROW, WIDE, running, screen_text, wait_until
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ServerSettings, Settings
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.inbox.empty import EmptyInbox
from tuui_sampling.tui.inbox.screen import InboxScreen
from tuui_sampling.tui.mode_screen import ModeScreen

SETTINGS = Settings(
    servers={name: ServerSettings(name, "never-started", enabled=False) for name in ("a", "b")},
    interface=InterfaceSettings(images="blocks", keys={"show-servers": "f9", "show-policy": "f12", "quit": "Q"}),
)


@asynccontextmanager
async def first_painted(size: tuple[int, int]) -> AsyncIterator[tuple[TuuiApp, Pilot[None]]]:
    """Run an app until its first frame is painted; nothing is behind it."""
    app = TuuiApp(SETTINGS.interface, len(SETTINGS.servers))
    async with app.run_test(size=size, notifications=True) as pilot:
        await app.painted.wait()
        yield app, pilot


@asynccontextmanager
async def behind(app: TuuiApp, pilot: Pilot[None], folder: Path) -> AsyncIterator[Backend]:
    """Show a backend with nothing to review, as soon as it is opened."""
    async with open_backend(SETTINGS, os.environ, ledger_path=folder / "record") as backend:
        app.show(backend)
        await wait_until(pilot, lambda: any(isinstance(one, ModeScreen) and one.is_mounted for one in app.screen_stack))
        yield backend


def cells(app: TuuiApp) -> list[list[tuple[str, object]]]:
    """Return what is on the screen, cell by cell, with what can be seen of its style."""
    return [
        [(one, _looks(one, segment.style or Style())) for segment in strip for one in segment.text]
        for strip in app.screen._compositor.render_strips()
    ]


def _looks(character: str, style: Style) -> object:
    """Return the colours of a cell; nobody sees in what colour a space is written."""
    if character == " " and not (style.reverse or style.underline):
        return style.bgcolor
    return style.color, style.bgcolor, style.bold, style.reverse, style.underline, style.dim


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_the_inbox_takes_its_place_and_looks_the_same(size: tuple[int, int], tmp_path: Path) -> None:
    async with first_painted(size) as (app, pilot):
        assert isinstance(app.screen, EmptyInbox)
        before, text = cells(app), screen_text(app)
        assert "F1 Inbox  F9 Servers  F3 History  F12 Policy" in text
        assert "0 pending · 0 of 2 ser" in text
        assert "No request is waiting." in text and "Servers (F9)" in text and "Policy (F12)" in text
        assert text.splitlines()[-1].strip() == "? help"
        async with behind(app, pilot, tmp_path):
            await pilot.pause()
            assert isinstance(app.screen, InboxScreen)
            assert screen_text(app) == text
            assert cells(app) == before


async def test_keys_are_kept_for_the_inbox_in_their_order(tmp_path: Path) -> None:
    async with first_painted(WIDE) as (app, pilot):
        await pilot.press("f3", "f1", "question_mark")
        assert isinstance(app.screen, EmptyInbox)
        async with behind(app, pilot, tmp_path):
            await wait_until(pilot, lambda: "An approval counts for" in screen_text(app))
            assert app.current_mode == "inbox"


async def test_a_click_on_a_view_shows_that_view_first(tmp_path: Path) -> None:
    async with first_painted(WIDE) as (app, pilot):
        await pilot.click("#mode-history")
        await pilot.click("#mode-servers")
        async with behind(app, pilot, tmp_path):
            assert app.current_mode == "servers"


@pytest.mark.parametrize(("keys", "leaves"), [(["Q"], True), (["q"], False), (["e", "Q"], False)])
async def test_only_the_key_that_quits_is_heeded_at_once_and_only_before_all_others(
    keys: list[str], leaves: bool
) -> None:
    async with first_painted(NARROW) as (app, pilot):
        for key in keys:
            app.simulate_key(key)
        if leaves:
            await wait_until(pilot, lambda: app._exit)
        else:
            await pilot.pause()
            assert not app._exit


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_what_policy_answered_alone_leaves_the_words_that_nothing_waits(
    size: tuple[int, int], tmp_path: Path
) -> None:
    settings = Settings(models={"demo": ModelSettings("demo", "demo")}, default_model="demo")
    async with running(settings, tmp_path / "record", verdict=Verdict.PASS, size=size) as (app, pilot, backend):
        await wait_until(pilot, lambda: isinstance(app.screen, InboxScreen) and app.screen.is_mounted)
        asked = parse_request({"messages": [user("Name a river.")], "maxTokens": 10})
        outcome = await backend.desk.ask(asked, Origin("notes", "2025-11-25", tool="summarise"), lambda: "gone")
        assert outcome.phase is Phase.DELIVERED
        await pilot.press("l") if size == NARROW else None
        await wait_until(pilot, lambda: "delivered · Name a river." in screen_text(app))
        await pilot.press("l") if size == NARROW else None
        await wait_until(pilot, lambda: "No request is waiting." in screen_text(app))
        assert "1 Request" not in screen_text(app), "there is nothing to look at yet"
        for key in ("l", "down", "l") if size == NARROW else ("down",):
            await pilot.press(key)
        await wait_until(pilot, lambda: "Name a river." in screen_text(app) and "1 Request" in screen_text(app))
