"""
The rounds of a call in the modern era: the server answers with what it needs, and is called again with the answers.

https://modelcontextprotocol.io/specification/2026-07-28 (multi-round-trip requests, SEP-2322). `requestState` goes back
byte for byte. All requests of one round are answered side by side; one refusal ends the call, and its siblings are
withdrawn. The SDK has a driver of its own, which does not tell its callbacks which round they belong to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import anyio
import mcp_types as types
from mcp import MCPError

from ...sampling.errors import CallRefused, ServerError
from ...sampling.origin import Group
from ...sampling.request import Json, JsonObject
from ..inbound.context import Round, current_round, round_has_state
from ..lenient.remarks import expected
from ..lenient.requests import SERVER_REQUESTS
from ..transport.base import on_taken

INPUT_REQUIRED = "input_required"
"""`resultType` of a result that asks."""

BACK_OFF = (0.05, 0.1, 0.2, 0.25)
"""Seconds before calling again a server that sent only a state, which means "not yet"."""

Send = Callable[[types.InputResponses | None, str | None], Awaitable[Json]]
"""Calls, and returns the result as it was sent."""

Answer = Callable[[str, JsonObject, Group, Callable[[], str]], Awaitable[types.InputResponse | types.ErrorData]]
"""Answers one request of a round; the last argument says why, when it is cancelled."""


class TooManyRounds(Exception):
    """The server kept asking."""


NOT_VALID = "the server's InputRequiredResult is not valid"


class StateExpired(CallRefused):
    """The server no longer knows the state that it had given us: the answer came too late."""

    def __init__(self) -> None:
        super().__init__(
            "the server no longer accepts an answer: its state expired", hint="call it again, and answer sooner"
        )


async def in_rounds(call: int, send: Send, answer: Answer, most: int) -> Json:
    """
    Call, answer what the server needs, and call again, until there is a result.

    Args:
        call: Names the call in the groups.
        send: Calls, with the answers and the state of the round before.
        most: How often the server may come back asking.

    Raises:
        CallRefused: One of the requests was refused, or is none that could be answered.
        MCPError: The server answered with an error.
        StateExpired: It no longer takes the state that it gave us.
        TooManyRounds: The server came back asking more often.
    """
    result = await send(None, None)
    number = waits = 0
    while isinstance(result, Mapping) and result.get("resultType") == INPUT_REQUIRED:
        number += 1
        if number > most:
            raise TooManyRounds
        requests, state = _asked(result)
        round_has_state.set(state is not None)
        try:
            if requests:
                waits = 0
                result = await _one_round(state, requests, Group(call, number, len(requests)), send, answer)
            else:
                await anyio.sleep(BACK_OFF[min(waits, len(BACK_OFF) - 1)])
                waits += 1
                result = await send(None, state)
        except MCPError as error:
            if _is_about_state(error):
                raise StateExpired from error
            raise
    return result


def _asked(result: JsonObject) -> tuple[dict[str, JsonObject], str | None]:
    """Return what a server needs, and its state; what can't be answered is refused by name."""
    requests, state = result.get("inputRequests"), result.get("requestState")
    if state is not None and not isinstance(state, str):
        raise CallRefused(f"{NOT_VALID}: {expected('requestState', 'text', state)}")
    if requests is not None and not isinstance(requests, Mapping):
        raise CallRefused(f"{NOT_VALID}: {expected('inputRequests', 'an object', requests)}")
    for key, request in (requests or {}).items():
        method = request.get("method") if isinstance(request, Mapping) else request
        if method not in SERVER_REQUESTS.values():
            where = f"inputRequests.{key}" + (".method" if isinstance(request, Mapping) else "")
            raise CallRefused(f"the server asks for what is not known here: {expected(where, 'a request', method)}")
    return dict(requests or {}), state


def _is_about_state(error: MCPError) -> bool:
    """Whether a retry was refused for its state; both SDKs say so in the same words, and with this reason."""
    reason = error.data.get("reason") if isinstance(error.data, dict) else None
    return error.code == types.INVALID_PARAMS and (
        reason == "invalid_request_state" or "requeststate" in error.message.lower().replace(" ", "")
    )


async def _one_round(
    state: str | None, requests: dict[str, JsonObject], group: Group, send: Send, answer: Answer
) -> Json:
    """Have all requests of a round answered, call again, and let each hear whether its answer was taken."""
    round_ = Round(len(requests))
    refused: list[types.ErrorData] = []

    def why_withdrawn() -> str:
        return "another request of the same round was rejected" if refused else "the call that it belonged to ended"

    async def one(key: str, request: JsonObject) -> None:
        result = await answer(key, request, group, why_withdrawn)
        if not isinstance(result, types.ErrorData):
            round_.put(key, result)
        elif key not in round_.answers:
            refused.append(result)
            round_.complete.set()

    current_round.set(round_)
    tasks = [asyncio.create_task(one(*item), name=f"answer {item[0]}") for item in requests.items()]
    for task in tasks:
        task.add_done_callback(lambda done: round_.complete.set() if done.cancelled() or done.exception() else None)
    try:
        await round_.complete.wait()
        for task in tasks:
            if task.done() and (failure := task.exception()):  # the connection has ended meanwhile
                raise failure
        if refused:
            error = refused[0]
            raise CallRefused(f"the call was ended here with {error.code}: {error.message}; the server was not told")
        on_taken.set(round_.taken)
        result = await send(round_.answers, state)
        round_.taken("")
        return result
    except (MCPError, ServerError) as error:
        if not refused:
            round_.taken(_words(error))
        raise
    finally:
        on_taken.set(None)
        current_round.set(None)
        with anyio.CancelScope(shield=True):
            await _finished(tasks, is_over=not round_.is_settled)


def _words(error: MCPError | ServerError) -> str:
    if isinstance(error, ServerError):
        return error.message
    if error.code == types.CONNECTION_CLOSED:
        return "the connection was lost"
    return f"the server answered error {error.code}: {error.message}"


async def _finished(tasks: list["asyncio.Task[None]"], *, is_over: bool) -> None:
    """Wait for the end of what answers a round; where nothing more is going to come of it, it is cancelled."""
    for task in tasks if is_over else ():
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
