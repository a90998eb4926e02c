"""Declares the command line: the commands with their arguments, and the help; imports little but `argparse`."""

import argparse
import os
import sys

from .. import __version__

TYPE_CHECKING = False
"""As `typing.TYPE_CHECKING`, for a type checker: to import that module takes a tenth of what `--help` takes."""

if TYPE_CHECKING:
    from typing import Any, TypeAlias

LISTING = "complete-names"
"""The command that the completion scripts call; nothing lists it, not even what is said of an unknown one."""

MAX_LINGER = 86_400
"""Seconds that `call` may stay: a day."""

DESCRIPTION = "Human-in-the-loop approval of MCP sampling, in the terminal."

EXAMPLES = """\
without a command: the full-screen program, as it is configured

examples:
  tuui-sampling demo           try it: no configuration, no key, no network
  tuui-sampling init           write a first configuration, from three questions
  tuui-sampling import         take over the servers of other hosts
  tuui-sampling check --ping   does everything work?
  tuui-sampling                wait for requests, and decide about each
  tuui-sampling models         which models, what they can do, what they cost
  tuui-sampling call notes summarize --args '{"text": "..."}'
  tuui-sampling call notes summarize --args '{"text": "..."}' --decide rules

configuration: --config FILE, else $TUUI_SAMPLING_CONFIG, else config.toml in
your configuration folder; config.example.toml in the sources shows every key
"""

CALL_EXAMPLES = """\
deciding:
  ask      show each request and each response, and ask (without a terminal:
           reject)
  rules    pass what a rule of the configuration allows, reject all else
  approve  pass both gates unedited; what came while no call was under way is
           rejected
  reject   reject at the first gate

exit codes:
  0 the tool succeeded          1 it reported an error, or was rejected
  2 usage or configuration      3 the server could not be started, or died
  4 the model failed            130 interrupted

example:
  tuui-sampling call everything trigger-sampling-request \\
      --args '{"prompt": "hello"}' --decide approve
"""


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal: to find that out, argparse imports `shutil`, which takes half as long as itself."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class _RawHelp(_Help, argparse.RawDescriptionHelpFormatter):
    """The same, with descriptions as they are written."""


class _Parser(argparse.ArgumentParser):
    """A parser, as are those of its commands, whose help has the width that is found here."""

    def __init__(self, **given: "Any") -> None:
        super().__init__(**({"formatter_class": _Help} | given))


def _columns() -> int:
    """Return the width of the terminal as `shutil.get_terminal_size` does."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        found = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ is not None else 0
    except (ValueError, OSError):  # closed, or no terminal
        found = 0
    return found or 80  # some terminals say that they have none


_Commands: "TypeAlias" = "argparse._SubParsersAction[_Parser]"


def make_parser(*, with_listing: bool = False) -> argparse.ArgumentParser:
    """
    Return what reads our arguments. The command's name stands in `command`, and is a row of `COMMANDS` in `main`.

    Args:
        with_listing: It reads the command of the completion scripts, too.
    """
    parser = _Parser(
        prog="tuui-sampling",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=_RawHelp,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tuui-sampling {__version__}")
    _add_config(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser(
        "demo",
        help="the full-screen program with a bundled server and an offline model",
        description="Try the program: no configuration, no key, no network.",
    )
    _add_check(commands)
    _add_models(commands)
    _add_call(commands)
    _add_run(commands)
    _add_rules(commands)
    _add_init(commands)
    _add_import(commands)
    _add_trust(commands)
    _add_edit(commands)
    _add_completion(commands)
    if with_listing:
        _add_listing(commands)
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    # Suppressed, so that the subcommand's absent option does not undo the one before it.
    parser.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS, help="the configuration file")


def _add_init(commands: _Commands) -> None:
    init = commands.add_parser(
        "init",
        help="write a first configuration, from three questions",
        description="Ask which model is to answer and which server to start, and write a configuration with comments.",
        allow_abbrev=False,
    )
    _add_config(init)


def _add_trust(commands: _Commands) -> None:
    trust = commands.add_parser(
        "trust",
        help="say what a project's configuration would do, and let it",
        description="A configuration that is part of a project, such as a repository that you cloned, may not run "
        "programs, send requests or allow them until you have trusted it, as it stands.",
        allow_abbrev=False,
    )
    trust.add_argument("file", metavar="FILE", help="the configuration")
    trust.add_argument("--forget", action="store_true", help="trust it no longer")


def _add_edit(commands: _Commands) -> None:
    edit = commands.add_parser(
        "edit",
        help="open the configuration in $EDITOR, and check it before it is written",
        description="Open the configuration in $VISUAL, else $EDITOR, else vi. What is wrong with it is said before "
        "anything is written; a program that runs takes it over by itself.",
        allow_abbrev=False,
    )
    _add_config(edit)


def _add_completion(commands: _Commands) -> None:
    completion = commands.add_parser(
        "completion",
        help="print the completion script for a shell",
        description="Print the script that completes commands, servers, tools and models; save it where your shell "
        "looks for completions.",
        allow_abbrev=False,
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))


def _add_listing(commands: _Commands) -> None:
    listing = commands.add_parser(LISTING, add_help=False, prefix_chars="\0")  # every word is taken as it is
    listing.add_argument("kind", choices=("servers", "tools", "models"))
    listing.add_argument("words", nargs="*")


def _add_check(commands: _Commands) -> None:
    check = commands.add_parser(
        "check",
        help="say whether the configuration, the servers and the models work",
        description="Start each server and ask for its tools; look for each model's key. Exits with 0 when all is "
        "well, with 1 when not, with 2 when the configuration can't be used.",
        allow_abbrev=False,
    )
    _add_config(check)
    check.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    check.add_argument("--ping", action="store_true", help="send one short fixed prompt to each model")
    check.add_argument(
        "--schema", action="store_true", help="only print the configuration's JSON Schema, for editors of TOML"
    )


def _add_models(commands: _Commands) -> None:
    models = commands.add_parser(
        "models",
        help="list the configured models: what they can do, what they cost, and whether they have a key",
        description="List the configured models. Nothing is sent, but with --ping: that exits with 0 when the model "
        "answers, and with 4 when not.",
        allow_abbrev=False,
    )
    _add_config(models)
    models.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    either = models.add_mutually_exclusive_group()
    either.add_argument(
        "--ping", metavar="NAME", help="send one short fixed prompt to this model; it may cost a little"
    )
    models.add_argument(
        "--image", action="store_true", help="with --ping: send a small picture, and say whether the model sees it"
    )
    either.add_argument("--aliases", action="store_true", help="show what may stand in for what a server's hint names")


def _add_call(commands: _Commands) -> None:
    call = commands.add_parser(
        "call",
        help="call one tool, and decide about what it asks for",
        description="Call one tool of a server, and decide about the sampling that it asks for.",
        epilog=CALL_EXAMPLES,
        formatter_class=_RawHelp,
        allow_abbrev=False,
    )
    _add_config(call)
    call.add_argument("server", metavar="SERVER", help="its name in the configuration")
    call.add_argument("tool", metavar="TOOL", help="the tool's name")
    call.add_argument("--args", metavar="JSON", default="{}", help="the tool's arguments, a JSON object")
    call.add_argument("--decide", choices=("ask", "rules", "approve", "reject"), default="ask", help="default: ask")
    call.add_argument("--model", metavar="NAME", help="use this model, whatever the server would like")
    call.add_argument("--json", action="store_true", help="print one JSON object instead of the tool's content")
    call.add_argument(
        "--linger",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="stay so long once the tool has returned, for what the server asks then",
    )


def _seconds(text: str) -> float:
    """Return a number of seconds; a `ValueError` becomes argparse's own words."""
    seconds = float(text)
    if not 0 <= seconds <= MAX_LINGER:
        raise argparse.ArgumentTypeError(f"from 0 to {MAX_LINGER}")
    return seconds


def _add_import(commands: _Commands) -> None:
    take = commands.add_parser(
        "import",
        help="take servers over from Claude, VS Code, Cursor, Windsurf, Zed, Codex, goose, opencode, LM Studio …",
        description="Show the servers that other MCP hosts are configured with, and add those that you choose to the "
        "configuration. Secrets are not copied: each becomes the name of a variable that you set.",
        allow_abbrev=False,
    )
    _add_config(take)
    take.add_argument("files", metavar="FILE", nargs="*", help="a host's file; without one, those that are found")
    take.add_argument("--all", action="store_true", help="take all of them, and ask nothing")
    take.add_argument("--dry-run", action="store_true", help="print what would be written")


def _add_run(commands: _Commands) -> None:
    run = commands.add_parser(
        "run",
        help="keep the servers up without a screen, and decide by rules",
        description="Start every enabled server and answer what they ask, until a signal. What no rule allows is "
        "rejected. Each decision is one line of JSON on standard output.",
        allow_abbrev=False,
    )
    _add_config(run)
    run.add_argument("--decide", choices=("rules", "reject"), default="rules", help="default: rules")


def _add_rules(commands: _Commands) -> None:
    rules = commands.add_parser(
        "rules",
        help="list the rules, explain a decision, or try them on the record",
        description="List the rules in force with how often and when each matched last. Exits with 1 where one of "
        "them can match nothing.",
        allow_abbrev=False,
    )
    _add_config(rules)
    rules.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    what = rules.add_subparsers(dest="what", metavar="WHAT")
    explain = what.add_parser("explain", help="say rule by rule how one decision comes about", allow_abbrev=False)
    explain.add_argument(
        "review",
        metavar="REVIEW",
        help="its id, as `call --json` and the History show it, the beginning of that, or its number",
    )
    tried = what.add_parser("try", help="say what these rules would have done to the record", allow_abbrev=False)
    tried.add_argument("--since", metavar="AGE", default="7d", help="such as 12h, 7d or 4w; default: 7d")
