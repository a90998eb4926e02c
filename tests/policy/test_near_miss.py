"""Which rule came nearest to matching, and what kept it from that."""

from dataclasses import replace
from datetime import timedelta

from tests.policy.test_rules import NOON, allow, facts
from tuui_sampling.policy.near_miss import near_miss
from tuui_sampling.policy.rules import Rules

ASKED = facts()
UNKNOWN = facts(origin=replace(ASKED.origin, tool=None))


def test_the_nearest_is_told_and_of_two_the_newer_one() -> None:
    far, near, newer = ("far", {"model": "a", "max_tokens": "b"}), ("near", {"model": "a"}), ("newer", {"risk": "c"})
    assert near_miss([near, far], ASKED) == 'the rule "near" did not match; what does not hold: a'
    assert near_miss([near, far, newer], ASKED) == 'the rule "newer" did not match; what does not hold: c'
    assert near_miss([far], ASKED) == 'the rule "far" did not match; what does not hold: a; b'
    assert near_miss([], ASKED) == near_miss([("all of it holds", {})], ASKED) == ""


def test_what_a_person_would_ask_about_has_words_of_its_own() -> None:
    yesterday = (NOON - timedelta(days=1)).date()
    assert Rules([allow(expires=yesterday)]).why_asked(ASKED) == f'the rule "small ones" held until {yesterday}'
    of_tool = Rules([allow(tool="summarise")])
    assert of_tool.why_asked(UNKNOWN) == 'which tool asks is not known, so the rule "small ones" did not match'
    unasked = facts(origin=replace(UNKNOWN.origin, unsolicited=True))
    assert of_tool.why_asked(unasked) == 'no call of yours was under way, so the rule "small ones" did not match'


def test_only_rules_that_are_about_it_are_told() -> None:
    others = [allow(server="mail"), allow(tool="send"), allow(trial=True, max_tokens=1), allow(stage="response")]
    assert Rules(others).why_asked(ASKED) == ""
    assert "did not match" in Rules([allow(max_tokens=1)]).why_asked(ASKED)
