"""The footer has whole keys only: lesser ones give way, the last of all stays, and what is left out has a mark."""

import time
from typing import cast

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode

from tuui_sampling.tui.commands import Command, CommandSet
from tuui_sampling.tui.widgets.footer import FooterKey, KeyFooter, fitting, footer_keys, whole

KEYS = [FooterKey(name[0], name[0], name[1:], "", name) for name in ("aaaa", "bbbb", "cccc", "dddd")]


@pytest.mark.unit
def test_spare_keys_give_way_one_by_one() -> None:
    shown = [[one.id for one in fitting(KEYS, width, ("bbbb", "cccc"))] for width in (28, 27, 21, 20, 5)]
    assert shown == [
        ["aaaa", "bbbb", "cccc", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "dddd"],
        ["aaaa", "dddd"],
    ]


@pytest.mark.unit
def test_no_key_is_cut_and_the_last_leads_to_those_that_are_left_out() -> None:
    shown = [[one.id for one in whole(KEYS, width)] for width in (28, 27, 22, 21, 15, 14, 0)]
    assert shown == [
        ["aaaa", "bbbb", "cccc", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "dddd"],
        ["aaaa", "dddd"],
        ["dddd"],
        ["dddd"],
    ]
    assert list(whole([], 10)) == []


@pytest.mark.unit
def test_commands_stand_in_the_order_of_their_tables_whatever_keys_they_have() -> None:
    def commands(*names: str) -> CommandSet[None]:
        return CommandSet([Command(one, one[0], one, "", "inbox", lambda _: None) for one in names], None)

    def active(name: str, key: str) -> ActiveBinding:
        return ActiveBinding(cast(DOMNode, None), Binding(key, f"do('{name}')", name, id=name), True, "")

    sets = commands("aaaa", "bbbb", "cccc"), commands("dddd")
    bound = [
        active(one, key) for one, key in (("cccc", "c"), ("own", "o"), ("dddd", "d"), ("bbbb", "Y"), ("aaaa", "X"))
    ]
    shown = [(one.id, one.key) for one in footer_keys(bound, sets, narrow=False)]
    assert shown == [("aaaa", "X"), ("own", "o"), ("bbbb", "Y"), ("cccc", "c"), ("dddd", "d")]
    keys = (
        "slash",
        "at",
        "plus",
        "space",
        "G",
        "question_mark",
        "ctrl+g",
        "f5",
        "escape",
        "right",
        "enter",
    )
    bound = [active(key, key) for key in keys]
    typing = [one.key for one in footer_keys(bound, sets, narrow=False, is_typing=True)]
    assert typing == ["ctrl+g", "f5", "escape", "right", "enter"], "characters go into the text"


class Footed(App[None]):
    """An app with a footer, which notes what is pressed, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = KEYS
        self.pressed: list[tuple[str, float]] = []
        self.pressed_at = 0.0

    def compose(self) -> ComposeResult:
        yield KeyFooter(lambda: self.keys)

    def on_key(self, event: events.Key) -> None:
        self.pressed.append((event.key, event.time))


@pytest.mark.drawn
async def test_a_click_presses_the_key_that_was_painted_when_the_mouse_was_pressed() -> None:
    app = Footed()
    async with app.run_test() as pilot:
        shown, seen = app.query_one(KeyFooter), time.monotonic()
        app.keys = KEYS[1:]
        shown.refresh()
        await pilot.pause()
        now = time.monotonic()  # the key that has just come under the pointer was not meant
        for number, at in ((1, seen), (1, now), (2, now + 1)):
            app.pressed_at = at
            down = events.MouseDown(None, 1, shown.region.y, 0, 0, 1, False, False, False, 1, shown.region.y)
            app.post_message(down)
            while len(app.pressed) < number:
                await pilot.pause()
            await pilot.pause()
            assert len(app.pressed) == number
            assert number == 1 or app.pressed[-1][1] == at, "it was typed when the mouse was pressed"
        assert [key for key, _ in app.pressed] == ["a", "b"]
