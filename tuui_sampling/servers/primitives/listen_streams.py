"""
Streams of the modern era, on which a server tells of changes: opened with `subscriptions/listen`, and kept open.

https://modelcontextprotocol.io/specification/2026-07-28, SEP-2575. What comes on a stream also reaches the message
handler, so that both eras are heard in the same place, and is only taken off it here.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from mcp import MCPError
from mcp.client.subscriptions import Subscription, SubscriptionLost
from pydantic import ValidationError

LISTEN_BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before a stream that the server has ended is opened again."""

STEADY = 120.0
"""Seconds after which a stream counts as one that lasted."""

Open = Callable[[], AbstractAsyncContextManager[Subscription]]


class NotHeard(RuntimeError):
    """The server does not tell what it was asked to tell."""


REFUSALS = (MCPError, ValidationError, SubscriptionLost, NotHeard)
"""How a server says no, in words or in what it does."""


async def hear(open_stream: Open, agreed: Callable[[Subscription], bool], again: Callable[[], None]) -> None:
    """
    Keep a stream open.

    Args:
        agreed: Looks at what the server has agreed to, and says whether that is enough.
        again: Called each time the stream had to be opened again: what came in between is lost.

    Raises:
        MCPError: The server refused.
        NotHeard: It agreed to less than enough.
        SubscriptionLost: It ended the first stream before it agreed to anything.
    """
    failures = opened = 0
    while True:
        since = time.monotonic()
        try:
            async with open_stream() as subscription:
                if not agreed(subscription):
                    raise NotHeard("it agreed to something else than what it was asked for")
                opened += 1
                if opened > 1:
                    again()
                async for _ in subscription:
                    pass
        except SubscriptionLost:
            if not opened:
                raise
        failures = 1 if time.monotonic() - since > STEADY else failures + 1
        await asyncio.sleep(LISTEN_BACK_OFF[min(failures, len(LISTEN_BACK_OFF)) - 1])
