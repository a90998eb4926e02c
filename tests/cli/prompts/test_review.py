"""`call --decide ask` on a terminal: what is shown, what is asked, and that nothing is approved by accident."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT, raw_server
from tests.support.program import COMMAND, DEMO_MODEL, assert_gone, process_ids, unreachable_model, write_config
from tests.support.terminal.terminal import Terminal
from tuui_sampling.cli import exit_codes

POEM = ("demo", "generate_poem", "--args", '{"topic": "the sea"}')
GATE_1 = "[a]pprove, [e]dit prompt in $EDITOR, [r]eject? "
GATE_2 = "[a]pprove, [e]dit, [r]eject, a[g]ain? "


class Questions(Terminal):
    """`call --json` in a terminal, which writes line after line."""

    def expect(self, text: str, times: int = 1) -> None:
        """Wait until a text has been written so many times."""
        self.wait_for(lambda: self.output.count(text.encode()) >= times, LIMIT)


@contextmanager
def asked(config: Path, *arguments: str, is_warm: bool = True, **environ: str) -> Iterator[Questions]:
    """Run `call --json` in a terminal; what is sent signals is started cold."""
    line = [sys.executable, *COMMAND, "call", "--config", str(config), *arguments, "--json"]
    terminal = Questions(line, os.environ | environ, ROOT, (120, 36), is_warm=is_warm)
    try:
        yield terminal
    finally:
        terminal.close()


def report_of(terminal: Terminal) -> tuple[int, dict[str, Any]]:
    """Wait for the end and return the exit code and the object, which is the last that was written."""
    code = terminal.end(LIMIT)
    text = terminal.output.decode()
    value: dict[str, Any] = json.loads(text[text.rindex("\n{") :])
    return code, value


def editor(folder: Path, code: str) -> str:
    """Return an editor that is a piece of Python, which finds the file's text in `text` and leaves it there."""
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n"
        f"{code}\npath.write_text(text)\n"
    )
    return f"{sys.executable} {script}"


def test_approving_twice_delivers(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM) as terminal:
        terminal.expect(GATE_1)
        for shown in (
            "── #1 request from demo › generate_poem ──",
            "model            demo at this computer (the default model)",
            "maxTokens        160",
            "temperature      0.9",
            "system           You are a poet. Answer with the poem alone.",
            "user             Write a poem about the sea. Style: haiku. At most 4 lines.",
        ):
            assert shown in terminal.output.decode()
        terminal.send("a\n")
        terminal.expect(GATE_2)
        assert "stopped          endTurn" in terminal.output.decode()
        terminal.send("approve\n")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["outcome"], report["reviews"][0]["edited"]) == (0, "delivered", False)


def test_a_tool_call_is_shown_and_approved(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), "demo", "plan_trip") as terminal:
        for turn in (1, 2, 3):
            terminal.expect(f"#{turn} {GATE_1}")
            assert f"loop             turn {turn} of at most 10" in terminal.output.decode()
            terminal.send("a\n")
            terminal.expect(f"#{turn} {GATE_2}")
            terminal.send("a\n")
        code, report = report_of(terminal)
    shown = terminal.output.decode()
    assert "tool call        find_sights" in shown
    assert 'arguments        {\r\n                   "city": "Lisbon"' in shown
    assert (code, [review["outcome"] for review in report["reviews"]]) == (0, ["delivered"] * 3)


def test_editing_both_gates_changes_what_is_sent_and_what_is_returned(tmp_path: Path) -> None:
    change = (
        'text = text.replace("the sea", "dragonflies").replace("Of ", "About ") + ("" if "---" in text else "The end.")'
    )
    with asked(write_config(tmp_path), *POEM, EDITOR=editor(tmp_path, change)) as terminal:
        terminal.expect(GATE_1)
        terminal.send("e\n")
        terminal.expect(GATE_1, times=2)
        assert "Write a poem about dragonflies." in terminal.output.decode()
        assert "edited           by you" in terminal.output.decode()
        terminal.send("a\n")
        terminal.expect(GATE_2)
        terminal.send("e\n")
        terminal.expect(GATE_2, times=2)
        terminal.send("a\n")
        code, report = report_of(terminal)
    text = report["content"][0]["text"]
    assert (code, report["reviews"][0]["edited"]) == (exit_codes.OK, True)
    assert "ragonflies" in text
    assert "The end." in text


def test_rejecting_a_request(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM) as terminal:
        terminal.expect(GATE_1)
        terminal.send("r\n")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["outcome"], report["reviews"][0]["gate"]) == (1, "rejected", "request")


def test_rejecting_a_response_after_asking_again(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM) as terminal:
        terminal.expect(GATE_1)
        terminal.send("a\n")
        terminal.expect(GATE_2)
        terminal.send("g\n")
        terminal.expect("── #1 response 2 ──")
        terminal.expect(GATE_2, times=2)
        terminal.send("r\n")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["outcome"], report["reviews"][0]["gate"]) == (1, "rejected", "response")


@pytest.mark.hostile(52)
def test_what_was_typed_before_a_question_is_no_answer(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM) as terminal:
        terminal.send("a\na\na\na\n")
        terminal.expect(GATE_1)
        terminal.send("r\n")
        _, report = report_of(terminal)
    assert (report["reviews"][0]["outcome"], report["reviews"][0]["gate"]) == ("rejected", "request")


def test_neither_an_empty_line_nor_another_word_nor_the_end_of_the_input_approves(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM) as terminal:
        for number, typed in enumerate(("\n", "yes\n", "aa\n"), start=1):
            terminal.expect(GATE_1, times=number)
            terminal.send(typed)
        terminal.expect(GATE_1, times=4)
        terminal.send("\x04")
        code, report = report_of(terminal)
    assert "The input has ended, so this is rejected." in terminal.output.decode()
    assert (code, report["reviews"][0]["outcome"]) == (1, "rejected")


def test_two_requests_are_asked_about_one_after_the_other(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), "demo", "ask_twice") as terminal:
        terminal.expect(f"#1 {GATE_1}")
        assert f"#2 {GATE_1}" not in terminal.output.decode()
        terminal.send("r\n")
        terminal.expect(f"#2 {GATE_1}")
        terminal.send("a\n")
        terminal.expect(f"#2 {GATE_2}")
        terminal.send("a\n")
        code, report = report_of(terminal)
    assert code == exit_codes.NOT_WELL
    assert [review["outcome"] for review in report["reviews"]] == ["rejected", "delivered"]


@pytest.mark.hostile(37)
def test_hostile_text_reaches_the_terminal_revealed(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), "demo", "hostile") as terminal:
        terminal.expect(GATE_1)
        terminal.send("r\n")
        report_of(terminal)
    assert b"\x1b" not in terminal.output
    assert b"\x9b" not in terminal.output.decode().encode("latin-1", "ignore")
    assert "hidden           " in terminal.output.decode()
    assert "⟪U+202E⟫" in terminal.output.decode()


def test_a_model_that_fails_leaves_the_review_open(tmp_path: Path) -> None:
    with asked(write_config(tmp_path, models=unreachable_model()), *POEM) as terminal:
        terminal.expect(GATE_1)
        terminal.send("a\n")
        terminal.expect("#1 [e]dit, [r]eject, a[g]ain? ")  # there is nothing that could be approved
        assert "failed           " in terminal.output.decode()
        terminal.send("a\n")
        terminal.expect("Please type e, r or g, and Enter.")
        terminal.expect("#1 [e]dit, [r]eject, a[g]ain? ", times=2)
        terminal.send("r\n")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["gate"]) == (exit_codes.NOT_WELL, "response")


def test_a_request_that_a_model_can_not_be_sent_is_not_offered_for_approval(tmp_path: Path) -> None:
    with asked(write_config(tmp_path, models=""), "demo", "describe_image") as terminal:
        terminal.expect("#1 [e]dit prompt in $EDITOR, [r]eject? ")
        assert "model            none is configured" in terminal.output.decode()
        assert "user             [image/png, " in terminal.output.decode()
        terminal.send("a\n")
        terminal.expect("Please type e or r, and Enter.")
        terminal.expect("[r]eject? ", times=2)
        terminal.send("r\n")
        report_of(terminal)


def test_a_person_writes_the_answer(tmp_path: Path) -> None:
    models = f'{DEMO_MODEL}[models.me]\nprovider = "human"\n'
    write = editor(tmp_path, 'text = "Said by hand.\\n"')
    with asked(write_config(tmp_path, models=models), *POEM, "--model", "me", VISUAL=write) as terminal:
        terminal.expect(GATE_1)
        assert "me at this computer (chosen with --model)" in terminal.output.decode()
        terminal.send("a\n")
        terminal.expect("#1 [e]dit, [r]eject, a[g]ain? ")
        terminal.send("e\n")
        terminal.expect(GATE_2)
        terminal.send("a\n")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["model"]) == (exit_codes.OK, "human")
    assert report["content"][0]["text"].startswith("Said by hand.\n\n(model: human")


def test_an_editor_that_fails_changes_nothing(tmp_path: Path) -> None:
    with asked(write_config(tmp_path), *POEM, EDITOR="no-such-editor") as terminal:
        terminal.expect(GATE_1)
        terminal.send("e\n")
        terminal.expect("the editor no-such-editor can't be run")
        terminal.expect(GATE_1, times=2)
        assert "by you" not in terminal.output.decode()
        terminal.send("r\n")
        report_of(terminal)


def test_a_server_that_dies_withdraws_the_question(tmp_path: Path) -> None:
    with asked(write_config(tmp_path, {"raw": raw_server()}), "raw", "die_pending") as terminal:
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["outcome"]) == (exit_codes.SERVER, "withdrawn")


def test_control_c_at_a_question(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    config = write_config(tmp_path, {"raw": raw_server("grandchild", "--pid-file", str(pids))})
    with asked(config, "raw", "ask", "--args", '{"prompt": "hello"}') as terminal:
        terminal.expect(GATE_1)
        terminal.send("\x03")
        code, report = report_of(terminal)
    assert (code, report["reviews"][0]["outcome"]) == (exit_codes.INTERRUPTED, "withdrawn")
    assert_gone(*process_ids(pids))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_editor_is_open_ends_the_editor_too(tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    note = f"import os, time; open({str(pids)!r}, 'x').write(str(os.getpid()))"
    write = f"{note}; print('EDIT' 'ING', flush=True); time.sleep(600)"
    with asked(write_config(tmp_path), *POEM, is_warm=False, EDITOR=editor(tmp_path, write)) as terminal:
        terminal.expect(GATE_1)
        terminal.send("e\n")
        terminal.expect("EDITING")
        terminal.send("\x03")  # it belongs to the editor, whose end it is
        terminal.expect("the editor ended with code")
        terminal.expect(GATE_1, times=2)
        pids.unlink()
        terminal.send("e\n")
        terminal.expect("EDITING", times=2)
        terminal.process.send_signal(number)
        code, _ = report_of(terminal)
    assert code == 128 + number
    assert_gone(*process_ids(pids))
