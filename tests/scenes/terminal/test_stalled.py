"""A terminal that takes nothing for a while, as one behind a dead connection, or after Ctrl+S."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.paths import SERVERS, ServerCommand
from tests.support.terminal.program import Program, running, wait_until, write_config

ANSWERS = 800
"""Pings that are answered while the terminal is stalled: several seconds' worth."""


@contextmanager
def stalled(program: Program) -> Iterator[None]:
    """Read nothing of what the program writes; the pipe to its terminal is full soon."""
    with program._changed:  # the reader needs it after each piece
        yield


@contextmanager
def pinged(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[Program, Callable[[], int]]]:
    """Run the program on the server that never rests, with a view that changes as a whole ten times a second."""
    count_file = folder / "count"
    count_file.write_text("0")
    script = str(SERVERS / "pinging_server.py")
    config = write_config(folder, pinging=ServerCommand(sys.executable, (script, str(count_file))))
    with open(config, "a", encoding="utf-8") as file:
        file.write("max_pending = 1000\n")  # so that every request changes the screen
    with running("--config", config, cwd=folder, environ=environ, is_warm=False) as program:
        program.wait_for("1 of 1 server")
        program.press_until("2 About", "f2")
        program.press_until(" B ping", "5")
        yield program, lambda: int(count_file.read_text() or 0)


def test_63_servers_are_still_answered_and_the_screen_comes_back(tmp_path: Path) -> None:
    with pinged(tmp_path, {}) as (program, answered):
        with stalled(program):
            wanted = answered() + ANSWERS
            wait_until(lambda: answered() > wanted, f"{ANSWERS} answers", time.sleep)
        program.press_until("calls itself", "2")
        program.process.terminate()
        assert program.end() == 128 + signal.SIGTERM


def test_63_a_plain_use_of_the_framework_stops_with_its_terminal(tmp_path: Path) -> None:
    usual = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}
    with pinged(tmp_path, usual) as (program, answered), stalled(program):
        wanted = answered() + ANSWERS
        with pytest.raises(AssertionError, match="waited in vain"):
            wait_until(lambda: answered() > wanted, f"{ANSWERS} answers", time.sleep, limit=20)
