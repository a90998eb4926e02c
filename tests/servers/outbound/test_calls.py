"""Tool calls, and the list of tools."""

import asyncio
import json

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT
from tests.support.supervised import PUPPET, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.servers.primitives import lists
from tuui_sampling.servers.state.primitives import OfferKind
from tuui_sampling.servers.state.server import ServerState

ALL = ["say", "heard", "wait", "tell", "exit", "tools", "fail_lists", "deaf", "mute"]


def reply(identifier: int, **members: object) -> str:
    """Return an answer to a call of ours."""
    return json.dumps({"jsonrpc": "2.0", "id": identifier} | members)


# --- the list ---


async def test_the_tools_of_all_pages_are_listed() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        assert [tool.name for tool in server.tools] == ALL
        assert server.tool("wait") is not None
        assert server.tool("nothing") is None


async def test_the_tools_are_listed_again_when_they_change() -> None:
    changes: list[int] = []
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.subscribe(lambda changed: changes.append(len(changed.tools)))
        await scene.call("tools", pages=[["tools", "new"], ["newer"]])
        await eventually(lambda: server.tool("newer"))
        assert [tool.name for tool in server.tools] == ["tools", "new", "newer"]
        await eventually(lambda: 3 in changes)
        await scene.call("tools", pages=[["tools"]])
        await eventually(lambda: len(server.tools) == 1)


async def test_a_list_that_fails_later_ends_nothing() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(1))
        asked = await scene.clerk.next()
        await scene.call("fail_lists")
        await eventually(lambda: texts(server, "event"))
        assert texts(server, "event") == ["its tools could not be listed again: no list today (-32601)"]
        assert server.state is ServerState.READY
        assert [tool.name for tool in server.tools] == ALL
        assert asked.withdrawn is None


async def test_a_server_whose_tools_can_not_be_listed_may_still_ask() -> None:
    """The code is the one with which a server that is modern only refuses the handshake."""
    settings = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, env={"PUPPET_FAILS_LISTS": "1"})
    async with stage(settings, restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.ready()
        words = "its tools could not be listed: no list today (-32601)"
        assert server.offered.unlisted == {OfferKind.TOOL: words}
        assert (server.tools, texts(server, "event")) == ((), [words])
        await scene.say(sampling(1, "pushed"))
        asked = await scene.clerk.next()
        assert asked.prompt == "pushed"
        asked.deliver("x")
        await scene.replies(1)
        assert scene.states["one"] == [ServerState.STARTING, ServerState.READY]


async def test_pages_without_an_end_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_PAGES", 3)
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.call("tools", pages=[[f"tool {number}"] for number in range(10)])
        await eventually(lambda: server.tool("tool 2"))
        assert len(server.tools) == 3


# --- calls ---


async def test_a_call_of_a_server_that_is_not_running() -> None:
    async with stage(PUPPET) as scene:
        with pytest.raises(ServerError, match="one is stopped") as raised:
            await scene.call("heard")
        assert raised.value.hint == "start it first"
        await scene.ready()
        await scene.supervisor.stop("one")
        with pytest.raises(ServerError, match="one is stopped"):
            await scene.call("heard")


async def test_what_a_tool_returned() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        content = [{"type": "text", "text": "a"}, {"type": "image", "data": "AAAA", "mimeType": "image/png"}]
        result = {"content": [*content, {"type": "text", "text": "b"}], "isError": True, "structuredContent": {"x": 1}}
        await answer(scene.call, result=result)
        returned = await calling
        assert returned.is_error
        assert returned.text == "a\nb"
        assert returned.content[1] == content[1]
        assert returned.structured_content == {"x": 1}
        assert scene.server.calls == {}


async def answer(call: object, **members: object) -> None:
    """Answer every call that may be under way, the one that says so included, with the same."""
    assert callable(call)
    saying = call("say", before=[reply(number, **members) for number in range(20)])
    await asyncio.wait((saying,))
    saying.exception()


async def test_a_refused_call_is_not_the_end_of_the_server() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        await answer(scene.call, error={"code": -32602, "message": "no such tool"})
        with pytest.raises(CallRefused, match="the server answered error -32602: no such tool"):
            await calling
        assert scene.server.state is ServerState.READY


async def test_a_result_that_is_none() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        await answer(scene.call, result={"content": "not a list"})
        result = await calling
        assert (result.content, result.raw) == (("not a list",), {"content": "not a list"})
        assert result.remarks[0] == 'content is "not a list": expected a list'
        assert (await scene.call("heard")).text


async def test_progress_is_told() -> None:
    told: list[tuple[float, float | None, str | None]] = []
    async with stage(PUPPET) as scene:
        await scene.ready()
        call = scene.supervisor.call_tool(
            "one", "wait", {}, lambda done, total, message: told.append((done, total, message))
        )
        calling = asyncio.create_task(call)
        await eventually(lambda: scene.server.calls)
        progress = [
            json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "notifications/progress",
                    "params": {"progressToken": token, "progress": 1, "total": 3, "message": "on it"},
                }
            )
            for token in range(20)
        ]
        await scene.say(*progress)
        await eventually(lambda: told)
        assert told[0] == (1.0, 3.0, "on it")
        calling.cancel()


async def test_a_cancelled_call_tells_the_server() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert scene.server.calls == {}
        heard = await scene.heard()
        assert [message["method"] for message in heard] == ["notifications/cancelled"]


async def test_stopping_a_server_ends_its_calls_in_words() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calls = [scene.call("wait") for _ in range(3)]
        await eventually(lambda: len(scene.server.calls) == 3)
        await scene.supervisor.stop("one")
        for calling in calls:
            with pytest.raises(ServerError, match="stopped by hand") as raised:
                await calling
            assert not isinstance(raised.value, CallRefused)
        assert scene.server.calls == {}
