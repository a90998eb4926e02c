"""The command line as it is declared: each command is run by something, and is told of."""

import argparse

from tests.support.paths import ROOT
from tuui_sampling.cli.arguments import make_parser
from tuui_sampling.cli.completion import LISTING
from tuui_sampling.cli.main import COMMANDS

PAGES = "".join((ROOT / page).read_text() for page in ("README.md", "docs/SCRIPTS.md", "docs/MODELS.md"))


def commands() -> set[str]:
    """Return the names of all commands."""
    (table,) = (one for one in make_parser()._actions if isinstance(one, argparse._SubParsersAction))
    return set(table.choices)


def test_each_command_is_run_by_something() -> None:
    assert {None, *commands()} == COMMANDS.keys()


def test_each_command_is_told_of() -> None:
    assert {name for name in commands() if f"tuui-sampling {name}" not in PAGES} == {"demo", LISTING}  # `make demo`
