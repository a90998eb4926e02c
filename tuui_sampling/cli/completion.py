"""
Completes the command in a shell: the script that `shtab` makes of our arguments, and the names that it asks us for.

The script calls `tuui-sampling complete-names KIND WORDS…` when names of servers, tools or models are wanted. Only
names that no shell takes for anything else are told: bash expands what it is given.
"""

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..config.load import ConfigError, load
from ..config.paths import config_file
from ..config.settings import Settings
from ..config.tool_names import known_tools
from .arguments import LISTING

KINDS = ("servers", "tools", "models")

ARGUMENTS: Mapping[str, str] = {
    "server": "servers",
    "tool": "tools",
    "model": "models",
    "ping": "models",
    "config": "file",
    "files": "file",
    "file": "file",
}
"""The names of arguments → what completes them."""

_HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,199}")


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """
    Return the script that completes our command.

    Args:
        shell: bash, zsh or fish.
    """
    import shtab

    _mark(parser)
    return str(shtab.complete(parser, shell))


def names(kind: str, words: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """
    Return the names of one kind.

    Args:
        words: What stands on the command line so far: it may name a configuration, and the server of the tools.
    """
    try:
        settings = load(config_file(_config_in(words), environ), environ)
    except ConfigError:
        return []
    return [name for name in dict.fromkeys(_names(kind, words, settings)) if _HARMLESS.fullmatch(name)]


def _names(kind: str, words: Sequence[str], settings: Settings) -> Iterable[str]:
    if kind != "tools":
        return settings.servers if kind == "servers" else settings.models
    tools = known_tools()
    named = [name for name in settings.servers if name in words]
    return [tool for name in named or settings.servers for tool in tools.get(name, ())]


def _config_in(words: Sequence[str]) -> Path | None:
    for number, word in enumerate(words):
        option, is_joined, value = word.partition("=")
        if option == "--config" and (is_joined or number + 1 < len(words)):
            return Path(value if is_joined else words[number + 1])
    return None


def _mark(parser: argparse.ArgumentParser) -> None:
    """Say of each argument what completes it, where shtab looks for it."""
    for action in parser._actions:  # argparse has no public list of them; shtab reads the same one
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _mark(inner)
        elif (kind := ARGUMENTS.get(action.dest)) is not None and action.nargs != 0:
            action.complete = "file" if kind == "file" else _listing(kind)  # type: ignore[attr-defined]


def _listing(kind: str) -> dict[str, object]:
    """Return what lists names of one kind, by shell; the words on the line go along."""
    command, function = f"tuui-sampling {LISTING} {kind}", f"_tuui_sampling_{kind}"
    in_bash = f'compgen -W "$({command} "${{COMP_WORDS[@]}}" 2>/dev/null)" -- "$1"'
    in_zsh = f"compadd -- $({command} $words 2>/dev/null)"
    return {
        "bash": function,
        "zsh": function,
        "fish": f"({command} (commandline -opc) 2>/dev/null)",
        "preamble": {
            shell: f"{function}() {{\n  {inside}\n}}" for shell, inside in (("bash", in_bash), ("zsh", in_zsh))
        },
    }
