"""The limits of a model hold for an agent that answers with it: each call is claimed under the model's own name."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.desk.agents.test_work import WORKER, Mail
from tests.support.desks import Office, accept, approve, eventually, office
from tests.support.limits import LIMIT
from tests.support.models.scripted_models import ScriptedProvider, answer, tool_call
from tuui_sampling.config.policy.limits import LimitSettings
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.desk.desk import Desk
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Candidate, Selection

REAL = ModelSettings("scripted", "openai-compatible", "no-such", base_url="http://127.0.0.1:9/v1")
PRICED = replace(REAL, input_price=Decimal(1000), output_price=Decimal(1000))
"""A tenth of a cent for each token; a call of the tests has five."""

CALLS, DONE = tool_call("mail__send", to="Ada"), answer("done")


def house(folder: Path, provider: ScriptedProvider, verdict: Verdict = Verdict.ASK, **limits: Any) -> Any:
    """Open a desk whose agent answers with a model that has limits."""
    configured = {"worker": WORKER, "scripted": replace(PRICED, limits=LimitSettings(**limits))}
    everything = LimitSettings(tokens_per_day=10_000)
    chosen = Selection("worker", "the agent")
    return office(folder, provider, verdict=verdict, configured=configured, selection=chosen, limits=everything)


async def answered(place: Office, number: int = 1, model: str = "worker") -> Candidate:
    """Have a model answer a request, and return the candidate."""
    place.desk.tools = Mail()
    asked = place.ask(maxTokens=2)
    review = await place.at(Phase.REQUEST, number)
    approval = approve(review, model, recipient=place.desk.models.recipient)
    await eventually(lambda: place.desk.settle(number, Gate.REQUEST, approval), "it is counted, and then asked")
    await place.at(Phase.RESPONSE, number)
    candidate = review.candidate
    assert candidate is not None
    if candidate.error is None:
        place.settle(review, accept(review))
        await asked
    return candidate


async def used(desk: Desk) -> dict[tuple[str, str], Decimal]:
    """Return how much of each limit is used, by its scope and amount."""
    uses = await desk.limits.uses(datetime.now().astimezone())
    return {(one.limit.scope, one.limit.amount.name): one.used for one in uses}


async def come_to(desk: Desk, tokens: int, calls: int) -> None:
    """Wait until the record counts so much: rows that nobody waits for are written a moment later."""
    counts = {("model", "REQUESTS"): Decimal(calls), ("model", "GENERATING"): Decimal(0)}
    counts |= {("all", "TOKENS"): Decimal(tokens), ("model", "TOKENS"): Decimal(tokens)}
    async with asyncio.timeout(LIMIT):
        while (found := await used(desk)) != counts:
            assert found["model", "REQUESTS"] == calls
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("limits", "calls", "words"),
    [
        ({"requests_per_hour": 2}, 2, "rate limit: at most 2 requests an hour"),
        ({"requests_per_minute": 1}, 1, "rate limit: at most 1 request a minute"),
        ({"tokens_per_day": 60}, 1, "budget: at most 60 tokens a day"),
        ({"usd_per_day": Decimal("0.06")}, 1, "budget: at most $0.06 a day"),
        ({"max_tokens": 1}, 0, "budget: at most 1 maxTokens"),
    ],
)
async def test_a_limit_of_its_model_ends_an_agent_before_the_call(
    tmp_path: Path, limits: dict[str, Any], calls: int, words: str
) -> None:
    provider = ScriptedProvider(CALLS)
    async with house(tmp_path, provider, **limits) as place:
        candidate = await answered(place)
        assert len(provider.asked) == calls
        assert candidate.error is not None and words in candidate.error.message
        assert 'of the model "scripted"' in candidate.error.message


async def test_calls_of_an_agent_and_of_its_model_itself_are_counted_together_and_in_all_only_once(
    tmp_path: Path,
) -> None:
    provider = ScriptedProvider(CALLS, DONE, DONE)
    async with house(tmp_path, provider, requests_per_hour=3, tokens_per_day=1_000, generating=1) as place:
        assert (await answered(place)).error is None
        await come_to(place.desk, tokens=10, calls=2)
        assert (await answered(place, 2, "scripted")).error is None
        await come_to(place.desk, tokens=15, calls=3)
        assert "rate limit" in str((await answered(place, 3)).error)
        assert len(provider.asked) == 3


async def test_a_call_that_failed_has_used_nothing_and_is_under_way_no_longer(tmp_path: Path) -> None:
    failing = ScriptedProvider((ModelError(ModelErrorKind.BAD_REQUEST, "no"),))
    async with house(tmp_path, failing, requests_per_hour=5, tokens_per_day=1_000, generating=1) as place:
        assert (await answered(place)).error is not None
        await come_to(place.desk, tokens=0, calls=1)


async def test_where_nobody_is_asked_the_server_hears_of_the_limit(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedProvider(CALLS), Verdict.PASS, requests_per_hour=1) as place:
        place.desk.tools = Mail()
        outcome = await place.ask(maxTokens=2)
        assert outcome.phase is Phase.REJECTED
        assert outcome.error is not None and outcome.error.code == -32005
        assert outcome.error.message.startswith("rate limit: too many requests; try again in ")
