"""
A driver that never waits for the terminal.

Textual writes from a thread of its own, and waits once thirty pieces have not been taken: a terminal that is stopped
(Ctrl+S, a dead connection, a tmux that nobody reads) would stop the event loop with it, and no server would get an
answer. Here what a stalled terminal can't take is left out, and the whole screen is drawn anew when it takes again.
A terminal that is gone ends that thread, and would be waited for as for a stalled one: nothing more is written to it.

What is pasted is text to its end (`marked_paste.py`), and bytes that are no text end nothing.

It also knows what Textual does not say: whether what was painted has been written, and whether the terminal has said
how large it is.
"""

import os
import selectors
import time
from codecs import getincrementaldecoder
from queue import Queue
from typing import TYPE_CHECKING, Any, cast

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Paste
from textual.message import Message

from .cursor_steps import with_steps

if TYPE_CHECKING:
    from .unmarked_paste import UnmarkedPaste

MAX_WAIT = 0.25
"""Seconds for which a full queue is waited for before the terminal counts as stalled; once for each stall."""

NO_WRAPPING, WRAPPING = "\x1b[?7l", "\x1b[?7h"
"""DECAWM: what a terminal takes for wider than it is must not go on in the next row, or scroll the screen."""

READ_BYTES, READ_SECONDS = 4096, 0.1
"""What is read at most at one time, and how long it is waited for before a lone ESC is the key."""

LOOK_SECONDS = 0.1
"""Between two looks whether the terminal takes again."""


class NonBlockingDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, with output that is left out rather than waited for."""

    _behind = False
    _ending = False
    _left_out = False
    _queued = 0
    _pasted: "UnmarkedPaste | None" = None
    knows_size = True

    @property
    def has_written(self) -> bool:
        """Whether all that was painted has been written, and nothing was left out since."""
        file: object = self._file
        return not self._left_out and isinstance(file, WrittenFile) and file.written >= self._queued

    def send_message(self, message: Message) -> None:
        """Give the app what has come from the terminal: a paste as one, whether the terminal marks it or not."""
        if self._pasted is None:
            from .unmarked_paste import UnmarkedPaste  # the first paint needs none of it

            self._pasted = UnmarkedPaste(self._loop, super().send_message)
        self._loop.call_soon_threadsafe(self._pasted.take, message)

    def run_input_thread(self) -> None:
        """Read what comes from the terminal until the application mode ends; in a thread of its own."""
        from .marked_paste import MarkedPaste  # beside the first paint

        parser, marked = XTermParser(self._debug), MarkedPaste()
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(READ_SECONDS) and (text := marked.take(decode(os.read(self.fileno, READ_BYTES)))):
                    for event in parser.feed(text):
                        self.process_message(event)
                for event in parser.tick():
                    marked.gave_up()
                    self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Handle an event of the parser."""
        if isinstance(message, Paste):
            from .marked_paste import put_back

            message.text = put_back(message.text)
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Find out how large the terminal is; 80×25 is a guess, from which nothing may be approved."""
        named = [os.environ.get(name, "") for name in ("COLUMNS", "LINES")]
        try:
            told = os.get_terminal_size(self.fileno)
        except OSError:
            told = os.terminal_size((0, 0))
        self.knows_size = all(told) or all(one.isdigit() and int(one) for one in named)
        return super()._get_terminal_size()

    def write(self, data: str) -> None:
        """Have something written, or leave it out where too much waits already."""
        writer = self._writer_thread
        if writer is not None and not writer.is_alive():
            return
        data = with_steps(data)
        if self._ending or writer is None:
            super().write(data)
        elif not self._behind:
            if not self._takes_soon(writer._queue):
                self._behind = self._left_out = True
                self._loop.call_later(LOOK_SECONDS, self._look)
            else:
                self._queued += 1
                super().write(data)

    def _takes_soon(self, queue: "Queue[str | None]") -> bool:
        """Wait a moment for room: a terminal that is only slow misses nothing."""
        give_up = time.monotonic() + MAX_WAIT
        while queue.full() and time.monotonic() < give_up:
            time.sleep(0.005)
        return not queue.full()

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._behind = self._ending = self._left_out = False
        self._queued = 0
        self._file = cast("Any", WrittenFile(self._file))
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(NO_WRAPPING)

    def stop_application_mode(self) -> None:
        """Give the terminal back; nothing of that is left out."""
        self._ending = True
        self.write(WRAPPING)
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
            self._app.call_after_refresh(self._drawn_anew)
        else:
            self._loop.call_later(LOOK_SECONDS, self._look)

    def _drawn_anew(self) -> None:
        self._left_out = self._behind


class WrittenFile:
    """
    A file that counts what has been written to it.

    Attributes:
        written: Pieces that the terminal has taken.
    """

    def __init__(self, file: Any) -> None:
        """Write to a file, or to what another one of these writes to."""
        self._file: Any = file._file if isinstance(file, WrittenFile) else file
        self._pieces = 0
        self.written = 0

    def write(self, text: str) -> int:
        """Write a piece."""
        self._pieces += 1
        return int(self._file.write(text) or 0)

    def flush(self) -> None:
        """Wait until the terminal has taken everything."""
        self._file.flush()
        self.written = self._pieces

    def __getattr__(self, name: str) -> Any:
        """Be the file in all else."""
        return getattr(self._file, name)
