"""How long it takes to start: the first paint, and `--help`."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL

from tests.bench.figures import Figure, interleaved, seconds
from tests.bench.terminal import SIZE, run_until
from tests.support.terminal.terminal import COMMAND

EMPTY_APP = [sys.executable, "-c", "from textual.app import App; App().run()"]
LAST_ROW = re.compile(rf"\x1b\[{SIZE[1]};\d+H".encode())
"""The frame has reached the last row of the screen, wherever in it the first change is."""

NAME = re.compile(b"Inbox")


@contextmanager
def _installed() -> Iterator[dict[str, str]]:
    """
    Yield an environment with a home of its own, in which compiled modules are kept, as they are after an installation.

    They are written by the first run, which is not measured.
    """
    with tempfile.TemporaryDirectory() as home:
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield environ | {"HOME": home, "XDG_STATE_HOME": home, "PYTHONPYCACHEPREFIX": f"{home}/compiled"}


def first_paint(count: int) -> list[Figure]:
    """Compare the first whole frame of the demonstration with that of an empty Textual app."""
    with _installed() as environ:
        ours, empty = interleaved(
            lambda: run_until([COMMAND, "demo"], environ, NAME, LAST_ROW),
            lambda: run_until(EMPTY_APP, environ, LAST_ROW),
            count,
        )
    detail = f"ours {ours * 1000:.0f} ms, empty {empty * 1000:.0f} ms; medians of {count}"
    return [Figure("first paint / empty Textual app", ours / empty, "×", 1.5, detail)]


def help_page(count: int) -> list[Figure]:
    """Compare `--help` with an interpreter that only imports argparse."""
    with _installed() as environ:

        def run(*argv: str) -> float:  # without a timeout: with one, the wait is a polling one of up to 50 ms
            return seconds(lambda: subprocess.run(argv, stdout=DEVNULL, env=environ, check=True))

        ours, bare = interleaved(
            lambda: run(COMMAND, "--help"), lambda: run(sys.executable, "-c", "import argparse"), count
        )
    detail = f"ours {ours * 1000:.0f} ms, bare {bare * 1000:.0f} ms; medians of {count}"
    return [Figure("--help / python -c 'import argparse'", ours / bare, "×", 1.5, detail)]
