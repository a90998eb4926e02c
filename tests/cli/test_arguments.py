"""The command line as it is declared: each command is run by something, and is told of."""

import argparse
import os
import shutil
import subprocess
import sys

import pytest

from tests.support.paths import ROOT
from tuui_sampling.cli.arguments import LISTING, make_parser
from tuui_sampling.cli.main import COMMANDS

PAGES = "".join((ROOT / page).read_text() for page in ("README.md", "docs/SCRIPTS.md", "docs/MODELS.md"))


def commands() -> set[str]:
    """Return the names of all commands."""
    (table,) = (one for one in make_parser()._actions if isinstance(one, argparse._SubParsersAction))
    return set(table.choices)


def test_each_command_is_run_by_something() -> None:
    assert {None, LISTING, *commands()} == COMMANDS.keys()


def test_each_command_is_told_of() -> None:
    assert {name for name in commands() if f"tuui-sampling {name}" not in PAGES} == {"demo"}  # `make demo`


def test_the_help_imports_no_more_than_argparse_needs() -> None:
    """`shutil`, which argparse would import for the width of the terminal, takes half as long as itself."""
    ours = "import sys; sys.path.insert(0, sys.argv[1]); from tuui_sampling.cli.arguments import make_parser"
    script = f"{ours}; make_parser().format_help(); print('shutil' in sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", script, str(ROOT)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize("columns", ["60", "100", "0", "wide", ""])
def test_the_help_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ours = make_parser()
    assert {len(line) <= shutil.get_terminal_size().columns for line in ours.format_usage().splitlines()} == {True}
    assert ours._get_formatter()._width == shutil.get_terminal_size().columns - 2


def test_a_terminal_that_does_not_know_its_width_is_eighty_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert make_parser()._get_formatter()._width == 78
