"""One model writes in the task of its review: what a person decides meanwhile ends that, and nothing else."""

import asyncio
from pathlib import Path

import pytest

from tests.support.desks import accept, approve, eventually, office
from tests.support.models.scripted_models import ScriptedProvider, Step, answer, for_ever
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.decision import Decision, Reject, Reopen, Stop
from tuui_sampling.sampling.phase import Gate, Phase


async def does_not_mind() -> None:
    """Stand for code that goes on although it is cancelled."""
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        await asyncio.sleep(0)


DECISIONS: tuple[tuple[Decision, Phase], ...] = (
    (Stop(), Phase.RESPONSE),
    (Stop(candidate=1), Phase.RESPONSE),
    (Reopen(), Phase.REQUEST),
)


@pytest.mark.parametrize(("decision", "then"), DECISIONS)
@pytest.mark.parametrize("last", [for_ever, does_not_mind])
async def test_its_task_is_cancelled_no_more_once_that_has_ended(
    last: Step, decision: Decision, then: Phase, tmp_path: Path
) -> None:
    model = ScriptedProvider((TextDelta("Ti"), last), answer("Tide"))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        before = asyncio.all_tasks()
        place.settle(review, approve(review))
        await eventually(lambda: review.candidate and review.candidate.text)
        await eventually(lambda: asyncio.all_tasks() <= before)  # no task of its own, which would write for ever
        place.settle(review, decision, Gate.RESPONSE)
        await place.at(then)
        assert asking.cancelling() == 0
        assert model.closed == 1
        if then is Phase.REQUEST:  # all goes on as if nothing had been
            place.settle(review, approve(review))
            await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        outcome = await asking
    assert outcome.response is not None
    assert outcome.response.text == ("Tide" if then is Phase.REQUEST else "Ti")


async def test_what_is_decided_while_it_ends_counts(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("Tide"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)

        def changed(_item: object) -> None:
            if not settled and review.candidate is not None and review.candidate.elapsed is not None:
                settled.append(place.desk.settle(review.id, Gate.RESPONSE, Reject("enough")))

        settled: list[bool] = []
        place.desk.subscribe(changed)
        place.settle(review, approve(review))
        await eventually(lambda: review.phase in (Phase.RESPONSE, Phase.REJECTED))
        assert (settled, review.phase) == ([True], Phase.REJECTED)
        assert (await asking).gate is Gate.RESPONSE
