"""A pane at the left of a screen whose width the person chooses: its right edge is dragged. The width is remembered."""

from textual import events
from textual.containers import Vertical

from ...frontend.remembered import Remembered

ROOM = 50
"""Cells that stay for what is at its right, unless that needs fewer."""


class SizedPane(Vertical):
    """Holds what it is given, in as many cells as the person likes."""

    WIDTHS: tuple[int, int] = (24, 120)
    """Cells at least and at most."""

    BESIDE = ROOM
    """Cells that stay for what is at its right."""

    def __init__(self, remembered: Remembered, width_name: str, *, id: str) -> None:
        """
        Be as wide as the style sheet says.

        Args:
            remembered: Holds the width.
            width_name: The name by which it is remembered.
        """
        super().__init__(id=id)
        self._remembered = remembered
        self._width_name = width_name
        self._is_dragged = False

    def why_no_width(self) -> str:
        """Return why it has no width of its own now."""
        return "It takes the whole width here." if self.screen.has_class("-narrow") else ""

    def on_mount(self) -> None:
        """Be as wide as the person has chosen."""
        self.use_width()

    def use_width(self) -> None:
        """Be as wide as is remembered, if anything is."""
        if (width := self._remembered.number(self._width_name, *self.WIDTHS)) is not None:
            self.set_width(width)

    def set_width(self, width: int) -> None:
        """Be that wide from now on, as far as that leaves room for the rest."""
        low, high = self.WIDTHS
        self.styles.width = max(low, min(width, high, self.app.size.width - self.BESIDE))

    def widen(self, by: int) -> None:
        """Be wider, or narrower, from now on."""
        self.set_width(self.outer_size.width + by)
        self.remember_width()

    def remember_width(self) -> None:
        """Be as wide the next time."""
        if (width := self.styles.width) is not None:
            self._remembered.set(self._width_name, round(width.value))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the edge."""
        if event.screen_x == self.region.right - 1 and not self.why_no_width():
            event.stop()
            self._is_dragged = True
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self._is_dragged:
            event.stop()
            self.set_width(event.screen_x - self.region.x + 1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of the edge."""
        if self._is_dragged:
            event.stop()
            self._is_dragged = False
            self.release_mouse()
            self.remember_width()
