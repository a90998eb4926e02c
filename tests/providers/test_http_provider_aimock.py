"""The three wires against npm's aimock: delays, refusals, cuts in the middle, parallel calls, a loop of tools."""

from dataclasses import replace

import pytest

from tests.support.models.aimock import Aimock
from tests.support.models.wires import CHAT, MESSAGES, WIRES, Wire, ask, collect
from tuui_sampling.providers.http_provider import RemoteProvider
from tuui_sampling.providers.provider import Finished, TextDelta
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.request import Message, SamplingRequest, ToolResultBlock
from tuui_sampling.sampling.response import Response

WEATHER = {"name": "weather", "inputSchema": {"type": "object", "properties": {"city": {"type": "string"}}}}

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


def connect(wire: Wire, aimock: Aimock) -> RemoteProvider:
    """Return a provider that calls aimock over this wire."""
    base_url = aimock.base_url.removesuffix("/v1") if wire is MESSAGES else aimock.base_url
    return wire.with_client(None, base_url=base_url, timeout=30)


async def response(wire: Wire, aimock: Aimock, request: SamplingRequest) -> Response:
    """Return the whole response."""
    last = (await collect(connect(wire, aimock), request))[-1]
    assert isinstance(last, Finished)
    return last.response


async def failure(wire: Wire, aimock: Aimock, text: str) -> ModelError:
    """Return the error that a call ends with."""
    with pytest.raises(ModelError) as caught:
        await collect(connect(wire, aimock), ask(text))
    return caught.value


def returned(request: SamplingRequest, response: Response) -> SamplingRequest:
    """Return the next request of a server that has run the tools."""
    results = tuple(
        ToolResultBlock(use.id, ({"type": "text", "text": f"wet in {use.input['city']}"},))
        for use in response.tool_uses
    )
    turn = (Message("assistant", response.blocks, single=False), Message("user", results, single=False))
    return replace(request, messages=request.messages + turn)


@each_wire
async def test_plain_answer(wire: Wire, aimock: Aimock) -> None:
    answer = await response(wire, aimock, ask("hello", system_prompt="Be brief."))
    assert answer.text == "Hello there."
    assert answer.stop_reason == "endTurn"
    assert {"role": "system", "content": "Be brief."} in aimock.asked()["messages"]


@each_wire
async def test_pieces_with_pauses_between_them(wire: Wire, aimock: Aimock) -> None:
    events = await collect(connect(wire, aimock), ask("slowly"))
    assert len([event for event in events if isinstance(event, TextDelta)]) > 1


@each_wire
async def test_reasoning(wire: Wire, aimock: Aimock) -> None:
    answer = await response(wire, aimock, ask("think"))
    assert (answer.text, answer.thinking) == ("Four.", "Two and two.")


@each_wire
async def test_rate_limit_with_its_wait(wire: Wire, aimock: Aimock) -> None:
    error = await failure(wire, aimock, "too often")
    assert (error.kind, error.retry_after, error.is_transient) == (ModelErrorKind.RATE_LIMITED, 7, True)


@each_wire
async def test_overload(wire: Wire, aimock: Aimock) -> None:
    error = await failure(wire, aimock, "too much")
    assert (error.kind, error.is_transient) == (ModelErrorKind.OVERLOADED, True)


@each_wire
async def test_cut_in_the_middle(wire: Wire, aimock: Aimock) -> None:
    error = await failure(wire, aimock, "cut short")
    assert (error.kind, error.is_transient) == (ModelErrorKind.CUT_OFF, False)


@each_wire
async def test_parallel_calls_and_their_results(wire: Wire, aimock: Aimock) -> None:
    request = ask("two cities", tools=(WEATHER,))
    first = await response(wire, aimock, request)
    assert first.text == "Looking."
    assert [use.input for use in first.tool_uses] == [{"city": "Köln"}, {"city": "Bonn"}]
    assert first.stop_reason == "toolUse"
    second = await response(wire, aimock, returned(request, first))
    assert second.text == "Wet in both."
    results = [message for message in aimock.asked()["messages"] if message["role"] == "tool"]
    assert [result["content"] for result in results] == ["wet in Köln", "wet in Bonn"]


@each_wire
async def test_three_turns(wire: Wire, aimock: Aimock) -> None:
    request = ask("three turns", tools=(WEATHER,))
    for city in ("Köln", "Bonn"):
        answer = await response(wire, aimock, request)
        assert [use.input for use in answer.tool_uses] == [{"city": city}]
        request = returned(request, answer)
    assert (await response(wire, aimock, request)).text == "Wet in both, after three turns."


async def test_broken_arguments(aimock: Aimock) -> None:
    (use,) = (await response(CHAT, aimock, ask("broken arguments", tools=(WEATHER,)))).tool_uses
    assert use.broken_input == '{"city": '
