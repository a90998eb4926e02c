"""What a review costs: counted while a model writes, summed up at its end, and written into the record."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.desks import accept, approve, eventually, office
from tests.support.models.scripted_models import ScriptedProvider, for_ever
from tuui_sampling.providers.models import Models
from tuui_sampling.providers.provider import Finished, TextDelta, UsageUpdate
from tuui_sampling.sampling.decision import Reject, Stop
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response, Usage

WRITTEN = Response((TextBlock("one"),), "real-1", "endTurn", Usage(10, 3), remarks=("A call was cut off.",))


class Gate:
    """Lets a model go on when the test says so."""

    def __init__(self) -> None:
        self.open = False

    async def wait(self) -> None:
        """Wait for the test."""
        await eventually(lambda: self.open)


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Price each output token at a cent, but nothing of "unknown"; return which models were said to have answered."""
    asked: list[str | None] = []

    def cost(models: Models, name: str, usage: Usage, answered_by: str | None) -> Decimal | None:
        asked.append(answered_by)
        return None if name == "unknown" else Decimal(usage.output_tokens) / 100

    monkeypatch.setattr(Models, "cost", cost)
    return asked


async def test_the_cost_runs_along_and_is_summed_up(prices: list[str | None], tmp_path: Path) -> None:
    gate = Gate()
    model = ScriptedProvider((UsageUpdate(Usage(10, 1)), TextDelta("one"), gate.wait, Finished(WRITTEN)))
    others = {"unknown": ScriptedProvider((Finished(WRITTEN),))}
    async with office(tmp_path, model, others=others) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, others=("unknown",)))
        await eventually(lambda: review.candidates and review.candidates[0].text)
        assert (review.candidates[0].cost, prices[0]) == (Decimal("0.01"), None)
        gate.open = True
        await place.at(Phase.RESPONSE)
        assert [one.cost for one in review.candidates] == [Decimal("0.03"), None]
        assert prices[-1] == "real-1"
        place.settle(review, accept(review))
        outcome = await asking
        assert (outcome.cost, outcome.usage) == (Decimal("0.03"), Usage(20, 6))
        rows = await place.rows(review)
    responses = {row.data["candidate"]: row.data for row in rows if row.kind.value == "response"}
    assert [responses[number]["cost"] for number in (1, 2)] == ["0.03", None]
    assert responses[1]["remarks"] == ["A call was cut off."]
    assert (rows[-1].data["cost"], rows[-1].data["usage"]["output_tokens"]) == ("0.03", 6)


async def test_what_was_stopped_or_refused_has_its_price(prices: list[str | None], tmp_path: Path) -> None:
    model = ScriptedProvider((UsageUpdate(Usage(10, 2)), TextDelta("half"), for_ever))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await eventually(lambda: review.candidates and review.candidates[0].text)
        place.settle(review, Stop())
        await place.at(Phase.RESPONSE)
        place.settle(review, Reject())
        assert (await asking).cost == Decimal("0.02")
        rows = await place.rows(review)
    assert [row.data.get("cost") for row in rows[-2:]] == ["0.02", "0.02"]
