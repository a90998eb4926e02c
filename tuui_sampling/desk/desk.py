"""
The open reviews, and the one verb that decides them.

A request comes in through `ask`, whose coroutine (`arrival.py`, then `handle.py`) is its whole story. People and
programs decide with `settle`; whoever shows reviews subscribes, and is told only *that* a review changed.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from itertools import count
from types import MappingProxyType
from uuid import uuid4

from ..config.settings import ServerSettings
from ..history.ledger import Entry, Kind, Ledger
from ..policy.verdict import Judge
from ..providers.models import Models
from ..sampling.decision import Answer, Approve, Decision, Gate, Reject, Reopen, Settle, Stop
from ..sampling.errors import LedgerError, Refusal
from ..sampling.inquiry import Asked, Inquiry, InquiryOutcome, UrlElicitation, asked_json, kind_of_message
from ..sampling.request import Json, SamplingRequest
from ..sampling.review import Item, Origin, Outcome, Phase, Review, Selection
from ..sampling.wire import asked_digest
from ..servers.inbound.admission import ComeThrough
from .arrival import arrive, at_once, received, refused
from .handle import handle
from .inquire import inquire
from .record_rows import asked as asked_row
from .tool_loops import Loops

Select = Callable[[SamplingRequest, str], Selection | None]
"""The request and the configured name of its server → the model that is proposed."""

KEPT_AFTER_THE_END = 200
"""Ended reviews that stay on the desk to be looked at; the history has them all."""

ALLOWED: dict[Phase, tuple[type[Decision], ...]] = {
    Phase.REQUEST: (Approve, Answer, Reject),
    Phase.GENERATING: (Stop, Reopen, Reject),
    Phase.RESPONSE: (Answer, Approve, Reopen, Reject),
}
"""What can be decided when. While a model writes, nothing can be approved."""

GATE_OF = {Phase.REQUEST: Gate.REQUEST, Phase.GENERATING: Gate.RESPONSE, Phase.RESPONSE: Gate.RESPONSE}


class Desk:
    """
    Where requests wait for a human.

    Attributes:
        reviews: Open and recently ended reviews by id, oldest first.
        inquiries: The same of elicitations and requests for roots; ids are unique over both.
        models: The configured models.
        held: The record's keys of what is held back at a door.
        session: Names this run of the program in the record.
        loops: Tells which requests are turns of one tool loop.
    """

    def __init__(
        self,
        models: Models,
        ledger: Ledger,
        judge: Judge,
        select: Select,
        *,
        servers: Mapping[str, ServerSettings] = MappingProxyType({}),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Make an empty desk.

        Args:
            judge: Decides what a human need not be asked about.
            select: Proposes a model for a request.
            servers: What is configured of those that will ask.
            pause: Waits so many seconds, before a model is called again.
        """
        self.models = models
        self.reviews: dict[int, Review] = {}
        self.inquiries: dict[int, Inquiry] = {}
        self.held: set[str] = set()
        self.session = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"
        self.judge = judge
        self.loops = Loops(lambda server: servers.get(server, ServerSettings(server)).max_tool_turns)
        self.pause = pause
        self._select = select
        self._ledger = ledger
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[Decision]] = {}
        self._ended: deque[int] = deque()
        self._subscribers: list[Callable[[Item], None]] = []

    async def inquire(
        self, asked: Asked, origin: Origin, why_withdrawn: Callable[[], str], come_through: ComeThrough = at_once
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
        await arrive(self, inquiry, what, come_through, why_withdrawn)
        self.inquiries[number] = inquiry
        self._forget_old()
        return await inquire(self, inquiry, why_withdrawn)

    async def ask(
        self,
        request: SamplingRequest,
        origin: Origin,
        why_withdrawn: Callable[[], str],
        come_through: ComeThrough = at_once,
    ) -> Outcome:
        """
        Take a request, and return how it ended.

        Cancelling the call withdraws the review; `why_withdrawn` then says why, for the record.

        Args:
            come_through: Waited for before anybody can see it.

        Raises:
            RequestRefused: It may not come through.
        """
        number = next(self._ids)
        review = Review(
            id=number,
            key=f"{self.session}-{number}",
            origin=origin,
            asked=request,
            outbound=request,
            arrived=time.monotonic(),
            arrived_at=datetime.now().astimezone(),
            selection=self._select(request, origin.server),
            loop=self.loops.join(number, origin.server, request),
            digest=asked_digest(request),
        )
        await arrive(self, review, asked_row(review), come_through, why_withdrawn)
        self.reviews[number] = review
        self._forget_old()
        return await handle(self, review, why_withdrawn)

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int) -> None:
        """
        Record what its server's door has refused, unread.

        Args:
            method: Of the message, such as `roots/list`.
            params: As they came; None where they are too long to keep, and `origin.raw` is their beginning.
            count: How many refusals this stands for.
        """
        number = next(self._ids)
        item = Item(
            id=number,
            key=f"{self.session}-{number}",
            origin=origin,
            arrived=time.monotonic(),
            arrived_at=datetime.now().astimezone(),
        )
        kind = kind_of_message(method, params)
        what = received(origin) | ({"kind": kind} if kind else {})
        self.note(item, Kind.RECEIVED, what | ({"raw": origin.raw} if params is None else {"params": params}))
        self.note(item, Kind.REFUSED, refused(refusal, count))

    def settle(self, review_id: int, gate: Gate, decision: Decision) -> bool:
        """
        Decide a review at the gate that was on the screen.

        Returns:
            False when it is too late, or this can't be decided now: the review was answered, withdrawn, or has
            moved on to another gate. Nothing has happened then.
        """
        item = self.item(review_id)
        waiting = self._waiting.get(review_id)
        if item is None or waiting is None or waiting.done() or GATE_OF.get(item.phase) is not gate:
            return False
        if not isinstance(decision, Settle if isinstance(item, Inquiry) else ALLOWED[item.phase]):
            return False
        waiting.set_result(decision)
        return True

    def subscribe(self, changed: Callable[[Item], None]) -> Callable[[], None]:
        """Have a function called at each change of a review or inquiry; returns what ends that."""
        self._subscribers.append(changed)
        return lambda: self._subscribers.remove(changed)

    def item(self, number: int) -> Review | Inquiry | None:
        """Return the review or the inquiry of that id."""
        return self.reviews.get(number) or self.inquiries.get(number)

    @property
    def items(self) -> list[Review | Inquiry]:
        """What waits and what has ended recently, oldest first."""
        return sorted((*self.reviews.values(), *self.inquiries.values()), key=lambda item: item.id)

    @property
    def pending(self) -> list[Review | Inquiry]:
        """What waits, oldest first."""
        return [item for item in self.items if item.phase.is_open]

    def page_completed(self, server: str, elicitation_id: str) -> None:
        """Note that a server says that what was to be done on a page is done."""
        for inquiry in self.inquiries.values():
            page = inquiry.asked if isinstance(inquiry.asked, UrlElicitation) else None
            named = page is not None and page.elicitation_id == elicitation_id
            if named and inquiry.origin.server == server and not inquiry.completed:
                inquiry.completed = True
                self.changed(inquiry)

    # --- for the story of one request (handle.py) ---

    def enter(self, review: Item, phase: Phase) -> asyncio.Future[Decision]:
        """Bring an open review into a phase and return the future that the next decision will resolve."""
        review.phase = phase
        waiting = self._waiting.get(review.id)
        if waiting is None or waiting.done():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[review.id] = waiting
        self.changed(review)
        return waiting

    def end(self, review: Review, outcome: Outcome) -> Outcome:
        """Close a review."""
        review.outcome = outcome
        self.close(review, outcome.phase)
        return outcome

    def close(self, item: Item, phase: Phase) -> None:
        """Bring an item into a final phase."""
        item.phase = phase
        item.ended = time.monotonic()
        self._ended.append(item.id)
        self._waiting.pop(item.id, None)
        self.changed(item)

    def changed(self, review: Item) -> None:
        """Tell the subscribers that a review is different from what they may have shown."""
        review.revision += 1
        for subscriber in tuple(self._subscribers):
            subscriber(review)

    def note(self, review: Item, kind: Kind, data: dict[str, Json]) -> None:
        """Have a row written soon, in order."""
        self._ledger.note(self._entry(review, kind, data))

    async def commit(self, review: Item, kind: Kind, data: dict[str, Json]) -> LedgerError | None:
        """Write a row and return once it is durable, or what kept it from being so."""
        try:
            await self._ledger.commit(self._entry(review, kind, data))
        except LedgerError as error:
            return error
        return None

    async def earlier_answer(self, server: str, digest: str) -> Entry | None:
        """
        Return how this server was answered when it last asked the same; None when it never was.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._ledger.answer(server, digest)

    def _entry(self, review: Item, kind: Kind, data: dict[str, Json]) -> Entry:
        return Entry(
            review=review.key,
            number=review.id,
            kind=kind,
            server=review.origin.server,
            at=datetime.now().astimezone(),
            data=data,
        )

    def _forget_old(self) -> None:
        while len(self._ended) > KEPT_AFTER_THE_END:
            oldest = self._ended.popleft()
            self.reviews.pop(oldest, None)
            self.inquiries.pop(oldest, None)
