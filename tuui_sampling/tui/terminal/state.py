"""Says of the terminal what decides whether something can be approved on it, and by which clock a key was typed."""

import time
from collections.abc import Callable
from typing import Any

from textual import constants
from textual.app import App
from textual.driver import Driver
from textual.events import Event

from ...frontend.review.arming import MIN_HEIGHT, MIN_WIDTH, NO_SIZE, TOO_SMALL
from ..delay import Delay


class TerminalState:
    """What is known of an app's terminal; of one that only a test has, all that is good."""

    def __init__(self, app: App[None]) -> None:
        self._app = app

    @property
    def too_small(self) -> str:
        """Why it does not show enough of a request to approve it; empty where it does."""
        if not getattr(self._app._driver, "knows_size", True):
            return NO_SIZE
        size = self._app.size
        return "" if size.width >= MIN_WIDTH and size.height >= MIN_HEIGHT else TOO_SMALL

    @property
    def has_written(self) -> bool:
        """Whether it has taken all that was painted."""
        return has_written(self._app)

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Do something after so many seconds, once every key that has arrived by then is known."""
        Delay(self._app, seconds, lambda: self._app.call_later(do))


def has_written(app: App[Any]) -> bool:
    """Whether the terminal of an app has taken all that was painted."""
    return bool(getattr(app._driver, "has_written", True))


def typing_clock(clock: Callable[[], float]) -> Callable[[Event], float]:
    """Return what says when a key was typed: it may be handled much later. A test's clock knows nothing of that."""
    return (lambda event: event.time) if clock is time.monotonic else lambda event: clock()


def non_blocking(usual: type[Driver]) -> type[Driver]:
    """Return the driver in the place of the usual one that never waits for a terminal that takes nothing."""
    if constants.DRIVER is not None or usual.__name__ != "LinuxDriver":  # the person's choice, or another system
        return usual
    from .driver import NonBlockingDriver

    return NonBlockingDriver
