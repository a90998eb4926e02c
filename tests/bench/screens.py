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
    """Measure how long a request takes from its arrival to the screen while others wait."""
    times = _measured("arrival", count, pending)["arrival"]
    detail = f"median of {count}, the longest {max(times):.0f} ms"
    return [Figure(f"arrival to screen, {pending} others pending", median(times), "ms", 50, detail)]


def large_texts(count: int) -> list[Figure]:
    """Measure a request of one megabyte: until it is open, and a key that scrolls it."""
    found = _measured("large", count)
    return [
        Figure("1 MB of prose: open", found["open prose"][0], "ms", 1000, "once"),
        Figure("1 MB of prose: a key", median(found["key prose"]), "ms", 100, f"median of {count}"),
        Figure("1 MB in one line: open", found["open line"][0], "ms", 1000, "once"),
        Figure("1 MB in one line: a key", median(found["key line"]), "ms", 200, f"median of {count}"),
    ]


def idle(seconds: int) -> list[Figure]:
    """Measure the processor's time with one server and nothing to do."""
    (percent,) = _measured("idle", seconds)["idle"]
    return [Figure("idle with one server", percent, "%", None, f"of one processor, over {seconds} s")]


def memory(pending: int) -> list[Figure]:
    """Measure what pending reviews take."""
    found = _measured("memory", 1, pending)
    detail = f"the whole process {found['whole'][0]:.0f} MB at most; requests of 1 KB"
    return [Figure(f"{pending} pending reviews", found["memory"][0], "MB", None, detail)]
