"""Arms what is selected once it has been painted: that it was laid out, or is about to be shown, is not enough."""

from ...frontend.review.approval_guard import Approving
from ...frontend.review.reviewing import Reviewing
from ..delay import Delay
from ..port import AppPort
from .view import InboxView
from .widgets.selected_pane import SelectedPane

AGAIN = 0.03
"""Seconds between two looks whether all of it has been painted, and the terminal has taken it."""


class Painting:
    """Waits for the paint of exactly what is selected."""

    def __init__(
        self, reviewing: Reviewing, approving: Approving, pane: SelectedPane, view: InboxView, port: AppPort
    ) -> None:
        self._reviewing = reviewing
        self._approving = approving
        self._pane = pane
        self._view = view
        self._port = port
        self._number = 0
        self._by_hand = False
        self._timer: Delay | None = None

    def look(self, *, by_hand: bool = False) -> None:
        """
        Arm what is shown now, as soon as it is on the screen; nothing else can be approved until then.

        Args:
            by_hand: It differs from before because the person edited it.
        """
        if not by_hand and not self._approving.shows(self._reviewing.item, self._pane.proposal()):
            self._port.arming.disarm()
        self._number += 1
        self._by_hand = by_hand
        if self._timer is not None:
            self._timer.stop()
        self._after_refresh(self._number)

    def _after_refresh(self, number: int) -> None:
        self._pane.call_after_refresh(self._arm, number)

    def _arm(self, number: int) -> None:
        if number != self._number or not self._view.is_current:  # what takes its place looks again
            return
        item = self._reviewing.item
        if item is None or item.gate is None or (self._pane.is_painted and self._port.terminal.has_written):
            self._approving.painted(item, self._pane.proposal(), by_hand=self._by_hand)
            self._port.arming.shown()
        else:
            self._timer = Delay(self._pane, AGAIN, lambda: self._after_refresh(number))
