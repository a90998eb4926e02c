"""A program in a terminal of its own: a pseudo-terminal that it controls, with an emulator on the far side."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.limits import LIMIT
from tests.support.paths import ServerCommand
from tests.support.warm_start import warm

from .emulator import Emulator

COMMAND = str(Path(sys.executable).with_name("tuui-sampling"))
"""The installed command."""

KEYS = {
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "enter": "\r",
    "escape": "\x1b",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "home": "\x1b[H",
    "pagedown": "\x1b[6~",
    "tab": "\t",
    "up": "\x1b[A",
} | {f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"}
"""What a terminal sends for keys that have a name; all others are sent as they are."""

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"

BECOME_THE_TERMINALS_OWN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""What a shell does for the program in the foreground, so that it hears Ctrl+C, and of a terminal that is closed."""


class Terminal:
    """
    A running program and its terminal.

    Attributes:
        process: The program, the leader of its own session; where that is warm, what waits for it.
        emulator: The far side; to be read only where nothing changes any more, or inside a condition of `wait_for`.
        output: Everything that the program wrote so far.
        attributes_before: The terminal's modes from before the program started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        cwd: Path,
        size: tuple[int, int],
        *,
        controlling: bool = True,
        is_warm: bool = False,
    ) -> None:
        """
        Start a program in a new terminal.

        Args:
            size: Columns and rows.
            controlling: The terminal is the program's controlling one: it gets a signal when that is closed.
            is_warm: It is forked from where the SDK is imported already (see `warm_start.py`): the process is then what
                waits for it, and signals that are sent to that do not reach the program.
        """
        self.emulator = Emulator(*size)
        self.output = b""
        self._shown: str | None = None
        self._changed = threading.Condition()
        self._master, slave = pty.openpty()
        self._set_size(size)
        self.attributes_before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            self._command(argv, controlling=controlling, is_warm=is_warm),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={k: v for k, v in environ.items() if k not in ("COLUMNS", "LINES")},
            cwd=cwd,
        )
        os.close(slave)
        self._woken, self._wake = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _command(self, argv: Sequence[str], *, controlling: bool, is_warm: bool) -> list[str]:
        if is_warm:
            return warm(ServerCommand(argv[0], tuple(argv[1:]))).argv
        return [*((sys.executable, "-I", "-S", "-c", BECOME_THE_TERMINALS_OWN) if controlling else ()), *argv]

    # --- what the program writes ---

    def _read(self) -> None:
        while self._master in select.select([self._master, self._woken], [], [])[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the last program on it has ended
                return
            with self._changed:
                self.output += data
                answer = self.emulator.feed(data)
                self._shown = None
                self._changed.notify_all()
            if answer:
                with suppress(OSError):
                    os.write(self._master, answer.encode())

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        with self._changed:
            if self._shown is None:
                self._shown = "\n".join(line.rstrip() for line in self.emulator.lines)
            return self._shown

    @property
    def attributes(self) -> list[Any]:
        """The terminal's modes, as `termios` has them."""
        return termios.tcgetattr(self._master)

    def wait_for(self, what: str | Callable[[], object], timeout: float = LIMIT) -> None:
        """Wait until a text is on the screen, or until a condition holds that depends on the output."""
        condition: Callable[[], object] = what if callable(what) else lambda: what in self.screen
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise AssertionError(f"waited in vain for {what!r}; the screen:\n{self.screen}")

    def appears(self, text: str, within: float) -> bool:
        """Say whether a text comes to the screen within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: text in self.screen, within)

    def wait_until_gone(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        self.wait_for(lambda: text not in self.screen)

    # --- what the person does ---

    def send(self, text: str) -> None:
        """Type a text at once, as bytes that come out of a keyboard or an unbracketed paste."""
        os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        """Press keys by name; an unnamed one is itself."""
        self.send("".join(KEYS.get(key, key) for key in keys))

    def paste(self, text: str) -> None:
        """Paste a text as a terminal does for a program that asked for brackets."""
        self.send(f"{PASTE_START}{text}{PASTE_END}")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; the kernel tells the program."""
        with self._changed:
            self.emulator.resize(columns, rows)
            self._shown = None
        self._set_size((columns, rows))

    def _set_size(self, size: tuple[int, int]) -> None:
        columns, rows = size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed does."""
        if self._master >= 0:
            os.write(self._wake, b"!")
            self._reader.join(LIMIT)
            os.close(self._master)  # only now: a read that is under way would hold it open
            self._master = -1

    def end(self, timeout: float = LIMIT) -> int:
        """Wait for the program's end, and for the last of its output; return its exit code."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it has not ended; the screen:\n{self.screen}") from None
        if self._master >= 0:
            self._reader.join(LIMIT)
        return code

    def close(self) -> None:
        """End the program, whatever it does, and close the terminal."""
        self.process.kill()
        self.process.wait(LIMIT)
        self.hang_up()
        os.close(self._woken)
        os.close(self._wake)


@contextmanager
def in_terminal(
    argv: Sequence[str], environ: Mapping[str, str], cwd: Path, size: tuple[int, int] = (120, 36)
) -> Iterator[Terminal]:
    """Run a program in a terminal of its own; both end with the block."""
    terminal = Terminal(argv, environ, cwd, size)
    try:
        yield terminal
    finally:
        terminal.close()


def processes_with(home: Path) -> list[str]:
    """
    Return the command lines of all processes whose environment names this home directory.

    Servers get the home directory as everything else does, so nothing that was started from a test's own home can
    hide, in whatever session or process group it is. Reads `/proc`, so it knows nothing where there is none.
    """
    marker = f"HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if marker in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found
