"""
A terminal that takes what the program paints only when a test lets it, for tests that have a Pilot.

The program's own driver writes to it, from its thread and through its queue; what has been taken is on the screen of an
emulator. So a paint can be late as a whole, or stand there by half, while keys go in.
"""

import asyncio
from threading import Condition
from typing import Any, cast

from textual import events
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.geometry import Size

from tests.support.terminal.emulator import Emulator
from tuui_sampling.tui.terminal.driver import NonBlockingDriver, WrittenFile

ALL = 1 << 40
"""More characters than any test paints."""


class LateTerminal:
    """A file that takes as many characters as it is let."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Take everything, until `hold`."""
        self.emulator = Emulator(*size)
        self._may_take = ALL
        self._rest = ""
        self._changed = Condition()

    def hold(self) -> None:
        """Take nothing from here on."""
        self.let(0)

    def let(self, characters: int = ALL) -> None:
        """Take so many characters more, and nothing after them."""
        with self._changed:
            self._may_take = characters
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """Characters of the piece that is being written."""
        with self._changed:
            return len(self._rest)

    @property
    def lines(self) -> list[str]:
        """What is on its screen now."""
        with self._changed:
            return self.emulator.lines

    def write(self, text: str) -> int:
        """Take a text, as far as that is allowed; wait for the rest."""
        with self._changed:
            self._rest = text
            while self._rest:
                self._changed.wait_for(lambda: self._may_take)
                taken, self._rest = self._rest[: self._may_take], self._rest[self._may_take :]
                self._may_take -= len(taken)
                self.emulator.feed(taken.encode())
        return len(text)

    def flush(self) -> None:
        """Do nothing: what was written has been taken."""


class LateDriver(NonBlockingDriver):
    """The program's driver, over such a terminal; keys come from the Pilot."""

    terminal: LateTerminal

    def start_application_mode(self) -> None:
        """Begin to write, and say how large the terminal is."""
        self.terminal = LateTerminal(self._get_terminal_size())
        self._file = cast("Any", WrittenFile(self.terminal))
        self._writer_thread = WriterThread(self._file)
        self._writer_thread.start()
        self._loop = asyncio.get_running_loop()
        self._say_size()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it is."""

    def close(self) -> None:
        """Take all that is still to come."""
        self.terminal.let()
        super().close()

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._size = (width, height)
        self.terminal.emulator.resize(width, height)
        self._say_size()

    def let_half(self) -> None:
        """Let half of what waits through."""
        assert self._writer_thread is not None
        queued = sum(len(piece or "") for piece in list(self._writer_thread._queue.queue))
        self.terminal.let((self.terminal.waiting + queued) // 2)

    @classmethod
    def of(cls, app: App[Any]) -> "LateDriver":
        """Return the driver of an app that runs on one."""
        assert isinstance(app._driver, cls)
        return app._driver

    def _get_terminal_size(self) -> tuple[int, int]:
        assert self._size is not None
        return self._size

    def _say_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))
