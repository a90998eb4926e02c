"""
How long a server will wait for an answer, as far as that can be known or presumed; and what keeps it waiting.

Neither the specification nor an SDK has a member that says so. What there is, best first: a member of `_meta` whose
name says what it is; what this server did before; what servers of its kind do.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePath

import mcp_types as types
from mcp import ClientSession

from ...sampling.origin import Deadline
from ..state.server import Server

STATED = {"timeoutms": 0.001, "requesttimeoutms": 0.001, "timeoutseconds": 1.0, "requesttimeoutseconds": 1.0}
"""Members of `_meta` that state a timeout (lower case, without prefix, dashes and underscores), and their unit in s."""

MAX_STATED = 7 * 24 * 3600.0
"""Seconds; a longer timeout is none."""

TYPESCRIPT_TIMEOUT = 60.0
"""`DEFAULT_REQUEST_TIMEOUT_MSEC` of the TypeScript SDK, v1 and v2: https://github.com/modelcontextprotocol/typescript-sdk."""

STATE_LIFETIME = 600.0
"""Of a `requestState`: the default of both SDKs (`RequestStateSecurity.ttl`, `createRequestStateCodec`)."""

TYPESCRIPT_COMMANDS = ("node", "npx", "npm", "pnpm", "yarn", "bun", "bunx", "deno", "tsx")

MIN_OBSERVED = 1.0
"""Seconds; whoever takes a request back sooner than that changed its mind, and did not time out."""

PROGRESS_EVERY = 1.0
"""Seconds between two progress notifications: less than the shortest timeout that a server is likely to have."""


def deadline(server: Server, meta: Mapping[str, object], *, has_state: bool) -> Deadline | None:
    """
    Return when a server will give up a request that it has just sent; None when nothing is known.

    Args:
        meta: `_meta` of the request.
        has_state: It came with a `requestState` (modern era), which expires.
    """
    now = time.monotonic()
    if (stated := _stated(meta)) is not None:
        return Deadline(now + stated, presumed=False, reason="the request says so")
    if server.modern:
        reason = "the SDKs' requestState expires after 600 s"
        return Deadline(now + STATE_LIFETIME, presumed=True, reason=reason) if has_state else None
    if "progress_token" in meta:  # it is kept waiting, and nothing is known of how long that lasts
        return None
    if server.waited is not None:
        return Deadline(now + server.waited, presumed=True, reason=f"it gave up after {server.waited:.0f} s before")
    if _runs_typescript(server.settings.command or ""):
        return Deadline(now + TYPESCRIPT_TIMEOUT, presumed=True, reason="the TypeScript SDK waits 60 s")
    return None


def learned(server: Server, meta: Mapping[str, object]) -> Callable[[], float | None] | None:
    """Return what tells how long the server waits for such a request, for those that wait while it is learned, too."""
    if server.modern or "progress_token" in meta or _stated(meta) is not None:
        return None
    return lambda: server.waited


def gave_up(server: Server, seconds: float) -> None:
    """Learn from a server that took a request back after so many seconds, for as long as the program runs."""
    if seconds >= MIN_OBSERVED:
        server.waited = min(seconds, server.waited or math.inf)


@contextlib.contextmanager
def reporting_progress(session: ClientSession, token: types.ProgressToken | None) -> Iterator[None]:
    """
    Report progress for as long as the block lasts, where the request has a progress token.

    A server that resets its timeout on progress then waits for as long as the person reads. `progress` counts up, as
    https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress wants it.
    """
    if token is None:
        yield
        return
    telling = asyncio.create_task(_tell(session, token), name="progress")
    try:
        yield
    finally:
        telling.cancel()


async def _tell(session: ClientSession, token: types.ProgressToken) -> None:
    progress = 0
    while True:
        await asyncio.sleep(PROGRESS_EVERY)
        progress += 1
        params = types.ProgressNotificationParams(
            progress_token=token, progress=progress, message="Waiting for a person's approval"
        )
        await session.send_notification(types.ProgressNotification(params=params))


def _stated(meta: Mapping[str, object]) -> float | None:
    for name, value in meta.items():
        unit = STATED.get(name.rpartition("/")[2].replace("_", "").replace("-", "").lower())
        if unit is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if 0 < value <= MAX_STATED / unit:  # before it is multiplied: an int may be beyond any float
            return value * unit
    return None


@lru_cache
def _runs_typescript(command: str) -> bool:
    name = PurePath(command).name.lower().removesuffix(".exe").removesuffix(".cmd")
    return name in TYPESCRIPT_COMMANDS
