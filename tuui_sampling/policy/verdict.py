"""What is decided about a request before a human is asked: pure functions from request and origin to verdict."""

from collections.abc import Callable
from enum import StrEnum

from ..sampling.origin import Origin
from ..sampling.request import SamplingRequest


class Verdict(StrEnum):
    """What shall happen to a request."""

    ASK = "ask"
    """A human decides at both gates."""
    PASS = "pass"
    """Both gates are passed unedited, with the proposed model."""
    REJECT = "reject"
    """It is rejected at the first gate."""


Judge = Callable[[SamplingRequest, Origin], Verdict]


def always(verdict: Verdict) -> Judge:
    """
    Return a judge that gives every request the same verdict.

    But for one: a request that came while no call of ours was under way never passes by itself. The specification
    wants servers to ask only in association with a client's request (SEP-2260), and nobody expects this one.
    """

    def judge(request: SamplingRequest, origin: Origin) -> Verdict:
        return Verdict.ASK if verdict is Verdict.PASS and origin.unsolicited else verdict

    return judge
