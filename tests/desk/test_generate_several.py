"""Several models asked at once: side by side, each stopped or failing on its own, one answer returned."""

import asyncio
from pathlib import Path

from tests.support.desks import Office, approve, eventually, kinds, office, request
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.decision import Answer, Reject, Reopen, Stop
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.response import Usage
from tuui_sampling.sampling.review import Outcome, Review

OTHERS = ("failing", "slow")


def models() -> dict[str, ScriptedProvider]:
    """Return a model that fails at once, and one that never ends."""
    failure = ModelError(ModelErrorKind.BAD_REQUEST, "It is too long.")
    return {"failing": ScriptedProvider((failure,)), "slow": ScriptedProvider((TextDelta("half"), for_ever))}


async def asked_of_three(place: Office) -> tuple[asyncio.Task[Outcome], Review]:
    """Bring a review so far that one model has answered, one has failed, and one still writes."""
    asking = place.ask()
    review = await place.at(Phase.REQUEST)
    place.settle(review, approve(review, others=OTHERS))
    await eventually(lambda: len(review.candidates) == 3 and review.candidates[2].text == "half", "the slow one writes")
    await eventually(lambda: [one.is_streaming for one in review.candidates] == [False, False, True])
    return asking, review


async def test_of_three_one_fails_one_is_cancelled_and_one_is_returned(tmp_path: Path) -> None:
    first = ScriptedProvider(answer("one two"))
    others = models()
    async with office(tmp_path, first, others=others) as place:
        asking, review = await asked_of_three(place)
        assert review.phase is Phase.GENERATING, "one of them still writes"
        assert [one.asked for one in others.values()] == [[request()], [request()]]
        place.settle(review, Stop(candidate=3))
        await place.at(Phase.RESPONSE)
        good, failed, stopped = review.candidates
        assert (good.number, good.model, good.is_whole, good.stopped) == (1, "scripted", True, False)
        assert failed.error is not None
        assert (failed.number, failed.model, failed.error.message) == (2, "failing", "It is too long.")
        assert (stopped.number, stopped.model, stopped.stopped, stopped.is_whole) == (3, "slow", True, False)
        assert others["slow"].closed == 1
        assert good.response is not None
        place.settle(review, Answer(good.response, good.number))
        outcome = await asking
        assert (outcome.phase, outcome.edited, outcome.usage) == (Phase.DELIVERED, False, Usage(9, 3, estimated=True))
        rows = await place.rows(review)
    approved = rows[1].data
    assert approved["digest"] == outbound_digest(request(), "scripted", *OTHERS)
    assert approved["others"] == [{"model": name, "host": "model.example"} for name in OTHERS]
    assert [row.data["candidate"] for row in rows if row.kind.value == "sent"] == [1, 2, 3]
    responses = {row.data["candidate"]: row.data for row in rows if row.kind.value == "response"}
    assert [responses[number]["error"] for number in (1, 2, 3)] == [None, "It is too long.", None]
    assert [responses[number]["stopped"] for number in (1, 2, 3)] == [False, False, True]
    assert kinds(rows)[-1] == "delivered"


async def test_stopping_one_that_has_ended_stops_nothing(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x")), others=models()) as place:
        asking, review = await asked_of_three(place)
        place.settle(review, Stop(candidate=1), Gate.RESPONSE)
        await eventually(lambda: place.desk.settle(review.id, Gate.RESPONSE, Stop(candidate=2)), "it asks again")
        assert review.candidates[2].is_streaming
        await eventually(lambda: place.desk.settle(review.id, Gate.RESPONSE, Stop()), "and again")
        await place.at(Phase.RESPONSE)
        assert [one.stopped for one in review.candidates] == [False, False, True]
        place.settle(review, Reject())
        await asking


async def test_going_back_ends_all(tmp_path: Path) -> None:
    others = models()
    async with office(tmp_path, ScriptedProvider(answer("x")), others=others) as place:
        asking, review = await asked_of_three(place)
        place.settle(review, Reopen(), Gate.RESPONSE)
        await place.at(Phase.REQUEST)
        assert others["slow"].closed == 1
        assert [one.is_streaming for one in review.candidates] == [False, False, False]
        place.settle(review, Reject())
        assert (await asking).gate is Gate.REQUEST


async def test_a_withdrawn_review_ends_all(tmp_path: Path) -> None:
    others = models()
    async with office(tmp_path, ScriptedProvider(answer("x")), others=others) as place:
        asking, review = await asked_of_three(place)
        asking.cancel()
        await asyncio.wait((asking,))
        assert review.phase is Phase.WITHDRAWN
        assert others["slow"].closed == 1
        assert not review.candidates[2].is_streaming
        assert kinds(await place.rows(review))[-1] == "withdrawn"


async def test_the_digest_covers_every_model(tmp_path: Path) -> None:
    first, others = ScriptedProvider(answer("x")), models()
    async with office(tmp_path, first, others=others) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        shown = approve(review, others=("failing",))
        place.settle(review, type(shown)(shown.request, shown.model, shown.digest, OTHERS))
        await eventually(lambda: review.notices, "it is refused")
        assert "not the one that was shown" in review.notices[0]
        assert first.asked == []
        place.settle(review, Reject())
        await asking


async def test_one_model_that_can_not_be_asked_keeps_all_from_being_asked(tmp_path: Path) -> None:
    first, others = ScriptedProvider(answer("x")), models()
    others["slow"].warned = (Note("messages[0]", "no audio", Severity.BLOCK),)
    async with office(tmp_path, first, others=others) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, others=OTHERS))
        await eventually(lambda: review.notices, "it is refused")
        assert review.notices == ("Nothing was sent: slow: messages[0]: no audio",)
        assert first.asked == []
        place.settle(review, Reject())
        await asking


async def test_a_model_that_is_not_allowed_for_the_server_is_not_asked(tmp_path: Path) -> None:
    first, others = ScriptedProvider(answer("x")), models()
    notes = ServerSettings("notes", allowed_models=("scripted",))
    async with office(tmp_path, first, others=others, servers={"notes": notes}) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        for approval in (approve(review, "slow"), approve(review, others=("slow",))):
            review.notices = ()
            place.settle(review, approval)
            await eventually(lambda: review.notices, "it is refused")
            assert "allowed_models" in "".join(review.notices)
        assert (first.asked, others["slow"].asked) == ([], [])
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, Reject())
        await asking


async def test_what_is_stopped_before_it_has_begun_is_stopped_and_not_withdrawn(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider((for_ever,)), others=models()) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        stops = [Stop()]

        def stop_at_once(item: object) -> None:
            if review.phase is Phase.GENERATING and stops:
                place.desk.settle(review.id, Gate.RESPONSE, stops.pop())

        place.desk.subscribe(stop_at_once)
        place.settle(review, approve(review, others=OTHERS))
        await place.at(Phase.RESPONSE)
        assert [one.stopped for one in review.candidates] == [True, True, True]
        place.settle(review, Reject())
        assert (await asking).phase is Phase.REJECTED
