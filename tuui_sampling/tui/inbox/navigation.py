"""Holds the commands with which the person moves about in the queue. Nothing is decided here."""

from collections.abc import Callable

from ...frontend.queue.duplicates import Duplicates
from ...frontend.review.reviewing import Reviewing
from ...servers.state.server import Server
from ...servers.supervisor import Supervisor
from ..port import AppPort
from .view import InboxView


class Navigation:
    """Going from one request to another, and keeping a server quiet."""

    def __init__(
        self,
        reviewing: Reviewing,
        duplicates: Duplicates,
        supervisor: Supervisor,
        view: InboxView,
        port: AppPort,
        *,
        advances: Callable[[], bool],
    ) -> None:
        """
        Move about.

        Args:
            advances: Whether what waits next is shown after a decision.
        """
        self._reviewing = reviewing
        self._duplicates = duplicates
        self._supervisor = supervisor
        self._view = view
        self._port = port
        self._advances = advances
        self._decided: int | None = None

    # --- by itself ---

    def note_decision(self, number: int) -> None:
        """Note what the person has just decided for good: what waits next is shown once that has taken effect."""
        self._decided = number if self._advances() else None

    def go_on(self) -> None:
        """Show what waits next, once the person has decided about the selected one; also what comes only now."""
        item = self._reviewing.item
        if item is None or item.id != self._decided:
            self._decided = None
        elif not item.phase.is_undecided and (following := self._reviewing.next) is not None:
            self._decided = None
            self._view.select(following)
            self._port.arming.by_itself = True

    def land(self) -> None:
        """Show something that waits, where what is selected does not."""
        item, waiting = self._reviewing.item, self._reviewing.waiting
        if waiting and (item is None or not item.phase.is_undecided):
            self._view.select(waiting[0])

    # --- by the person ---

    def why_not_step(self) -> str:
        """Return why no other request can be shown."""
        return "" if self._reviewing.waiting else "No other request waits."

    def step(self, by: int) -> None:
        """Select the open review that stands so many after this one."""
        waiting, selected = self._reviewing.waiting, self._reviewing.selected
        at = waiting.index(selected) if selected in waiting else (-1 if by > 0 else 0)
        self._view.select(waiting[(at + by) % len(waiting)])

    def turn_queue(self) -> None:
        """Open the list over the review in a narrow terminal, or fold it."""
        self._view.turn_queue()

    @property
    def shows_list(self) -> bool:
        """Whether the list can be seen."""
        return self._view.shows_queue

    def why_covered(self) -> str:
        """Return why nothing can be done with what the list lies over."""
        return "Close the list first: it lies over the request." if self._view.covers else ""

    # --- identical ones ---

    def why_not_unfold(self) -> str:
        """Return why there is nothing to unfold or to fold."""
        if not self._view.shows_queue:
            return "The list of requests is not shown."
        is_one = self._duplicates.is_one_of_several(self._reviewing.selected)
        return "" if is_one else "No other request is identical to this one."

    def unfold_wording(self) -> str:
        """Return what turning the row round is called now."""
        return "fold" if self._duplicates.is_unfolded(self._reviewing.selected) else "unfold"

    def unfold(self) -> None:
        """Give each of the identical requests a row of its own, or fold them again."""
        if self._reviewing.selected is not None:
            self._duplicates.turn(self._reviewing.selected)
            self._view.show_queue()
            self._view.show_item()  # whom the answer is for is another matter now

    # --- its server ---

    @property
    def _server(self) -> Server | None:
        item = self._reviewing.item
        return self._supervisor.servers.get(item.origin.server) if item is not None else None

    def pause_wording(self) -> str:
        """Return what pausing is called now."""
        return "resume" if self._server is not None and self._server.paused else "pause"

    def pause_its_server(self) -> None:
        """Hold back what the server of the selected one asks from now on, or let it through again."""
        server = self._server
        if server is not None:
            self._supervisor.pause(server.name, not server.paused)
            key = self._port.key_of("pause-its-server")
            self._port.say(
                f"{server.name} is paused: what it asks is held back. What waits here stays; {key} resumes it."
                if server.paused
                else f"{server.name} is resumed."
            )
