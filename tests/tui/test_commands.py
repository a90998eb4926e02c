"""The table of commands, and the person's own keys."""

from itertools import combinations

import pytest

from tuui_sampling.tui.commands import BY_ID, COMMANDS, DECISIONS, key_problems


def test_no_two_commands_of_one_place_share_a_key() -> None:
    for one, other in combinations(COMMANDS, 2):
        if one.scope == other.scope or "everywhere" in (one.scope, other.scope):
            assert not set(one.key.split(",")) & set(other.key.split(",")), (one.id, other.id)


def test_no_decision_has_a_bare_key() -> None:
    assert all(
        key.startswith(("ctrl+", "f")) and len(key) > 1 for name in DECISIONS for key in BY_ID[name].key.split(",")
    )


def test_the_table_as_it_stands_has_no_problem() -> None:
    assert key_problems({one.id: one.key for one in COMMANDS}) == {}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"aprove": "ctrl+g"}, "no command"),
        ({"approve": "g"}, "too easily"),
        ({"approve": "enter"}, "too easily"),
        ({"reject": "y"}, "too easily"),
        ({"stop": "bogus+key"}, "no key"),
        ({"stop": "hyper"}, "no key"),
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
    assert key_problems({"stop": "f10,z"}) == {}
