"""What was withdrawn is told once, together for each server and cause; what ended otherwise is not."""

from dataclasses import replace

import pytest

from tests.frontend.policy.test_notices import review
from tuui_sampling.frontend.queue.withdrawals import Withdrawals, sentences
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome, Review


def ended(number: int, server: str, why: str, phase: Phase = Phase.WITHDRAWN) -> Review:
    """Return a request that has ended."""
    one = review(number)
    one.origin = replace(one.origin, server=server, tool="sort")
    one.phase, one.outcome = phase, Outcome(phase, reason=why)
    return one


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ([ended(3, "mail", "the server cancelled it")], ["#3 mail › sort is withdrawn: the server cancelled it"]),
        ([ended(3, "mail", "")], ["#3 mail › sort is withdrawn"]),
        (
            [ended(4, "mail", "you stopped it"), ended(2, "mail", "you stopped it")],
            ["mail: you stopped it. 2 requests that waited are withdrawn, #2 to #4"],
        ),
        (
            [ended(1, "mail", "it exited"), ended(2, "bank", "it exited"), ended(3, "mail", "the server cancelled it")],
            [
                "#1 mail › sort is withdrawn: it exited",
                "#2 bank › sort is withdrawn: it exited",
                "#3 mail › sort is withdrawn: the server cancelled it",
            ],
        ),
        ([ended(1, "mail", "no", Phase.REJECTED), ended(2, "mail", "", Phase.DELIVERED), review(3)], []),
    ],
)
def test_one_sentence_for_each_server_and_cause(gone: list[Review], told: list[str]) -> None:
    withdrawals = Withdrawals()
    found = [one for item in gone for one in [withdrawals.of(item)] if one is not None]
    assert sentences(found) == told
    assert [withdrawals.of(item) for item in gone] == [None] * len(gone), "each is told once"
