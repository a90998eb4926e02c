"""What is typed faster than the screen follows, and what is typed into an editor that is there no more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from tests.support.limits import LIMIT
from tests.support.paths import demo_server
from tests.support.screens.app import screen_text, settings_for
from tests.support.screens.person import Desk, seated
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.history.screen import HistoryScreen
from tuui_sampling.tui.terminal import type_ahead
from tuui_sampling.tui.terminal.type_ahead import PAUSE, SETTLED, ClosedEditor, TypeAhead
from tuui_sampling.tui.widgets.schema_form import SchemaForm
from tuui_sampling.tui.widgets.text_editor import EditArea

NAMED = {"\t": "tab", "\n": "enter", "/": "slash", "@": "at", "-": "minus", ".": "full_stop", " ": "space"}


def burst(desk: Desk, *keys: str) -> None:
    """Send keys in one go; what is not a name of a key is a text."""
    for key in keys:
        if key.startswith(("f1", "f2", "f3", "escape", "backspace", "down")):
            desk.app.post_message(events.Key(key, None))
        else:
            for character in key:
                desk.app.post_message(events.Key(NAMED.get(character, character), character))


def texts(form: SchemaForm) -> list[str]:
    """Return what is written in the fields of a form."""
    return [field.value for field in form.query(Input)]


def shown_tab(desk: Desk) -> str:
    """Return which tab of the Inbox is shown; a letter that is a command changes it."""
    return desk.inbox.pane.panel.tab


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The program on a server that asks, waits and withdraws as it is told."""
    async with seated(tmp_path, settings_for(demo=demo_server())) as opened:
        yield opened


async def test_a_tab_within_a_burst_parts_the_fields(desk: Desk) -> None:
    await desk.press("f2")
    await desk.until(lambda: "generate_poem" in screen_text(desk.app))
    await desk.press("down", "enter")
    form = desk.app.screen.query_one(SchemaForm)
    await desk.until(lambda: isinstance(desk.app.focused, Input))
    burst(desk, "AA\t\t7")  # between the two is a list to choose from
    await desk.until(lambda: texts(form) == ["AA", "7"])


async def test_what_follows_the_key_that_opens_a_form_is_written_into_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "SETTLED", 10 * SETTLED)  # a busy machine takes as long to open a form
    await desk.press("f2")
    await desk.until(lambda: "generate_poem" in screen_text(desk.app))
    burst(desk, "down", "\n", "xp")
    await desk.until(lambda: ["xp"] in [texts(form)[:1] for form in desk.app.screen.query(SchemaForm)])


async def test_what_follows_the_key_of_another_screen_comes_to_that_screen(desk: Desk) -> None:
    burst(desk, "f3", "/hand")
    await desk.until(lambda: isinstance(desk.app.screen, HistoryScreen))
    await desk.until(lambda: desk.app.screen.query_one(Input).value == "hand")


async def test_a_long_burst_is_not_lost(desk: Desk) -> None:
    text = "the quick brown fox jumps over the lazy dog " * 4
    await desk.call("generate_poem", topic="x")
    await desk.until(lambda: desk.inbox.is_mounted)
    burst(desk, "e", text, "\n", "more", "backspace", "backspace", "!")
    await desk.until(lambda: isinstance(desk.app.focused, EditArea) and "mo!" in desk.app.focused.text)
    assert isinstance(desk.app.focused, EditArea)
    assert desk.app.focused.text.startswith(f"{text}\nmo!")


async def test_an_arrow_that_is_held_down_counts_each_time(desk: Desk) -> None:
    for topic in "abcd":
        await desk.call("generate_poem", topic=topic)
    burst(desk, "down", "down", "down")
    await desk.until(lambda: desk.inbox.reviewing.selected == 4)


async def test_letters_for_an_editor_that_was_closed_are_no_commands(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="x")
    await desk.press("e", "K")
    desk.clock.now += 30  # thinking
    desk.backend.runs.cancel(run.id)
    await desk.until(
        lambda: desk.backend.desk.reviews[1].phase is Phase.WITHDRAWN and "withdrawn" in screen_text(desk.app)
    )
    tab = shown_tab(desk)
    burst(desk, "quit 1234\n")
    await desk.until(lambda: "The editor was closed: #1 is withdrawn" in screen_text(desk.app))
    await desk.pilot.pause()
    assert desk.app.is_running
    assert shown_tab(desk) == tab
    desk.clock.now += 1
    await desk.pilot.press("4")
    assert shown_tab(desk) == "raw"


async def test_esc_makes_letters_commands_again(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="x")
    await desk.press("e", "K")
    desk.backend.runs.cancel(run.id)
    await desk.until(
        lambda: desk.backend.desk.reviews[1].phase is Phase.WITHDRAWN and "withdrawn" in screen_text(desk.app)
    )
    await desk.pilot.press("4", "escape")
    assert shown_tab(desk) != "raw"
    await desk.pilot.press("4")
    assert shown_tab(desk) == "raw"


async def test_letters_after_an_editor_that_the_person_left_are_commands(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    burst(desk, "e", "K", "escape", "escape", "4")
    await desk.until(lambda: shown_tab(desk) == "raw")


# --- each part by itself ---


class OneLine(App[None]):
    """An app with one line to write in."""

    def compose(self) -> ComposeResult:
        yield Input()


def pressed(key: str) -> events.Key:
    """Return the event of a key."""
    return events.Key(key, key if len(key) == 1 else None)


async def test_letters_wait_for_nothing_and_what_moves_the_focus_is_waited_for() -> None:
    through: list[str] = []

    async def dispatch(event: events.Key | events.Paste) -> None:
        assert isinstance(event, events.Key)
        through.append(event.key)

    async with OneLine().run_test() as pilot:
        ahead = TypeAhead(pilot.app, dispatch)
        for key in ("a", "b", "c", "down", "down", "x"):
            await ahead.typed(pressed(key))
        assert through == ["a", "b", "c", "down", "down"]  # an arrow that is held down does not wait for itself
        async with asyncio.timeout(LIMIT):
            while "x" not in through:
                await pilot.pause()
            ahead.clicked(pilot.app.screen.query_one(Input))
            assert ahead.may_move_the_focus  # as what a click is on does, behind it in its queue
            await ahead.typed(pressed("5"))
            assert "5" not in through
            while "5" not in through:
                await pilot.pause()


class Hands:
    """Somebody who types in an editor, with a clock."""

    def __init__(self) -> None:
        self.now = 10.0
        self.closed = ClosedEditor(lambda: self.now)
        self.editor = Input()

    def close(self) -> None:
        """Type a letter, and lose the editor."""
        self.closed.swallows(pressed("a"), self.editor)
        self.now += 0.1
        self.closed.focus_moved(self.editor, None)

    def is_lost(self, key: str, after: float = 0.1) -> bool:
        """Type a key so many seconds later, and say whether it is swallowed."""
        self.now += after
        return self.closed.swallows(pressed(key), None)


@pytest.mark.parametrize("key", ["b", "enter", "backspace"])
def test_what_was_meant_for_a_closed_editor_is_swallowed(key: str) -> None:
    hands = Hands()
    hands.close()
    assert hands.is_lost(key)
    assert hands.is_lost(key)
    assert not hands.is_lost("f5")


def test_a_pause_ends_that() -> None:
    hands = Hands()
    hands.close()
    assert not hands.is_lost("b", after=PAUSE)


def test_esc_ends_that_and_is_swallowed_itself() -> None:
    hands = Hands()
    hands.close()
    assert hands.is_lost("escape")
    assert not hands.is_lost("b")


def test_a_click_ends_that() -> None:
    hands = Hands()
    hands.close()
    hands.closed.clicked()
    assert not hands.is_lost("b")


def test_an_editor_that_is_left_by_a_click_or_a_command_is_not_closed_under_the_hands() -> None:
    hands = Hands()
    hands.closed.clicked()
    hands.closed.focus_moved(hands.editor, None)
    assert not hands.is_lost("b")
    hands = Hands()
    hands.closed.swallows(pressed("f2"), hands.editor)
    hands.closed.focus_moved(hands.editor, None)
    assert not hands.is_lost("b")
