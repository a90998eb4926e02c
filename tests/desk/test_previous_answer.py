"""An earlier answer to the same request: offered, and used by nobody but the person."""

import asyncio
from datetime import datetime
from pathlib import Path

from tests.support.desks import ORIGIN, Office, accept, approve, eventually, kinds, office, recorded
from tests.support.history_entries import entry, received
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.history.ledger import Kind
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import Answer, Reject
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase


async def answered_once(place: Office) -> None:
    """Have a first request answered, and its answer in the record."""
    asking = place.ask("hello", _meta={"progressToken": 1})
    review = await place.at(Phase.REQUEST)
    place.settle(review, approve(review))
    await place.at(Phase.RESPONSE)
    place.settle(review, accept(review))
    await asking


async def test_it_is_offered_beside_the_request_and_may_be_returned(tmp_path: Path) -> None:
    model, begun = ScriptedProvider(answer("one two")), datetime.now()
    async with office(tmp_path, model) as place:
        await answered_once(place)
        await eventually(lambda: recorded(place.path, "delivered"), "the answer is in the record")
        asking = place.ask("hello", _meta={"progressToken": 2})
        review = await place.at(Phase.REQUEST, 2)
        await eventually(lambda: review.candidates, "it is offered")
        (candidate,) = review.candidates
        assert candidate.earlier in {f"returned for #1 today at {at:%H:%M}" for at in (begun, datetime.now())}
        assert candidate.response is not None
        assert (candidate.response.text, candidate.response.model, candidate.is_whole) == (
            "one two",
            "scripted-1",
            True,
        )
        assert (review.phase, review.usage) == (Phase.REQUEST, None)
        place.settle(review, Answer(candidate.response, candidate.number))
        outcome = await asking
        assert (outcome.phase, outcome.edited, outcome.model) == (Phase.DELIVERED, False, "scripted-1")
        assert len(model.asked) == 1
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "delivered"]
    assert rows[-1].data["earlier"] == candidate.earlier


async def test_an_answer_of_another_session_is_named_by_its_time_alone(tmp_path: Path) -> None:
    begun = datetime.now()
    async with office(tmp_path, ScriptedProvider(answer("one two"))) as place:
        await answered_once(place)
    async with office(tmp_path, ScriptedProvider(answer("again"))) as place:
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST, 1)
        await eventually(lambda: review.candidates, "it is offered")
        said = {f"returned today at {at:%H:%M}" for at in (begun, datetime.now())}
        assert review.candidates[0].earlier in said, "its number is that of this request, too"
        place.settle(review, Reject())
        await asking


async def test_a_model_can_be_asked_all_the_same(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("first"), answer("second"))) as place:
        await answered_once(place)
        await eventually(lambda: recorded(place.path, "delivered"))
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST, 2)
        await eventually(lambda: review.candidates)
        place.settle(review, approve(review))
        await place.candidate(review, 2)
        assert [one.number for one in review.candidates] == [1, 2]
        place.settle(review, accept(review))
        outcome = await asking
        assert outcome.response is not None
        assert outcome.response.text == "second"


async def test_nothing_is_offered_for_another_server_or_another_request(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        await answered_once(place)
        await eventually(lambda: recorded(place.path, "delivered"))
        other = Origin("other", ORIGIN.protocol_version)
        asked = [place.ask("hello", other), place.ask("hello", temperature=0.5), place.ask("hello")]
        review = await place.at(Phase.REQUEST, 4)
        await eventually(lambda: review.candidates, "only the same is offered")
        assert [bool(place.desk.reviews[number].candidates) for number in (2, 3, 4)] == [False, False, True]
        for number, asking in enumerate(asked, start=2):
            place.desk.settle(number, Gate.REQUEST, Reject())
            assert (await asking).model is None, "nobody was asked"


async def test_what_passes_by_itself_asks_the_model_each_time(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        await place.ask("hello")
        await eventually(lambda: recorded(place.path, "delivered"))
        await place.ask("hello")
        assert len(model.asked) == 2
        assert len(place.desk.reviews[2].candidates) == 1


async def test_one_that_can_not_be_returned_is_not_offered(tmp_path: Path) -> None:
    """What an older version of the program returned, and this one would not."""
    tools = [{"name": "add", "inputSchema": {"type": "object"}}]
    async with office(tmp_path, ScriptedProvider()) as place:
        for number, (text, tool) in enumerate((("bad", "format_disk"), ("good", "add")), start=1):
            asking = place.ask(text, tools=tools)
            review = await place.at(Phase.REQUEST, number)
            place.settle(review, Reject())
            await asking
            key = f"old-{number}"
            call = {"type": "tool_use", "id": "t1", "name": tool, "input": {}}
            result = {"role": "assistant", "model": "m", "content": call, "stopReason": "toolUse"}
            arrived = received(review=key, server=ORIGIN.server, digest=review.digest)
            await place.ledger.commit(arrived)
            await place.ledger.commit(entry(Kind.DELIVERED, review=key, server=ORIGIN.server, result=result))
        again = [place.ask(text, tools=tools) for text in ("bad", "good")]
        bad, good = await place.at(Phase.REQUEST, 3), await place.at(Phase.REQUEST, 4)
        looking = {f"earlier answer to {review.id}" for review in (bad, good)}
        await eventually(lambda: not looking & {task.get_name() for task in asyncio.all_tasks()}, "both are looked for")
        assert good.candidates
        assert not bad.candidates
        for review in (bad, good):
            place.settle(review, Reject())
        await asyncio.gather(*again)
