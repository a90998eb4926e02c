"""Calls that failed in a way that may pass are made again: at most twice, in sight, and cancellable."""

import asyncio
from pathlib import Path

import pytest

from tests.support.desks import accept, approve, eventually, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import TextDelta, UsageUpdate
from tuui_sampling.sampling.decision import Reject, Stop
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.response import Usage

OVERLOADED = ModelError(ModelErrorKind.OVERLOADED, "The provider is overloaded.")


def limited(seconds: float) -> ModelError:
    """Return the failure of a provider that says when to come back."""
    return ModelError(ModelErrorKind.RATE_LIMITED, "Too many requests.", retry_after=seconds)


class Clock:
    """Keeps how long was waited; each wait lasts until the test says so."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._over = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait for the test."""
        self.waits.append(seconds)
        self._over.clear()
        await self._over.wait()

    async def go_on(self, number: int) -> None:
        """End the wait of this number, counted from 1, once it has begun."""
        await eventually(lambda: len(self.waits) == number, f"wait {number}")
        self._over.set()


async def test_it_fails_twice_and_then_answers(tmp_path: Path) -> None:
    clock = Clock()
    model = ScriptedProvider((OVERLOADED,), (limited(7),), answer("at last"))
    async with office(tmp_path, model, pause=clock.pause) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: clock.waits == [0.5])
        candidate = review.candidates[0]
        assert (review.phase, candidate.is_streaming, candidate.error) == (Phase.GENERATING, True, None)
        assert [(one.attempt, one.reason) for one in candidate.retries] == [(2, "The provider is overloaded.")]
        await clock.go_on(1)
        await eventually(lambda: clock.waits == [0.5, 7])
        assert [one.attempt for one in candidate.retries] == [2, 3]
        await clock.go_on(2)
        await place.at(Phase.RESPONSE)
        assert len(review.candidates) == 1
        assert candidate.is_whole
        place.settle(review, accept(review))
        assert (await asking).phase is Phase.DELIVERED
        rows = await place.rows(review)
    sent = [row.data for row in rows if row.kind.value == "sent"]
    assert [(row["attempt"], row.get("reason")) for row in sent] == [
        (1, None),
        (2, "The provider is overloaded."),
        (3, "Too many requests."),
    ]
    assert len([row for row in rows if row.kind.value == "response"]) == 1


@pytest.mark.hostile(67)
async def test_the_third_failure_is_the_last(tmp_path: Path) -> None:
    model = ScriptedProvider((OVERLOADED,))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert len(model.asked) == 3
        assert review.candidates[0].error is OVERLOADED
        place.settle(review, Reject())
        await asking


@pytest.mark.hostile(67)
async def test_a_wait_can_be_stopped_at_once_and_the_failure_stays(tmp_path: Path) -> None:
    clock = Clock()
    model = ScriptedProvider((limited(60),))
    async with office(tmp_path, model, pause=clock.pause) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: clock.waits == [60])
        place.settle(review, Stop())
        await place.at(Phase.RESPONSE)
        candidate = review.candidates[0]
        assert candidate.error is not None
        assert (candidate.stopped, candidate.error.message) == (True, "Too many requests.")
        assert len(model.asked) == 1
        place.settle(review, Reject())
        await asking


@pytest.mark.parametrize(
    "script",
    [
        (limited(61),),
        (ModelError(ModelErrorKind.RATE_LIMITED, "No budget.", is_transient=False),),
        (ModelError(ModelErrorKind.AUTHENTICATION, "The key is wrong."),),
        (TextDelta("half"), OVERLOADED),
        (UsageUpdate(Usage(5, 0)), OVERLOADED),
        (ConnectionError("a bug in an SDK"),),
    ],
    ids=["a long wait", "no budget", "wrong key", "text has arrived", "tokens were counted", "unknown"],
)
async def test_what_is_not_tried_again_by_itself(script: tuple[Exception], tmp_path: Path) -> None:
    model = ScriptedProvider(script)
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert len(model.asked) == 1
        assert review.candidates[0].retries == []
        assert review.candidates[0].error is not None
        place.settle(review, Reject())
        await asking


async def test_what_passes_by_itself_is_tried_again_too(tmp_path: Path) -> None:
    model = ScriptedProvider((OVERLOADED,), answer("at last"))
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        assert (await place.ask()).phase is Phase.DELIVERED
