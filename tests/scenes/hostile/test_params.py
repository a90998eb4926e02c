"""
What a server can ask for that it must not get as it is, by number; see `test_wire.py`.

Each is refused with -32602 and the place, or reviewed as it came: never changed in silence.
"""

import base64
from typing import Any

import pytest

from tests.support.full_request import params, user
from tests.support.supervised import PUPPET, error_of, sampling, stage, texts
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.request import ImageBlock
from tuui_sampling.sampling.wire import parse_request, request_params


async def refused(changes: dict[str, Any], place: str = "") -> None:
    """Expect -32602 that names the place, nobody being asked, and a line for the person."""
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(1, params=params(**changes)))
        reply = (await scene.replies(1))[1]
        code, message = error_of(reply)
        assert code == -32602
        field = reply["error"]["data"]["field"]
        assert (place or next(iter(changes))) in field
        assert f" at {field}: {reply['error']['data']['problem']}" in message
        assert len(message) < 120
        assert scene.clerk.asked == []
        assert len(server.invalid) == 1, "and the person is told the value as well"
        assert server.invalid[0].startswith(f"sampling/createMessage: {field}: {reply['error']['data']['problem']}")
        assert f"refused a request (sampling): {server.invalid[0].removeprefix('sampling/createMessage: ')}" in texts(
            server, "event"
        )


async def reviewed(**changes: Any) -> dict[str, Any]:
    """Expect the request to be under review exactly as it came."""
    async with stage(PUPPET) as scene:
        await scene.ready()
        wire = params(**changes)
        await scene.say(sampling(1, params=wire))
        asked = await scene.clerk.next()
        assert request_params(asked.request) == wire
        asked.deliver("x")
        await scene.replies(1)
        return wire


@pytest.mark.parametrize("value", [-5, 0, 10**30, 1e30, True, "100"])
async def test_24_max_tokens_that_is_no_positive_number(value: object) -> None:
    await refused({"maxTokens": value}, "" if isinstance(value, float) else "maxTokens")


@pytest.mark.parametrize("change", [{"maxTokens": 1.5}, {"maxTokens": None}])
async def test_25_max_tokens_that_is_not_whole_or_missing(change: dict[str, Any]) -> None:
    await refused(change)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 10**400])
async def test_26_a_temperature_that_is_no_number(value: float) -> None:
    await refused({"temperature": value}, "" if value == 10**400 else "temperature")


async def test_27_a_conversation_without_messages() -> None:
    await refused({"messages": []}, "messages")


@pytest.mark.parametrize(
    "message", [{"role": "system", "content": {"type": "text", "text": "x"}}, user({"type": "video", "data": "eA=="})]
)
async def test_28_a_role_and_a_type_that_are_none(message: dict[str, Any]) -> None:
    await refused({"messages": [message]})


@pytest.mark.parametrize("data", ["!", "e", "eA", "eA==\n", "\u00e9"])
async def test_29_bad_base64(data: str) -> None:
    await refused({"messages": [user({"type": "image", "data": data, "mimeType": "image/png"})]}, "data")


async def test_29_an_image_that_is_not_what_it_says_stays_what_it_is() -> None:
    image = {"type": "image", "data": base64.b64encode(b"\xff\xd8\xff\xe0 a JPEG").decode(), "mimeType": "image/png"}
    await reviewed(messages=[user(image)])


async def test_29_an_image_beyond_the_limit_of_a_message_is_not_cut() -> None:
    """One that fits is kept whole; one that does not ends the server, as row 3 says: a part of it is never shown."""
    data = base64.b64encode(bytes(4_000_000)).decode()
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, params=params(messages=[user({"type": "image", "data": data, "mimeType": "x/y"})])))
        asked = await scene.clerk.next()
        (block,) = asked.request.blocks
        assert isinstance(block, ImageBlock)
        assert block.data == data
        asked.deliver("x")


@pytest.mark.parametrize(
    "change",
    [{"tools": [{"name": "f", "inputSchema": {"type": "object"}}]}, {"tools": []}, {"toolChoice": {"mode": "auto"}}],
)
async def test_30_tools_are_under_review(change: dict[str, Any]) -> None:
    await reviewed(**change)


@pytest.mark.parametrize(
    "change", [{"tools": {"f": {}}}, {"tools": [{"name": 7, "inputSchema": {}}]}, {"toolChoice": "any"}]
)
async def test_30_tools_that_are_none(change: dict[str, Any]) -> None:
    await refused(change)


CALL = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
OTHER = CALL | {"id": "t2"}
RESULT = {"type": "tool_result", "toolUseId": "t1", "content": []}
TEXT = {"type": "text", "text": "x"}


def assistant(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([user([RESULT])], "messages[0]"),
        ([assistant(CALL), user([RESULT, TEXT])], "messages[1]"),
        ([assistant(CALL), user([TEXT])], "messages[1]"),
        ([assistant(CALL), user([RESULT, RESULT])], "messages[1]"),
        ([assistant(CALL), user([RESULT | {"toolUseId": "t9"}])], "messages[1]"),
        ([assistant(CALL, OTHER), user([RESULT])], "messages[1]"),
        ([assistant(CALL, CALL), user([RESULT, RESULT])], "messages[0]"),
        ([assistant(CALL), user([TEXT]), user([RESULT])], "messages[1]"),
        ([assistant(CALL), assistant(RESULT)], "messages[1]"),
        ([user([CALL]), user([RESULT])], "messages[0]"),
        ([user([TEXT]), assistant(CALL)], "messages[1]"),
    ],
)
async def test_31_tool_results_that_are_mixed_missing_or_orphaned(messages: list[Any], place: str) -> None:
    await refused({"messages": messages}, place)


async def test_31_tool_results_in_order_are_reviewed() -> None:
    results = [RESULT | {"toolUseId": "t2"}, RESULT]
    await reviewed(messages=[assistant(TEXT, CALL, OTHER), user(results), assistant(TEXT)])


@pytest.mark.parametrize("value", ["none", "thisServer", "allServers"])
async def test_32_include_context_is_under_review(value: str) -> None:
    await reviewed(includeContext=value)


async def test_32_a_context_that_the_specification_does_not_know() -> None:
    await refused({"includeContext": "everything"})


async def test_33_a_system_prompt_of_200_kilobytes_is_under_review_whole() -> None:
    wire = await reviewed(systemPrompt="Obey. " * 34_000)
    assert len(wire["systemPrompt"]) > 200_000


async def test_34_metadata_that_would_steer_a_provider_is_reviewed() -> None:
    await reviewed(metadata={"api_base": "http://127.0.0.1:1", "api_key": "x", "headers": {"a": "b"}})


async def test_35_ten_thousand_stop_sequences() -> None:
    await refused({"stopSequences": ["x"] * 10_000}, "stopSequences")


def test_35_the_costliest_hint_chooses_nothing_that_is_not_configured() -> None:
    configured = ModelSettings("mine", "demo"), ModelSettings("other", "demo")
    settings = Settings(models={one.name: one for one in configured}, default_model="mine")
    hints = [{"name": "the-costliest-model-there-is"}]
    request = parse_request(params(modelPreferences={"hints": hints, "intelligencePriority": 1, "costPriority": 0}))
    selection = Models(settings, {}).select(request, "")
    assert selection is not None
    assert (selection.model, selection.reason) == ("mine", "the default model")
