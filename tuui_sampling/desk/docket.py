"""
Keeps what waits and what has ended recently: open items, the futures that decisions resolve, subscribers.

`handle.py` and its siblings lead a request with this; `desk.py` adds the verbs of those who ask and those who decide.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from operator import attrgetter
from types import MappingProxyType
from uuid import uuid4

from ..config.settings import ServerSettings
from ..history.ledger import Ledger
from ..policy.limits import Limit
from ..policy.verdict import Judge
from ..providers.models import Models
from ..sampling.decision import Decision, SendAgain, Stop
from ..sampling.inquiry import Inquiry
from ..sampling.item import Item
from ..sampling.phase import Phase
from ..sampling.review import Outcome, Review
from .agents.tools import Tools
from .call_requests import CallRequests
from .leaks import Leaks
from .limiting import Limits
from .record import Record
from .tool_loops import Loops

_ID = attrgetter("id")

KEPT_AFTER_THE_END = 200
"""Ended reviews that stay on the desk to be looked at; the history has them all."""


class Docket:
    """
    The list of what servers have asked, and what the story of each needs.

    Attributes:
        reviews: Open and recently ended reviews by id, oldest first.
        inquiries: The same of elicitations and requests for roots; ids are unique over both.
        models: The configured models.
        judge: Decides what a human need not be asked about.
        record: Writes the rows of what is on the list.
        held: The record's keys of what waits for admission.
        session: Names this run of the program in the record.
        loops: Tells which requests are turns of one tool loop.
        pause: Waits so many seconds, before a model is called again.
        servers: What is configured of those that ask, by name.
        limits: How much may be asked for and spent.
        tools: What agents may call; None where there is nothing to call.
    """

    def __init__(
        self,
        models: Models,
        ledger: Ledger,
        judge: Judge,
        *,
        servers: Mapping[str, ServerSettings] = MappingProxyType({}),
        limits: Sequence[Limit] = (),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        List nothing yet.

        Args:
            servers: What is configured of those that will ask.
            limits: Those of the configuration.
        """
        self.models = models
        self.judge = judge
        self.pause = pause
        self.reviews: dict[int, Review] = {}
        self.inquiries: dict[int, Inquiry] = {}
        self.held: set[str] = set()
        self.session = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"
        self.servers = servers
        self.calls = CallRequests(lambda server: self.settings_of(server).max_requests_per_call)
        self.limits = Limits(ledger, models, self.session, limits)
        self.loops = Loops(self._tool_turns)
        self.record = Record(ledger)
        self.leaks: Leaks | None = None  # set where something is installed that searches for secrets
        self._ids = count(1)
        self.tools: Tools | None = None
        self._waiting: dict[int, asyncio.Future[Decision]] = {}
        self._ended: deque[int] = deque()
        self._subscribers: list[Callable[[Item], None]] = []

    def subscribe(self, changed: Callable[[Item], None]) -> Callable[[], None]:
        """Have a function called at each change of a review or inquiry; returns what ends that."""
        self._subscribers.append(changed)
        return lambda: self._subscribers.remove(changed)

    def settings_of(self, server: str) -> ServerSettings:
        """Return how a server is configured; the defaults for one that is not."""
        return self.servers.get(server) or ServerSettings(server)

    def item(self, number: int) -> Review | Inquiry | None:
        """Return the review or the inquiry of that id."""
        return self.reviews.get(number) or self.inquiries.get(number)

    @property
    def items(self) -> list[Review | Inquiry]:
        """What waits and what has ended recently, oldest first."""
        return sorted((*self.reviews.values(), *self.inquiries.values()), key=_ID)

    @property
    def pending(self) -> list[Review | Inquiry]:
        """What waits for a decision, or is written to be decided about, oldest first."""
        return [item for item in self.items if item.phase.is_undecided]

    def enter(self, review: Item, phase: Phase) -> asyncio.Future[Decision]:
        """Bring an open review into a phase and return the future that the next decision will resolve."""
        review.phase = phase
        waiting = self._waiting.get(review.id)
        if waiting is None or waiting.done():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[review.id] = waiting
        _changed(self, review)
        return waiting

    def decide(self, number: int, decision: Decision) -> bool:
        """Resolve what waits for a decision; False where nothing does any more."""
        waiting = self._waiting.get(number)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(decision)
        return True

    def send(self, item: Item) -> None:
        """Note that what was decided is on its way to the server."""
        item.phase = Phase.SENDING
        self._waiting.pop(item.id, None)
        self.changed(item)

    async def sent_again(self, item: Item) -> bool:
        """Wait until the person wants an answer sent again that was not taken; False when it is too old for that."""
        waiting = self._waiting[item.id] = asyncio.get_running_loop().create_future()
        self.changed(item)
        try:
            return isinstance(await waiting, SendAgain)
        finally:
            self._waiting.pop(item.id, None)
            self.changed(item)

    def end(self, review: Review, outcome: Outcome, *, is_judged: bool = True) -> Outcome:
        """Close a review; one that nobody has judged, neither a person nor a rule, says nothing of its server."""
        review.outcome = outcome
        if is_judged:
            self.record.ended(review.origin.server, outcome.phase)
        self.close(review, outcome.phase)
        return outcome

    def close(self, item: Item, phase: Phase) -> None:
        """Bring an item into a final phase."""
        item.phase = phase
        if item.ended is None:
            self._ended.append(item.id)
        item.ended = time.monotonic()
        self._waiting.pop(item.id, None)
        self._forget_old()
        _changed(self, item)

    def changed(self, review: Item) -> None:
        """Tell the subscribers that a review is different from what they may have shown."""
        review.revision += 1
        for subscriber in tuple(self._subscribers):
            subscriber(review)

    def _tool_turns(self, server: str) -> int:
        """Return how many turns a tool loop of a server may have."""
        own = self.settings_of(server).max_tool_turns
        limit = self.limits.tool_turns(server)
        return own if limit is None else min(own, int(limit.most))

    def _forget_old(self) -> None:
        while len(self._ended) > KEPT_AFTER_THE_END:
            oldest = self._ended.popleft()
            if (waiting := self._waiting.pop(oldest, None)) is not None and not waiting.done():
                waiting.set_result(Stop())  # it is not to be seen any more, so nobody can send it again
            self.reviews.pop(oldest, None)
            self.inquiries.pop(oldest, None)


def _changed(docket: Docket, item: Item) -> None:
    """Say it of an item, and of the review whose agent waits for it."""
    docket.changed(item)
    if isinstance(item, Review) and item.cause is not None and item.cause.phase.is_open:
        docket.changed(item.cause)
