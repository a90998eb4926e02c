"""The servers that other tests lean on, each proven with the SDK's own client or with plain lines of JSON."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client.session import IncomingMessage
from mcp_types import ToolListChangedNotification

from tests.support.bare_client import Model, connected, text_of
from tests.support.limits import LIMIT
from tests.support.paths import ServerCommand, legacy_sdk_server, modern_sdk_server, raw_server

REFUSED = "sampling failed: -1 User rejected sampling request"


@pytest.fixture(params=["modern", "legacy"])
def sdk_server(request: pytest.FixtureRequest) -> ServerCommand:
    """Return the server on each line of the SDK."""
    if request.param == "modern":
        return modern_sdk_server()
    return legacy_sdk_server(request.getfixturevalue("legacy_python"))


# --- both lines of the SDK ---


async def test_ask_returns_the_answer_or_the_refusal(sdk_server: ServerCommand) -> None:
    model = Model()
    async with connected(sdk_server, model) as client:
        call = asyncio.create_task(client.call_tool("ask", {"prompt": "hello", "max_tokens": 7}))
        pending = await model.next()
        assert (pending.prompt, pending.params.max_tokens) == ("hello", 7)
        pending.answer("world")
        assert text_of(await call) == "world"
        call = asyncio.create_task(client.call_tool("ask", {"prompt": "hello"}))
        (await model.next()).reject()
        result = await call
    assert result.is_error
    assert REFUSED in text_of(result)


async def test_ask_many_asks_everything_at_once(sdk_server: ServerCommand) -> None:
    model = Model()
    prompts = [f"question {number}" for number in range(10)]
    async with connected(sdk_server, model) as client:
        call = asyncio.create_task(client.call_tool("ask_many", {"prompts": prompts}))
        waiting = [await model.next() for _ in prompts]
        for pending in reversed(waiting):
            pending.answer(f"re: {pending.prompt}")
        result = await call
    assert text_of(result).splitlines() == [f"re: {prompt}" for prompt in prompts]


async def test_npm_server_everything_asks(server_everything: ServerCommand) -> None:
    model = Model()
    async with connected(server_everything, model) as client:
        arguments = {"prompt": "hello", "maxTokens": 20}
        call = asyncio.create_task(client.call_tool("trigger-sampling-request", arguments))
        (await model.next()).answer("from the model")
        assert "from the model" in text_of(await call)


# --- the modern SDK's own tools ---


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_ask_resolved_works_in_both_eras(mode: str) -> None:
    model = Model()
    async with connected(modern_sdk_server(), model, mode=mode) as client:
        call = asyncio.create_task(client.call_tool("ask_resolved", {"prompt": "hello"}))
        (await model.next()).answer("world")
        assert text_of(await call) == "world"
        call = asyncio.create_task(client.call_tool("ask_resolved", {"prompt": "hello"}))
        (await model.next()).reject()
        with pytest.raises(MCPError, match="User rejected sampling request") as raised:
            await call
    assert raised.value.code == -1


async def test_the_server_cancels_its_own_request() -> None:
    model = Model()
    async with connected(modern_sdk_server(), model) as client:
        call = asyncio.create_task(client.call_tool("ask_then_cancel", {"prompt": "hello"}))
        pending = await model.next()
        await client.call_tool("cancel_now", {})
        assert await pending.withdrawn()
        assert text_of(await call) == "cancelled"


async def test_an_answer_before_the_cancel_counts() -> None:
    model = Model()
    async with connected(modern_sdk_server(), model) as client:
        call = asyncio.create_task(client.call_tool("ask_then_cancel", {"prompt": "hello"}))
        (await model.next()).answer("in time")
        assert text_of(await call) == "in time"


async def test_late_asks_after_its_call_has_returned() -> None:
    model = Model()
    async with connected(modern_sdk_server(), model) as client:
        assert text_of(await client.call_tool("late", {"prompt": "hello"})) == "asking later"
        pending = await model.next()
        assert pending.prompt == "hello"
        pending.answer("world")


async def test_add_tool_says_that_the_list_has_changed() -> None:
    changed = asyncio.Event()

    async def noticed(message: IncomingMessage) -> None:
        if isinstance(message, ToolListChangedNotification):
            changed.set()

    async with (
        asyncio.timeout(LIMIT),
        Client(modern_sdk_server().parameters, message_handler=noticed, mode="legacy") as client,
    ):
        capabilities = client.server_capabilities.tools
        assert capabilities is not None
        assert capabilities.list_changed
        await client.call_tool("add_tool", {"name": "extra"})
        await changed.wait()
        assert "extra" in {tool.name for tool in (await client.list_tools()).tools}
        assert text_of(await client.call_tool("extra", {})) == "extra"


async def test_die_ends_the_server_in_the_middle_of_a_request() -> None:
    model = Model()
    async with connected(modern_sdk_server(), model) as client:
        call = asyncio.create_task(client.call_tool("ask", {"prompt": "hello"}))
        await model.next()
        with pytest.raises(MCPError, match="Connection closed"):
            await client.call_tool("die", {"code": 9})
        with pytest.raises(MCPError, match="Connection closed"):
            await call


async def test_noise_goes_to_standard_error(tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    async with connected(modern_sdk_server(), stderr=log) as client:
        await client.call_tool("noise", {"lines": 3})
    assert log.read_text().splitlines() == ["noise 0", "noise 1", "noise 2"]


# --- the raw server ---


@pytest.mark.parametrize("mode", ["plain", "banner", "stderr-flood"])
async def test_the_raw_server_returns_the_client_s_whole_answer(mode: str, tmp_path: Path) -> None:
    model = Model()
    log = tmp_path / "stderr"
    async with connected(raw_server(mode), model, stderr=log) as client:
        arguments = {"prompt": "hello", "params": {"maxTokens": 5, "somethingNew": [1]}}
        call = asyncio.create_task(client.call_tool("ask", arguments))
        pending = await model.next()
        assert (pending.prompt, pending.params.max_tokens) == ("hello", 5)
        pending.answer("world")
        answer = json.loads(text_of(await call))
        assert answer["result"]["content"] == {"type": "text", "text": "world"}
        call = asyncio.create_task(client.call_tool("ask", {"prompt": "hello"}))
        (await model.next()).reject()
        result = await call
        assert result.is_error
        assert json.loads(text_of(result))["error"] == {"code": -1, "message": "User rejected sampling request"}
    assert log.stat().st_size >= (2_000_000 if mode == "stderr-flood" else 0)


def talk(server: ServerCommand, *messages: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    """Write messages to a server, end its input, and wait for its end."""
    lines = "".join(json.dumps({"jsonrpc": "2.0"} | message) + "\n" for message in messages)
    return subprocess.run(server.argv, input=lines.encode(), capture_output=True, timeout=LIMIT, check=False)


INITIALIZE: dict[str, Any] = {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    """Return a tool call."""
    return {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def test_parameters_given_as_text_are_sent_as_they_are() -> None:
    params = '{"maxTokens": NaN, "messages": [], "messages": "\\ud800"}'
    run = talk(raw_server(), INITIALIZE, call("ask", params=params))
    assert run.returncode == 0
    assert params.encode() in run.stdout


def test_die_pending_asks_and_dies() -> None:
    run = talk(raw_server(), INITIALIZE, call("die_pending", prompt="hello"))
    assert run.returncode == 7
    assert json.loads(run.stdout.splitlines()[-1])["method"] == "sampling/createMessage"


def test_crash_at_start_says_why() -> None:
    run = talk(raw_server("crash-at-start"), INITIALIZE)
    assert (run.returncode, run.stdout) == (3, b"")
    assert b"the licence file is missing" in run.stderr


@pytest.mark.parametrize("code", [-32022, -32601])
def test_modern_only_refuses_the_handshake(code: int) -> None:
    run = talk(raw_server("modern-only", "--code", str(code)), INITIALIZE)
    assert json.loads(run.stdout)["error"]["code"] == code


def test_slow_start_answers_in_the_end() -> None:
    run = talk(raw_server("slow-start", "--delay", "0.1"), INITIALIZE)
    assert json.loads(run.stdout)["result"]["protocolVersion"] == "2025-11-25"


def test_ignore_eof_is_ended_by_sigkill_alone() -> None:
    with subprocess.Popen(raw_server("ignore-eof").argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            server.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
            server.stdin.close()
            assert b"protocolVersion" in server.stdout.readline()
            server.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(timeout=0.5)
        finally:
            server.kill()
        assert server.wait(timeout=LIMIT) == -signal.SIGKILL


def test_the_grandchild_outlives_the_server(tmp_path: Path) -> None:
    pid_file = tmp_path / "pids"
    command = raw_server("grandchild", "--pid-file", str(pid_file))
    # Not `talk`: the grandchild holds the pipes open, so that waiting for their end would take as long as it lives.
    with subprocess.Popen(
        command.argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        assert server.wait(timeout=LIMIT) == 0
    own, grandchild = map(int, pid_file.read_text().split())
    assert own == server.pid
    try:
        os.kill(grandchild, 0)
        assert os.getpgid(grandchild) == server.pid
    finally:
        os.killpg(server.pid, signal.SIGKILL)
