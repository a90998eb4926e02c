"""Identical requests that wait are answered together: one call of a model, an answer and a record for each of them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, JudgedBy, accept, approve, kinds, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.history.ledger import Kind
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import Answer, Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response


@pytest.mark.parametrize("by", ["the model", "the model, edited", "hand"])
async def test_one_call_answers_all_that_are_identical_and_nothing_else(tmp_path: Path, by: str) -> None:
    provider = ScriptedProvider(answer("yes"))
    async with office(tmp_path, provider) as place:
        places = [("same", ORIGIN)] * 3 + [
            ("other", ORIGIN),
            ("same", replace(ORIGIN, server="mail")),
            ("same", ORIGIN),
        ]
        asked = [place.ask(text, origin) for text, origin in places]
        reviews = [await place.at(Phase.REQUEST, number) for number in range(1, 7)]
        asked[5].cancel()  # its server has gone
        await asyncio.wait([asked[5]])
        if by == "hand":
            place.settle(
                reviews[0], Answer(Response((TextBlock("mine"),), HUMAN_MODEL, "endTurn"), also=(2, 3, 4, 5, 6, 99))
            )
        else:
            place.settle(reviews[0], approve(reviews[0]))
            await place.at(Phase.RESPONSE)
            decision = replace(accept(reviews[0]), also=(1, 2, 3, 4, 5, 6, 99))
            if by == "the model, edited":
                decision = replace(decision, response=decision.response.with_text("mine"))
            place.settle(reviews[0], decision)
        texts = [outcome.response.text for outcome in await asyncio.gather(*asked[:3]) if outcome.response is not None]
        assert texts == ["yes" if by == "the model" else "mine"] * 3
        assert len(provider.asked) == (0 if by == "hand" else 1)
        assert [review.phase for review in reviews[3:]] == [Phase.REQUEST, Phase.REQUEST, Phase.WITHDRAWN]
        for number in (4, 5):
            place.settle(reviews[number - 1], Reject(""))
        await asyncio.gather(*asked[3:5])
        await place.ledger.aclose()
        for review in reviews[1:3]:
            rows = await place.ledger.entries(review.key)
            assert kinds(rows)[0] == "received" and rows[-1].kind is Kind.DELIVERED
            assert rows[-1].data["usage"] is None, "the call is counted once"
            assert rows[-1].data.get("earlier") == (None if by == "hand" else "answered together with #1")
            assert rows[-1].data["edited"] is (by != "the model")


async def test_one_that_was_decided_meanwhile_or_has_a_notice_is_left_alone(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = [place.ask() for _ in range(3)]
        first, second, third = [await place.at(Phase.REQUEST, number) for number in (1, 2, 3)]
        place.settle(first, approve(first))
        await place.at(Phase.RESPONSE)
        place.settle(second, Reject("by itself"))
        third.notices = ("look at it",)
        place.settle(first, replace(accept(first), also=(2, 3)))
        assert (await asked[0]).phase is Phase.DELIVERED
        assert (await asked[1]).phase is Phase.REJECTED
        assert third.phase is Phase.REQUEST
        assert place.desk.settle(3, Gate.REQUEST, Reject(""))
        await asked[2]


class Held(JudgedBy):
    """A rule that a person holds while a model writes: it passes what it answers."""

    has_rules, asks = True, True


async def test_a_rule_that_returns_the_response_keeps_what_was_said_at_the_approval(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = [place.ask(text) for text in ("same", "same", "other", "same")]
        first, _, other, late = [await place.at(Phase.REQUEST, number) for number in (1, 2, 3, 4)]
        place.desk.judge = Held(lambda: Verdict.PASS)
        place.settle(first, replace(approve(first), also=(2, 3)))
        outcomes = await asyncio.gather(*asked[:2])
        assert [outcome.phase for outcome in outcomes] == [Phase.DELIVERED] * 2
        place.settle(late, approve(late))
        assert (await asked[3]).phase is Phase.DELIVERED
        assert other.phase is Phase.REQUEST, "it is not the same, whatever was named"
