"""Nothing but the young is collected while something is under way; the rest is, once that has ended."""

import asyncio
import gc
import time
from collections.abc import Iterator

import pytest

from tests.support.desks import eventually
from tuui_sampling.cli.garbage import DUE, collect_at_rest, collect_later


@pytest.fixture
def collected() -> Iterator[list[int]]:
    """The generations that are collected, in their order; Python's own settings are put back."""
    generations: list[int] = []

    def note(phase: str, what: dict[str, int]) -> None:
        if phase == "start":
            generations.append(what["generation"])

    was_enabled, thresholds = gc.isenabled(), gc.get_threshold()
    gc.callbacks.append(note)
    yield generations
    gc.callbacks.remove(note)
    gc.set_threshold(*thresholds)
    (gc.enable if was_enabled else gc.disable)()


def test_what_is_kept_has_only_the_young_collected(collected: list[int]) -> None:
    gc.set_threshold(70, 2, 2)
    collect_later()
    gc.enable()
    kept = [[number] for number in range(5_000)]
    gc.disable()
    assert kept
    assert collected.count(1) > 2
    assert 2 not in collected


async def test_the_rest_is_collected_once_the_loop_is_at_rest(collected: list[int]) -> None:
    gc.collect()
    for _ in range(DUE + 1):
        gc.collect(1)
    if gc.get_count()[2] <= DUE:
        pytest.skip("this Python does not count so")
    collected.clear()
    is_busy = True

    async def work() -> None:
        while is_busy:
            time.sleep(0.03)  # longer than the loop at rest may be late
            await asyncio.sleep(0)

    working, collecting = asyncio.create_task(work()), asyncio.create_task(collect_at_rest(look=0))
    for _ in range(10):
        await asyncio.sleep(0)
    assert collected == []
    is_busy = False
    await working
    await eventually(lambda: collected)
    collecting.cancel()
    assert collected == [2]
