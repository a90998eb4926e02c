"""Does work that grows with a message beside the event loop, so that other servers and keys are answered meanwhile."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

SHORT = 32_000
"""Characters that are read, searched or counted on the event loop: that takes less than five milliseconds."""

WINDOW = 65_536
"""Characters that are looked through, written or digested in one call, in which no other thread can do anything."""

BURST, PAUSE, FORGOTTEN = 0.002, 0.003, 0.05
"""Seconds that a thread works at a stretch, that it pauses then, and after which it has rested anyway."""

ONE_AT_A_TIME = threading.Lock()
"""Held by a thread that looks at or searches something long: several at once would only take longer."""

_worked = threading.local()

ResultT = TypeVar("ResultT")


def windows(text: str) -> Iterator[str]:
    """Yield a text in pieces of which each call does one."""
    return (text[start : start + WINDOW] for start in range(0, len(text), WINDOW))


def pause() -> None:
    """
    Let the event loop go on: called between two pieces of long work, it sleeps every few milliseconds.

    Python treats all threads alike. Without this, each step of the loop takes twice as long while one other works.
    """
    if threading.current_thread() is threading.main_thread():
        return
    now = time.monotonic()
    since = now - getattr(_worked, "since", 0.0)
    if since > FORGOTTEN:
        _worked.since = now
    elif since > BURST:
        time.sleep(PAUSE)
        _worked.since = time.monotonic()


def rested() -> None:
    """Begin to count anew: called by a thread that has waited for something to do, which it takes up now."""
    _worked.since = time.monotonic()


async def beside_the_loop(size: int, work: Callable[[], ResultT]) -> ResultT:
    """
    Do something, in a thread where it takes long.

    Args:
        size: How much there is to be worked on, in characters or bytes.
        work: Changes nothing that others may be reading.
    """
    return await asyncio.to_thread(work) if size > SHORT else work()
