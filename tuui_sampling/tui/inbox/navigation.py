"""Holds the commands with which the person moves about in the queue. Nothing is decided here."""

from collections.abc import Callable

from ...frontend.queue.duplicates import Duplicates
from ...frontend.review.reviewing import Reviewing
from ...sampling.phase import Phase
from ...servers.state.server import Server
from ...servers.supervisor import Supervisor
from ..port import AppPort
from .view import InboxView
from .widgets.queue_pane import QueuePane

DECIDED = (Phase.SENDING, Phase.DELIVERED, Phase.REJECTED)
"""Phases after which what waits next is shown: of any other end the person has to see what it was."""

MAX_WAIT = 1.0
"""Seconds after an answer that calls tools in which the next turn of its loop is waited for."""


class Navigation:
    """Going from one request to another, and keeping a server quiet."""

    def __init__(
        self,
        reviewing: Reviewing,
        duplicates: Duplicates,
        listed: QueuePane,
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
        self._listed = listed
        self._supervisor = supervisor
        self._view = view
        self._port = port
        self._advances = advances
        self._led: int | None = None
        self._waited_for: int | None = None

    # --- by itself ---

    def note_selected(self) -> None:
        """Note what is selected: what waits next is shown once it is decided; not after what had ended before."""
        item = self._reviewing.item
        self._led = item.id if item is not None and item.phase.is_undecided else None
        self._reviewing.awaiting_turn = None

    def go_on(self) -> None:
        """Show what waits next, once the selected one is decided, by whomever; also what comes only now."""
        item = self._reviewing.item
        if item is None or item.id != self._led or item.phase not in DECIDED:
            return
        if not self._advances() or not self._view.is_current or self._waits_for_its_loop(item.id):
            return
        if (following := self._reviewing.next) is not None:
            self._listed.queue.leave()
            self._view.select(following)
            self._port.arming.chosen()

    def _waits_for_its_loop(self, number: int) -> bool:
        """Whether the next turn of the tool loop is waited for: it comes as soon as the server has called the tools."""
        reviewing = self._reviewing
        if not reviewing.may_come_back:
            reviewing.awaiting_turn = None
        elif number != self._waited_for:
            reviewing.awaiting_turn = self._waited_for = number
            self._port.terminal.later(MAX_WAIT, lambda: self._wait_no_more(number))
        self._view.show_effect()
        return reviewing.awaiting_turn is not None and not reviewing.has_next_turn

    def _wait_no_more(self, number: int) -> None:
        if self._reviewing.awaiting_turn == number:
            self._reviewing.awaiting_turn = None
            self._view.show_effect()
            self.go_on()

    def land(self) -> None:
        """Show something that waits, where what is selected does not."""
        item = self._reviewing.item
        if item is None or not item.phase.is_undecided:
            self._show_following()

    def _show_following(self) -> None:
        waiting = self._reviewing.waiting
        if waiting:
            self._view.select(self._reviewing.next or waiting[0])

    # --- by the person ---

    def why_not_step(self) -> str:
        """Return why no other request can be shown."""
        return "" if self._reviewing.waiting else "No other request waits."

    def step(self, by: int) -> None:
        """Select the open review so many rows below this one; once only where the program did so meanwhile."""
        if by > 0 and self._port.arming.takes_the_move():
            return
        waiting, selected = self._reviewing.rows_waiting, self._reviewing.selected
        if selected in waiting:
            self._view.select(waiting[(waiting.index(selected) + by) % len(waiting)])
        elif by > 0:
            self._show_following()
        else:
            self._view.select(waiting[-1])

    # --- identical ones ---

    def why_not_unfold(self) -> str:
        """Return why there is nothing to unfold or to fold."""
        if not self._listed.is_shown:
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
