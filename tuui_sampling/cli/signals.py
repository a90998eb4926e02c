"""
Ends the program on a signal: once, in order, and in any case.

The first SIGINT, SIGTERM or SIGHUP is noted and whoever runs the event loop is told; more of them change nothing, so
that the clean-up is never disturbed. A thread watches over it: where the event loop is stuck (a stalled terminal
blocks whoever writes to it), the servers' process groups are ended from there and the program exits all the same.
So it does where the person has left the program, and something keeps it from ending.

A terminal that is gone ends the program as SIGHUP does, also where no SIGHUP comes: the kernel sends it only to the
program whose controlling terminal it was, and `nohup` has it ignored.
"""

import asyncio
import contextlib
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

STDIN = 0

MARK, LEAVING = b"\0", b"\xff"
"""Bytes that are no signal's number."""

LEAVE_SECONDS = 1.5
"""So long the program has from the signal until it has left the screen."""
TOTAL_SECONDS = 5.5
"""So long it has from the signal until everything is closed; a server may take four seconds of them."""
LEAVING_SECONDS = 15.0
"""So long it has from where the person leaves it until everything is closed: nobody is in a hurry."""
LAST_SECONDS = 10.0
"""So long it has from there until its process has ended: Python waits for each of its threads."""
GROUP_SECONDS = 1.0
"""So long a process group has between SIGTERM and SIGKILL when the watching thread ends it."""

RESTORE = (
    b"\x1b[?2026l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    b"\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m\r\n"
)
"""Mouse, focus, paste and key reports off, line wrap on, the normal screen, the cursor."""


class Shutdown:
    """
    What ends the program from outside. A context manager, to be held around everything that has to be closed.

    Attributes:
        number: The first signal that came; None while there was none.
        asked: Set, on the event loop, when it has come.
        end_servers: Ends what must not outlive us, in so many seconds; called by the watching thread.
        is_stuck: Told by it when nothing but its end ends a program that the person has left.
    """

    def __init__(self, *, with_terminal: bool = False) -> None:
        """
        Heed no signal yet.

        Args:
            with_terminal: End with the terminal of the standard input, too.
        """
        self.number: int | None = None
        self.asked = asyncio.Event()
        self.end_servers: Callable[[float], object] = lambda _seconds: None
        self.is_stuck: Callable[[], object] = lambda: None
        self._loop = asyncio.get_running_loop()
        self._left = threading.Event()
        self._closed = threading.Event()
        self._deaf = False
        self._heard = threading.Event()
        self._previous: dict[int, Any] = {}
        self._reading, self._writing = os.pipe()
        self._attributes = _terminal_attributes()
        self._with_terminal = with_terminal
        self._watcher = threading.Thread(target=self._watch, name="ending", daemon=True)

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells have it; 0 when none came."""
        return 128 + self.number if self.number is not None else 0

    def leave(self) -> None:
        """Say that the program is being left without a signal: from now on it has so long to close everything."""
        if not self._closed.is_set():
            os.write(self._writing, LEAVING)

    def left_the_screen(self) -> None:
        """Say that the terminal is as it was before, and nothing writes to it any more."""
        self._left.set()

    @contextlib.contextmanager
    def deaf_to_interrupts(self) -> Iterator[None]:
        """Leave SIGINT to the program in the foreground, such as an editor: the terminal sends it to both of us."""
        self._deaf = True
        try:
            yield
        finally:
            self._heard.clear()
            os.write(self._writing, MARK)
            self._heard.wait(LEAVE_SECONDS)  # what came until now has been heard, with deaf ears
            self._deaf = False

    def __enter__(self) -> "Shutdown":
        """Take the signals over."""
        os.set_blocking(self._writing, False)
        # Python's own handlers run only when the main thread gets to them, which it may be too late for by an instant
        # or for ever; a wakeup descriptor is written to at once (https://docs.python.org/3/library/signal.html).
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._watcher.start()
        for number in SIGNALS:
            if (previous := signal.getsignal(number)) is not signal.SIG_IGN:  # as `nohup` has it
                self._previous[number] = previous  # first: from the next line on, the watching thread looks there
                signal.signal(number, _came)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back, unless one is ending the program: then none may disturb what is left of that."""
        for number, previous in self._previous.items():
            signal.signal(number, previous if self.number is None else signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        self._left.set()
        self._closed.set()
        os.close(self._writing)
        self._watcher.join()
        os.close(self._reading)

    # --- the watching thread ---

    def _watch(self) -> None:
        looking = select.poll()
        looking.register(self._reading, select.POLLIN)
        if self._with_terminal:
            looking.register(STDIN, 0)  # what a person types is for others; that the terminal is gone is always told
        give_up = float("inf")
        while self.number is None:
            left = give_up - time.monotonic()
            happened = dict(looking.poll(None if left == float("inf") else max(0.0, left * 1000)))
            if not happened and time.monotonic() >= give_up:
                self.is_stuck()
                self._exit_at_once()
            elif happened.get(STDIN, 0) & select.POLLHUP:
                self.number = signal.SIGHUP
            elif STDIN in happened:
                looking.unregister(STDIN)  # this system can't tell
            elif self._reading in happened:
                if not (numbers := os.read(self._reading, 1024)):
                    return  # closed without a signal
                self.number = self._first_heard(numbers)
                if LEAVING[0] in numbers:
                    give_up = min(give_up, time.monotonic() + LEAVING_SECONDS)
        came = time.monotonic()
        with contextlib.suppress(RuntimeError):  # the loop has just been closed
            self._loop.call_soon_threadsafe(self.asked.set)
        if not self._left.wait(LEAVE_SECONDS) or not self._closed.wait(TOTAL_SECONDS - (time.monotonic() - came)):
            self._exit_at_once()

    def _first_heard(self, numbers: bytes) -> int | None:
        heard = [one for one in numbers if one in self._previous and not (self._deaf and one == signal.SIGINT)]
        if MARK[0] in numbers:
            self._heard.set()
        return heard[0] if heard else None

    def _exit_at_once(self) -> None:
        self.end_servers(0 if self._left.is_set() else GROUP_SECONDS)  # off the screen they had theirs
        if self._attributes is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(STDIN, termios.TCSANOW, self._attributes)
            if not self._left.is_set():
                _restore_screen()
        os._exit(self.exit_code)


def end_in_any_case(code: int, is_stuck: Callable[[], object]) -> None:
    """Have the process end with this code soon, also where a thread of it never ends; told where that has to be."""

    def end() -> None:
        time.sleep(LAST_SECONDS)
        is_stuck()
        os._exit(code)

    threading.Thread(target=end, name="last", daemon=True).start()


def _came(number: int, _frame: FrameType | None) -> None:
    """Be a handler: only for a signal that has one, Python writes to the wakeup descriptor."""
    if number == signal.SIGHUP:  # the kernel sends SIGCONT after it, and Textual would begin anew on no terminal
        signal.signal(signal.SIGCONT, signal.SIG_DFL)


def _terminal_attributes() -> list[Any] | None:
    try:
        return termios.tcgetattr(STDIN)
    except (termios.error, OSError):
        return None


def _restore_screen() -> None:
    """Try to leave the full screen, without waiting for a terminal that takes nothing."""
    with contextlib.suppress(OSError):
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        os.write(terminal, RESTORE)
        os.close(terminal)
