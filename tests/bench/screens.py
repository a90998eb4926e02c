"""What the screen costs: arrivals with many others pending, another request, large texts, idling, memory."""

import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure
from tests.bench.terminal import run_until
from tests.support.paths import ROOT

WIDGETS_BEFORE = 91
"""What they were when each block of a request was a stack of widgets of its own."""


def _measured(kind: str, count: int, pending: int = 0) -> dict[str, list[float]]:
    """Run one kind of measurement in a terminal of its own."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        environ = {**os.environ, "HOME": folder, "PYTHONPATH": str(ROOT)}
        options = ["--count", str(count), "--pending", str(pending)]
        run_until([sys.executable, "-m", "tests.bench.screen_child", kind, str(results), *options], environ)
        found: dict[str, list[float]] = json.loads(results.read_text(encoding="utf-8"))
        return found


def arrival(count: int, pending: int) -> list[Figure]:
    """Compare how long a request takes from its arrival to the screen while many others wait and while few do."""
    found = _measured("arrival", count, pending)
    return [
        _ratio(f"arrival to screen, {pending} pending / few", found["many"], found["few"], 2.0),
        _milliseconds(f"arrival to screen, {pending} pending", found["many"], 30),
    ]


def select(count: int) -> list[Figure]:
    """Measure what the event loop does from a key to the next short request, painted."""
    found = _measured("select", count)
    times, files = found["times"], found["files"][0]
    detail = f"processor's time of the loop; the least of {count}, median {median(times):.0f} ms"
    return [
        Figure("another short request: key to paint", min(times), "ms", 15, detail),
        Figure("functions of ours that run for it", found["functions"][0], "", None, f"in {files:.0f} files"),
        Figure("widgets of the Inbox that shows it", found["widgets"][0], "", WIDGETS_BEFORE, "with those hidden"),
    ]


def large_texts(count: int) -> list[Figure]:
    """Compare a request of one megabyte with one of a tenth of it: until it is open, and a key that scrolls it."""
    found = _measured("large", count)
    ratios = [
        _ratio(f"{what}: {words} / of 100 KB", found[f"{words} {name}"], found[f"{words} small"], target)
        for what, name, targets in (("1 MB of prose", "prose", (5.0, 2.0)), ("1 MB in one line", "line", (5.0, 2.0)))
        for words, target in zip(("open", "key"), targets, strict=True)
    ]
    whole = [
        _milliseconds(f"{what}: {words}", found[f"{words} {name}"], target)
        for what, name in (("1 MB of prose", "prose"), ("1 MB in one line", "line"))
        for words, target in (("open", 600), ("key", 50))
    ]
    return ratios + whole


def _milliseconds(name: str, ours: list[float], target: float) -> Figure:
    """Return how long something takes at best: what else the machine has to do only adds to that."""
    detail = f"the least of {len(ours)}; median {median(ours):.0f} ms, at most {max(ours):.0f} ms"
    return Figure(name, min(ours), "ms", target, detail)


def _ratio(name: str, ours: list[float], yardstick: list[float], target: float) -> Figure:
    """Return how two things that were measured in one run compare: a machine with much to do slows both."""
    detail = f"{median(ours):.0f} ms, {median(yardstick):.0f} ms; medians of {len(ours)}, at most {max(ours):.0f} ms"
    return Figure(name, median(ours) / median(yardstick), "×", target, detail)


def idle(seconds: int) -> list[Figure]:
    """Measure the processor's time with one server and nothing to do."""
    (percent,) = _measured("idle", seconds)["idle"]
    return [Figure("idle with one server", percent, "%", 0.5, f"of one processor, over {seconds} s")]


def memory(pending: int) -> list[Figure]:
    """Measure the program with one server at rest, and what pending reviews take beside that."""
    found = _measured("memory", 1, pending)
    return [
        Figure("at rest with one server", found["rest"][0], "MB", 80, "resident, at most"),
        Figure(f"{pending} pending reviews", found["memory"][0], "MB", 30, "more than at rest; requests of 1 KB"),
    ]
