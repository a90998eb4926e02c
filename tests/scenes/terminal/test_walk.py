"""The installed command from start to quit, by keys alone."""

from pathlib import Path

import pytest

from tests.support.models.engine import Engine
from tests.support.paths import ServerCommand
from tests.support.terminal.emulator import AT_REST
from tests.support.terminal.program import NARROW, WIDE, Program, demo, running, write_config
from tests.support.terminal.terminal import processes_with

FIRST_GATE, SECOND_GATE = "your turn: the request", "your turn: the response"


def assert_nothing_is_left(program: Program) -> None:
    """Check that the program gave everything back: the terminal, and its processes."""
    assert program.emulator.modes == AT_REST
    assert program.attributes == program.attributes_before
    assert processes_with(program.home) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
def test_the_demonstration_from_start_to_quit(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size, is_warm=False) as program:
        assert {1049, 2004} <= program.emulator.modes
        assert len(processes_with(program.home)) >= 2  # the program, and its server
        program.edit("ZEBRA", before="Write a poem")
        program.approve(until=SECOND_GATE)
        program.wait_for("ebrawrite")
        program.edit("Edited, ")
        program.approve(until=" · delivered")
        program.press_until("done in", "f2")
        program.wait_for(lambda: "Edited, " in program.screen and "ebrawrite" in program.screen)
        program.press("q")
        assert program.end() == 0
        assert_nothing_is_left(program)
        assert program.kinds() == ["received", "approved", "sent", "response", "response changed", "delivered"]


def test_rejecting_ends_the_call(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.press_until("rejected: no model was asked", "ctrl+r")
        program.press_until("-1 User rejected sampling request", "f2")
        program.press("q")
        assert program.end() == 0
        assert_nothing_is_left(program)


def test_quitting_asks_while_a_request_waits(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.press_until("1 request waits", "q")
        program.press("n")
        program.wait_until_gone("1 request waits")
        program.press_until("y quit", "q")
        program.press("y")
        assert program.end() == 0
        assert_nothing_is_left(program)
        assert program.kinds() == ["received", "withdrawn"]


@pytest.mark.hostile(51)
def test_the_window_may_become_too_small_and_large_again(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.wait_seconds_of_its_own(1)
        program.resize(40, 10)
        program.wait_for(lambda: len(program.emulator.lines) == 10 and "your turn" in program.screen)
        program.press_until("too small", "ctrl+g")
        program.resize(*WIDE)
        program.wait_for("Write a poem about the sea")
        program.wait_for(FIRST_GATE)
        assert program.kinds() == ["received"]
        program.approve(until=SECOND_GATE)


def test_server_everything_with_a_real_model(tmp_path: Path, server_everything: ServerCommand, engine: Engine) -> None:
    models = (
        'default_model = "local"\n[models.local]\nprovider = "openai-compatible"\n'
        f'model = "{engine.model}"\nbase_url = "{engine.base_url}"\n'
    )
    config = write_config(tmp_path, models, everything=server_everything)
    with running("--config", config, cwd=tmp_path) as program:
        program.wait_for("1 of 1 server")
        program.choose_tool("trigger-sampling-request")
        program.press("enter")
        program.wait_for(program.is_typing)
        program.send("hello")
        program.wait_for("hello")
        program.press_until("1 pending", "ctrl+g")
        program.press_until(FIRST_GATE, "f1")
        program.edit("Edited request. ")
        program.approve(until=SECOND_GATE)
        program.edit("Edited response. ")
        program.approve(until=" · delivered")
        program.press_until("done in", "f2")
        program.wait_for("Edited response. ")
        program.press("ctrl+q")  # the cursor is in the form, where letters are typed
        assert program.end() == 0
        assert program.emulator.modes == AT_REST
