"""
A child process and its group: how it is started, how its end is noticed, and how all of it is ended.

The order of the end is that of https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown: close
stdin, wait, SIGTERM, wait, SIGKILL; each of them for the whole process group.
"""

import asyncio
import contextlib
import errno
import signal
import sys
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections.abc import Mapping
from uuid import uuid4

from ...config.settings import ServerSettings
from .descendants import MARK, SIGKILL, descendants, end, signal_group

CHUNK = 64 * 1024
"""Bytes that are read from a pipe at once."""

EOF_GRACE = 2.0
"""Seconds that a child has to exit after its stdin was closed."""
TERM_GRACE = 1.5
"""Seconds that its group has after SIGTERM."""
KILL_GRACE = 0.5
"""Seconds that what a child has left behind has after SIGTERM, and to see the death after SIGKILL."""

INHERITED = ("HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "TMPDIR")
if sys.platform == "win32":  # what a Windows program can't start without
    INHERITED = ("APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATH", "PATHEXT", "PROCESSOR_ARCHITECTURE",
                 "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "USERNAME", "USERPROFILE")  # fmt: skip


def child_environment(settings: ServerSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the child's environment but for its mark: an allow-list, so that the user's API keys never get there."""
    names = (*INHERITED, *settings.inherit_env)
    inherited = {name: environ[name] for name in names if name in environ}
    return inherited | dict(settings.env)


class _Protocol(SubprocessStreamProtocol):
    """
    Tells of the child's exit at once; `Process.wait` also waits for the pipes, which a grandchild can hold open.

    Attributes:
        exited: It has exited.
        deaf: It has closed its standard input, or we have closed our end of that.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=CHUNK, loop=loop)
        self.exited = asyncio.Event()
        self.deaf = asyncio.Event()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        super().pipe_connection_lost(fd, exc)
        if fd == 0:
            self.deaf.set()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class Child:
    """
    One child process, the leader of a group of its own.

    Attributes:
        pid: Its process id, which is its group's too.
        mark: What its environment, and that of its children, bears (see `descendants.py`).
        stdin: What it reads; `stdout` and `stderr` are what it writes.
    """

    def __init__(self, process: Process, protocol: _Protocol, mark: str) -> None:
        """Take over a process that has just been started."""
        assert process.stdin and process.stdout and process.stderr
        self._process = process
        self._protocol = protocol
        self.pid = process.pid
        self.mark = mark
        self.stdin, self.stdout, self.stderr = process.stdin, process.stdout, process.stderr

    @classmethod
    async def start(cls, settings: ServerSettings, environ: Mapping[str, str]) -> "Child":
        """
        Start a server's command.

        Raises:
            OSError: It can't be started.
        """
        loop = asyncio.get_running_loop()
        mark = uuid4().hex
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: _Protocol(loop),
                settings.command,
                *settings.args,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=settings.cwd,
                env=child_environment(settings, environ) | {MARK: mark},
                start_new_session=True,
            )
        except ValueError as error:  # a NUL in the command, an argument or the environment
            raise OSError(errno.EINVAL, str(error)) from error
        return cls(Process(transport, protocol, loop), protocol, mark)

    @property
    def exit_code(self) -> int | None:
        """Its exit code, once it has exited; negative for a signal."""
        return self._process.returncode

    async def exited(self) -> None:
        """Wait until it has exited; a pipe may still be held open by what it has left behind."""
        await self._protocol.exited.wait()

    async def deaf(self) -> None:
        """Wait until nobody reads its standard input any more."""
        await self._protocol.deaf.wait()

    async def exits_within(self, seconds: float) -> bool:
        """Wait so long for its exit, and say whether it has come."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.exited(), seconds)
        return self.exit_code is not None

    async def end(self) -> None:
        """End it, its whole group, and what has left that, first kindly. Takes at most about five seconds."""
        family = await asyncio.to_thread(descendants, self.pid, self.mark)
        with contextlib.suppress(OSError):
            self.stdin.close()
        has_exited = await self.exits_within(EOF_GRACE)
        await self._end_group(KILL_GRACE if has_exited else TERM_GRACE)
        await self.exits_within(KILL_GRACE)
        family |= await asyncio.to_thread(descendants, self.pid, self.mark)
        await asyncio.to_thread(end, family, KILL_GRACE)

    def close_pipes(self) -> None:
        """Close our ends of the pipes."""
        self._process._transport.close()  # type: ignore[attr-defined]  # nothing public closes a pipe a survivor holds

    async def _end_group(self, seconds: float) -> None:
        """End what is left of its group, such as the `node` of an `npx`; so long it has after SIGTERM."""
        if not self._signal_group(signal.SIGTERM):
            return
        loop = asyncio.get_running_loop()
        give_up = loop.time() + seconds
        while loop.time() < give_up:
            await asyncio.sleep(0.02)
            if not self._signal_group(0):
                return
        self._signal_group(SIGKILL)

    def _signal_group(self, number: int) -> bool:
        """Send a signal to the child's group and return whether anything is left of it."""
        if sys.platform == "win32":
            if self.exit_code is None and number:
                self._process.kill()
            return False
        try:
            return signal_group(self.pid, number)
        except PermissionError:  # macOS says so of a group of zombies
            return self.exit_code is None
