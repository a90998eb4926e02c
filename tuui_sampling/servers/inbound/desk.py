"""Declares the port to the desk: what answers a server's questions, as this room knows it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ...sampling.errors import Refusal
from ...sampling.inquiry import Asked, InquiryOutcome
from ...sampling.origin import Origin
from ...sampling.request import Json, SamplingRequest
from ...sampling.review import Outcome

WhyWithdrawn = Callable[[], str]


ComeThrough = Callable[[Callable[[], None]], Awaitable[None]]
"""
Returns once a question may be seen; it calls its argument first if that will take a while.

Raises a `RequestRefused` where nobody may see it.
"""


@dataclass(frozen=True)
class Receipt:
    """
    What became of an answer.

    Attributes:
        problem: Why the server has not taken it, in words; empty when it has.
        again: It may be sent again: the server still knows the request, and somebody listens to it.
    """

    problem: str = ""
    again: bool = False


Deliver = Callable[[Outcome], Awaitable[Receipt]]
"""Sends what the outcome holds to the server, and returns once that is taken or refused; it may be called again."""

DeliverAnswer = Callable[[InquiryOutcome], Awaitable[Receipt]]
"""The same for the answer to an inquiry."""


class Desk(Protocol):
    """
    Where questions are answered. This room knows no desk: this is the contract, which `backend.py` fills in.

    Cancelling a call withdraws the question, and `WhyWithdrawn` then says why. Nobody sees a question before
    `ComeThrough` has returned; what that raises ends it. What is answered leaves by `Deliver`; an outcome that has no
    answer in it (a rejection, a failure) is only returned, and whoever asked sends the error.
    """

    async def ask(
        self,
        request: SamplingRequest,
        origin: Origin,
        why_withdrawn: WhyWithdrawn,
        come_through: ComeThrough,
        deliver: Deliver,
        /,
    ) -> Outcome:
        """Answer a sampling request."""
        ...

    async def inquire(
        self,
        asked: Asked,
        origin: Origin,
        why_withdrawn: WhyWithdrawn,
        come_through: ComeThrough,
        deliver: DeliverAnswer,
        /,
    ) -> InquiryOutcome:
        """Answer an elicitation, or a request for roots."""
        ...

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int, /) -> None:
        """Record what was refused on arrival; without `params` where only the beginning is kept, in the origin."""
        ...

    def take_back(self, method: str, origin: Origin, why: str, /) -> None:
        """Record what was withdrawn before it had been read; its beginning is in the origin."""
        ...

    def page_completed(self, server: str, elicitation_id: str, /) -> None:
        """Hear that a server says that what was to be done on a page is done."""
        ...
