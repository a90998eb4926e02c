"""What the screen costs: arrivals with many others pending, large texts, idling, memory."""

import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure
from tests.bench.terminal import run_until
from tests.support.paths import ROOT


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
    return [_ratio(f"arrival to screen, {pending} pending / few", found["many"], found["few"], 2.0)]


def large_texts(count: int) -> list[Figure]:
    """Compare a request of one megabyte with one of a tenth of it: until it is open, and a key that scrolls it."""
    found = _measured("large", count)
    return [
        _ratio(f"{what}: {words} / of 100 KB", found[f"{words} {name}"], found[f"{words} small"], target)
        for what, name, targets in (("1 MB of prose", "prose", (5.0, 2.0)), ("1 MB in one line", "line", (5.0, 2.0)))
        for words, target in zip(("open", "key"), targets, strict=True)
    ]


def _ratio(name: str, ours: list[float], yardstick: list[float], target: float) -> Figure:
    """Return how two things that were measured in one run compare: a machine with much to do slows both."""
    detail = f"{median(ours):.0f} ms, {median(yardstick):.0f} ms; medians of {len(ours)}, at most {max(ours):.0f} ms"
    return Figure(name, median(ours) / median(yardstick), "×", target, detail)


def idle(seconds: int) -> list[Figure]:
    """Measure the processor's time with one server and nothing to do."""
    (percent,) = _measured("idle", seconds)["idle"]
    return [Figure("idle with one server", percent, "%", None, f"of one processor, over {seconds} s")]


def memory(pending: int) -> list[Figure]:
    """Measure what pending reviews take."""
    found = _measured("memory", 1, pending)
    detail = f"the whole process {found['whole'][0]:.0f} MB at most; requests of 1 KB"
    return [Figure(f"{pending} pending reviews", found["memory"][0], "MB", None, detail)]
