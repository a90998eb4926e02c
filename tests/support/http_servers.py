"""Real servers over HTTP, as processes that a test can start and end."""

import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.limits import LIMIT
from tests.support.paths import SERVERS, ServerCommand
from tests.support.warm_start import warm
from tuui_sampling.config.settings import ServerSettings

SCRIPT = SERVERS / "http_server.py"


@dataclass
class Called:
    """
    A server that listens.

    Attributes:
        port: Where; it is the same after a restart.
    """

    process: asyncio.subprocess.Process
    port: int
    python: str
    options: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where to call it."""
        return f"http://127.0.0.1:{self.port}/mcp"

    def settings(self, headers: Mapping[str, str] | None = None, **more: Any) -> ServerSettings:
        """Return settings that call it."""
        return ServerSettings("one", url=self.url, headers=headers or {}, **more)

    async def end(self) -> None:
        """Kill it: whoever is connected notices, or does not."""
        self.process.kill()
        await asyncio.wait_for(self.process.wait(), LIMIT)

    async def forget_sessions(self) -> None:
        """Have it forget every session, without ending."""
        url = f"http://127.0.0.1:{self.port}/forget"
        with await asyncio.to_thread(urllib.request.urlopen, url, timeout=LIMIT) as answer:
            assert answer.status == 200

    async def start_again(self) -> None:
        """Start it on the same port, with nothing in its memory."""
        self.process, _ = await _start(self.python, "--port", str(self.port), *self.options)


@asynccontextmanager
async def called(*options: str, python: str | Path = sys.executable) -> AsyncIterator[Called]:
    """Start a server; see the script's `--help` for the options."""
    process, port = await _start(str(python), *options)
    server = Called(process, port, str(python), options)
    try:
        yield server
    finally:
        if server.process.returncode is None:
            await server.end()
        server.process._transport.close()  # type: ignore[attr-defined]  # nothing public closes the pipes


async def _start(python: str, *options: str) -> tuple[asyncio.subprocess.Process, int]:
    command = warm(ServerCommand(python, (str(SCRIPT), *options)))
    process = await asyncio.create_subprocess_exec(*command.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), LIMIT)
    assert line, "the server did not start"
    return process, int(line)
