"""The SDK's server half and its HTTP are not imported with its client, and work as ever for whoever imports them."""

import subprocess
import sys
import textwrap

from tests.support.limits import LIMIT
from tests.support.paths import ROOT

PROGRAM = """
import asyncio
import sys

from tuui_sampling.servers.client_only import import_client

import_client()
import tuui_sampling.servers.connection

LEFT_OUT = ["mcp.server", "uvicorn", "starlette", "sse_starlette", "cryptography"]
HTTP = ["httpx2", "http.client", "idna", "mcp.client.auth", "mcp.client.streamable_http", "mcp.client.stdio"]
for heavy in (*LEFT_OUT, *HTTP):
    assert heavy not in sys.modules, heavy
import tuui_sampling.servers.transport.http
from mcp import Client, MCPError

for heavy in LEFT_OUT:
    assert heavy not in sys.modules, heavy
assert all(type(finder).__name__ != "_StandIns" for finder in sys.meta_path)
revisions = [vars(sys.modules[f"mcp_types.{name}"]) for name in ("_v2025_11_25", "_v2026_07_28")]
waiting = [one for names in revisions for one in names.values() if not getattr(one, "__pydantic_complete__", True)]
assert len(waiting) > 200, len(waiting)


async def main() -> None:
    from mcp.server.mcpserver import MCPServer
    import mcp

    own = MCPServer("own")
    own.tool()(add)
    for mode in ("legacy", "auto"):
        async with Client(own, mode=mode) as client:
            assert (await client.call_tool("add", {"a": 1, "b": 2})).content[0].text == "3", mode
    from mcp import ClientSessionGroup, ServerSession, StdioServerParameters, stdio_client, stdio_server

    Client("http://127.0.0.1:9/mcp")
    Client(StdioServerParameters(command="none"))
    assert stdio_client is mcp.client.stdio.stdio_client
    assert ClientSessionGroup.__module__ == "mcp.client.session_group"
    from mcp.client.streamable_http import streamable_http_client

    assert callable(streamable_http_client) and "httpx2" in sys.modules
    assert isinstance(ServerSession, type) and ServerSession is mcp.server.session.ServerSession
    assert callable(stdio_server)
    assert not hasattr(mcp, "nothing")
    before = mcp
    import_client()
    assert sys.modules["mcp"] is before


def add(a: int, b: int) -> int:
    return a + b


asyncio.run(main())
"""

BROKEN = """
import sys
from tuui_sampling.servers import client_only


def unexpected(*_given):
    raise TypeError("a later SDK makes a class of it")


client_only._StandIns.exec_module = unexpected
client_only.import_client()
assert not [name for name in sys.modules if name.split(".")[0] == "mcp"]
from mcp import Client, ServerSession
"""


def run(program: str) -> str:
    """Run a program of its own: here, everything is imported already."""
    done = subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=ROOT,
        check=False,
    )
    return done.stderr if done.returncode else ""


def test_the_server_half_is_imported_by_whoever_wants_it() -> None:
    assert run(PROGRAM) == ""


def test_an_sdk_that_does_not_bear_it_is_imported_as_it_is() -> None:
    assert run(BROKEN) == ""
