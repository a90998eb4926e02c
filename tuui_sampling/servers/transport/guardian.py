"""
The guardian: a tiny process that outlives us by at most two seconds, and takes our servers with it.

SIGKILL leaves a program no time to end its children, and a server that ignores the end of its input would run for ever.
So a second process holds one end of a pipe, whose other end only we have, and knows the process groups of the servers
that run. When we end, however that happens, it reads the end of the pipe, ends the groups that are still there, and
exits. After a clean end there are none.

It runs in a session of its own, which the terminal's signals do not reach, with an empty environment (no key of
anybody's is in it), and imports five modules of the standard library, none of ours.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from typing import Protocol

TERM_SECONDS = 1.0
"""So long a group has between SIGTERM and SIGKILL."""

SCRIPT = """
import os, select, signal, sys, time

for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
groups, rest = set(), b""
while chunk := os.read(0, 65536):
    *lines, rest = (rest + chunk).split(b"\\n")
    for line in lines:
        (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))


def signalled(group, number):
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


groups = {group for group in groups if signalled(group, signal.SIGTERM)}
give_up = time.monotonic() + float(sys.argv[1])
while groups and time.monotonic() < give_up:
    time.sleep(0.02)
    groups = {group for group in groups if signalled(group, 0)}
for group in groups:
    signalled(group, signal.SIGKILL)
"""
"""The whole of it. It ends with the pipe, and with nothing else but SIGKILL."""

EXIT_SECONDS = TERM_SECONDS + 1.0
"""So long we wait for its end after a clean one of ours."""


class Watch(Protocol):
    """Is told which process groups must not outlive us."""

    def began(self, group: int) -> None:
        """Note a group that was started."""
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
        self._groups: set[int] = set()

    @property
    def pid(self) -> int | None:
        """Its process id; None before the first server, and where it could not be started."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start it, unless it runs: before the first server, so that no group is ever unguarded."""
        if self._process is None and os.name == "posix":
            self._start()

    def began(self, group: int) -> None:
        """Note a group that was started."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def ended(self, group: int) -> None:
        """Forget a group: all of it is gone."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    async def aclose(self) -> None:
        """Let it go, and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
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
            os.close(self._pipe)
            self._process.kill()
            self._process.wait()
            self._start()

    def _start(self) -> None:
        """Start it, and tell it of the groups that there are."""
        reading, self._pipe = os.pipe()  # neither end is inherited by a server
        os.set_blocking(self._pipe, False)
        self._process = None
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", SCRIPT, str(TERM_SECONDS)],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
                start_new_session=True,
            )
        os.close(reading)
        if self._process is None:
            os.close(self._pipe)
        elif self._groups:
            os.write(self._pipe, "".join(f"+{group}\n" for group in self._groups).encode())
