"""What a response is said to have used, while it is written and afterwards."""

import time
from decimal import Decimal

import pytest

from tests.support.screens.responding import asked, end
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.frontend.presentation.candidates import Meters
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.response import Usage
from tuui_sampling.sampling.review import Candidate

PRICED = ModelSettings("priced", "demo", input_price=Decimal(1_000_000), output_price=Decimal(10))


@pytest.fixture
def meters() -> Meters:
    """Meters over one model, which costs a dollar for each token that it reads."""
    return Meters(Models(Settings(models={"priced": PRICED}), {}))


def writing(model: str = "priced") -> Candidate:
    """Return a response of which forty characters have come."""
    return Candidate(1, model, asked(), time.monotonic(), parts=["four"] * 10)


def test_what_is_not_counted_yet_is_estimated(meters: Meters) -> None:
    meter = meters.of(writing())
    assert meter is not None
    assert (meter.usage.output_tokens, meter.estimated) == (10, True)
    assert meter.usage.input_tokens > 0
    assert meter.cost is not None
    assert meter.cost > meter.usage.input_tokens - 1


def test_a_count_of_the_provider_counts(meters: Meters) -> None:
    candidate = writing()
    candidate.usage = Usage(3, 20)
    meter = meters.of(candidate)
    assert meter is not None
    assert (meter.usage, meter.estimated) == (Usage(3, 20), False)
    assert meter.cost == Decimal("3.0002")


def test_what_has_ended_costs_what_the_desk_says(meters: Meters) -> None:
    candidate = writing()
    end(candidate, "x")
    meter = meters.of(candidate)
    assert meter is not None
    assert (meter.usage, meter.cost) == (Usage(12, 34), Decimal("0.00123"))


def test_nothing_is_said_of_what_is_not_known(meters: Meters) -> None:
    assert meters.of(writing("gone")) is None
    ended = writing()
    ended.elapsed = 1.0
    assert meters.of(ended) is None
