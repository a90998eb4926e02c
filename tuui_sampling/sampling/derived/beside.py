"""Does work that grows with a message beside the event loop, so that other servers and keys are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

SHORT = 32_000
"""Characters that are read, searched or counted on the event loop: that takes less than five milliseconds."""

ResultT = TypeVar("ResultT")


async def beside_the_loop(size: int, work: Callable[[], ResultT]) -> ResultT:
    """
    Do something, in a thread where it takes long.

    Args:
        size: How much there is to be worked on, in characters or bytes.
        work: Changes nothing that others may be reading.
    """
    return await asyncio.to_thread(work) if size > SHORT else work()
