"""
Thousands of valid messages of a server's, each broken in a seeded way: no crash, and nothing is dropped in silence.

What is broken: a member is dropped, doubled, put elsewhere, cut, or given a value of another type. Then what the SDK's
session gets has to fit, and what a person sees has to hold everything that came, or a refusal that names the place.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mcp_types import JSONRPCNotification, JSONRPCRequest, JSONRPCResponse, jsonrpc_message_adapter, methods
from pydantic import ValidationError

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.wire import parse_request, request_params
from tuui_sampling.servers.inbound.translate import read_elicitation
from tuui_sampling.servers.lenient.entries import LIST_KEYS, READERS
from tuui_sampling.servers.lenient.fitting import LISTS, fitting_result, unknown_version
from tuui_sampling.servers.lenient.requests import session_params
from tuui_sampling.servers.lenient.results import (
    read_completion,
    read_contents,
    read_prompt_result,
    read_tool_result,
)
from tuui_sampling.servers.lenient.tap import LenientTap
from tuui_sampling.servers.state.server import Server
from tuui_sampling.servers.transport.unreadable import corrected, recover

pytestmark = pytest.mark.long

MUTATIONS = 2_000
VERSION = "2025-11-25"
PALETTE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    5.0,
    1.5,
    2**70,
    "",
    "x",
    [],
    [None],
    [[]],
    {},
    {"a": None},
    "\u202e",
)

TEXT = {"type": "text", "text": "words", "annotations": {"priority": 0.5, "audience": ["user"]}}
IMAGE = {"type": "image", "data": "eA==", "mimeType": "image/png"}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = {"name": "t", "title": "T", "inputSchema": SCHEMA, "outputSchema": SCHEMA, "annotations": {"readOnlyHint": True}}
RESOURCE = {"uri": "a:b", "name": "r", "size": 5, "annotations": {"priority": 1}}
RESULTS: dict[str, dict[str, Any]] = {
    "initialize": {
        "protocolVersion": VERSION,
        "capabilities": {"tools": {"listChanged": True}, "resources": {"subscribe": True}, "logging": {}},
        "serverInfo": {"name": "s", "title": "S", "version": "1"},
        "instructions": "read this",
    },
    "tools/list": {"tools": [TOOL, TOOL | {"name": "u"}], "nextCursor": "2", "_meta": {"a": 1}},
    "prompts/list": {"prompts": [{"name": "p", "arguments": [{"name": "a", "required": True}]}]},
    "resources/list": {"resources": [RESOURCE, RESOURCE | {"uri": "c:d"}]},
    "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "a:{b}", "name": "n"}]},
    "tools/call": {
        "content": [TEXT, IMAGE, {"type": "resource", "resource": {"uri": "a:b", "text": "x"}}],
        "structuredContent": {"a": "b"},
        "isError": False,
    },
    "prompts/get": {"messages": [{"role": "user", "content": TEXT}, {"role": "assistant", "content": IMAGE}]},
    "resources/read": {"contents": [{"uri": "a:b", "text": "x"}, {"uri": "c:d", "blob": "eA=="}]},
    "completion/complete": {"completion": {"values": ["a", "b"], "total": 2, "hasMore": False}},
    "ping": {},
}
SAMPLING: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": TEXT},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "t", "input": {"a": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "toolUseId": "1", "content": [TEXT]}]},
    ],
    "maxTokens": 100,
    "systemPrompt": "be brief",
    "temperature": 0.5,
    "stopSequences": ["END"],
    "modelPreferences": {"hints": [{"name": "claude"}], "costPriority": 0.5},
    "tools": [{"name": "t", "inputSchema": SCHEMA}],
    "toolChoice": {"mode": "auto"},
    "metadata": {"a": 1},
    "_meta": {"progressToken": 1},
}
FORM = {"mode": "form", "message": "who?", "requestedSchema": SCHEMA}
PAGE = {"mode": "url", "message": "go", "url": "https://a.b", "elicitationId": "1"}
NOTIFICATIONS: dict[str, dict[str, Any]] = {
    "notifications/message": {"level": "info", "logger": "l", "data": {"a": [1]}},
    "notifications/progress": {"progressToken": 1, "progress": 1, "total": 2, "message": "half"},
    "notifications/resources/updated": {"uri": "a:b"},
    "notifications/tools/list_changed": {"_meta": {"a": 1}},
    "notifications/elicitation/complete": {"elicitationId": "1"},
}


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each member of a message, as what holds it and its key."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in tuple(keys):
        yield value, key
        yield from places(value[key])


def mutated(message: Any, dice: random.Random) -> Any:
    """Return a copy of a message that is broken in one to three places."""
    message = copy.deepcopy(message)
    for _ in range(dice.randint(1, 3)):
        spots = list(places(message))
        if not spots:
            break
        holder, key = dice.choice(spots)
        match dice.choice(("drop", "double", "reorder", "type", "truncate")):
            case "drop":
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case "double":
                holder[f"{key}2"] = copy.deepcopy(holder[key])
            case "reorder":
                other, place = dice.choice(spots)
                with_other = copy.deepcopy(other[place]) if _has(other, place) else None
                holder[key] = with_other
            case "truncate" if isinstance(holder[key], str | list):
                holder[key] = holder[key][: len(holder[key]) // 2]
            case _:
                holder[key] = copy.deepcopy(dice.choice(PALETTE))
    return message


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def seeds(kind: str, number: int = MUTATIONS) -> Iterator[random.Random]:
    """Yield a source of chance for each mutation, always the same."""
    for seed in range(number):
        yield random.Random(f"{kind} {seed}")


READ: dict[str, tuple[Callable[[Any], Any], str]] = {
    "tools/call": (read_tool_result, "content"),
    "prompts/get": (read_prompt_result, "messages"),
    "resources/read": (read_contents, "contents"),
}


@pytest.mark.parametrize("method", RESULTS)
def test_results(method: str) -> None:
    for dice in seeds(method):
        result = mutated(RESULTS[method], dice)
        if not isinstance(result, dict):
            continue
        before = copy.deepcopy(result)
        said: list[str] = []
        fit = fitting_result(method, result, said.append)
        assert result == before, "what came is not touched"
        if method != "initialize" or not unknown_version(result):
            methods.validate_server_result(method, VERSION, fit)  # or the session would refuse all of it
        for kind, listing in LISTS.items():
            entries = result.get(LIST_KEYS[kind])
            if listing == method and isinstance(entries, list):
                assert all(READERS[kind](entry, number) for number, entry in enumerate(entries))
        if method in READ:
            read, key = READ[method]
            shown = read(result)
            assert shown.raw is result
            came = result.get(key)
            count = len(came) if isinstance(came, list) else 0 if came is None else 1
            assert len(getattr(shown, key)) == count, "each block is shown"
            if not isinstance(came, list):
                assert shown.remarks
        if method == "completion/complete":
            read_completion(result)


def test_sampling_requests() -> None:
    refused = 0
    for dice in seeds("sampling"):
        params = mutated(SAMPLING, dice)
        methods.parse_server_request(
            "sampling/createMessage", VERSION, session_params("sampling/createMessage", params)
        )
        try:
            request = parse_request(params)
        except MalformedRequest as error:
            refused += 1
            assert error.path
            assert error.problem
            continue
        again = request_params(request)
        dropped = {key for key, value in params.items() if value not in (None, [], {}) and key not in again}
        assert not dropped, params
        assert parse_request(again) == request
    assert 0 < refused < MUTATIONS, "some are refused, and not all"


def test_elicitations() -> None:
    for name, whole in (("form", FORM), ("page", PAGE)):
        for dice in seeds(name):
            params = mutated(whole, dice)
            methods.parse_server_request("elicitation/create", VERSION, session_params("elicitation/create", params))
            try:
                read_elicitation(params)
            except MalformedRequest as error:
                assert error.path
                assert error.problem


def test_notifications() -> None:
    server = Server(ServerSettings("one", "x"))
    tap = LenientTap(server)
    for method, whole in NOTIFICATIONS.items():
        for dice in seeds(method, MUTATIONS // len(NOTIFICATIONS)):
            message = JSONRPCNotification(jsonrpc="2.0", method=method, params=mutated(whole, dice))
            shown = server.notifications.count
            tap.came(message, b"")
            try:
                methods.parse_server_notification(method, VERSION, message.params)
            except ValidationError:
                assert server.notifications.count == shown + 1, "what the session drops is shown"


def test_lines() -> None:
    whole = json.dumps({"jsonrpc": "2.0", "id": 1, "result": RESULTS["tools/call"]})
    failed = {"jsonrpc": "2.0", "id": 1, "error": {"code": -1, "message": "no", "data": {"a": 1}}}
    asked = {"jsonrpc": "2.0", "id": "x", "method": "sampling/createMessage", "params": SAMPLING}
    for dice in seeds("line"):
        line = json.dumps(mutated(dice.choice([json.loads(whole), failed, asked]), dice)).encode()
        if dice.random() < 0.3:
            line = line[: dice.randrange(len(line))]
        try:
            message = jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValidationError:
            answer, salvaged = corrected(line), recover(line)
            if salvaged is not None and not salvaged.is_request:
                assert answer is not None, "an answer whose id is known is read"
            continue
        tap = LenientTap(Server(ServerSettings("one", "x")))
        if isinstance(message, JSONRPCResponse | JSONRPCRequest):
            tap.came(message, line)
