"""The rounds of a call: whose state expires, how that is told, and what becomes of the siblings of a rejection."""

import asyncio
from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from mcp import MCPError

from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.sampling.origin import Group
from tuui_sampling.sampling.request import Json, JsonObject
from tuui_sampling.servers.inbound.context import round_has_state
from tuui_sampling.servers.outbound.multi_round import StateExpired, in_rounds

QUESTION = {"method": "sampling/createMessage", "params": {}}
DONE = {"resultType": "complete"}
ACCEPTED = types.ElicitResult(action="accept")


def asking(*keys: str, state: str | None = None) -> dict[str, Any]:
    """Return a result that asks."""
    asks: dict[str, Any] = {"resultType": "input_required", "inputRequests": dict.fromkeys(keys, QUESTION)}
    return asks if state is None else asks | {"requestState": state}


@pytest.mark.parametrize(("state", "expires"), [("s", True), ("", True), (None, False)])
async def test_a_round_with_a_state_is_known_to_expire(state: str | None, expires: bool) -> None:
    seen: list[tuple[bool, Group]] = []

    async def send(answers: types.InputResponses | None, back: str | None) -> Json:
        assert back == (None if answers is None else state)
        return asking("a", "b", state=state) if answers is None else DONE

    async def answer(key: str, request: JsonObject, group: Group, why: Callable[[], str]) -> types.InputResponse:
        seen.append((round_has_state.get(), group))
        return ACCEPTED

    assert await in_rounds(7, send, answer, 10) == DONE
    assert seen == [(expires, Group(7, 1, 2))] * 2


@pytest.mark.parametrize(
    ("error", "is_about_state"),
    [
        (MCPError(-32602, "Invalid or expired requestState"), True),
        (MCPError(-32602, "the request state is unknown"), True),
        (MCPError(-32602, "no", {"reason": "invalid_request_state"}), True),
        (MCPError(-32602, "no", {"reason": "another"}), False),
        (MCPError(-32603, "Invalid or expired requestState"), False),
    ],
)
async def test_a_state_that_is_no_longer_taken_is_told_as_such(error: MCPError, is_about_state: bool) -> None:
    async def send(answers: types.InputResponses | None, back: str | None) -> Json:
        if answers is not None:
            raise error
        return asking("a", state="s")

    async def answer(key: str, request: JsonObject, group: Group, why: Callable[[], str]) -> types.InputResponse:
        return ACCEPTED

    with pytest.raises(StateExpired if is_about_state else MCPError):
        await in_rounds(1, send, answer, 10)


async def test_the_siblings_of_a_rejected_request_are_withdrawn() -> None:
    withdrawn: list[tuple[str, str]] = []
    waiting = asyncio.Event()

    async def send(answers: types.InputResponses | None, back: str | None) -> Json:
        assert answers is None, "the call was made again"
        return asking("open", "rejected")

    async def answer(
        key: str, request: JsonObject, group: Group, why: Callable[[], str]
    ) -> types.InputResponse | types.ErrorData:
        if key == "rejected":
            await waiting.wait()
            return types.ErrorData(code=-1, message="rejected")
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            withdrawn.append((key, why()))
            raise
        return ACCEPTED

    with pytest.raises(CallRefused, match="-1: rejected"):
        async with asyncio.timeout(30):
            await in_rounds(1, send, answer, 10)
    assert withdrawn == [("open", "another request of the same round was rejected")]
