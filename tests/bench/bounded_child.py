"""
One request of a size, on the real screen in a real terminal, beside a server that pings every 20 ms.

Run by `bounded.py`: `python -m tests.bench.bounded_child CASE RESULTS KEYS`.
"""

import asyncio
import json
import sys
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from textual.widget import Widget

from tests.bench.screen_child import Measuring, measuring
from tests.servers.fakes.sized_server import BEGINNING, SMALL
from tests.support.paths import ROOT, SERVERS
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.tui.inbox.widgets.inquiry_panel import InquiryView
from tuui_sampling.tui.inbox.widgets.request_view import RequestView

KILOBYTE = 1024
FORM = "500 fields"
FIELD = "brown fox"
"""Stands in each field of the form: of its question, the list says the beginning before the form is there."""

LOOK = 0.7
"""Seconds after which a decision counts."""


def memory() -> float:
    """Return the most memory that this process has had since it was last asked, in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak counts from here
    return int(peak.split()[1]) / KILOBYTE


async def longest(backend: Backend) -> float:
    """Return how many milliseconds the slowest answer took since this was last asked."""
    return float((await backend.supervisor.call_tool("ping", "longest", {})).text)


async def warm_up(run: Measuring) -> None:
    """Have a small request arrive and go: what is imported and made once is there then."""
    await run.settle()
    await run.until_shown(
        SMALL, lambda: asyncio.ensure_future(run.backend.supervisor.call_tool("ask", "ask", {"small": True}))
    )
    await run.settle()
    await asyncio.sleep(LOOK)
    run.press("ctrl+r")  # what comes next is shown by itself, then
    await run.settle()
    assert not run.backend.desk.pending


def what_scrolls(run: Measuring) -> Widget:
    """Return the document of the request that is shown, or the form of a question."""
    forms = run.app.screen.query(InquiryView)
    return forms.first() if forms else run.app.screen.query_one(RequestView).view


async def scrolled(run: Measuring, view: Widget, key: str) -> float:
    """Press a key, and return how many milliseconds pass until other rows are written."""
    while not view.max_scroll_y:  # its first rows may be painted before there is more than is in view
        await run.until_shown(".", lambda: None)
    before = view.scroll_offset.y
    taken = await run.until_shown(".", partial(run.press, key))
    while view.scroll_offset.y == before:  # that was the clock, or a row that has been laid out
        taken += await run.until_shown(".", lambda: None)
    return taken


async def measure(run: Measuring, keys: int, beginning: str) -> dict[str, float]:
    """Have the request arrive, look at it, and press keys."""
    backend = run.backend
    for name in ("ask", "ping"):
        await backend.supervisor.settled(name)
    await warm_up(run)
    await longest(backend)
    memory()
    before = memory()
    calls = []

    def ask() -> None:
        calls.append(asyncio.ensure_future(backend.supervisor.call_tool("ask", "ask", {})))

    found = {"shown": await run.until_shown(beginning, ask)}
    size = int((await calls[0]).text) / KILOBYTE / KILOBYTE
    view = what_scrolls(run)
    view.focus()  # else the keys would be the list's, which has nowhere to go
    found["key at once"] = await scrolled(run, view, "pagedown")
    await run.settle()
    found["waited"] = await longest(backend)
    found["memory"] = memory() - before
    found["size"] = size
    times = []
    for key in islice(cycle(("pagedown", "pageup")), keys):
        times.append(await scrolled(run, view, key))
        await run.settle()
    found["key"] = median(times)
    found["slowest key"] = max(times)
    found["waited for keys"] = await longest(backend)
    return found


async def main(case: str, results: Path, keys: int) -> None:
    """Measure one case and write what was found as JSON."""
    server = str(SERVERS / "sized_server.py")
    settings = Settings(
        servers={
            "ask": ServerSettings("ask", sys.executable, (server, "ask", case), cwd=ROOT),
            "ping": ServerSettings("ping", sys.executable, (server, "ping"), cwd=ROOT),
        },
        models={"demo": ModelSettings("demo", "demo")},
        default_model="demo",
    )
    async with measuring(settings) as run:
        found = await measure(run, keys, FIELD if case == FORM else BEGINNING)
    results.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
