"""What a review says of its answers: which is whole, which is the newest, what they have cost together."""

import time
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.full_request import params
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.review import Candidate, Review
from tuui_sampling.sampling.wire import parse_request

REQUEST = parse_request(params())
WHOLE = Response((TextBlock("text"),), "m", "endTurn")


def candidate(number: int = 1, **more: Any) -> Candidate:
    """Return an answer."""
    return Candidate(number, "model", REQUEST, time.monotonic(), **more)


def review(*candidates: Candidate) -> Review:
    """Return a review with these answers."""
    return Review(
        id=1,
        key="s-1",
        origin=Origin("one", "2025-11-25"),
        arrived=0.0,
        arrived_at=datetime.now().astimezone(),
        asked=REQUEST,
        outbound=REQUEST,
        candidates=list(candidates),
    )


@pytest.mark.parametrize(
    ("more", "is_whole"),
    [
        ({"response": WHOLE}, True),
        ({}, False),
        ({"response": WHOLE, "stopped": True}, False),
        ({"response": WHOLE, "error": ModelError(ModelErrorKind.NETWORK, "it broke off")}, False),
        ({"error": ModelError(ModelErrorKind.NETWORK, "it broke off")}, False),
    ],
    ids=["whole", "being written", "stopped", "broken off", "failed"],
)
def test_whole_is_what_the_model_has_ended_by_itself(more: dict[str, Any], is_whole: bool) -> None:
    assert candidate(**more).is_whole is is_whole


def test_the_newest_answer_is_the_one_that_is_meant() -> None:
    assert review().candidate is None
    assert review(first := candidate(1)).candidate is first
    assert review(candidate(1), candidate(2), newest := candidate(3)).candidate is newest


def test_tokens_and_dollars_of_all_answers_are_added_up() -> None:
    answers = (
        candidate(1, usage=Usage(1, 20, 300, 4000), cost=Decimal("0.25")),
        candidate(2),
        candidate(3, usage=Usage(5, 60, 700, 8000), cost=Decimal("0.50")),
    )
    assert review(*answers).usage == Usage(6, 80, 1000, 12000)
    assert review(*answers).cost == Decimal("0.75")


def test_what_nobody_has_counted_is_not_known_and_what_was_estimated_stays_an_estimate() -> None:
    assert review(candidate()).usage is None
    assert review(candidate()).cost is None
    mixed = review(candidate(1, usage=Usage(1, 1)), candidate(2, usage=Usage(1, 1, estimated=True)))
    assert mixed.usage == Usage(2, 2, estimated=True)
