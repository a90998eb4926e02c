"""
The real screen in a real terminal, measured from inside. Run by `screens.py`: `python -m tests.bench.screen_child`.

The program's writes to the terminal are watched: a change counts once the bytes that show it are on their way.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import FrameType
from typing import Any

from textual import events

from tests.support.limits import LIMIT
from tests.support.paths import PUSHING, ROOT
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.cli.commands.tui import Program
from tuui_sampling.cli.commands.tui_backend import import_the_rest
from tuui_sampling.cli.garbage import collect_at_rest
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock

QUIET = 0.3
MAX_STEPS = 12
SMALL, MEGABYTE = 100_000, 1_000_000
PROSE = "The quick brown fox jumps over the lazy dog, and then it does so again. "


class Watched(Program):
    """The program, with an ear at what it writes to the terminal."""

    def __init__(self, backend: Backend, seen: Callable[[str], None]) -> None:
        """
        Make the program.

        Args:
            seen: Called with everything that is written.
        """
        super().__init__(backend.settings.interface)
        self.show(backend)
        self._seen = seen

    def on_mount(self) -> None:
        """Begin to listen. The framework calls the method of the same name above by itself."""
        driver = self._driver
        assert driver is not None
        write = driver.write

        def watched(data: str) -> None:
            write(data)
            self._seen(data)

        driver.write = watched  # type: ignore[method-assign]


class Measuring:
    """One run: the program, and what is asked of it."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.app = Watched(backend, self._seen)
        self._wanted: re.Pattern[str] | None = None
        self._writes = 0
        self._shown = asyncio.Event()
        self._asked: set[asyncio.Task[Any]] = set()

    def _seen(self, data: str) -> None:
        self._writes += 1
        if self._wanted is not None and self._wanted.search(data):
            self._wanted = None
            self._shown.set()

    async def until_shown(self, pattern: str, action: Callable[[], object], limit: float = LIMIT) -> float:
        """Do something, and return how many milliseconds pass until a text that matches is written."""
        self._wanted = re.compile(pattern)
        self._shown.clear()
        started = time.perf_counter()
        action()
        await asyncio.wait_for(self._shown.wait(), limit)
        return (time.perf_counter() - started) * 1000

    async def until_opened(self, pattern: str) -> float:
        """Go to the next request until a text is shown, and return how long the last step took."""
        for _ in range(MAX_STEPS):
            with contextlib.suppress(TimeoutError):
                return await self.until_shown(pattern, lambda: self.press("right_square_bracket"), LIMIT / MAX_STEPS)
        raise TimeoutError(pattern)

    def ask(self, text: str) -> None:
        """Have a request arrive."""
        request = SamplingRequest((Message("user", (TextBlock(text),)),), 100)
        coroutine = self.backend.desk.ask(request, Origin("bench", "2025-11-25"), lambda: "the end")
        task = asyncio.create_task(coroutine)
        self._asked.add(task)

    def press(self, key: str) -> None:
        """Press a key, as the terminal's reader does."""
        assert self.app._driver is not None
        self.app._driver.process_message(events.Key(key, None))

    async def settle(self) -> None:
        """Let the program come to rest: nothing is written for three tenths of a second."""
        before = -1
        while before != self._writes:
            before = self._writes
            await asyncio.sleep(QUIET)


async def arrival(run: Measuring, count: int, pending: int) -> dict[str, list[float]]:
    """Measure arrivals while none or few wait, and while many do: until the header has counted them."""
    found: dict[str, list[float]] = {"few": [], "many": []}
    waiting = 0
    for name, times in found.items():
        for _ in range(pending if name == "many" else 0):
            run.ask(f"request {waiting}")
            waiting += 1
        await run.settle()
        for _ in range(count):
            waiting += 1
            times.append(await run.until_shown(rf"{waiting} pending · \d+ of", lambda: run.ask("one more")))
            await run.settle()
    return found


async def large(run: Measuring, count: int, pending: int) -> dict[str, list[float]]:
    """Measure opening a small text and a megabyte, as prose and in one line, and the keys that scroll them."""
    found: dict[str, list[float]] = {}
    run.ask("a small one")
    await run.settle()
    prose, one_line = (PROSE * 12 + "\n") * 1160, PROSE * 14_000  # made here: they are not part of the program at rest
    for name, text in (("small", prose[:SMALL]), ("prose", prose[:MEGABYTE]), ("line", one_line[:MEGABYTE])):
        waiting = len(found) // 2 + 2
        await run.until_shown(f"{waiting} pending", lambda: run.ask(f"BEGINNING {text}"))  # noqa: B023 - awaited here
        await run.settle()
        found[f"open {name}"] = [await run.until_opened("BEGINNING")]
        await run.settle()
        run.press("tab")  # into the document: editing a large text would not lead there
        await run.settle()
        found[f"key {name}"] = []
        for _ in range(count):
            found[f"key {name}"].append(await run.until_shown("fox|dog|lazy", lambda: run.press("pagedown")))
            await run.settle()
        run.press("escape")
        await run.settle()
        run.press("escape")
        await run.settle()
    return found


async def select(run: Measuring, count: int, pending: int) -> dict[str, list[float]]:
    """Measure going from one short request to another: the processor's time until it is painted, and what runs."""
    for number in range(3):
        run.ask(f"{PROSE * 3}\nNUMBER {number}")
    await run.settle()
    times: list[float] = []
    for _ in range(count):
        before = time.thread_time()
        await run.until_shown(r"NUMBER \d", lambda: run.press("right_square_bracket"))
        times.append((time.thread_time() - before) * 1000)
        await run.settle()
    ran: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and "tuui_sampling" in frame.f_code.co_filename:
            ran.add((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        await run.until_shown(r"NUMBER \d", lambda: run.press("right_square_bracket"))
    finally:
        sys.setprofile(None)
    widgets = len(run.app.screen.walk_children())
    return {
        "times": times,
        "files": [len({file for file, _function in ran})],
        "functions": [len(ran)],
        "widgets": [widgets],
    }


async def idle(run: Measuring, count: int, pending: int) -> dict[str, list[float]]:
    """Measure the processor's time, in percent, over `count` seconds in which nothing happens."""
    await run.backend.supervisor.settled("pushing")
    await asyncio.sleep(1)
    started, busy = time.perf_counter(), time.process_time()
    await asyncio.sleep(count)
    return {"idle": [100 * (time.process_time() - busy) / (time.perf_counter() - started)]}


async def memory(run: Measuring, count: int, pending: int) -> dict[str, list[float]]:
    """Measure what pending reviews of 1 KB take, in MB."""
    before = _peak()
    for number in range(pending):
        run.ask(f"request {number} " + "x" * 1000)
        if number % 50 == 0:
            await asyncio.sleep(0.02)
    await run.settle()
    return {"memory": [_peak() - before], "rest": [before]}


def _peak() -> float:
    """Return the most memory that this process has had so far, in MB."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)
    # `ru_maxrss` is not below what the process had that has started this one.
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(peak) / 1024


KINDS = {"arrival": arrival, "large": large, "select": select, "idle": idle, "memory": memory}


@contextlib.asynccontextmanager
async def measuring(settings: Settings) -> AsyncIterator[Measuring]:
    """Run the program as its command does, once its servers are there, until it is left; its crash is raised."""
    count = len(settings.servers)
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "ledger.sqlite3"
        async with open_backend(settings, os.environ, judge=Always(Verdict.ASK), ledger_path=record) as backend:
            run = Measuring(backend)
            showing = asyncio.create_task(run.app.run_async())
            collecting = asyncio.create_task(collect_at_rest())
            try:
                await run.until_shown(f"{count} of {count} server", lambda: None)
                await import_the_rest(backend)
                await run.settle()
                yield run
            finally:
                collecting.cancel()
                run.app.exit()
                await showing
            if run.app.crash is not None:
                raise run.app.crash


async def main() -> None:
    """Run one kind of measurement and write its results as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("results", type=Path)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--pending", type=int, default=0)
    options = parser.parse_args()
    settings = Settings(
        servers={"pushing": ServerSettings("pushing", PUSHING.command, PUSHING.args, cwd=ROOT)},
        models={"demo": ModelSettings("demo", "demo")},
        default_model="demo",
    )
    async with measuring(settings) as run:
        found = await KINDS[options.kind](run, options.count, options.pending)
    options.results.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
