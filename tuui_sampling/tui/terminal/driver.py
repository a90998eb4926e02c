"""
A driver that never waits for the terminal.

Textual writes from a thread of its own, and waits once thirty pieces have not been taken: a terminal that is stopped
(Ctrl+S, a dead connection, a tmux that nobody reads) would stop the event loop with it, and no server would get an
answer. Here what a stalled terminal can't take is left out, and the whole screen is drawn anew when it takes again.
A terminal that is gone ends that thread, and would be waited for as for a stalled one: nothing more is written to it.
"""

import time
from queue import Queue

from textual.drivers.linux_driver import LinuxDriver

PATIENCE = 0.25
"""Seconds for which a full queue is waited for before the terminal counts as stalled; once for each stall."""

LOOK_SECONDS = 0.1
"""Between two looks whether the terminal takes again."""


class PatientDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, with output that is left out rather than waited for."""

    _behind = False
    _ending = False

    def write(self, data: str) -> None:
        """Have something written, or leave it out where too much waits already."""
        writer = self._writer_thread
        if writer is not None and not writer.is_alive():
            return
        if self._ending or writer is None:
            super().write(data)
        elif not self._behind:
            if not self._takes_soon(writer._queue):
                self._behind = True
                self._loop.call_later(LOOK_SECONDS, self._look)
            else:
                super().write(data)

    def _takes_soon(self, queue: "Queue[str | None]") -> bool:
        """Wait a moment for room: a terminal that is only slow shall miss nothing."""
        give_up = time.monotonic() + PATIENCE
        while queue.full() and time.monotonic() < give_up:
            time.sleep(0.005)
        return not queue.full()

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._behind = self._ending = False
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back; nothing of that is left out."""
        self._ending = True
        super().stop_application_mode()

    def close(self) -> None:
        """Wait for the last words, where somebody takes them."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()

    def _look(self) -> None:
        """Draw everything anew once the terminal has taken what waited."""
        writer = self._writer_thread
        if self._ending or writer is None:
            return
        if writer._queue.empty():
            self._behind = False
            self._app.refresh(layout=True)
        else:
            self._loop.call_later(LOOK_SECONDS, self._look)
