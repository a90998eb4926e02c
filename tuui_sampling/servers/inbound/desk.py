"""Declares the port to the desk: what answers a server's questions, as this room knows it."""

from collections.abc import Awaitable, Callable
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


class Desk(Protocol):
    """
    Where questions are answered. This room knows no desk: this is the contract, which `backend.py` fills in.

    Cancelling a call withdraws the question, and `WhyWithdrawn` then says why. Nobody sees a question before
    `ComeThrough` has returned; what that raises ends it.
    """

    async def ask(
        self, request: SamplingRequest, origin: Origin, why_withdrawn: WhyWithdrawn, come_through: ComeThrough, /
    ) -> Outcome:
        """Answer a sampling request."""
        ...

    async def inquire(
        self, asked: Asked, origin: Origin, why_withdrawn: WhyWithdrawn, come_through: ComeThrough, /
    ) -> InquiryOutcome:
        """Answer an elicitation, or a request for roots."""
        ...

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int, /) -> None:
        """Record what was refused on arrival; without `params` where only the beginning is kept, in the origin."""
        ...

    def page_completed(self, server: str, elicitation_id: str, /) -> None:
        """Hear that a server says that what was to be done on a page is done."""
        ...
