"""
What servers of every kind see of us: a table of real servers, in both eras.

`python -m tests.scenes.era_table` prints it. Each cell is run: a real server, the whole house without a face, the
demonstration model. What is in a cell was read from the server's own result, or from the messages that went over the
wire to it.
"""

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.desks import answer_by_model, approve, backend, call, eventually, reviews, server_settings
from tests.support.installations import (
    hurried,
    install_legacy_python,
    install_server_everything,
    install_typescript_server,
)
from tests.support.paths import ServerCommand, legacy_sdk_server, modern_sdk_server
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Protocol, ServerSettings
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ToolResult
from tuui_sampling.servers.state.trace import Direction

ANSWER = "an approved answer"
SHOWN = 90
"""Characters of a server's words in a cell."""

Calling = asyncio.Task[ToolResult]
GiveUp = Callable[[Backend, Review, Calling], Awaitable[str]]


@dataclass(frozen=True)
class Row:
    """
    One kind of server.

    Attributes:
        find: Returns its command, installed if need be.
        tool: The tool that asks; `briefly` is one that asks and gives up, with its arguments.
        give_up: Makes the server give up, and returns what it saw.
        impatient: Set in its environment when it shall give up.
    """

    name: str
    find: Callable[[], ServerCommand]
    tool: str
    give_up: GiveUp
    briefly: tuple[str, dict[str, object]] | None = None
    protocol: Protocol = "auto"
    env: tuple[tuple[str, str], ...] = ()
    impatient: tuple[tuple[str, str], ...] = ()

    def settings(self, *, impatient: bool = False) -> ServerSettings:
        """Return how it is configured."""
        env = dict(self.env) | dict(self.impatient if impatient else ())
        return replace(server_settings("one", self.find()), protocol=self.protocol, env=env)


COLUMNS = (
    "era negotiated",
    "approve",
    "reject at gate 1",
    "reject at gate 2",
    "server-side cancel",
    "crash while pending",
)


async def cells(row: Row, folder: Path) -> dict[str, str]:
    """Run all that one row shows, and return it by column."""
    async with backend(folder, row.settings()) as opened:
        server = opened.supervisor.servers["one"]
        seen = [
            f"{'modern' if server.modern else 'legacy'} {server.protocol_version}",
            await _approve(opened, row),
            await _reject(opened, row, Gate.REQUEST),
            await _reject(opened, row, Gate.RESPONSE),
        ]
        crash = await _crash(opened, row)
    (folder / "again").mkdir()
    async with backend(folder / "again", row.settings(impatient=True)) as opened:
        tool, arguments = row.briefly or (row.tool, {})
        calling = call(opened, "one", tool, prompt="hello", **arguments)
        (review,) = await reviews(opened, 1)
        seen.append(await row.give_up(opened, review, calling))
    return dict(zip(COLUMNS, (*seen, crash), strict=True))


async def _asked(opened: Backend, row: Row) -> tuple[Review, Calling]:
    calling = call(opened, "one", row.tool, prompt="hello")
    (review,) = await reviews(opened, 1)
    return review, calling


async def _approve(opened: Backend, row: Row) -> str:
    review, calling = await _asked(opened, row)
    await answer_by_model(opened, review, ANSWER)
    text = (await calling).text
    return f"“{ANSWER}”" if ANSWER in text else _short(text)


async def _reject(opened: Backend, row: Row, gate: Gate) -> str:
    """Reject, and return what went over the wire; the tool must have got it, where anything did."""
    review, calling = await _asked(opened, row)
    if gate is Gate.RESPONSE:
        assert opened.desk.settle(review.id, Gate.REQUEST, approve(review))
        await eventually(lambda: review.phase is Phase.RESPONSE)
    sent_before = len(_sent(opened))
    assert opened.desk.settle(review.id, gate, Reject("not told"))
    result = await _outcome(calling)
    sent = _sent(opened)[sent_before:]
    if not sent:
        return "nothing: the call is not made again"
    (error,) = [message["error"] for message in sent]
    assert str(error["message"]) in result, "the tool was told"
    return f"error {error['code']} “{error['message']}”"


async def _crash(opened: Backend, row: Row) -> str:
    review, calling = await _asked(opened, row)
    pid = opened.supervisor.servers["one"].pid
    assert pid is not None
    os.killpg(pid, signal.SIGKILL)
    await _outcome(calling)
    await eventually(lambda: review.phase is Phase.WITHDRAWN)
    return f"nothing; {_withdrawn(review)}"


# --- how servers give up ---


async def _takes_it_back(opened: Backend, review: Review, calling: Calling) -> str:
    """The server cancels by itself, because it was told to, or because it has no more patience."""
    result = await _outcome(calling)
    await eventually(lambda: review.phase is Phase.WITHDRAWN)
    return f"{_short(result)}; {_withdrawn(review)}"


async def _is_told_to(opened: Backend, review: Review, calling: Calling) -> str:
    await call(opened, "one", "cancel_now")
    return await _takes_it_back(opened, review, calling)


async def _gives_up_in_silence(opened: Backend, review: Review, calling: Calling) -> str:
    """The server says nothing: the review stays, and the late answer must do no harm."""
    result = await _outcome(calling)
    assert review.phase is Phase.REQUEST
    await answer_by_model(opened, review, ANSWER)
    await eventually(lambda: review.phase is Phase.DELIVERED)
    await call(opened, "one", "ask_briefly", prompt="still there?", seconds=0.01)
    return f"{_short(result)}; tells us nothing, and ignores the late answer"


async def _lets_the_state_expire(opened: Backend, review: Review, calling: Calling) -> str:
    await asyncio.wait((calling,), timeout=2.5)
    await answer_by_model(opened, review, ANSWER)
    error = await _outcome(calling)
    return f"a retry that is too late: {_short(error)}"


async def _cannot(opened: Backend, review: Review, calling: Calling) -> str:
    """Nothing in this server ever gives up: the answer is taken whenever it comes."""
    await answer_by_model(opened, review, ANSWER)
    await calling
    return "never: it waits without limit"


# --- what was seen ---


async def _outcome(calling: Calling) -> str:
    """Return a tool's own words, or what kept us from any."""
    try:
        return (await calling).text
    except ServerError as error:
        return error.message


def _sent(opened: Backend) -> list[dict[str, dict[str, object]]]:
    """Return the messages that went to the server."""
    trace = opened.supervisor.servers["one"].trace
    return [json.loads(message.text) for message in trace if message.direction is Direction.SENT]


def _withdrawn(review: Review) -> str:
    assert review.outcome is not None
    return f"the review is withdrawn: {review.outcome.reason}"


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return f"“{text if len(text) <= SHOWN else text[:SHOWN] + '…'}”"


ROWS = (
    Row(
        "`mcp<2`: `ctx.session.create_message`",
        lambda: legacy_sdk_server(install_legacy_python()),
        "ask",
        _gives_up_in_silence,
        briefly=("ask_briefly", {"seconds": 0.5}),
    ),
    Row("`mcp` 2.x: `ctx.session.create_message`", modern_sdk_server, "ask", _is_told_to, ("ask_then_cancel", {})),
    Row("`mcp` 2.x: `Resolve(Sample(...))`", modern_sdk_server, "ask_resolved", _cannot),
    Row(
        "`mcp` 2.x: `Resolve(Sample(...))`, pinned",
        modern_sdk_server,
        "ask_resolved",
        _lets_the_state_expire,
        protocol="modern",
        impatient=(("STATE_SECONDS", "1"),),
    ),
    Row(
        "npm server-everything",
        lambda: hurried(install_server_everything()),
        "trigger-sampling-request",
        _takes_it_back,
    ),
    Row(
        "`@modelcontextprotocol/sdk` 1.x: `createMessage`",
        partial(install_typescript_server, "v1"),
        "ask",
        _is_told_to,
        ("ask_then_cancel", {}),
    ),
    Row(
        "`@modelcontextprotocol/server` 2.x: `requestSampling`",
        partial(install_typescript_server, "v2"),
        "ask",
        _is_told_to,
        ("ask_then_cancel", {}),
    ),
    Row(
        "`@modelcontextprotocol/server` 2.x: `inputRequired`",
        partial(install_typescript_server, "v2"),
        "ask_resolved",
        _takes_it_back,
        impatient=(("ROUND_MS", "1000"),),
    ),
    Row(
        "`@modelcontextprotocol/server` 2.x: `inputRequired`, modern only",
        partial(install_typescript_server, "v2"),
        "ask_resolved",
        _lets_the_state_expire,
        env=(("LEGACY", "reject"),),
        impatient=(("STATE_SECONDS", "1"),),
    ),
)


async def main() -> None:
    """Print the table, row by row."""
    print(f"| server | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}", flush=True)
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = folder  # nothing of the person's own is read or written
            try:
                shown = " | ".join((await cells(row, Path(folder))).values())
            except pytest.skip.Exception as error:  # there is no node here
                shown = f"not run: {error}"
        print(f"| {row.name} | {shown} |", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
