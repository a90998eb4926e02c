"""
Calls something once, after some seconds.

Textual's `set_timer` does the same, but forgets it where more time than that passes before its task first looks at the
clock (8.2.8: `Timer._run` skips a beat that is over, and a timer of one beat has no other). A process that is stopped,
or that others crowd out for a moment, would never lay out the rest of a text, or never count as seen what is shown.
"""

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


class Delay:
    """Calls something once, as the next thing that a widget does after so many seconds."""

    def __init__(self, pump: MessagePump, seconds: float, do: Callable[[], object]) -> None:
        """
        Begin to wait; needs a running loop.

        Args:
            pump: The widget, screen or app that calls it; once it is closed, nothing is called.
            do: What is called, or awaited.
        """
        self._pump = pump
        self._do = do
        self._is_stopped = False
        self._handle = asyncio.get_running_loop().call_later(seconds, pump.call_next, self._run)

    def stop(self) -> None:
        """Do not call it any more."""
        self._is_stopped = True
        self._handle.cancel()

    def _run(self) -> object:
        return None if self._is_stopped else self._do()
