"""A real server of the TypeScript SDK that answers in JSON: nothing that is open keeps anything else from leaving."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.installations import install_typescript_server
from tests.support.limits import LIMIT
from tests.support.supervised import stage
from tuui_sampling.config.settings import ServerSettings

pytestmark = pytest.mark.node


@asynccontextmanager
async def json_server() -> AsyncIterator[str]:
    """Start the server; yields its URL."""
    command = await asyncio.to_thread(install_typescript_server, "json_http")
    process = await asyncio.create_subprocess_exec(*command.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout and process.stdin
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), LIMIT))
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), LIMIT)


async def test_it_samples_in_a_tool_then_is_cancelled_then_called_again() -> None:
    async with json_server() as url, stage(ServerSettings("one", url=url, protocol="legacy")) as scene:
        await scene.ready()
        first = scene.call("ask", prompt="one")
        asked = await scene.clerk.next(0)
        assert (await scene.call("quick")).text == "", "a second call passes the one that waits"
        asked.deliver("answer one")
        assert (await first).text == "answer one"
        assert asked.receipt is not None and asked.receipt.problem == ""
        doomed = scene.call("ask", prompt="two")
        waiting = await scene.clerk.next(1)
        doomed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await doomed
        assert (await scene.call("quick")).text == "two", "the cancel has got there"
        assert waiting.withdrawn is not None
        third = scene.call("ask", prompt="three")
        (await scene.clerk.next(2)).deliver("answer three")
        assert (await third).text == "answer three"
