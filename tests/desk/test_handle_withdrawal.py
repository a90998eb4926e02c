"""A server cancels or dies: whatever its request is waiting for ends, and the record says so."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import (
    ORIGIN,
    WITHDRAWN,
    JudgedBy,
    Office,
    accept,
    approve,
    eventually,
    kinds,
    office,
    recorded,
    request,
)
from tests.support.limits import LIMIT
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tuui_sampling.history.ledger import Ledger
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import TextDelta, UsageUpdate
from tuui_sampling.sampling.decision import Stop
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.sampling.derived.digests import asked_digest
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import SamplingRequest
from tuui_sampling.sampling.response import Usage
from tuui_sampling.sampling.review import Outcome, Review
from tuui_sampling.sampling.wire import request_params


async def cancel(asking: asyncio.Task[Outcome]) -> None:
    """Cancel as the server would; the cancellation must come out at the other end."""
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert asking.cancelled()


async def assert_withdrawn(place: Office, review: Review) -> list[str]:
    """Check a review and its record, and return what happened to it."""
    assert review.phase is Phase.WITHDRAWN
    assert review.outcome is not None
    assert (review.outcome.phase, review.outcome.reason) == (Phase.WITHDRAWN, WITHDRAWN)
    assert not any(place.desk.settle(review.id, gate, approve(review)) for gate in Gate)
    assert place.desk.pending == []
    rows = await place.rows(review)
    assert rows[-1].data["reason"] == WITHDRAWN
    return kinds(rows)


async def test_at_the_request_gate(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        await cancel(asking)
        assert await assert_withdrawn(place, review) == ["received", "withdrawn"]
    assert model.asked == []


async def test_while_the_approval_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model) as place:
        committing = asyncio.Event()
        commit = place.ledger.commit

        async def slow(*what: Any) -> None:
            committing.set()
            await asyncio.Event().wait()
            await commit(*what)

        monkeypatch.setattr(place.ledger, "commit", slow)
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await committing.wait()
        await cancel(asking)
        assert await assert_withdrawn(place, review) == ["received", "withdrawn"]
    assert model.asked == []


@pytest.mark.parametrize("verdict", [Verdict.ASK, Verdict.PASS])
async def test_while_a_model_writes(verdict: Verdict, tmp_path: Path) -> None:
    model = ScriptedProvider((UsageUpdate(Usage(5, 1)), TextDelta("half"), for_ever))
    async with office(tmp_path, model, verdict=verdict) as place:
        asking = place.ask()
        if verdict is Verdict.ASK:
            review = await place.at(Phase.REQUEST)
            place.settle(review, approve(review))
        review = await place.at(Phase.GENERATING)
        while not (review.candidate and review.candidate.text):
            await asyncio.sleep(0)
        await cancel(asking)
        assert model.closed == 1, "the call to the model goes on"
        assert review.candidate is not None
        assert not review.candidate.is_streaming
        assert review.usage == Usage(5, 1)
        assert await assert_withdrawn(place, review) == ["received", "approved", "sent", "withdrawn"]
        (summary,) = await place.ledger.search()
    assert summary.output_tokens == 1, "the tokens were spent"


async def test_at_the_response_gate(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        await cancel(asking)
        happened = await assert_withdrawn(place, review)
    assert happened == ["received", "approved", "sent", "response", "withdrawn"]


@pytest.mark.parametrize("decide", [approve, accept])
async def test_a_moment_after_the_decision(decide: Callable[[Review], object], tmp_path: Path) -> None:
    """The decision was taken, and nothing has come of it yet: there is one outcome, and it is the withdrawal."""
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        if decide is accept:
            place.settle(review, approve(review))
            await place.at(Phase.RESPONSE)
        place.settle(review, accept(review) if decide is accept else approve(review))
        await cancel(asking)
        happened = await assert_withdrawn(place, review)
        assert [kind for kind in happened if kind in ("withdrawn", "delivered")] == ["withdrawn"]


async def test_before_it_was_ever_looked_at(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        await cancel(place.ask())
        assert place.desk.reviews == {}
    assert recorded(tmp_path / "record.sqlite3", "received") == 0


async def test_while_a_long_one_is_looked_at(tmp_path: Path) -> None:
    """It is on the screen then, and in the record from the beginning, with all that was asked."""
    begun, go_on = threading.Event(), threading.Event()

    def select(asked: SamplingRequest, server: str) -> None:
        begun.set()
        go_on.wait(LIMIT)

    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        place.desk._select = select
        long = replace(ORIGIN, raw="x" * (SHORT + 1))
        asking = asyncio.create_task(place.desk.ask(request("who?"), long, lambda: WITHDRAWN))
        await asyncio.to_thread(begun.wait, LIMIT)
        (review,) = place.desk.reviews.values()
        assert (review.phase, review.digest) == (Phase.READING, "")
        await cancel(asking)
        go_on.set()
        assert review.phase is Phase.WITHDRAWN
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "withdrawn"]
    assert rows[0].data["params"] == request_params(request("who?"))
    assert rows[0].data["digest"] == asked_digest(request("who?"))


async def test_the_others_are_not_touched(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        first, second = place.ask("first"), place.ask("second")
        await place.at(Phase.REQUEST, 2)
        await cancel(first)
        review = place.desk.reviews[2]
        assert place.desk.pending == [review]
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE, 2)
        place.settle(review, accept(review))
        assert (await second).phase is Phase.DELIVERED


async def test_a_bug_does_not_leave_a_review_that_looks_open(tmp_path: Path) -> None:
    def broken() -> Verdict:
        raise ZeroDivisionError

    async with office(tmp_path, ScriptedProvider(answer("x")), judge=JudgedBy(broken)) as place:
        with pytest.raises(ZeroDivisionError):
            await place.desk.ask(request(), ORIGIN, lambda: WITHDRAWN)
        (review,) = place.desk.reviews.values()
        assert review.phase is Phase.FAILED
        assert place.desk.pending == []
        assert kinds(await place.rows(review)) == ["received", "failed"]


async def test_a_review_can_be_withdrawn_after_the_record_was_closed(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        ledger: Ledger = place.ledger
        await ledger.aclose()
        await cancel(asking)
        assert review.phase is Phase.WITHDRAWN
        await ledger.aclose()  # what could not be written any more is told
        assert len(place.troubles) == 1


async def test_in_the_moment_in_which_a_person_stops_the_model(tmp_path: Path) -> None:
    model = ScriptedProvider((TextDelta("Ti"), for_ever))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: review.candidate and review.candidate.text)
        place.settle(review, Stop())
        await cancel(asking)
        assert await assert_withdrawn(place, review) == ["received", "approved", "sent", "withdrawn"]
    assert model.closed == 1


async def test_a_stop_of_another_model_stops_nothing(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider((TextDelta("Ti"), for_ever))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: review.candidate and review.candidate.text)
        place.settle(review, Stop(candidate=2))
        await eventually(lambda: place.desk.settle(review.id, Gate.RESPONSE, Stop(candidate=1)), "it asks again")
        await place.at(Phase.RESPONSE)
        assert [(one.stopped, one.text) for one in review.candidates] == [(True, "Ti")]
        await cancel(asking)
