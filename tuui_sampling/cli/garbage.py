"""Collects garbage while nothing is under way: a collection of all objects stops everything until it has seen each."""

import asyncio
import gc
import time

DUE = 10
"""Collections of the young after which Python itself would collect the old, too."""

OVERDUE = 1_000
"""The same, where nothing has come to rest for so long."""

LOOK = 1.0
"""Seconds between two looks whether it is due."""

REST, LATE, RESTS = 0.02, 0.005, 10
"""Seconds that the event loop is left to itself; how much later it may come round where it is at rest; how often so."""


def collect_later() -> None:
    """Keep what there is now out of all collections, and have Python collect the young alone: ours is the rest."""
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], OVERDUE)


async def collect_at_rest(look: float = LOOK) -> None:
    """Collect what is garbage whenever that is due and the event loop has been at rest for a moment, for ever."""
    while True:
        await asyncio.sleep(look)
        if gc.get_count()[2] > DUE and await _is_at_rest():
            gc.collect()


async def _is_at_rest() -> bool:
    """Whether the event loop has nothing to do for a moment."""
    for _ in range(RESTS):
        before = time.monotonic()
        await asyncio.sleep(REST)
        if time.monotonic() - before > REST + LATE:
            return False
    return True
