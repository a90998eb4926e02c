"""Rules that change while something waits: what waits is told of them, and nothing goes out that one of them denies."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.test_judging import SECRET, allow, deny
from tests.support.desks import ORIGIN, WITHDRAWN, Office, accept, approve, eventually, kinds, office, request
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.desk.judging import Ahead, judge_waiting, look_ahead
from tuui_sampling.policy.rules import Rules
from tuui_sampling.sampling.decision import Answer, Reject, Settle
from tuui_sampling.sampling.inquiry import FormElicitation, Reply
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response
from tuui_sampling.sampling.review import Review


async def waiting(place: Office) -> Review:
    """Return the request once it waits for the person's decision, whatever was decided about it before."""
    waits = place.desk._waiting
    await eventually(lambda: 1 in waits and not waits[1].done(), "it waits")
    return place.desk.reviews[1]


async def told(item: Item, notice: str) -> None:
    """Wait until the person is told."""
    await eventually(lambda: item.notices, notice)
    assert item.notices == (notice,)


FORM = FormElicitation("Your name?", {"type": "object", "properties": {"name": {"type": "string"}}})


async def test_a_rule_that_comes_while_a_request_waits_keeps_it_from_the_model(tmp_path: Path) -> None:
    provider, rules = ScriptedProvider(answer("fine")), Rules([])
    async with office(tmp_path, provider, judge=rules) as place:
        asked = place.ask()
        review = await waiting(place)
        assert (review.why_asked, await look_ahead(place.desk, review, approve(review))) == ("", Ahead())
        revision = review.revision
        rules.set([deny("not now")])
        await judge_waiting(place.desk)
        assert review.why_asked == 'rules have changed since it came; the rule "not now" denies this'
        assert review.revision > revision and review.phase is Phase.REQUEST, "it is told, and decided by the person"
        assert (await look_ahead(place.desk, review, approve(review))).denied == 'the rule "not now" denies this'
        place.settle(review, approve(review))
        await told(review, 'Nothing was sent: the rule "not now" denies this.')
        await waiting(place)
        assert (review.phase, review.candidates, provider.asked) == (Phase.REQUEST, [], [])
        own = Response((TextBlock("by hand"),), HUMAN_MODEL, "endTurn")
        place.settle(review, Answer(own))  # no model has part in that
        assert (await asked).phase is Phase.DELIVERED
        assert "approved" not in kinds(await place.rows(review))


async def test_a_rule_denies_what_was_edited_and_the_model_that_was_chosen(tmp_path: Path) -> None:
    first, other = ScriptedProvider(answer("fine")), ScriptedProvider(answer("fine"))
    rules = Rules([deny("no secrets", findings=("secret",)), deny("not that one", model="other")])
    async with office(tmp_path, first, judge=rules, others={"other": other}) as place:
        asked = place.ask()
        review = await waiting(place)
        edited = approve(review, asked=request(f"use {SECRET}"))
        for approval, rule in (
            (edited, "no secrets"),
            (approve(review, model="other"), "not that one"),
            (approve(review, others=("other",)), "not that one"),
        ):
            place.settle(await waiting(place), approval)
            await told(review, f'Nothing was sent: the rule "{rule}" denies this.')
            review.notices = ()
        assert not first.asked and not other.asked
        await waiting(place)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        await waiting(place)
        place.settle(review, accept(review))
        assert (await asked).phase is Phase.DELIVERED
        assert review.notices == ()


async def test_a_rule_that_comes_while_a_response_waits_keeps_it_from_the_server(tmp_path: Path) -> None:
    rules = Rules([])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        asked = place.ask()
        review = await waiting(place)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        await waiting(place)
        rules.set([deny("no secrets out", findings=("secret",), stage="response")])
        await judge_waiting(place.desk)
        assert review.why_asked == "", "it holds none"
        edited = replace(accept(review), response=Response((TextBlock(f"it is {SECRET}"),), "m", "endTurn"))
        place.settle(review, edited)
        await told(review, 'Nothing was returned: the rule "no secrets out" denies this.')
        await waiting(place)
        rules.set([deny("nothing out", stage="response")])
        await judge_waiting(place.desk)
        assert review.why_asked.endswith('the rule "nothing out" denies this')
        place.settle(review, Reject(""))
        assert (await asked).phase is Phase.REJECTED


async def test_a_rule_that_comes_while_a_form_waits_keeps_its_values_from_the_server(tmp_path: Path) -> None:
    rules = Rules([])
    async with office(tmp_path, ScriptedProvider(), judge=rules) as place:
        asked = asyncio.create_task(place.desk.inquire(FORM, ORIGIN, lambda: WITHDRAWN))
        await eventually(lambda: place.desk.inquiries and 1 in place.desk._waiting)
        inquiry = place.desk.inquiries[1]
        rules.set([deny("no forms", kind="elicitation")])
        await judge_waiting(place.desk)
        assert inquiry.why_asked.endswith('the rule "no forms" denies this')
        assert place.desk.settle(1, Gate.REQUEST, Settle(Reply("accept", {"name": "me"})))
        await told(inquiry, 'Nothing was sent: the rule "no forms" denies this.')
        await eventually(lambda: not place.desk._waiting[1].done())
        assert place.desk.settle(1, Gate.REQUEST, Settle(Reply("decline")))
        assert (await asked).reply == Reply("decline")


@pytest.mark.parametrize(
    ("rule", "tool", "why"),
    [
        (allow(tool="plan"), None, 'which tool asks is not known, so the rule "small ones" did not match'),
        (allow(despite=()), "plan", 'the rule "small ones" does not lift first request'),
        (allow(max_tokens=5), "plan", 'the rule "small ones" did not match; what does not hold: at most 5 tokens'),
        (allow(requests_per_hour=0), "plan", 'the budget of the rule "small ones" is used up'),
        (RuleSettings("ask", "look"), "plan", 'the rule "look" asks'),
        (allow(tool="other"), "plan", ""),
        (allow(stage="response"), "plan", ""),
    ],
)
async def test_a_request_says_why_a_rule_left_it_to_the_person(
    tmp_path: Path, rule: RuleSettings, tool: str | None, why: str
) -> None:
    rules = Rules([rule])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        asked = place.ask(origin=replace(ORIGIN, tool=tool))
        review = await waiting(place)
        assert review.why_asked == why
        rules.set([rule, deny(tool="another")])
        await judge_waiting(place.desk)
        assert review.why_asked == why, "the new one is not about it"
        rules.set([])
        await judge_waiting(place.desk)
        assert review.why_asked == ""
        place.settle(review, Reject(""))
        await asked


async def test_it_is_told_that_a_rule_will_return_the_response_unseen(tmp_path: Path) -> None:
    rules = Rules([allow(requests_per_hour=0)])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        asked = place.ask()
        review = await waiting(place)
        ahead = await look_ahead(place.desk, review, approve(review))
        assert ahead == Ahead("", 'the rule "small ones" may return the response unseen')
        place.settle(review, approve(review))
        assert (await asked).phase is Phase.DELIVERED
        assert review.decided[Gate.RESPONSE].rule == "small ones"
