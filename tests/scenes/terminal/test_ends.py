"""Every way out: the terminal is as it was, the exit code says how it ended, and no process is left."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.paths import raw_server
from tests.support.terminal.emulator import AT_REST
from tests.support.terminal.program import Program, demo, running, wait_until, write_config
from tests.support.terminal.terminal import processes_with
from tuui_sampling.history.soundness import Soundness

IN_TIME = 6.0 + 3.0
"""Seconds: what the program may take with a server that has to be killed, and what a busy machine adds."""


def assert_nothing_is_left(program: Program) -> None:
    """Check that the terminal is as it was before, and that no process of the program's is left."""
    assert program.emulator.modes == AT_REST
    assert program.attributes == program.attributes_before
    assert processes_with(program.home) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_61_a_signal_leaves_a_clean_terminal_and_no_process(tmp_path: Path, number: signal.Signals) -> None:
    with demo(tmp_path, is_warm=False) as program:
        program.process.send_signal(number)
        assert program.end() == 128 + number
        assert_nothing_is_left(program)
        assert program.kinds() == ["received", "withdrawn"]


@pytest.mark.parametrize("controlling", [True, False], ids=["with a signal", "without a signal"])
def test_61_a_closed_terminal_ends_the_program(tmp_path: Path, controlling: bool) -> None:
    with demo(tmp_path, controlling=controlling, is_warm=False) as program:
        program.hang_up()
        assert program.end() == 128 + signal.SIGHUP
        assert processes_with(program.home) == []
        assert program.kinds() == ["received", "withdrawn"]
        assert [*program.home.rglob("crash-*")] == []


def test_the_interrupt_key_ends_nothing_by_accident(tmp_path: Path) -> None:
    with demo(tmp_path, is_warm=False) as program:
        program.press("ctrl+c", "ctrl+c")
        program.wait_seconds_of_its_own(2)
        assert program.process.poll() is None
        assert program.kinds() == ["received"]


@pytest.mark.parametrize("how", ["SIGTERM", "quit"])
def test_59_a_server_that_ignores_everything_is_ended_with_the_program(tmp_path: Path, how: str) -> None:
    pid_file = tmp_path / "pid"
    stubborn = raw_server("ignore-eof", "--pid-file", str(pid_file))
    config = write_config(tmp_path, stubborn=stubborn, grandchild=raw_server("grandchild"))
    with running("--config", config, cwd=tmp_path, is_warm=False) as program:
        program.wait_for("2 of 2 servers")
        assert len(processes_with(program.home)) == 4
        if how == "SIGTERM":
            program.process.terminate()
        else:
            program.press("q")
        assert program.end(IN_TIME) == (143 if how == "SIGTERM" else 0)
        assert_nothing_is_left(program)
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)


def test_more_signals_change_nothing(tmp_path: Path) -> None:
    config = write_config(tmp_path, stubborn=raw_server("ignore-eof"))
    with running("--config", config, cwd=tmp_path, is_warm=False) as program:
        program.wait_for("1 of 1 server")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            program.process.send_signal(number)
        assert program.end(IN_TIME) in (143, 130, 129)  # which of those that come together is first is not ours to say
        assert_nothing_is_left(program)


def test_62_a_killed_program_leaves_no_server_and_a_sound_record(tmp_path: Path) -> None:
    config = write_config(tmp_path, stubborn=raw_server("ignore-eof"), parent=raw_server("grandchild"))
    with running("--config", config, cwd=tmp_path, is_warm=False) as program:
        program.wait_for("2 of 2 servers")
        program.choose_tool("ask")
        program.press_until("1 pending", "ctrl+g")
        assert len(processes_with(program.home)) == 4
        wait_until(lambda: program.kinds("ledger.sqlite3"), "the record", time.sleep)  # shown first, then written
        program.process.kill()
        assert program.end() == -signal.SIGKILL
        wait_until(lambda: not processes_with(program.home), "the servers' end", time.sleep)
        assert program.kinds("ledger.sqlite3") == ["received"]
        record = program.home / ".local/state/tuui-sampling/ledger.sqlite3"
        with closing(sqlite3.connect(record)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert Soundness(record).fault() is None
