"""
The open reviews, and the one verb that decides them.

A request comes in through `ask`, whose coroutine (`arrival.py`, then `handle.py`) is its whole story. People and
programs decide with `settle`; whoever shows reviews subscribes, and is told only *that* a review changed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType

from ..config.settings import ServerSettings
from ..history.ledger import Kind, Ledger
from ..policy.limits import Limit
from ..policy.verdict import Judge
from ..providers.models import Models
from ..sampling.decision import Answer, Approve, Decision, Reject, Reopen, SendAgain, Settle, Stop
from ..sampling.derived.beside import SHORT
from ..sampling.derived.digests import asked_digest
from ..sampling.errors import Refusal
from ..sampling.inquiry import Asked, Inquiry, InquiryOutcome, asked_json
from ..sampling.origin import Origin
from ..sampling.parameters import with_defaults
from ..sampling.phase import Gate, Phase
from ..sampling.request import Json, SamplingRequest
from ..sampling.review import Outcome, Review
from ..servers.inbound.desk import ComeThrough, Deliver, DeliverAnswer
from .arrival import arrive, at_once, look_at, note_unread, refused
from .deliver import taken
from .docket import Docket
from .handle import handle
from .handle_inquiry import complete_page, inquire
from .judging import Select, treat_inquiry, treatment_of, without
from .record_rows import asked as asked_row
from .record_rows import asked_texts, treated

ALLOWED: dict[Phase, tuple[type[Decision], ...]] = {
    Phase.REQUEST: (Approve, Answer, Reject),
    Phase.GENERATING: (Stop, Reopen, Reject),
    Phase.RESPONSE: (Answer, Approve, Reopen, Reject),
    Phase.UNDELIVERED: (SendAgain,),
}
"""What can be decided when. While a model writes, nothing can be approved."""

GATE_OF = {
    Phase.REQUEST: Gate.REQUEST,
    Phase.GENERATING: Gate.RESPONSE,
    Phase.RESPONSE: Gate.RESPONSE,
    Phase.UNDELIVERED: Gate.RESPONSE,
}


class Desk(Docket):
    """Where requests wait for a human: a docket with the verbs of those who ask and of those who decide."""

    def __init__(
        self,
        models: Models,
        ledger: Ledger,
        judge: Judge,
        select: Select,
        *,
        servers: Mapping[str, ServerSettings] = MappingProxyType({}),
        limits: Sequence[Limit] = (),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Make an empty desk; everything else as in `Docket`.

        Args:
            select: Proposes a model for a request.
        """
        super().__init__(models, ledger, judge, servers=servers, limits=limits, pause=pause)
        self._select = select

    async def inquire(
        self,
        asked: Asked,
        origin: Origin,
        why_withdrawn: Callable[[], str],
        come_through: ComeThrough = at_once,
        deliver: DeliverAnswer = taken,
    ) -> InquiryOutcome:
        """
        Take an elicitation or a request for roots, and return how it ended; everything else as in `ask`.

        Raises:
            RequestRefused: It may not come through.
        """
        number = next(self._ids)
        inquiry = Inquiry(
            id=number,
            key=f"{self.session}-{number}",
            origin=origin,
            asked=asked,
            arrived=time.monotonic(),
            arrived_at=datetime.now().astimezone(),
        )
        what: dict[str, Json] = {"kind": inquiry.kind, "params": asked_json(asked)}
        what |= treated(await treat_inquiry(self, inquiry))
        await arrive(self, inquiry, what, come_through, why_withdrawn)
        self.inquiries[number] = inquiry
        return await inquire(self, inquiry, why_withdrawn, deliver)

    async def ask(
        self,
        request: SamplingRequest,
        origin: Origin,
        why_withdrawn: Callable[[], str],
        come_through: ComeThrough = at_once,
        deliver: Deliver = taken,
    ) -> Outcome:
        """
        Take a request, and return how it ended.

        Cancelling the call withdraws the review; `why_withdrawn` then says why, for the record.

        Args:
            come_through: Waited for before anybody can see it.
            deliver: Sends the response, and says whether the server has taken it.

        Raises:
            RequestRefused: It may not come through.
        """
        number, size = next(self._ids), len(origin.raw)
        server = self.settings_of(origin.server)
        treatment = await treatment_of(self, request, origin, self._select)
        redacts = treatment.redact.union(server.redact)
        request, origin, redacted = await without(request, origin, redacts, self.leaks)
        is_long = size > SHORT  # then it is shown before it is looked at
        found = (None, "") if is_long else (self._select(request, origin.server), asked_digest(request))
        review = Review(
            id=number,
            key=f"{self.session}-{number}",
            origin=origin,
            asked=request,
            outbound=with_defaults(request, server.sampling),
            arrived=time.monotonic(),
            arrived_at=datetime.now().astimezone(),
            selection=found[0],
            loop=self.loops.join(number, origin.server, request),
            of_call=self.calls.join(origin),
            digest=found[1],
            redacted=redacted,
            redacts=redacts,
            priority=treatment.priority,
            keeps_texts=treatment.keeps_texts,
            cause=self.tools.cause(origin) if self.tools is not None else None,
            phase=Phase.READING if is_long else Phase.REQUEST,
        )
        what, late = asked_row(review, treatment), partial(asked_texts, request)
        await arrive(self, review, what, come_through, why_withdrawn, late)
        self.reviews[number] = review
        look = partial(look_at, self, self._select, review, size) if is_long else None
        return await handle(self, review, why_withdrawn, deliver, look)

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int) -> None:
        """
        Record what was refused on arrival, unread.

        Args:
            method: Of the message, such as `roots/list`.
            params: As they came; None where they are too long to keep, and `origin.raw` is their beginning.
            count: How many refusals this stands for.
        """
        note_unread(self, next(self._ids), origin, method, params, Kind.REFUSED, refused(refusal, count))

    def take_back(self, method: str, origin: Origin, why: str) -> None:
        """Record what was withdrawn before it had been read; its beginning is in the origin."""
        note_unread(self, next(self._ids), origin, method, None, Kind.WITHDRAWN, {"reason": why})

    def configure(self, servers: Mapping[str, ServerSettings], judge: Judge, limits: Sequence[Limit]) -> None:
        """Take over what is configured anew; for what waits at the first gate a model is proposed anew."""
        self.servers, self.judge, self.limits.limits = servers, judge, tuple(limits)
        for item in self.items:
            if not item.phase.is_open:
                continue
            if isinstance(item, Review) and item.phase is Phase.REQUEST:
                item.selection = self._select(item.asked, item.origin.server)
            self.changed(item)

    def settle(self, review_id: int, gate: Gate, decision: Decision) -> bool:
        """
        Decide a review at the gate that was on the screen.

        Returns:
            False when it is too late, or this can't be decided now: the review was answered, withdrawn, or has
            moved on to another gate. Nothing has happened then.
        """
        item = self.item(review_id)
        if item is None or review_id not in self._waiting or GATE_OF.get(item.phase) is not gate:
            return False
        is_asked = isinstance(item, Inquiry) and item.phase.is_open
        if not isinstance(decision, Settle if is_asked else ALLOWED[item.phase]):
            return False
        return self.decide(review_id, decision)

    def page_completed(self, server: str, elicitation_id: str) -> None:
        """Note that a server says that what was to be done on a page is done."""
        complete_page(self, server, elicitation_id)
