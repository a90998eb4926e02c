"""What one request of an unusual size costs: until it is shown, a key in it, another server's pings, memory."""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.terminal import run_until
from tests.support.paths import ROOT

CASES = (
    "1,000 blocks",
    "10,000 blocks",
    "50,000 blocks",
    "3,000 messages",
    "1,000 tools of 4 KB",
    "1 MB in one line",
    "8 MB of prose",
    "500 fields",
)

TIMES, SPARE = 5, 5
"""Memory: so many times the request's bytes, and so many MB beside that."""


def bounded(cases: Sequence[str], keys: int) -> list[Figure]:
    """Measure each case in a program and a terminal of its own, with so many keys."""
    return [figure for case in cases for figure in _of(case, keys)]


def _of(case: str, keys: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        environ = {**os.environ, "HOME": folder, "PYTHONPATH": str(ROOT)}
        run_until([sys.executable, "-m", "tests.bench.bounded_child", case, str(results), str(keys)], environ)
        found: dict[str, float] = json.loads(results.read_text(encoding="utf-8"))
    waited = max(found["waited"], found["waited for keys"])
    return [
        Figure(
            f"{case}: shown", found["shown"], "ms", 400 if case.startswith("8 MB") else 150, "from the tool call on"
        ),
        Figure(f"{case}: a key", found["key"], "ms", 50, f"median; at most {found['slowest key']:.0f} ms"),
        Figure(f"{case}: another's pings", waited, "ms", 50, f"the longest; {found['waited']:.0f} ms until it rests"),
        Figure(f"{case}: memory", found["memory"], "MB", TIMES * found["size"] + SPARE, f"for {found['size']:.2f} MB"),
    ]
