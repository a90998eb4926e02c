"""Lines that fit a terminal, and are left alone where there is none."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT
from tests.support.program import COMMAND, write_config
from tests.support.terminal.terminal import Terminal
from tuui_sampling.cli.output import fitted

LONG = "a" * 30


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("short\n\n  kept  as it is", ["short", "", "  kept  as it is"]),
        ("one two three four five six", ["one two three four", "five six"]),
        ("  indented one two three four", ["  indented one two", "three four"]),
        (f"see {LONG} there and then again", ["see", LONG, "there and then again"]),
        ("ends with many spaces" + " " * 10, ["ends with many", "spaces"]),
        ("字字字 字字字 字字字 字字字", ["字字字 字字字 字字字", "字字字"]),
        (" " * 30, [""]),
    ],
)
def test_lines_are_broken_at_spaces_only(text: str, rows: list[str]) -> None:
    assert fitted(text, 20).split("\n") == rows
    assert fitted(text, None) == text
    assert fitted(text, 20, 10).split("\n")[0] == rows[0], "only further rows have less room"
    assert fitted(text, 5) == fitted(text, 20)


@pytest.mark.parametrize("decide", ["ask", "approve"])
def test_a_terminal_breaks_no_word(tmp_path: Path, decide: str) -> None:
    words = " ".join(f"word{number}" for number in range(40))
    arguments = ("demo", "summarize", "--args", f'{{"text": "{words}"}}', "--decide", decide)
    line = [sys.executable, *COMMAND, "call", "--config", str(write_config(tmp_path)), *arguments]
    terminal = Terminal(line, os.environ, ROOT, (60, 36), is_warm=True)
    try:
        if decide == "ask":
            terminal.wait_for(lambda: b"[r]eject? " in terminal.output, LIMIT)
            shown = [row.rstrip("\r") for row in terminal.output.decode().split("\n") if "word" in row]
            assert len(shown) > 4
            assert all(row.startswith((" " * 17, "user ")) for row in shown)
            assert max(map(len, shown)) <= 60
            terminal.send("r\n")
        terminal.end(LIMIT)
        rows = terminal.output.decode().replace("\r", "").split("\n")
        assert all(len(row) <= 60 or " " not in row.strip() for row in rows if "[a]pprove" not in row)
    finally:
        terminal.close()


def test_the_rows_of_a_result_are_broken_at_spaces_and_begin_below_what_it_says(tmp_path: Path) -> None:
    line = [sys.executable, *COMMAND, "check", "--config", str(write_config(tmp_path))]
    terminal = Terminal(line, os.environ, ROOT, (44, 36), is_warm=True)
    try:
        terminal.end(LIMIT)
        rows = terminal.output.decode().replace("\r", "").split("\n")
        assert rows.index("ok    model    demo: this computer, no key") + 1 == rows.index("               needed")
    finally:
        terminal.close()


def test_every_row_of_a_result_ends_at_the_edge_and_none_before_it() -> None:
    words = " ".join(["four"] * 40)
    first, *further = fitted(words, 80, 15).split("\n")
    assert (len(first), {len(row) for row in further[:-1]}) == (79, {64})
