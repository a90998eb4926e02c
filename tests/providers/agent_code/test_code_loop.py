"""Agents' code runs apart: whatever it does, the program goes on, and comes to its end."""

import asyncio
import subprocess
import sys
import threading

from tests.support.limits import LIMIT
from tuui_sampling.providers.agent_code.code_loop import Running


async def test_what_it_returns_and_raises_comes_back_and_its_functions_run_in_daemons() -> None:
    async def looks() -> str:
        here = threading.current_thread()
        there = await asyncio.to_thread(threading.current_thread)
        return f"{here.name}, {here.daemon}, {there is not here}, {there.daemon}"

    async def fails() -> str:
        raise LookupError("none")

    async def fails_in_a_thread() -> str:
        return await asyncio.to_thread({"a": "b"}.__getitem__, "c")

    assert await Running(looks()).answer == "agents, True, True, True"
    for code in (fails(), fails_in_a_thread()):
        (error,) = await asyncio.gather(Running(code).answer, return_exceptions=True)
        assert isinstance(error, LookupError)


def test_code_that_does_not_end_keeps_nobody_from_quitting() -> None:
    """Python's own loop would wait for the task at its end, and its interpreter for the thread."""
    program = """
import asyncio, threading
from tuui_sampling.providers.agent_code.code_loop import Running
begun = threading.Semaphore(0)
async def swallows():
    while True:
        try:
            begun.release()
            await asyncio.Event().wait()
        except BaseException:
            pass
async def blocks():
    await asyncio.to_thread(begun.release)
    await asyncio.to_thread(threading.Event().wait)
async def main():
    all = [Running(swallows()), Running(blocks())]
    for one in all:
        await asyncio.to_thread(begun.acquire)
        one.answer.cancel()
asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=LIMIT / 4)
