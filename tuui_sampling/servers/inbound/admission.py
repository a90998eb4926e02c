"""
Admits one server's requests to the desk: how many may wait at once, and whether any come through.

A person may *pause* a server: its requests are accepted from the wire and held back, and are put to the desk in their
order when it is resumed. One that is cancelled, or whose server ends, while it is held back is withdrawn without
anybody having seen it; the record and the server's log say so. A server that is *muted* is refused at once, which is
recorded. Both last until the person ends them or the program ends, over any number of restarts.

Standard library only: admission is there before the MCP SDK has been imported.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from ...sampling.errors import Refusal, RequestRefused
from ...sampling.inquiry import Asked, InquiryOutcome
from ...sampling.origin import Origin
from ...sampling.request import Json, SamplingRequest
from ...sampling.review import Outcome
from ..state.server import Server
from .desk import Deliver, DeliverAnswer, Desk, WhyWithdrawn
from .refusals import TurnedAway


class Admission:
    """
    Stands for the desk, towards one server's connections.

    `server.paused`, `muted`, `held`, `refused` and `let_in` are its state; nobody else changes them.
    """

    def __init__(self, server: Server, desk: Desk, changed: Callable[[Server], None]) -> None:
        """Admit a server's requests until the person says otherwise."""
        self._server = server
        self._desk = desk
        self._changed = changed
        self._turn = asyncio.Lock()  # whoever waits for it gets it in order, also those who come after `resume`
        self._open = asyncio.Event()
        self._inside = 0
        self._refused_in_a_row = 0
        self._turned_away = TurnedAway(server, desk)
        self._open.set()

    # --- what the person does ---

    def pause(self, paused: bool) -> None:
        """Hold back what the server asks from now on, or let it through again, with all that was held back."""
        if paused is not self._server.paused:
            self._server.paused = paused
            self._moved("paused" if paused else "resumed")

    def mute(self, muted: bool) -> None:
        """Refuse what the server asks from now on, and what is held back; what is on the desk already stays there."""
        if muted is not self._server.muted:
            self._server.muted = muted
            self._moved("muted" if muted else "no longer muted")

    def let_in_malformed(self, let_in: bool) -> None:
        """Have malformed requests shown to a person, or refused at once."""
        self._server.let_in = let_in
        self._say(f"malformed requests are {'let in' if let_in else 'refused'} by hand")

    def _moved(self, what: str) -> None:
        if self._server.paused and not self._server.muted:
            self._open.clear()
        else:
            self._open.set()
        self._say(f"{what} by hand")

    # --- what the server asks ---

    def admit(self, waiting: int) -> Refusal | None:
        """
        Say whether another request may come in, before anything has been done about it.

        Args:
            waiting: How many of this server's are in already.
        """
        if self._server.muted:
            return self._refuse(Refusal.MUTED)
        if waiting >= self._server.settings.max_pending:
            return self._refuse(Refusal.TOO_MANY)
        self._refused_in_a_row = 0
        return None

    def turn_away(self, method: str, params: Json, raw: bytes, refusal: Refusal) -> None:
        """Record a message that `admit` refused; nobody has read it."""
        self._turned_away.add(method, params, raw, refusal)

    def withdraw_unread(self, method: str, raw: str, why: str) -> None:
        """Record a message that was taken back before it had been read."""
        self._turned_away.withdraw(method, raw, why)

    def close(self) -> None:
        """Record what is not recorded yet: the program ends."""
        self._turned_away.flush()

    async def ask(
        self, request: SamplingRequest, origin: Origin, why_withdrawn: WhyWithdrawn, deliver: Deliver
    ) -> Outcome:
        """
        Put a sampling request to the desk, as soon as it may go there.

        Raises:
            RequestRefused: It may not.
        """
        self._inside += 1
        try:
            come_through = partial(self._come_through, why_withdrawn)
            return await self._desk.ask(request, origin, why_withdrawn, come_through, deliver)
        finally:
            self._inside -= 1

    async def inquire(
        self, asked: Asked, origin: Origin, why_withdrawn: WhyWithdrawn, deliver: DeliverAnswer
    ) -> InquiryOutcome:
        """
        Put an elicitation or a request for roots to the desk, as soon as it may go there.

        Raises:
            RequestRefused: It may not.
        """
        self._inside += 1
        try:
            come_through = partial(self._come_through, why_withdrawn)
            return await self._desk.inquire(asked, origin, why_withdrawn, come_through, deliver)
        finally:
            self._inside -= 1

    def page_completed(self, server: str, elicitation_id: str) -> None:
        """Tell the desk that the server says that what was to be done on a page is done."""
        self._desk.page_completed(server, elicitation_id)

    async def _come_through(self, why_withdrawn: WhyWithdrawn, held: Callable[[], None]) -> None:
        # In the legacy era whoever reads the wire has called `admit`; in the modern one a request is not a message.
        if self._server.modern and (refusal := self.admit(self._inside - 1)):
            raise RequestRefused(refusal)
        # Not whether the lock is held: it is not for the moment in which it is handed on to the next who waits for it.
        if self._open.is_set() and not self._server.held:
            return
        self._server.held += 1
        self._changed(self._server)
        held()
        try:
            async with self._turn:
                while not self._open.is_set():
                    await self._open.wait()
        except asyncio.CancelledError:
            self._say(f"a request that was held back is withdrawn: {why_withdrawn()}")
            raise
        finally:
            self._server.held -= 1
            self._changed(self._server)
        if self._server.muted:
            raise RequestRefused(self._refuse(Refusal.MUTED))

    def _refuse(self, refusal: Refusal) -> Refusal:
        """Count a refusal; the log hears of the first, the tenth, the hundredth in a row."""
        self._server.refused += 1
        self._refused_in_a_row += 1
        count = self._refused_in_a_row
        if str(count).strip("0") == "1":
            self._say(f"refused {'a request' if count == 1 else f'{count:,} requests in a row'}: {refusal}")
        else:
            self._changed(self._server)
        return refusal

    def _say(self, text: str) -> None:
        self._server.log.add("event", text)
        self._changed(self._server)
