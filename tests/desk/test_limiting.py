"""Limits at the desk: refused with the reason and when to try again, told once, over restarts and other instances."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.desk.test_judging import GUARDS, allow
from tests.support.desks import ORIGIN, WITHDRAWN, Office, accept, approve, eventually, kinds, office, request
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tuui_sampling.config.policy.limits import LimitSettings
from tuui_sampling.config.settings import ModelSettings, ServerSettings
from tuui_sampling.history.ledger import Kind
from tuui_sampling.policy.limits import Amount
from tuui_sampling.policy.rules import Rules
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import Decision, Reject
from tuui_sampling.sampling.errors import RequestRefused
from tuui_sampling.sampling.inquiry import RootsRequest
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Outcome

UNKNOWN = {"scripted": ModelSettings("scripted", "openai-compatible", "no-such", base_url="http://127.0.0.1:9/v1")}

PRICED = {"scripted": replace(UNKNOWN["scripted"], input_price=Decimal(0), output_price=Decimal(1000))}
"""A tenth of a cent for each token of an answer; an answer of the tests has two."""


def refused(outcome: Outcome) -> str:
    """Return what the server hears of a limit."""
    assert (outcome.phase, outcome.gate) == (Phase.REJECTED, Gate.REQUEST)
    assert outcome.error is not None
    assert outcome.error.code == -32005
    return outcome.error.message


async def decide(place: Office, decision: Decision) -> None:
    """Decide at the first gate as soon as that is possible: a request is counted before anybody is asked."""
    await eventually(lambda: place.desk.settle(1, Gate.REQUEST, decision), "it is counted, and then asked")


async def ends(place: Office, count: int, **changes: Any) -> list[Phase]:
    """Return how so many requests ended, one after the other."""
    return [(await place.ask(**changes)).phase for _ in range(count)]


D, R = Phase.DELIVERED, Phase.REJECTED


CASES: list[tuple[dict[str, Any], dict[str, ModelSettings], dict[str, Any], list[Phase], str]] = [
    ({"requests_per_minute": 2}, {}, {}, [D, D, R], "rate limit: too many requests; try again in "),
    ({"requests_per_hour": 1}, {}, {}, [D, R, R], "rate limit: too many requests; try again in "),
    ({"max_tokens": 20}, {}, {"maxTokens": 21}, [R], "budget: maxTokens may be at most 20 here"),
    ({"max_tokens": 20}, {}, {"maxTokens": 20}, [D], ""),
    ({"tokens_per_day": 10}, {}, {"maxTokens": 2}, [D, R], "budget: the tokens of this day are used up; try again"),
    ({"tokens_per_session": 14}, {}, {"maxTokens": 2}, [D, D, R], "budget: the tokens of this session are used up"),
    ({"usd_per_day": Decimal("0.005")}, PRICED, {"maxTokens": 2}, [D, D, R], "budget: the US dollars of this day"),
    (
        {"usd_per_month": Decimal("0.004")},
        PRICED,
        {"maxTokens": 2},
        [D, D, R],
        "budget: the US dollars of this mon",
    ),
    ({"usd_per_day": Decimal("0.004")}, PRICED, {"maxTokens": 5}, [R], "budget: the US dollars of this day"),
    ({"usd_per_day": Decimal("0.001")}, UNKNOWN, {"maxTokens": 2}, [R], "budget: the US dollars of this day"),
    ({"usd_per_day": Decimal("0.001")}, {}, {"maxTokens": 2}, [D, D], ""),
]
SCOPES = [("all", one) for one in CASES] + [
    (scope, CASES[one]) for scope in ("server", "model") for one in (0, 2, 4, 6)
]


@pytest.mark.parametrize(("scope", "limits", "configured", "changes", "expected", "wire"), [(a, *b) for a, b in SCOPES])
async def test_a_limit_that_is_reached_refuses_and_says_when_to_try_again(
    tmp_path: Path,
    scope: str,
    limits: dict[str, Any],
    configured: dict[str, ModelSettings],
    changes: dict[str, Any],
    expected: list[Phase],
    wire: str,
) -> None:
    own = LimitSettings(**limits)
    models = dict(configured)
    if scope == "model":
        base = configured.get("scripted", ModelSettings("scripted", "demo"))
        models["scripted"] = replace(base, limits=own)
    async with office(
        tmp_path,
        ScriptedProvider(*[answer("a")] * 3),
        verdict=Verdict.PASS,
        configured=models,
        limits=own if scope == "all" else LimitSettings(),
        servers={"notes": ServerSettings("notes", limits=own if scope == "server" else LimitSettings())},
    ) as place:
        outcomes = [await place.ask("hello", **changes) for _ in expected]
        assert [outcome.phase for outcome in outcomes] == expected
        if R in expected:
            assert refused(outcomes[-1]).startswith(wire)
            assert "try again" in refused(outcomes[-1])
            told = [review for review in place.desk.reviews.values() if review.phase is R]
            assert [review.decided[Gate.REQUEST].notify for review in told] == [True], "told once, in one row"


async def test_a_budget_is_still_reached_after_a_restart_and_in_a_second_instance(tmp_path: Path) -> None:
    limits = LimitSettings(usd_per_day=Decimal("0.004"))
    given: dict[str, Any] = {"verdict": Verdict.PASS, "configured": PRICED, "limits": limits}
    for _ in range(2):
        async with office(tmp_path, ScriptedProvider(answer("a")), **given) as place:
            assert await ends(place, 1, maxTokens=2) == [D]
    async with (
        office(tmp_path, ScriptedProvider(answer("a")), **given) as first,
        office(tmp_path, ScriptedProvider(answer("a")), **given) as second,
    ):
        assert [await ends(place, 1, maxTokens=2) for place in (first, second)] == [[R], [R]]
        (use,) = await second.desk.limits.uses(datetime.now().astimezone())
        assert (use.used, use.assumed) == (Decimal("0.004"), Decimal())


async def test_two_instances_at_once_do_not_both_take_what_is_left_for_one(tmp_path: Path) -> None:
    given: dict[str, Any] = {"verdict": Verdict.PASS, "limits": LimitSettings(tokens_per_day=100)}
    async with (
        office(tmp_path, ScriptedProvider((for_ever,)), **given) as first,
        office(tmp_path, ScriptedProvider((for_ever,)), **given) as second,
    ):
        asked = [place.ask(maxTokens=60) for place in (first, second)]
        done, running = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert [refused(task.result())[:20] for task in done] == ["budget: the tokens o"]
        for task in running:
            task.cancel()
        await asyncio.wait(running)


@pytest.mark.parametrize("name", ["pending", "generating"])
async def test_what_may_be_under_way_at_once(tmp_path: Path, name: str) -> None:
    limit: dict[str, Any] = {name: 1}
    given: dict[str, Any] = {"verdict": Verdict.PASS, "limits": LimitSettings(**limit)}
    async with (
        office(tmp_path, ScriptedProvider((for_ever,), answer("a")), **given) as first,
        office(tmp_path, ScriptedProvider(answer("a"), answer("a")), **given) as second,
    ):
        asked = first.ask()
        await first.at(Phase.GENERATING)
        assert refused(await second.ask()).startswith("rate limit: too many ")
        asked.cancel()
        await asyncio.wait([asked])
        await first.ledger.commit(None)
        assert (await second.ask()).phase is D


async def test_a_person_is_told_and_may_do_something_about_it(tmp_path: Path) -> None:
    """Nothing is sent, and the review stays: with fewer tokens it goes through."""
    async with office(tmp_path, ScriptedProvider(answer("a")), limits=LimitSettings(tokens_per_day=100)) as place:
        asked = place.ask(maxTokens=100)
        review = await place.at(Phase.REQUEST)
        await decide(place, approve(review))
        await eventually(lambda: review.notices)
        assert review.notices[0].startswith(
            "Nothing was sent: budget: at most 100 tokens a day; there is room again at"
        )
        assert review.phase is Phase.REQUEST
        await decide(place, approve(review, asked=request(maxTokens=20)))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        assert (await asked).phase is D
        rows = await place.rows(review)
        assert kinds(rows) == ["received", "approved", "sent", "response", "delivered"]


async def test_the_largest_max_tokens_holds_for_what_a_person_makes_of_a_request(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(), limits=LimitSettings(max_tokens=100)) as place:
        asked = place.ask(maxTokens=100)
        review = await place.at(Phase.REQUEST)
        await decide(place, approve(review, asked=request(maxTokens=101)))
        await eventually(lambda: review.notices)
        assert review.notices[0] == "Nothing was sent: budget: at most 100 maxTokens"
        await decide(place, Reject())
        assert (await asked).phase is R


async def test_several_models_at_once_are_claimed_together_or_not_at_all(tmp_path: Path) -> None:
    others = {"two": ScriptedProvider(answer("a"))}
    limits = LimitSettings(tokens_per_day=100)
    async with office(tmp_path, ScriptedProvider(answer("a")), others=others, limits=limits) as place:
        asked = place.ask(maxTokens=60)
        review = await place.at(Phase.REQUEST)
        await decide(place, approve(review, others=("two",)))
        await eventually(lambda: review.notices)
        (use,) = await place.desk.limits.uses(datetime.now().astimezone())
        assert use.used == 0
        await decide(place, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        assert (await asked).phase is D


async def test_the_budget_of_a_rule_is_asked_about_and_that_of_all_refuses(tmp_path: Path) -> None:
    rule = allow(usd_per_day=Decimal("0.003"), despite=GUARDS)
    async with office(tmp_path, ScriptedProvider(*[answer("a")] * 2), judge=Rules([rule]), configured=PRICED) as place:
        assert await ends(place, 1, maxTokens=2) == [D]
        asked = place.ask(maxTokens=2)
        review = await place.at(Phase.REQUEST, 2)
        await eventually(lambda: place.desk.settle(2, Gate.REQUEST, Reject()), "it is judged, and then asked")
        assert (await asked).phase is R
        assert review.decided == {}
        (use,) = await place.desk.limits.uses(datetime.now().astimezone(), [rule])
        assert (use.limit.scope, use.limit.name, use.limit.amount) == ("rule", "small ones", Amount.DOLLARS)
        assert use.used == Decimal("0.002")


async def test_a_server_that_asks_for_roots_too_often_is_refused_too(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(), limits=LimitSettings(requests_per_minute=1)) as place:
        first = asyncio.create_task(place.desk.inquire(RootsRequest(()), ORIGIN, lambda: WITHDRAWN))
        await eventually(lambda: place.desk.pending)
        with pytest.raises(RequestRefused) as caught:
            await place.desk.inquire(RootsRequest(()), ORIGIN, lambda: WITHDRAWN)
        assert caught.value.words.startswith("rate limit: too many requests; try again in ")
        with pytest.raises(RequestRefused):
            await place.desk.inquire(RootsRequest(()), ORIGIN, lambda: WITHDRAWN)
        shown = place.desk.inquiries[2]
        assert 3 not in place.desk.inquiries, "the first of its time stands for all that the limit refuses"
        assert (shown.phase, shown.followers, shown.decided[Gate.REQUEST].notify) == (R, 1, True)
        assert shown.answer is not None and shown.answer.reason.startswith("rate limit: at most 1 request a minute")
        first.cancel()
        await asyncio.wait([first])
        await place.ledger.aclose()
        assert [row.data["reason"] for row in await place.ledger.entries(shown.key) if row.kind is Kind.REFUSED] == [
            shown.answer.reason
        ]


async def test_without_limits_nothing_is_counted(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("a")), verdict=Verdict.PASS) as place:
        assert await ends(place, 1) == [D]
        assert await place.desk.limits.uses(datetime.now().astimezone()) == []
        assert not list(tmp_path.glob("*-session-*"))
