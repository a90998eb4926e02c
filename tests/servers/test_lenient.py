"""What a server sends that does not fit: it costs no more than what does not fit, and is told with field and value."""

import json
import sys
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.paths import SERVERS, ServerCommand
from tests.support.supervised import sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.servers.state.primitives import OfferKind, Reference
from tuui_sampling.servers.state.server import Server, ServerState


def odd(**told: Any) -> ServerCommand:
    """Return a server that answers so."""
    return ServerCommand(sys.executable, (str(SERVERS / "odd_server.py"), json.dumps(told)))


ASK = {"name": "ask", "inputSchema": {"type": "object"}}


@pytest.mark.parametrize(
    ("entry", "name", "problem"),
    [
        ({"name": "b", "inputSchema": {"properties": {}}}, "b", 'inputSchema.type is missing: expected "object"'),
        ({"name": "b", "inputSchema": {"type": "string"}}, "b", 'inputSchema.type is "string": expected "object"'),
        ({"name": "b", "inputSchema": {"type": ["object"]}}, "b", 'inputSchema.type is ["object"]: expected "object"'),
        ({"name": "b"}, "b", "inputSchema is missing: expected a schema"),
        ({"name": "b", "inputSchema": None}, "b", "inputSchema is null: expected a schema"),
        ({"name": "b", "inputSchema": "object"}, "b", 'inputSchema is "object": expected a schema'),
        ({"name": "b", "inputSchema": {"type": "object", "properties": []}}, "b", "inputSchema.properties is []"),
        (
            {"name": "b", "inputSchema": {"type": "object", "properties": {"a": "x"}}},
            "b",
            "inputSchema.properties.a is",
        ),
        ({"name": "b", "inputSchema": {"type": "object", "required": True}}, "b", "inputSchema.required is true"),
        ({**ASK, "name": "b", "outputSchema": {"properties": {}}}, "b", "outputSchema.type is missing"),
        ({**ASK, "name": "b", "outputSchema": []}, "b", "outputSchema is []: expected a schema"),
        ({**ASK, "name": 7}, "(entry 1)", "name is 7: expected a text"),
        ({**ASK, "name": ""}, "(entry 1)", 'name is "": expected a text'),
        ({"inputSchema": {"type": "object"}}, "(entry 1)", "name is missing: expected a text"),
        ("ask", "(entry 1)", 'the whole is "ask": expected an object'),
        (None, "(entry 1)", "the whole is null: expected an object"),
    ],
)
async def test_a_tool_that_does_not_fit_costs_that_tool(entry: object, name: str, problem: str) -> None:
    async with stage(odd(**{"tools/list": {"tools": [entry, ASK]}})) as scene:
        server = await scene.ready()
        bad, good = server.tools
        assert (bad.name, good.name, good.problem) == (name, "ask", "")
        assert bad.problem.startswith(problem)
        assert server.unusable == {f"tool {name}": bad.problem}
        assert f"its tool {name} can't be used: {bad.problem}" in texts(server, "event")
        assert (await scene.call("ask")).text == "done"
        with pytest.raises(CallRefused, match="can't be used"):
            await scene.call(name)


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({"title": 5}, "title is 5: expected text"),
        ({"description": ["x"]}, 'description is ["x"]: expected text'),
        ({"annotations": "readOnly"}, 'annotations is "readOnly": expected an object'),
        ({"annotations": {"readOnlyHint": "yes"}}, 'annotations.readOnlyHint is "yes": expected true or false'),
        ({"icons": "x", "execution": 5, "_meta": []}, ""),
    ],
)
async def test_a_tool_that_is_decorated_oddly_can_be_used(change: dict[str, Any], remark: str) -> None:
    async with stage(odd(**{"tools/list": {"tools": [ASK | change]}})) as scene:
        server = await scene.ready()
        assert server.tools[0].problem == ""
        assert list(server.tools[0].remarks) == ([remark] if remark else [])
        assert (await scene.call("ask")).text == "done"


@pytest.mark.parametrize(
    ("method", "key", "field", "good", "bad", "problem"),
    [
        ("prompts/list", "prompts", "prompts", {"name": "p"}, {"name": None}, "name is null"),
        ("prompts/list", "prompts", "prompts", {"name": "p"}, {"name": "q", "arguments": "x"}, 'arguments is "x"'),
        ("prompts/list", "prompts", "prompts", {"name": "p"}, {"name": "q", "arguments": [{}]}, "arguments[0].name is"),
        ("resources/list", "resources", "resources", {"uri": "a:b", "name": "n"}, {"name": "x"}, "uri is missing"),
        ("resources/list", "resources", "resources", {"uri": "a:b", "name": "n"}, {"uri": [1]}, "uri is [1]"),
        (
            "resources/templates/list",
            "resourceTemplates",
            "templates",
            {"uriTemplate": "a:{b}", "name": "n"},
            {"uriTemplate": 1.5, "name": "m"},
            "uriTemplate is 1.5: expected a text",
        ),
    ],
)
async def test_one_bad_entry_costs_that_entry(
    method: str, key: str, field: str, good: object, bad: object, problem: str
) -> None:
    async with stage(odd(**{method: {key: [bad, good]}})) as scene:
        server = await scene.ready()
        await eventually(lambda: not server.offered.pending)
        first, second = getattr(server.offered, field)
        assert first.problem.startswith(problem)
        assert second.problem == ""


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        ({"tools": [ASK], "nextCursor": ""}, ["ask"]),
        ({"tools": [ASK, ASK], "nextCursor": None}, ["ask"]),
        ({"tools": [ASK], "nextCursor": 7}, ["ask"]),
        ({"tools": [ASK], "nextCursor": "the same each time"}, ["ask"]),
        ({"tools": [ASK, ASK | {"title": "another"}]}, ["ask"]),
    ],
)
async def test_no_tool_is_listed_twice(pages: dict[str, Any], names: list[str]) -> None:
    async with stage(odd(**{"tools/list": pages})) as scene:
        server = await scene.ready()
        assert [tool.name for tool in server.tools] == names


@pytest.mark.parametrize("result", [{}, {"tools": None}, {"tools": {"ask": ASK}}, {"tools": "none"}])
async def test_a_list_that_is_none_leaves_a_server_that_may_ask(result: object) -> None:
    question = sampling(1, "pushed")
    async with stage(odd(**{"tools/list": result, "before": [question]})) as scene:
        server = await scene.ready()
        assert server.tools == ()
        assert any(line.startswith("tools is") for line in texts(server, "event"))
        calling = scene.call("anything")
        assert (await scene.clerk.next()).prompt == "pushed"
        assert (await calling).text == "done"


GOOD_HANDSHAKE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "odd", "version": "1"},
}


def without(*keys: str) -> dict[str, Any]:
    """Return a handshake without some members."""
    return {key: value for key, value in GOOD_HANDSHAKE.items() if key not in keys}


@pytest.mark.parametrize(
    ("result", "remark"),
    [
        (GOOD_HANDSHAKE | {"serverInfo": {"name": "s"}}, "serverInfo.version is missing"),
        (GOOD_HANDSHAKE | {"serverInfo": {"version": "s"}}, "serverInfo.name is missing"),
        (GOOD_HANDSHAKE | {"serverInfo": {"name": 5, "version": 1.0}}, "serverInfo.name is 5: expected text"),
        (GOOD_HANDSHAKE | {"serverInfo": None}, "serverInfo is null: expected an object"),
        (without("serverInfo"), "serverInfo is missing: expected an object"),
        (without("protocolVersion"), "protocolVersion is missing"),
        (GOOD_HANDSHAKE | {"instructions": 5}, "instructions is 5: expected text"),
        (GOOD_HANDSHAKE | {"capabilities": {"tools": True}}, "capabilities.tools is true: expected an object"),
        (
            GOOD_HANDSHAKE | {"capabilities": {"tools": {"listChanged": "yes"}}},
            'capabilities.tools.listChanged is "yes": expected true or false',
        ),
        (GOOD_HANDSHAKE | {"capabilities": {"tools": {}, "experimental": {"x": None}, "logging": False}}, ""),
        (GOOD_HANDSHAKE | {"_meta": "x", "future": [1]}, ""),
    ],
)
async def test_a_handshake_works_where_nothing_depends_on_what_is_odd(result: dict[str, Any], remark: str) -> None:
    async with stage(odd(initialize=result)) as scene:
        server = await scene.ready()
        assert [tool.name for tool in server.tools] == ["ask"]
        assert any(line.startswith(remark) for line in texts(server, "event")) if remark else True
        assert (await scene.call("ask")).text == "done"


async def test_without_capabilities_there_are_no_tools_and_the_server_is_up() -> None:
    async with stage(odd(initialize=without("capabilities"))) as scene:
        server = await scene.ready()
        assert server.tools == ()
        assert "capabilities is missing: expected an object" in texts(server, "event")


@pytest.mark.parametrize("version", ["2099-01-01", "1.0", "", 2025, ["2025-11-25"]])
async def test_an_unknown_version_of_the_protocol_is_named(version: object) -> None:
    async with stage(odd(initialize=GOOD_HANDSHAKE | {"protocolVersion": version}), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason.startswith(f"it speaks protocol version {json.dumps(version)}, which is not known here")
        assert "2025-11-25" in server.reason
        assert scene.states["one"] == [ServerState.STARTING, ServerState.FAILED], "and it is not started again"


TEXT = {"type": "text", "text": "paid for"}


@pytest.mark.parametrize(
    ("result", "remark"),
    [
        ({"content": [TEXT], "isError": None}, "isError is null: expected true or false"),
        ({"content": [TEXT], "isError": "no"}, 'isError is "no": expected true or false'),
        ({"content": [TEXT, {"type": "video", "url": "x"}]}, 'content[1].type is "video": expected a type of content'),
        ({"content": [TEXT, {"text": "x"}]}, "content[1].type is missing"),
        ({"content": [TEXT, "words"]}, 'content[1] is "words": expected a content block'),
        ({"content": [TEXT, None]}, "content[1] is null: expected a content block"),
        ({"content": [TEXT, {"type": "text"}]}, "content[1].text is missing: expected text"),
        ({"content": [TEXT, {"type": "image", "data": 5, "mimeType": "x"}]}, "content[1].data is 5: expected text"),
        ({"content": [TEXT, {"type": "image", "data": "eA=="}]}, "content[1].mimeType is missing"),
        ({"content": [TEXT, {"type": "resource", "resource": {"uri": "x"}}]}, "content[1].resource.text is missing"),
        ({"content": [TEXT, {"type": "resource"}]}, "content[1].resource is null"),
        ({"content": [TEXT, {"type": "resource_link", "uri": "x"}]}, "content[1].name is missing"),
        ({"content": TEXT}, "content is "),
        ({"content": [TEXT], "_meta": 5, "future": 1, "structuredContent": [1]}, ""),
    ],
)
async def test_of_an_odd_result_everything_is_shown_with_a_remark(result: dict[str, Any], remark: str) -> None:
    async with stage(odd(**{"tools/call": result})) as scene:
        await scene.ready()
        shown = await scene.call("ask")
        assert shown.text == "paid for"
        assert shown.raw == result
        listed = result["content"] if isinstance(result["content"], list) else [result["content"]]
        assert list(shown.content) == listed, "also what is odd"
        assert (shown.remarks[0] if shown.remarks else "").startswith(remark)
        assert bool(shown.remarks) is bool(remark)


@pytest.mark.parametrize("result", [{}, None, [], "text", 5, True])
async def test_a_result_that_is_none_is_shown_as_what_it_is(result: object) -> None:
    async with stage(odd(**{"tools/call": result})) as scene:
        await scene.ready()
        shown = await scene.call("ask")
        assert shown.raw == result
        assert shown.remarks
        assert shown.content == ((result,) if result not in ({}, None) else ())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("the database is down", "an error: the database is down (error is "),
        ({"code": "E_DB", "message": "down"}, 'an error: down (error.code is "E_DB": expected a whole number)'),
        ({"message": "down"}, "an error: down (error.code is missing"),
        ({"code": 5}, 'error 5: {"code": 5} (error.message is missing'),
        ({"code": -1.0, "message": "down"}, "error -1: down"),
        ({"code": 1.5, "message": "down"}, "an error: down (error.code is 1.5"),
        ({"code": 5, "message": ["down"]}, 'error 5: {"code": 5, "message": ["down"]} (error.message is ["down"]'),
        (["down"], 'an error: ["down"] (error is ["down"]: expected an object)'),
        (7, "an error: 7 (error is 7: expected an object)"),
        ({}, "an error: {}"),
    ],
)
async def test_the_words_of_an_odd_error_are_kept(error: object, words: str) -> None:
    async with stage(odd(**{"error:tools/call": error})) as scene:
        await scene.ready()
        with pytest.raises(CallRefused) as refused:
            await scene.call("ask")
        assert refused.value.message.startswith(f"the server answered {words}")
        assert scene.server.state is ServerState.READY


@pytest.mark.parametrize(
    "line",
    [
        '{"id": ID, "result": {"content": []}}',
        '{"jsonrpc": "1.0", "id": ID, "result": {"content": []}}',
        '{"jsonrpc": 2.0, "id": ID.0, "result": {"content": []}}',
        '{"jsonrpc": "2.0", "id": "ID", "result": {"content": []}}',
        '{"jsonrpc": "2.0", "id": ID, "result": {"content": []}, "error": null}',
    ],
)
async def test_an_answer_in_an_odd_envelope_is_read(line: str) -> None:
    async with stage(odd(**{"line:tools/call": line})) as scene:
        await scene.ready()
        assert (await scene.call("ask")).content == ()


async def test_prompts_resources_and_completions_are_read_leniently() -> None:
    told = {
        "prompts/get": {"messages": [{"content": {"type": "video"}}, "x"], "description": 5},
        "resources/read": {"contents": [{"text": 5}, {"uri": "a:b", "text": "x"}, 7]},
        "completion/complete": {"completion": {"values": ["a", 5], "total": 2.0, "hasMore": "no"}},
    }
    async with stage(odd(**told)) as scene:
        await scene.ready()
        calls = scene.supervisor.calls("one")
        prompt = await calls.get_prompt("greet", {})
        assert [message.get("content") for message in prompt.messages] == [{"type": "video"}, "x"]
        assert 'messages[0].role is missing: expected "user" or "assistant"' in prompt.remarks
        assert prompt.raw == told["prompts/get"]
        contents = await calls.read_resource("a:b")
        assert len(contents.contents) == 3
        assert contents.remarks[:2] == (
            "contents[0].uri is missing: expected text",
            "contents[0].text is 5: expected text",
        )
        completion = await calls.complete(Reference(OfferKind.PROMPT, "greet"), "a", "")
        assert (completion.values, completion.total, completion.has_more) == (("a",), 2, False)


def notification(method: str, params: object) -> str:
    """Return a notification as a line."""
    return json.dumps({"jsonrpc": "2.0", "method": f"notifications/{method}", "params": params})


@pytest.mark.parametrize(
    ("line", "method", "said"),
    [
        (notification("invented/here", {"a": 1}), "invented/here", '{"a": 1}'),
        (notification("resources/updated", {"uri": 5}), "resources/updated", '{"uri": 5}'),
        (notification("progress", {"progressToken": 1, "progress": "half"}), "progress", "half"),
        (notification("cancelled", {"requestId": [1]}), "cancelled", "[1]"),
        (notification("elicitation/complete", {}), "elicitation/complete", "missing"),
        (notification("message", {"level": "shout", "data": "hear"}), "message", "hear"),
        (notification("message", {"text": "hear"}), "message", "hear"),
        (notification("tools/list_changed", {"_meta": 5}), "tools/list_changed", ""),
    ],
)
async def test_a_notification_that_does_not_fit_is_shown(line: str, method: str, said: str) -> None:
    def told(server: Server) -> list[str]:
        return [one.text for one in server.notifications if one.method == method]

    async with stage(odd(before=[line])) as scene:
        server = await scene.ready()
        await scene.call("ask")
        await eventually(lambda: told(server), "the notification")
        assert said in told(server)[0]
        assert any(method in line for line in texts(server, "event")), "and its log says what does not fit"


async def test_what_a_server_asks_for_that_is_not_known_is_told() -> None:
    asked = json.dumps({"jsonrpc": "2.0", "id": 9, "method": "tasks/invent", "params": {}})
    ping = json.dumps({"jsonrpc": "2.0", "id": 10, "method": "ping", "params": {"_meta": 5}})
    async with stage(odd(before=[asked, ping])) as scene:
        server = await scene.ready()
        await scene.call("ask")
        assert 'it asked for "tasks/invent", which is not known here' in texts(server, "event")
        assert (await scene.call("ask")).text == "done"


async def test_what_a_server_prints_instead_of_messages_is_quoted() -> None:
    """One that waits for a person, and one that ends: neither would say anything else of itself."""
    for code, end in (
        ("import time; time.sleep(600)", "it was not ready within"),
        ("raise SystemExit(3)", "it exited with code 3"),
    ):
        program = f"print('Please log in first: run `srv login`', flush=True); {code}"
        settings = ServerSettings("one", sys.executable, ("-c", program), startup_timeout=2.0)
        async with stage(settings) as scene:
            scene.supervisor.start("one")
            server = await scene.until(ServerState.FAILED)
            assert server.reason.startswith(end)
            assert server.reason.endswith('it printed what is not MCP: "Please log in first: run `srv login`"')
