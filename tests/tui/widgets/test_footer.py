"""The footer has whole keys only: lesser ones give way, the last of all stays, and what is left out has a mark."""

from typing import cast

import pytest
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode

from tuui_sampling.tui.commands import Command, CommandSet
from tuui_sampling.tui.widgets.footer import FooterKey, fitting, footer_keys, whole

pytestmark = pytest.mark.unit

KEYS = [FooterKey(name[0], name[0], name[1:], "", name) for name in ("aaaa", "bbbb", "cccc", "dddd")]


def test_spare_keys_give_way_one_by_one() -> None:
    shown = [[one.id for one in fitting(KEYS, width, ("bbbb", "cccc"))] for width in (28, 27, 21, 20, 5)]
    assert shown == [
        ["aaaa", "bbbb", "cccc", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "bbbb", "dddd"],
        ["aaaa", "dddd"],
        ["aaaa", "dddd"],
    ]


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
