"""What is under way, on a line of the terminal that is gone at the end; and nothing where there is no terminal."""

import asyncio
import contextlib
import io
import os
import pty
import termios

import pytest

from tuui_sampling.cli.progress import ERASE, Progress

pytestmark = pytest.mark.unit


async def _both(progress: Progress) -> tuple[int, int]:
    begun = asyncio.Event()

    async def first() -> int:
        begun.set()
        await asyncio.sleep(0)
        return 1

    async def second() -> int:
        await begun.wait()
        return 2

    first_result, second_result = await asyncio.gather(
        progress.over("one\x1b[31m", first), progress.over("two " + "x" * 100, second)
    )
    return first_result, second_result


def test_it_says_what_is_under_way_and_leaves_nothing() -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 40))
    with open(slave, "w", encoding="utf-8") as terminal, Progress(terminal, "checking") as progress:
        assert asyncio.run(_both(progress)) == (1, 2)
    written = b""
    with contextlib.suppress(OSError):  # the other end is closed: all has been read
        while piece := os.read(master, 10_000):
            written += piece
    os.close(master)
    lines = written.decode().split(ERASE)
    assert lines[0] == "" and lines[-1] == "", "at the end there is nothing"
    assert "checking 0 of 2: one␛[31m" in lines, "what has not begun is counted, too"
    assert "checking 2 of 2:" in lines
    assert max(map(len, lines)) == 39, "in the last column some terminals would begin a line"


def test_without_a_terminal_nothing_is_written() -> None:
    stream = io.StringIO()
    with Progress(stream, "checking") as progress:
        assert asyncio.run(_both(progress)) == (1, 2)
    assert stream.getvalue() == ""
