"""The footer has whole keys only: lesser ones give way, the last of all stays, and what is left out has a mark."""

import pytest

from tuui_sampling.tui.widgets.footer import FooterKey, fitting, whole

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
