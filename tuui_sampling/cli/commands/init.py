"""
`tuui-sampling init`: three questions, and a configuration with comments.

Where there is one that has no model yet, as `import` leaves it, the first two are asked, and the model is added at its
end.
"""

import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ...config.files.source import read_source_if_any
from ...config.hosts.write import save
from ...config.load import ConfigError, parse_whatever_is_set
from ...config.paths import config_file
from ...config.trust import keep_trust
from ...config.written.template import ModelKind, configuration, first_model, model_kinds
from .. import exit_codes
from ..output import complain, complain_of_configuration, say

DEMO_COMMAND = (sys.executable, "-P", "-m", "tuui_sampling.demo")
"""Starts the bundled demonstration server."""


def run_init(config: str | None, environ: Mapping[str, str]) -> int:
    """Ask, write the configuration or its first model where there is none yet, and say what comes next."""
    path = config_file(Path(config) if config is not None else None, environ)
    try:
        before = read_source_if_any(path)
        has_models = bool(parse_whatever_is_set(before, environ, path).models)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    if has_models:
        complain(f"{path} is there already. To change it: tuui-sampling edit")
        return exit_codes.USAGE
    if not sys.stdin.isatty():
        complain("init asks questions, and there is no terminal to answer them on")
        return exit_codes.USAGE
    try:
        text = with_model(before, _typed) if before else _questions(_typed)
    except EOFError:
        say("Nothing was written.")
        return exit_codes.INTERRUPTED
    try:
        parse_whatever_is_set(text, environ, path)
        keep_trust(path, before, text)
        save(path, text)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    except OSError as error:
        complain(f"{path} can't be written: {error.strerror}")
        return exit_codes.USAGE
    say(f"Written to {path}. To see whether all is well: tuui-sampling check. Then: tuui-sampling")
    return exit_codes.OK


def _questions(ask: Callable[[str], str]) -> str:
    """
    Return the configuration that the answers make.

    Args:
        ask: Shows a question and returns what was typed.

    Raises:
        EOFError: Nobody answers.
    """
    kind, model = _model(ask, 3)
    say("3 of 3: the command that starts your MCP server, as in a shell; “demo” for the bundled one; nothing for none.")
    while True:
        typed = ask("command: ")
        try:
            command = list(DEMO_COMMAND) if typed == "demo" else shlex.split(typed)
        except ValueError:
            say("A quotation mark is missing.")
            continue
        return configuration(kind, model, command)


def with_model(before: str, ask: Callable[[str], str]) -> str:
    """
    Return a configuration that has no model, with the one at its end that the answers name.

    Args:
        ask: Shows a question and returns what was typed.

    Raises:
        EOFError: Nobody answers.
    """
    say("The configuration is there, and has no model yet: it is added at its end, and nothing else is changed.")
    kind, model = _model(ask, 2)
    return before.rstrip("\n") + "\n" + first_model(kind, model)


def _model(ask: Callable[[str], str], questions: int) -> tuple[ModelKind, str]:
    """Ask for a kind of model, and for the provider's name of it where it needs one."""
    kinds = model_kinds()
    say(f"1 of {questions}: which model is to answer? A number; the first one where you type nothing.")
    for number, kind in enumerate(kinds, 1):
        say(f"  {number:>2}  {kind.label}")
    kind = _chosen(kinds, ask)
    if not kind.needs_model:
        say(f"2 of {questions}: that one needs no name.")
        return kind, ""
    model = ask(f"2 of {questions}: the provider's name of the model; {kind.example} where you type nothing: ")
    model = model or kind.example
    if kind.variable is not None:
        say(f"Its key is read from {kind.variable} at each call, and is kept nowhere.")
    return kind, model


def _chosen(kinds: tuple[ModelKind, ...], ask: Callable[[str], str]) -> ModelKind:
    while True:
        typed = ask("model: ")
        if not typed:
            return kinds[0]
        named = [kind for number, kind in enumerate(kinds, 1) if typed in (str(number), kind.name)]
        if named:
            return named[0]
        say(f"A number from 1 to {len(kinds)}, please.")


def _typed(question: str) -> str:
    """
    Return what somebody types on the terminal.

    Raises:
        EOFError: They end the input.
    """
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()
