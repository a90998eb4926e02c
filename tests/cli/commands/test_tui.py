"""The full-screen program as a process: what it starts, and how it ends on every way out."""

import gc
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT, raw_server
from tests.support.program import COMMAND, DEMO_MODEL, assert_gone, process_ids, write_config
from tests.support.screens.app import NARROW
from tests.support.terminal.program import demo
from tests.support.terminal.terminal import Terminal
from tuui_sampling.cli.commands import tui
from tuui_sampling.cli.commands.tui import written_down
from tuui_sampling.cli.main import main
from tuui_sampling.tui.saying import EDGES

KEY = "sk-test-0123456789"
CRASH = f"""
import os, sys
from tuui_sampling.cli.main import main
from tuui_sampling.tui.inbox.screen import InboxScreen

def break_down(self):
    api_key = {KEY[:7]!r} + {KEY[7:]!r}
    raise LookupError("nothing there for " + api_key)

InboxScreen.{{where}} = break_down
sys.exit(main(["demo"]))
"""

STUCK = """
import sys, time
from tuui_sampling.cli import signals
from tuui_sampling.cli.main import main
from tuui_sampling.tui.app import TuuiApp

signals.LEAVING_SECONDS = 0.5
TuuiApp.on_unmount = lambda self: time.sleep(600)
sys.exit(main(["demo"]))
"""


@contextmanager
def in_terminal(*arguments: str, **environ: str) -> Iterator[Terminal]:
    """Run Python with these arguments in a terminal of its own."""
    terminal = Terminal([sys.executable, *arguments], os.environ | environ, ROOT, (120, 36))
    try:
        yield terminal
    finally:
        terminal.close()


@contextmanager
def demonstration() -> Iterator[Terminal]:
    """Run the demonstration until its first request waits."""
    with in_terminal(*COMMAND, "demo") as terminal:
        terminal.wait_for("Write a poem about the sea", LIMIT)
        yield terminal


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that a process has started."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def assert_restored(terminal: Terminal) -> None:
    """Fail unless the terminal is as it was before the program started."""
    assert terminal.attributes == terminal.attributes_before
    left = terminal.output.rindex(b"\x1b[?1049l")  # the normal screen
    assert terminal.output.rindex(b"\x1b[?25h") > left  # the cursor
    assert terminal.output.rindex(b"\x1b[?1003l") > terminal.output.rindex(b"\x1b[?1003h")  # no reports of the mouse


def test_the_demonstration_needs_nothing_and_its_record_is_its_own(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        state = Path(os.environ["XDG_STATE_HOME"]) / "tuui-sampling"
        assert (state / "demo.sqlite3").exists()
        assert not (state / "ledger.sqlite3").exists()
        assert "1 pending" in program.screen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_ends_the_servers(number: signal.Signals) -> None:
    with demonstration() as terminal:
        children = children_of(terminal.process)
        assert len(children) == 2, "the server, and the guardian that would end it after us"
        terminal.process.send_signal(number)
        assert terminal.end(LIMIT) == 128 + number
        assert_restored(terminal)
    assert_gone(*children)


def test_a_terminal_that_is_closed_ends_the_program_and_its_servers() -> None:
    with demonstration() as terminal:
        children = children_of(terminal.process)
        terminal.hang_up()
        assert terminal.process.wait(LIMIT) == 128 + signal.SIGHUP
    assert_gone(*children)


def test_a_program_that_is_stuck_while_it_is_left_ends_and_says_where_it_was() -> None:
    with in_terminal("-c", STUCK) as terminal:
        terminal.wait_for("Write a poem about the sea", LIMIT)
        children = children_of(terminal.process)
        terminal.press("q")
        terminal.wait_for("y quit", LIMIT)
        terminal.press("y")
        assert terminal.end(LIMIT) == 0
        assert_restored(terminal)
    assert_gone(*children)
    (file,) = Path(os.environ["XDG_STATE_HOME"], "tuui-sampling").glob("stuck-*.txt")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "in <lambda>" in file.read_text()


@pytest.mark.hostile(63)
def test_a_terminal_that_takes_nothing_does_not_hold_the_program_up() -> None:
    with demonstration() as terminal:
        children = children_of(terminal.process)
        line = os.open(os.readlink(f"/proc/{terminal.process.pid}/fd/0"), os.O_RDWR | os.O_NOCTTY)
        try:
            termios.tcflow(line, termios.TCOOFF)
            terminal.press(*["f2", "f1"] * 50)  # so much to draw that the program itself has to wait for the terminal
            terminal.process.send_signal(signal.SIGTERM)
            assert terminal.process.wait(LIMIT) == 128 + signal.SIGTERM
        finally:
            termios.tcflow(line, termios.TCOON)
            os.close(line)
        assert terminal.attributes == terminal.attributes_before
    assert_gone(*children)


def test_a_stubborn_server_is_ended_and_more_signals_do_not_disturb_that(tmp_path: Path) -> None:
    pids = [tmp_path / name for name in ("stubborn", "family")]
    modes = ("ignore-eof", "grandchild")
    servers = {file.name: raw_server(mode, "--pid-file", str(file)) for file, mode in zip(pids, modes, strict=True)}
    config = write_config(tmp_path, servers, DEMO_MODEL)
    with in_terminal(*COMMAND, "--config", str(config)) as terminal:
        terminal.wait_for("2 of 2 servers", LIMIT)
        started = [number for file in pids for number in process_ids(file)]
        assert len(started) == 3
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_for(lambda: b"\x1b[?1049l" in terminal.output, LIMIT)
        terminal.process.send_signal(signal.SIGHUP)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end(LIMIT) == 128 + signal.SIGTERM
    assert_gone(*started)


def test_a_server_that_is_still_starting_is_ended_too(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    config = write_config(tmp_path, {"slow": raw_server("slow-start", "--pid-file", str(pids), "--delay", "600")})
    with in_terminal(*COMMAND, "--config", str(config)) as terminal:
        started = process_ids(pids)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(LIMIT) == 128 + signal.SIGTERM
        assert_restored(terminal)
    assert_gone(*started)


@pytest.mark.hostile(81)
@pytest.mark.parametrize("where", ["on_mount", "compose_body", "refresh_all"])
def test_a_fault_of_a_view_is_written_down_without_local_variables_and_the_program_goes_on(where: str) -> None:
    folder = Path(os.environ["XDG_STATE_HOME"]) / "tuui-sampling"
    with in_terminal("-c", CRASH.format(where=where)) as terminal:
        terminal.wait_for(lambda: any(file.stat().st_size for file in folder.glob("crash-*.txt")), LIMIT)
        assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(LIMIT) == 128 + signal.SIGTERM
        assert terminal.attributes == terminal.attributes_before
        everything = terminal.output.decode()
    for report in folder.glob("crash-*.txt"):
        text = report.read_text()
        assert "in break_down" in text
        assert "builtins.LookupError" in text
        assert "nothing there for sk-" not in text
        assert KEY not in everything + text
        assert report.stat().st_mode & 0o077 == 0


def test_where_a_traceback_is_can_be_told_whole_in_a_narrow_terminal() -> None:
    told = written_down(ValueError("sk-1"))
    assert told.startswith("see ~/.local/state/") and told.endswith(".txt")
    assert len(f"This view failed again (ValueError), and is closed: {told}") <= 2 * NARROW[0] - EDGES


def test_garbage_is_collected_from_the_first_paint_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it, collections find nothing, and take a tenth of the time."""
    collecting: list[bool] = []

    async def show(app: tui.Program, _ending: object) -> None:
        collecting.append(gc.isenabled())
        app.painted.set()

    monkeypatch.setattr(tui, "_has_terminal", lambda: True)
    monkeypatch.setattr(tui, "_show", show)
    monkeypatch.setattr(tui, "import_backend", lambda: collecting.append(gc.isenabled()))
    monkeypatch.setattr(tui, "end_in_any_case", lambda *_: None)  # this process goes on
    assert main(["demo"]) == 0
    assert [*collecting, gc.isenabled()] == [False, True, True]


def test_a_record_that_can_not_be_written_is_no_reason_not_to_run(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("a file where a folder should be")
    with demo(tmp_path, environ={"XDG_STATE_HOME": str(state)}) as program:
        program.wait_for_words("could not be opened: a part of its path is a file")
        program.press_until("y quit", "ctrl+q")
        program.press("y")
        assert program.end() == 0
