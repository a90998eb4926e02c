"""Does work that grows with a message beside the event loop, so that other servers and keys are answered meanwhile."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

SHORT = 32_000
"""Characters that are read, searched or counted on the event loop: that takes less than five milliseconds."""

WINDOW = 65_536
"""Characters that are looked through, written or digested in one call, in which no other thread can do anything."""

BURST, AT_ONCE, AT_MOST, FORGOTTEN = 0.002, 0.0005, 0.02, 0.05
"""
Seconds that a thread works at a stretch; in which a loop comes round that has nothing else to do; that a thread waits
for that; and after which one that has done nothing meanwhile has rested.
"""

TURNS = 6
"""Turns of the event loop within which a short request of a server's is read, answered, and the answer written."""

STRIDE = 16
"""Members of a list that are worked on between two looks at the clock."""

ONE_AT_A_TIME = threading.Lock()
"""Held by a thread that looks at or searches something long: several at once would only take longer."""

_MAIN = threading.main_thread().ident

_worked = threading.local()

ResultT = TypeVar("ResultT")
MemberT = TypeVar("MemberT")


def windows(text: str) -> Iterator[str]:
    """Yield a text in pieces of which each call does one."""
    return (text[start : start + WINDOW] for start in range(0, len(text), WINDOW))


def give_way_to(loop: asyncio.AbstractEventLoop) -> None:
    """Have all threads that work on something long let this loop go first, from now on."""
    _first.loop = loop


class _First:
    """
    The loop that goes first, which answers servers and keys.

    Attributes:
        takes_long: It is in a long step: threads need not work to the end of their stretch before they let it go on.
    """

    loop: asyncio.AbstractEventLoop | None = None
    takes_long = False


_first = _First()


@contextlib.contextmanager
def long_step() -> Iterator[None]:
    """Have the threads let the loop go first at once, while it does something long itself, such as a paint."""
    _first.takes_long = True
    try:
        yield
    finally:
        _first.takes_long = False


def pause() -> None:
    """
    Let the event loop go first: called between two pieces of long work, it waits every few milliseconds until that has
    nothing to do.

    Python treats all threads alike. Without this, each step of the loop takes twice as long while one other works.
    """
    if threading.get_ident() == _MAIN:
        return
    now = time.monotonic()
    since = now - getattr(_worked, "since", 0.0)
    if since > FORGOTTEN:
        _worked.since = now
    elif since > BURST or _first.takes_long:
        _give_way()
        _worked.since = time.monotonic()


def paced(many: Iterable[MemberT]) -> Iterator[MemberT]:
    """Yield what there may be thousands of, one after the other, with pauses between them."""
    if isinstance(many, (list, tuple)) and len(many) <= STRIDE:  # as nearly always
        pause()
        return iter(many)
    return _paced(many)


def _paced(many: Iterable[MemberT]) -> Iterator[MemberT]:
    for number, one in enumerate(many):
        if number % STRIDE == 0:
            pause()
        yield one


def _give_way() -> None:
    """Wait until the loop has nothing to do, but not for ever: it may be waiting for this thread."""
    loop, idle = _first.loop, threading.Event()
    if loop is None or not loop.is_running():
        return
    with contextlib.suppress(RuntimeError):  # it has been closed since
        loop.call_soon_threadsafe(_come_round, loop, idle, 0.0)
        idle.wait(AT_MOST)
        idle.set()


def _come_round(loop: asyncio.AbstractEventLoop, idle: threading.Event, before: float) -> None:
    """Tell a thread that the loop has nothing else to do, once it has come round at once."""
    now = time.monotonic()
    if now - before <= AT_ONCE:
        idle.set()
    elif not idle.is_set():
        loop.call_soon(_come_round, loop, idle, now)


def rested() -> None:
    """Begin to count anew: called by a thread that has waited for something to do, which it takes up now."""
    _worked.since = time.monotonic()


async def after_others() -> None:
    """
    Let what has come meanwhile be answered, before a long piece of work on the event loop, such as a paint.

    Two such pieces in a row would be one for whoever waits, since each answer takes the loop several turns.
    """
    for _turn in range(TURNS):
        await asyncio.sleep(0)


async def beside_the_loop(size: int, work: Callable[[], ResultT]) -> ResultT:
    """
    Do something, in a thread where it takes long.

    Args:
        size: How much there is to be worked on, in characters or bytes.
        work: Changes nothing that others may be reading.
    """
    return await asyncio.to_thread(work) if size > SHORT else work()
