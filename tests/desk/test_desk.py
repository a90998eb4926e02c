"""The one verb, the many reviews, those who watch, and a record that can't be written."""

import asyncio
import random
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import (
    ORIGIN,
    WITHDRAWN,
    Office,
    accept,
    approve,
    broken_record,
    eventually,
    kinds,
    office,
    open_reviews,
    prompt_of,
    recorded,
    request,
)
from tests.support.limits import LIMIT
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.desk.desk import Desk
from tuui_sampling.desk.docket import KEPT_AFTER_THE_END
from tuui_sampling.history.ledger import Ledger
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.decision import Answer, Decision, Reject, Reopen, Stop
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.sampling.derived.digests import asked_digest
from tuui_sampling.sampling.errors import LedgerError
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import SamplingRequest, TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response
from tuui_sampling.sampling.review import Outcome, Selection

BY_HAND = Answer(Response((TextBlock("by hand"),), HUMAN_MODEL))


# --- settle ---


async def test_a_decision_counts_once(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        assert place.desk.settle(review.id, Gate.REQUEST, Reject("first"))
        assert not place.desk.settle(review.id, Gate.REQUEST, Reject("second"))
        outcome = await asking
        assert outcome.reason == "first"
        assert not place.desk.settle(review.id, Gate.REQUEST, Reject("third"))
        assert not place.desk.settle(99, Gate.REQUEST, Reject())


@pytest.mark.parametrize("decision", [Reject(), Reopen(), Stop(), BY_HAND], ids=lambda one: type(one).__name__)
async def test_what_can_be_decided_at_the_request_gate(decision: Decision, tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        assert not place.desk.settle(review.id, Gate.RESPONSE, decision), "the wrong gate"
        allowed = isinstance(decision, Reject | Answer)
        assert place.desk.settle(review.id, Gate.REQUEST, decision) is allowed
        if not allowed:
            place.settle(review, Reject())
        await asking


async def test_what_can_be_decided_at_the_response_gate(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        for late in (approve(review), Reject(), BY_HAND):
            assert not place.desk.settle(review.id, Gate.REQUEST, late), "it has moved on"
        assert not place.desk.settle(review.id, Gate.RESPONSE, Stop())
        place.settle(review, accept(review))
        await asking


# --- many at once ---


async def test_a_hundred_at_once_get_their_own_answers(tmp_path: Path) -> None:
    names = [f"model-{number}" for number in range(100)]
    models = {name: ScriptedProvider(answer(f"from {name}")) for name in names}
    async with office(tmp_path, ScriptedProvider(()), others=models) as place:
        asking = [place.ask(name) for name in names]
        await eventually(lambda: len(open_reviews(place.desk)) == 100)
        waiting = list(open_reviews(place.desk))
        random.Random(7).shuffle(waiting)
        for review in waiting:
            place.settle(review, approve(review, prompt_of(review)))
        for review in reversed(waiting):
            await place.at(Phase.RESPONSE, review.id)
            place.settle(review, accept(review))
        outcomes = await asyncio.gather(*asking)
        assert [one.response.text for one in outcomes if one.response] == [f"from {name}" for name in names]
        assert [review.id for review in place.desk.reviews.values()] == list(range(1, 101))


async def test_reviews_count_from_one_and_their_keys_name_the_session(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = [place.ask(), place.ask()]
        await place.at(Phase.REQUEST, 2)
        assert [review.key for review in open_reviews(place.desk)] == [
            f"{place.desk.session}-1",
            f"{place.desk.session}-2",
        ]
        for review in open_reviews(place.desk):
            place.settle(review, Reject())
        await asyncio.gather(*asking)


async def end(place: Office, count: int) -> None:
    """Let so many requests come and be rejected, one after the other."""
    for _ in range(count):
        asking = place.ask()
        number = max(place.desk.reviews, default=0) + 1
        review = await place.at(Phase.REQUEST, number)
        place.settle(review, Reject())
        await asking


async def test_ended_reviews_are_forgotten_and_open_ones_never(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        oldest = place.ask("the oldest")
        await place.at(Phase.REQUEST, 1)
        await end(place, KEPT_AFTER_THE_END + 20)
        newest = place.ask("the newest")
        await place.at(Phase.REQUEST, KEPT_AFTER_THE_END + 22)
        reviews = place.desk.reviews
        assert len(reviews) == KEPT_AFTER_THE_END + 2
        assert 1 in reviews
        assert 2 not in reviews
        assert len(place.desk._waiting) == 2
        for number, asking in ((1, oldest), (KEPT_AFTER_THE_END + 22, newest)):
            place.settle(reviews[number], Reject())
            await asking
        assert place.desk._waiting == {}


# --- those who watch ---


async def test_whoever_subscribes_hears_of_every_change_until_they_stop(tmp_path: Path) -> None:
    seen: list[tuple[int, Phase, int]] = []

    def changed(review: Item) -> None:
        seen.append((review.id, review.phase, review.revision))

    async with office(tmp_path, ScriptedProvider(answer("one two three"))) as place:
        unsubscribe = place.desk.subscribe(changed)
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        await asking
        phases = [phase for _, phase, _ in seen]
        assert list(dict.fromkeys(phases)) == [
            Phase.REQUEST,
            Phase.GENERATING,
            Phase.RESPONSE,
            Phase.SENDING,
            Phase.DELIVERED,
        ]
        assert phases.count(Phase.GENERATING) >= 4, "one for each piece"
        revisions = [revision for _, _, revision in seen]
        assert revisions == sorted(set(revisions))
        unsubscribe()
        heard = len(seen)
        await end(place, 1)
        assert len(seen) == heard


async def test_a_subscriber_may_decide_and_leave_at_once(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:

        def changed(review: Item) -> None:
            if place.desk.settle(review.id, Gate.REQUEST, Reject("by a program")):
                unsubscribe()

        unsubscribe = place.desk.subscribe(changed)
        assert (await place.ask()).reason == "by a program"


# --- a record that can't be written ---


@pytest.mark.hostile(74)
async def test_without_a_durable_row_no_model_is_called_and_rejecting_works(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        await eventually(lambda: recorded(place.path, "received") == 1)
        with broken_record(place.path):
            place.settle(review, approve(review))
            await eventually(lambda: review.notices)
            assert "Nothing was sent: the approval could not be recorded." in review.notices[0]
            assert "disk full" in review.notices[0]
            assert review.phase is Phase.REQUEST
            assert model.asked == []
            place.settle(review, Reject())
            assert (await asking).phase is Phase.REJECTED
            await eventually(lambda: place.troubles)
        again = place.ask()
        review = await place.at(Phase.REQUEST, 2)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE, 2)
        assert review.notices == ()
        assert len(model.asked) == 1
        place.settle(review, Reject())
        await again


async def test_a_passing_verdict_fails_where_nothing_can_be_recorded(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        with broken_record(place.path):
            outcome = await place.ask()
        assert outcome.phase is Phase.FAILED
        assert "could not be recorded" in outcome.reason
        assert model.asked == []


@pytest.mark.hostile(74)
async def test_a_record_that_could_not_be_opened_lets_nothing_through_but_rejections(tmp_path: Path) -> None:
    troubles: list[LedgerError] = []
    reason = LedgerError("The record is damaged.", hint="Move it away.")
    ledger = Ledger.unwritable(tmp_path / "record.sqlite3", reason, on_failure=troubles.append)
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path / "other", model) as other:
        desk = Desk(other.desk.models, ledger, Always(Verdict.ASK), other.desk._select)
        place = Office(desk, ledger, tmp_path, troubles)
        asking: asyncio.Task[Outcome] = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: review.notices)
        assert "The record is damaged. Move it away." in review.notices[0]
        place.settle(review, Reject())
        assert (await asking).phase is Phase.REJECTED
        assert model.asked == []
        assert {error.message for error in troubles} == {"The record is damaged."}


async def test_the_record_survives_text_that_sqlite_cannot_store(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("\ud800 and \x00"))) as place:
        asking = asyncio.create_task(place.desk.ask(request("\udfff\x00"), ORIGIN, lambda: ""))
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        await asking
        rows = await place.rows(review)
        assert place.troubles == []
    assert kinds(rows)[-1] == "delivered"
    assert rows[-1].data["result"]["content"]["text"] == "\ud800 and \x00"


@pytest.mark.parametrize("size", [0, SHORT, SHORT + 1])
async def test_only_what_a_long_message_asks_is_ranked_and_counted_in_a_thread(tmp_path: Path, size: int) -> None:
    threads: list[int] = []
    go_on = threading.Event()

    def select(asked: SamplingRequest, server: str) -> Selection:
        if size > SHORT:
            go_on.wait(LIMIT)
        threads.append(threading.get_ident())
        return Selection("scripted", "the only model")

    async with office(tmp_path, ScriptedProvider()) as place:
        place.desk._select = select
        asking = asyncio.create_task(place.desk.ask(request(), replace(ORIGIN, raw="x" * size), lambda: WITHDRAWN))
        await eventually(lambda: place.desk.reviews)
        (review,) = place.desk.reviews.values()
        if size > SHORT:
            assert (review.phase, review.gate, review.selection) == (Phase.READING, None, None), "shown at once"
            assert not place.desk.settle(review.id, Gate.REQUEST, Reject()), "and decided only once it is known"
        go_on.set()
        await place.at(Phase.REQUEST)
        assert (review.selection, review.digest) == (Selection("scripted", "the only model"), asked_digest(request()))
        assert [one == threading.get_ident() for one in threads] == [size <= SHORT]
        assert review.asked.knows("size of texts") is (size > SHORT), "counted before anybody asks for it"
        asking.cancel()
        await asyncio.wait([asking])
