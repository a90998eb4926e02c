"""What counts as identical once one of it has ended: a scheduler asks the same again and again."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, Office, accept, approve, eventually, office, recorded
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.frontend.queue.duplicates import Duplicates
from tuui_sampling.sampling.decision import Answer, Decision, Reject, Reopen
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response
from tuui_sampling.sampling.review import Outcome, Review

BY_HAND = Answer(Response((TextBlock("mine"),), HUMAN_MODEL, "endTurn"), None)
ENDS: dict[str, Callable[[Review], Decision]] = {
    "delivered": approve,
    "by hand": lambda _review: BY_HAND,
    "rejected": lambda _review: Reject(),
}


def rows(place: Office) -> dict[int, int]:
    """Return the ids of the rows that wait, and for how many each stands."""
    left, folds = Duplicates().fold(place.desk.pending, None, lambda _number: False)
    return {row.id: folds[row.id].count if row.id in folds else 1 for row in left}


@pytest.mark.parametrize("end", ENDS)
async def test_identical_requests_are_one_row_also_after_one_of_them_has_ended(tmp_path: Path, end: str) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:

        async def fire(number: int) -> asyncio.Task[Outcome]:
            asking = place.ask("the hourly report", _meta={"progressToken": number})
            await place.at(Phase.REQUEST, number)
            return asking

        first = await fire(1)
        review = place.desk.reviews[1]
        place.settle(review, ENDS[end](review))
        if end == "delivered":
            await place.at(Phase.RESPONSE)
            place.settle(review, accept(review))
        await first
        await eventually(lambda: recorded(place.path, review.phase.value), "how it ended is in the record")
        asked = [await fire(number) for number in (2, 3, 4)]
        if review.phase is Phase.DELIVERED:
            await eventually(lambda: all(place.desk.reviews[number].candidates for number in (2, 3, 4)), "offered")
        assert rows(place) == {2: 3}
        other = place.ask("another report")
        await place.at(Phase.REQUEST, 5)
        assert rows(place) == {2: 3, 5: 1}
        for number in (2, 3, 4, 5):
            place.settle(place.desk.reviews[number], Reject())
        await asyncio.gather(*asked, other)


async def test_one_that_a_model_was_asked_for_has_a_row_of_its_own(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = [place.ask("the same"), place.ask("the same")]
        review = await place.at(Phase.REQUEST, 1)
        await place.at(Phase.REQUEST, 2)
        assert rows(place) == {1: 2}
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, Reopen())
        await place.at(Phase.REQUEST)
        assert rows(place) == {1: 1, 2: 1}
        for number in (1, 2):
            place.settle(place.desk.reviews[number], Reject())
        await asyncio.gather(*asked)


async def test_what_is_nested_too_deeply_to_be_compared_has_a_row_of_its_own(tmp_path: Path) -> None:
    deep: object = {}
    for _ in range(50_000):  # later Pythons write what is nested 10,000 times
        deep = [deep]
    async with office(tmp_path, ScriptedProvider()) as place:
        asked = [place.ask("deep", ORIGIN, metadata={"a": deep}) for _ in range(2)]
        for number in (1, 2):
            await place.at(Phase.REQUEST, number)
        assert rows(place) == {1: 1, 2: 1}
        for number in (1, 2):
            place.settle(place.desk.reviews[number], Reject())
        await asyncio.gather(*asked)
