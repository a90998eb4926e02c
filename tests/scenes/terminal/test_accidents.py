"""What must neither reach the terminal nor decide anything: hostile texts, type-ahead, pastes, a server's noise."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.paths import raw_server
from tests.support.terminal.emulator import Emulator
from tests.support.terminal.program import Program, demo, running, wait_until, write_config
from tests.support.terminal.terminal import Terminal, in_terminal
from tuui_sampling.demo.hostile import DISPLAY_ATTACKS, hostile_text

CHORD = "\x07"
"""ctrl+g, which approves; a terminal sends it as the bell character."""

SELF_TYPING = "\x1b]11;#aaaaaa\x1b\\\x1b]11;?\x1b\\"
"""Sets the background's colour, and asks for it: the terminal types twelve times an a."""

UNGUARDED = f"""
from textual.app import App
from textual.widgets import Static

class Unguarded(App):
    def compose(self):
        yield Static({SELF_TYPING!r}, markup=False)

    def on_key(self, event):
        if event.character == "a":
            self.exit(message="typed by nobody")

Unguarded().run()
"""
"""What a plain use of the framework does with such a text."""


WITHOUT = """
import sys
from tuui_sampling.cli.commands import tui_backend
from tuui_sampling.cli.main import main
from tuui_sampling.frontend.review.approval_guard import Approving
from tuui_sampling.sampling import visible
from tuui_sampling.tui.inbox.decisions import Decisions
from tuui_sampling.tui.terminal.line_filter import ControlCharacterFilter

class Blind:
    may_hide = staticmethod(lambda text: False)

# The answer to the question for a colour ends as the question does: with the character that ctrl+g types.
tui_backend.FIRST_CALL = ("demo", "generate_poem", {"topic": "zero, no number \\x1b]11;?\\x07 width \\x1b]11;?\\x07"})
for defence in sys.argv[1:]:
    match defence:
        case "reveal":
            visible.patterns_for = lambda multiline, is_ascii: Blind
        case "filter":
            ControlCharacterFilter.apply = lambda self, segments, background: segments
        case "guard":
            Approving.when_sure = lambda self, review, gate, do, **more: do()
            Decisions._has_to_be_told = lambda self, item: False
sys.exit(main(["demo"]))
"""
"""The program without some of its defences, whose first request attacks the terminal."""


@contextmanager
def without(folder: Path, *defences: str) -> Iterator[Program]:
    """Run that, in a window that shows all of the request at once."""
    argv = [sys.executable, "-c", WITHOUT, *defences]
    program = Program(argv, os.environ, folder, (120, 70))
    program.home = Path(os.environ["HOME"])
    try:
        yield program
    finally:
        program.close()


def raw_attacks() -> dict[str, str]:
    """Return those attacks that a terminal obeys, by name."""
    return {name: attack for name, attack in DISPLAY_ATTACKS.items() if set(attack) & set("\x1b\x9b\x9d\x90")}


def typed_by_itself(terminal: Terminal) -> list[str]:
    """Return what the terminal typed, but for the answers to what the framework asks at its start."""
    return [answer for answer in terminal.emulator.answers if not answer.endswith("$y")]


def assert_undecided(program: Program, seconds: int = 2) -> None:
    """Check that nothing was decided in that time; the record is written before anything follows from a decision."""
    program.wait_seconds_of_its_own(seconds)
    assert set(program.kinds()) == {"received"}


def send_one_after_the_other(program: Program, texts: list[str]) -> None:
    """Send each once what is shown could be approved, well apart from each other, and check what comes of it."""
    for number, text in enumerate(texts):
        program.wait_seconds_of_its_own(1 + 2 * number)
        program.send(text)
        assert_undecided(program, 2 + 2 * number)


# --- what the terminal is sent ---


@pytest.mark.hostile(37, 38)
def test_the_terminal_of_these_tests_obeys_attacks() -> None:
    emulator = Emulator(80, 24)
    emulator.feed(hostile_text().encode())
    assert "\x1b]11;rgb:aaaa/aaaa/aaaa\x07" in emulator.answers
    assert emulator.title == "title"  # the last of the attacks on it


@pytest.mark.hostile(38)
def test_a_plain_use_of_the_framework_presses_keys_that_nobody_pressed(tmp_path: Path) -> None:
    with in_terminal([sys.executable, "-c", UNGUARDED], os.environ, tmp_path) as terminal:
        terminal.wait_for("typed by nobody")


@pytest.mark.hostile(37, 38, 42, 44)
def test_hostile_text_reaches_no_terminal_and_approves_nothing(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.choose_tool("hostile")
        program.press_until("2 pending", "ctrl+g")
        program.press_until("#1 demo", "f1")
        program.press_until("#2 demo › ", "ctrl+n")
        program.wait_for("␛]11;#aaaaaa")
        program.press_until("what the server asked, and what is sent", "3")
        program.press_until("createMessage", "4")
        program.press_until("You are friendly.", "1")
        program.press_until("messages[0].content", "pagedown")
        program.press_until("Nothing is ever approved", "?")
        program.press("escape")
        program.press_until("2 reviews", "f3")
        program.press_until("#2 demo › ", "f1")
        assert_undecided(program)
        output = program.output.decode()
        leaked = [name for name, attack in raw_attacks().items() if attack in output]
        assert leaked == []
        assert not set(output) & set("\x80\x85\x90\x9b\x9c\x9d\u202a\u202d\u202e\u2066\u2067\u2068\u2028\u2029")
        for introducer in ("\x1b]0;", "\x1b]4;", "\x1b]8;", "\x1b]11;", "\x1b]52;", "\x1bP", "\x1b[6n", "\x1b[c"):
            assert introducer not in output
        assert typed_by_itself(program) == []
        assert program.emulator.title == "2 pending · tuui-sampling"


def test_38_without_any_defence_a_request_approves_itself(tmp_path: Path) -> None:
    with without(tmp_path, "reveal", "filter", "guard") as program:
        program.wait_for(lambda: typed_by_itself(program))
        wait_until(lambda: "approved" in program.kinds(), "an approval that nobody gave", time.sleep)


@pytest.mark.parametrize("defence", ["reveal", "filter", "guard"])
def test_38_each_defence_alone_keeps_it_from_that(tmp_path: Path, defence: str) -> None:
    with without(tmp_path, *{"reveal", "filter", "guard"} - {defence}) as program:
        program.wait_for("Write a poem about zero")
        assert_undecided(program)
        assert bool(typed_by_itself(program)) is (defence == "guard")


@pytest.mark.hostile(38, 54)
def test_what_a_terminal_may_type_by_itself_approves_nothing(tmp_path: Path) -> None:
    answers = ["\x1b]11;rgb:aaaa/aaaa/aaaa\x07", "\x1b[1;7R", "\x1bP1$r2 q\x1b\\", "yyy\x07"]
    with demo(tmp_path) as program:
        send_one_after_the_other(program, answers)


def test_a_server_s_noise_stays_off_the_screen(tmp_path: Path) -> None:
    config = write_config(tmp_path, noisy=raw_server("stderr-flood"), banner=raw_server("banner"))
    with running("--config", config, cwd=tmp_path) as program:
        program.wait_for("2 of 2 servers")
        program.press_until("▼ ● noisy", "f2")
        program.press("ctrl+q")
        assert program.end() == 0
        assert b"flood" not in program.output
        assert b"Welcome" not in program.output


# --- what the person types ---


@pytest.mark.hostile(52, 54)
def test_typing_ahead_approves_nothing(tmp_path: Path) -> None:
    with running("demo", cwd=tmp_path) as program:
        program.wait_for("tuui-sampling")
        while "Write a poem" not in program.screen:
            program.send(f"y{CHORD}\r{CHORD}")
            program.appears("Write a poem", within=0.05)
        program.send(CHORD)
        assert_undecided(program)


@pytest.mark.hostile(54)
@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param([f"{CHORD}{CHORD}{CHORD}", f"{CHORD}\n", f"y{CHORD}"], id="with the like of it"),
        pytest.param([f"some text\r{CHORD}"], id="after letters that are commands"),
        pytest.param([f"{CHORD} more " * 50], id="before letters that are commands"),
    ],
)
def test_an_unbracketed_paste_approves_nothing(tmp_path: Path, pasted: list[str]) -> None:
    with demo(tmp_path) as program:
        send_one_after_the_other(program, pasted)


@pytest.mark.hostile(54)
def test_a_bracketed_paste_approves_nothing(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.wait_seconds_of_its_own(1)
        program.paste(f"{CHORD}")
        program.paste(f"text{CHORD}\r\n{CHORD}")
        assert_undecided(program)


def test_a_bracketed_paste_into_a_text_is_text(tmp_path: Path) -> None:
    with demo(tmp_path) as program:
        program.edit("A", before="Write a poem")
        program.paste(f"pasted{CHORD}")
        program.wait_for("Apasted⟪U+0007⟫Write a poem")
        assert_undecided(program)
