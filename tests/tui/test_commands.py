"""The commands: one table for each place, keys of the person's own, and why a key does nothing."""

from itertools import combinations
from typing import get_args

import pytest

from tuui_sampling.tui.commands import Command, CommandSet, Scope
from tuui_sampling.tui.key_map import KeyMap, all_commands, key_problems
from tuui_sampling.tui.widgets.header import MODES


def test_no_two_commands_of_one_place_share_a_key() -> None:
    for one, other in combinations(all_commands(), 2):
        if one.scope == other.scope or "everywhere" in (one.scope, other.scope):
            assert not set(one.key.split(",")) & set(other.key.split(",")), (one.id, other.id)


def test_every_place_has_a_tab_a_table_and_a_key_that_leads_to_it() -> None:
    places = set(get_args(Scope)) - {"everywhere"}
    assert {mode for mode, _ in MODES} == places
    assert {one.scope for one in all_commands()} == {*places, "everywhere"}
    assert {f"show-{place}" for place in places} <= {one.id for one in all_commands() if one.scope == "everywhere"}


def test_no_decision_has_a_bare_key() -> None:
    decisions = [one for one in all_commands() if one.decides]
    assert {one.id for one in decisions} == {"approve", "reject", "regenerate", "call-tool"}
    assert all(key.startswith(("ctrl+", "f")) and len(key) > 1 for one in decisions for key in one.key.split(","))


def test_the_table_as_it_stands_has_no_problem() -> None:
    assert key_problems({one.id: one.key for one in all_commands()}) == {}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"aprove": "ctrl+g"}, "no command"),
        ({"approve": "g"}, "too easily"),
        ({"approve": "enter"}, "too easily"),
        ({"reject": "y"}, "too easily"),
        ({"stop": "bogus+key"}, "is not a key"),
        ({"stop": "hyper"}, "is not a key"),
        ({"reject": "ctrl+n"}, "next-request"),
        ({"stop": "f1"}, "show-inbox"),
        ({"help": "b"}, "back-to-request"),
        ({"approve": "ctrl+y", "reject": "ctrl+y"}, "approve"),
    ],
)
def test_what_can_not_be_is_named(keys: dict[str, str], problem: str) -> None:
    assert any(problem in words for words in key_problems(keys).values())


def test_keys_can_be_exchanged() -> None:
    assert key_problems({"approve": "ctrl+r", "reject": "ctrl+g"}) == {}
    assert key_problems({"stop": "f14,z"}) == {}


def test_a_key_is_shown_as_the_person_set_it() -> None:
    keys = KeyMap({"approve": "f9,ctrl+y"})
    assert (keys.key_of("approve"), keys.keys_of("approve")) == ("F9", "F9 ^Y")
    assert (keys.key_of("find"), keys.key_of("show-costs"), keys.keys_of("quit")) == ("/", "c", "q ^Q")
    with pytest.raises(KeyError):
        keys.key_of("aprove")


class Lamp:
    """Something that can be switched on once."""

    def __init__(self) -> None:
        self.is_on = False

    def switch(self) -> None:
        self.is_on = True

    def why_not(self) -> str:
        return "It is on already." if self.is_on else ""


async def test_what_is_not_possible_says_why_and_is_not_done() -> None:
    lamp = Lamp()
    table = [Command[Lamp]("switch", "s", "on", "Switch it on.", "inbox", Lamp.switch, Lamp.why_not)]
    commands = CommandSet(table, lamp)
    assert commands.shown("switch", narrow=False) == "on"
    assert (await commands.run("switch"), lamp.is_on) == ("", True)
    assert await commands.run("switch") == "It is on already."
    assert (commands.shown("switch", narrow=False), list(commands.possible())) == ("", [])
    never = CommandSet(table, Lamp(), unless=lambda: "Not yet.")
    assert (await never.run("switch"), never.groups.is_on) == ("Not yet.", False)
