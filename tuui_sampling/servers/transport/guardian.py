"""
The guardian: a tiny process that outlives us by at most two seconds, and takes our servers with it.

SIGKILL leaves a program no time to end its children, and a server that ignores the end of its input would run for ever.
So a second process holds one end of a pipe, whose other end only we have, and knows the process groups of the servers
that run. When we end, however that happens, it reads the end of the pipe, ends the groups that are still there, and
exits. After a clean end there are none. What has left its group is found as `descendants.py` describes.

It runs in a session of its own, which the terminal's signals do not reach, with an empty environment (no key of
anybody's is in it), and imports a few modules of the standard library, none of ours. It holds another pipe's only
writing end: when it dies, we read the end of that, and start another one at once.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from .descendants import end_groups

TERM_SECONDS = 1.0
"""So long a group has between SIGTERM and SIGKILL."""

SCRIPT = """
import sys

for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
groups, rest = {}, b""
while chunk := os.read(0, 65536):
    *lines, rest = (rest + chunk).split(b"\\n")
    for line in lines:
        group, _, mark = line[1:].decode().partition(" ")
        groups.pop(int(group), None)
        if line[:1] == b"+":
            groups[int(group)] = mark


family = {group: descendants(group, mark) for group, mark in groups.items()}
end_groups(groups, float(sys.argv[1]))
end(set().union(*family.values()), 1.0)
"""
"""The whole of it, behind the text of `descendants.py`. It ends with the pipe, and with nothing else but SIGKILL."""

DESCENDANTS = Path(__file__).with_name("descendants.py")

SHORT_LIFE = 1.0
"""Seconds; one that dies sooner, and not for the first times, is followed by another only after as long."""

MAX_SHORT_LIVES = 3
"""So many in a row are followed by another at once."""

EXIT_SECONDS = TERM_SECONDS + 1.0
"""So long we wait for its end after a clean one of ours."""


class Watch(Protocol):
    """Is told which process groups must not outlive us."""

    def began(self, group: int, mark: str) -> None:
        """Note a group that was started, and the mark of its processes."""
        ...

    def ended(self, group: int) -> None:
        """Forget a group: all of it is gone, and its number may be given to others."""
        ...


class Guardian:
    """
    Our side of it.

    Without a guardian (a system without process groups, or one that can't start another process) everything works
    as before; only SIGKILL would leave servers behind.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._life = -1
        self._started = 0.0
        self._short_lives = 0
        self._groups: dict[int, str] = {}

    @property
    def pid(self) -> int | None:
        """Its process id; None before the first server, and where it could not be started."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start it, unless it runs: before the first server, so that no group is ever unguarded."""
        if self._process is None and os.name == "posix":
            self._start()

    def began(self, group: int, mark: str) -> None:
        """Note a group that was started, and the mark of its processes."""
        self._groups[group] = mark
        self._tell(f"+{group} {mark}\n")

    def ended(self, group: int) -> None:
        """Forget a group: all of it is gone."""
        self._groups.pop(group, None)
        self._tell(f"-{group}\n")

    def end_at_once(self, seconds: float) -> None:
        """End the groups that are still there, first kindly; blocks for so long at most. From any thread."""
        end_groups(tuple(self._groups), seconds)

    async def aclose(self) -> None:
        """Let it go, and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        self._watch_no_more()
        os.close(self._pipe)
        try:
            await asyncio.to_thread(process.wait, EXIT_SECONDS)
        except subprocess.TimeoutExpired:  # somebody has stopped it
            process.kill()
            process.wait()

    def _tell(self, line: str) -> None:
        if self._process is None:
            return
        try:
            os.write(self._pipe, line.encode())
        except OSError:  # it was killed, or is stopped: another one takes its place
            self._replace()

    def _died(self) -> None:
        """Start another one, since this one has died."""
        self._watch_no_more()
        if self._process is None:
            return
        self._short_lives = 0 if time.monotonic() - self._started > SHORT_LIFE else self._short_lives + 1
        if self._short_lives <= MAX_SHORT_LIVES:
            self._replace()
        else:
            asyncio.get_running_loop().call_later(SHORT_LIFE, self._replace)

    def _replace(self) -> None:
        if self._process is None:
            return
        self._watch_no_more()
        os.close(self._pipe)
        self._process.kill()
        self._process.wait()
        self._start()

    def _watch_no_more(self) -> None:
        if self._life >= 0:
            asyncio.get_running_loop().remove_reader(self._life)
            os.close(self._life)
            self._life = -1

    def _start(self) -> None:
        """Start it, and tell it of the groups that there are."""
        reading, self._pipe = os.pipe()  # no end of either is inherited by a server
        self._life, living = os.pipe()
        os.set_blocking(self._pipe, False)
        # Told before it lives, so that there is no moment in which it knows of nothing.
        os.write(self._pipe, "".join(f"+{group} {mark}\n" for group, mark in self._groups.items()).encode())
        self._started = time.monotonic()
        self._process = None
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", DESCENDANTS.read_text(encoding="utf-8") + SCRIPT, str(TERM_SECONDS)],
                stdin=reading,
                stdout=living,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
                start_new_session=True,
            )
        os.close(reading)
        os.close(living)
        asyncio.get_running_loop().add_reader(self._life, self._died)
        if self._process is None:
            self._watch_no_more()
            os.close(self._pipe)
