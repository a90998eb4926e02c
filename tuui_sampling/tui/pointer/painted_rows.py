"""Remembers which row was painted in which line of a widget, and when: a click means what the person saw there."""

import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.events import MouseDown
from textual.widget import Widget

Row = TypeVar("Row")

KEPT = 8
"""Rows of one line that are remembered: more come and go only where nobody could aim at one."""


def pressed_at(widget: Widget, event: MouseDown) -> float:
    """Return when the mouse was pressed, in seconds: Textual gives a widget a new event, with the time of that."""
    return float(getattr(widget.app, "pressed_at", event.time))


class PaintedRows(Generic[Row]):
    """The rows of one widget."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Remember nothing yet.

        Args:
            clock: Seconds, as Textual stamps its events.
        """
        self._clock = clock
        self._lines: dict[int, deque[tuple[float, Row | None]]] = {}
        self._pressed: tuple[Row | None] | None = None

    def painted(self, line: int, row: Row | None) -> None:
        """Note what is painted in a line of what is in view; None where that is no row."""
        rows = self._lines.setdefault(line, deque(maxlen=KEPT))
        if not rows or rows[-1][1] != row:
            rows.append((self._clock(), row))

    def press(self, line: int, at: float) -> None:
        """Note that the mouse was pressed over a line, at a time in seconds (`pressed_at`)."""
        rows = self._lines.get(line, ())
        self._pressed = next(((row,) for since, row in reversed(rows) if since <= at), None)

    def meant(self, now: Row | None) -> Row | None:
        """
        Return what a click means: what was painted where the mouse was pressed. None where that was no row.

        Args:
            now: What stands there by now; it is meant where nothing was painted yet.
        """
        pressed, self._pressed = self._pressed, None
        return pressed[0] if pressed is not None else now
