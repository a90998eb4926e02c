"""What the screens have in common: a key that does nothing says why, and the footer names what keys do now."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual.screen import Screen

from tests.support.full_request import user
from tests.support.screens.app import running, screen_text, settings_for, wait_until
from tests.support.screens.requesting import SETTINGS, requested
from tests.support.turns import in_turns_of_an_answer
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.mode_screen import ModeScreen
from tuui_sampling.tui.widgets.footer import KeyFooter

WHY_NOT = {
    ("f1", "ctrl+g"): "No request is waiting.",
    ("f1", "s"): "No request is waiting.",
    ("f1", "e"): "No request is waiting.",
    ("f1", "ctrl+n"): "No other request waits.",
    ("f1", "right"): "No other request is identical to this one.",
    ("f1", "escape"): "There is nothing to leave here",
    ("f2", "ctrl+g"): "No server is selected.",
    ("f2", "i"): "Nothing shown here has brought a request.",
    ("f2", "W"): "The trace is not shown.",
    ("f2", "r"): "No server is selected.",
}


def is_ready(screen: Screen[object]) -> bool:
    """Whether a screen is there with all that it shows."""
    first = {"inbox": "approve", "servers": "call-tool"}
    return isinstance(screen, ModeScreen) and not screen.commands.why_not(first[screen.MODE]).endswith("yet.")


@pytest.mark.parametrize(("mode", "key"), WHY_NOT)
async def test_a_key_that_does_nothing_says_why(mode: str, key: str, tmp_path: Path) -> None:
    now = iter(range(1_000, 2_000))  # a second between any two keys
    async with running(settings_for(), tmp_path / "r", clock=lambda: float(next(now))) as (app, pilot, _backend):
        await pilot.press(mode)
        await wait_until(pilot, lambda: is_ready(app.screen))
        await pilot.press(key)
        await wait_until(pilot, lambda: WHY_NOT[mode, key] in screen_text(app))


async def test_the_keys_of_a_burst_do_not_hide_what_the_first_one_said(tmp_path: Path) -> None:
    async with running(settings_for(), tmp_path / "r", clock=lambda: 1_000.0) as (app, pilot, _backend):
        await wait_until(pilot, lambda: is_ready(app.screen))
        await pilot.press("ctrl+n")
        await wait_until(pilot, lambda: WHY_NOT["f1", "ctrl+n"] in screen_text(app))
        await pilot.press("s")
        await pilot.pause()
        assert WHY_NOT["f1", "ctrl+n"] in screen_text(app)


async def test_the_footer_is_one_widget_whatever_it_shows(tmp_path: Path) -> None:
    async with running(settings_for(), tmp_path / "r") as (app, pilot, _backend):
        await wait_until(pilot, lambda: "? help" in screen_text(app))
        footer = app.screen.query_one(KeyFooter)
        assert not list(footer.query("*"))
        await pilot.click(footer, offset=(screen_text(app).splitlines()[-1].index("? help"), 0))
        await wait_until(pilot, lambda: "An approval counts for" in screen_text(app))


async def test_all_that_is_under_way_is_listed_from_any_screen_and_a_mark_says_what_letters_are(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.press("f3", "f7")
        await desk.until(lambda: "Nothing is under way" in screen_text(desk.app))
        await desk.press("f1")
        review = await desk.ask({"messages": [user("Where does it rain?")], "maxTokens": 10})
        assert "COMMAND" in screen_text(desk.app).splitlines()[0]
        await desk.press("e")
        await desk.until(lambda: "EDIT" in screen_text(desk.app).splitlines()[0])
        await desk.until(lambda: "┏▸ ? #1 " in screen_text(desk.app) and "─ Requests " in screen_text(desk.app))
        await desk.press("f2", "f7")
        await desk.until(lambda: "? #1  request" in screen_text(desk.app))
        await desk.press("enter")
        await desk.until(lambda: desk.app.current_mode == "inbox" and desk.inbox.reviewing.selected == review.id)


def ticking(app: TuuiApp) -> list[str]:
    """Return what wakes the program from time to time, or will, on any of its screens."""
    screens = [screen for stack in app._screen_stacks.values() for screen in stack]
    return [
        f"{node}: {timer}"
        for screen in screens
        for node in screen.walk_children(with_self=True)
        for timer in node._timers
        if all((timer._active.is_set(), timer._task in asyncio.all_tasks()))
    ]


async def test_nothing_ticks_while_nothing_waits_whatever_was_shown(tmp_path: Path) -> None:
    servers = {"off": ServerSettings("off", "/nonexistent", enabled=False)}
    async with requested(tmp_path, settings=replace(SETTINGS, servers=servers)) as desk:
        for mode, what_is_left in (("2", ""), ("3", "HistoryScreen"), ("4", ""), ("1", "")):
            await desk.press(f"f{mode}")
            await desk.until(lambda: all(what_is_left and what_is_left in one for one in ticking(desk.app)))  # noqa: B023
        await desk.press("f2", "3")
        await desk.until(lambda: ["LogView" in one for one in ticking(desk.app)] == [True])
        await desk.press("f1")
        review = await desk.ask({"messages": [user("Where does it rain?")], "maxTokens": 10})
        await desk.until(lambda: sum("Pane" in one for one in ticking(desk.app)) == 2)
        await desk.press("ctrl+r")
        await desk.until(lambda: not review.phase.is_open and not ticking(desk.app))


async def test_what_no_server_has_taken_is_told_on_every_screen(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        lost, _other = [await desk.ask({"messages": [user("x")], "maxTokens": 10}) for _ in range(2)]
        assert "undelivered" not in screen_text(desk.app)
        lost.phase = Phase.UNDELIVERED
        for key in ("f2", "f3", "f1"):
            await desk.press(key)
            await desk.until(lambda: "✗ 1 undelivered" in screen_text(desk.app).splitlines()[0])


async def test_a_screen_is_painted_after_what_servers_wait_for(tmp_path: Path) -> None:
    async with running(settings_for(), tmp_path / "r") as (app, pilot, _backend):
        await wait_until(pilot, lambda: is_ready(app.screen))
        app.screen.refresh()
        answered, paint = in_turns_of_an_answer(), app.screen._update_timer._callback
        assert paint is not None
        await paint()
        assert answered.done()
        assert not app.screen._repaint_required


def is_shown(app: TuuiApp, words: str) -> bool:
    """Whether words are on the screen."""
    return words in screen_text(app)


async def test_a_record_that_cannot_be_opened_is_said_below_the_header_on_every_screen(tmp_path: Path) -> None:
    async with running(settings_for(), tmp_path) as (app, pilot, _backend):  # a folder is not a record
        for key, header in (("f2", "F1 Inbox"), ("f1", "F2 Servers"), ("f3", "Nothing of the record can be shown.")):
            await pilot.press(key)
            await wait_until(pilot, partial(is_shown, app, header))
            lines = screen_text(app).splitlines()
            assert "F1 Inbox" in lines[0] and "⚑ Nothing can be approved" in lines[1]
