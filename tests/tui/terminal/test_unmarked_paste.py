"""A text that comes from the terminal at one time is a paste, whether the terminal says so or not."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from tests.support.screens.app import screen_text
from tests.support.screens.requesting import requested
from tests.tui.inbox.test_navigation import asking
from tuui_sampling.tui.mode_screen import ModeScreen
from tuui_sampling.tui.terminal.type_ahead import is_editor
from tuui_sampling.tui.terminal.unmarked_paste import GOES_ON, UnmarkedPaste


def key(name: str, at: float = 0.0) -> events.Key:
    """Return the event of a key, typed at a time."""
    event = events.Key(name, "\r" if name == "enter" else name if len(name) == 1 else None)
    event.time = at
    return event


async def passed_on(*came: events.Key) -> list[str]:
    """Return what comes of keys that come at one time: names of keys, and pasted texts in quotes."""
    sent: list[Message] = []
    paste = UnmarkedPaste(asyncio.get_running_loop(), sent.append)
    for event in came:
        paste.take(event)
    while paste._gathered:
        await asyncio.sleep(0)
    return [f"'{one.text}'" if isinstance(one, events.Paste) else getattr(one, "key", "") for one in sent]


@pytest.mark.parametrize(
    ("keys", "comes"),
    [
        ("q", ["q"]),
        ("abc", ["a", "b", "c"]),
        ("jjjjjj", ["j"] * 6),
        ("quit", ["'quit'"]),
        (["f2", "down", *"quit"], ["f2", "down", "'quit'"]),
        ([*"one", "enter", *"two", "enter"], ["'one\ntwo'", "enter"]),
        ([*"hello", "tab", *"7"], ["'hello'", "tab", "'7'"]),
    ],
)
async def test_letters_that_come_at_one_time_are_a_paste(keys: list[str], comes: list[str]) -> None:
    assert await passed_on(*map(key, keys)) == comes


async def test_the_rest_of_a_long_paste_belongs_to_it_and_a_letter_after_it_does_not() -> None:
    sent: list[Message] = []
    paste = UnmarkedPaste(asyncio.get_running_loop(), sent.append)
    for letters, at in (("long", 1.0), ("er", 1.0 + GOES_ON / 2), ("q", 2.0)):
        for letter in letters:
            paste.take(key(letter, at))
        while paste._gathered:
            await asyncio.sleep(0)
    assert [type(one).__name__ for one in sent] == ["Paste", "Paste", "Key"]


async def test_a_paste_with_no_editor_open_does_nothing_and_says_so(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        review = await desk.ask(asking("What is it?"))
        for screen in ("f1", "f2", "f3", "f4"):
            await desk.press(screen)
            desk.app.post_message(events.Paste("hello, quit"))
            await desk.until(lambda: "Nothing was pasted (11 characters)" in screen_text(desk.app))
            desk.app.clear_notifications()
            assert not is_editor(desk.app.focused) and isinstance(desk.app.screen, ModeScreen)
        await desk.press("f1", "e")
        desk.app.post_message(events.Paste("pasted"))
        await desk.until(lambda: desk.inbox.reviewing.is_edited(review.id))
