"""
Which tools each configured server listed when it last ran: kept between runs, so that a shell can complete their names.

A small JSON file in the user's state folder. Whatever is wrong with it, it is as if there were none.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from .files.regular import read_regular
from .paths import state_dir
from .private_files import private_folder, write_private

MAX_SERVERS = 200
MAX_TOOLS = 1_000
"""Servers, and tools of each, that are kept; the oldest servers are forgotten first."""

MAX_BYTES = 4_000_000
"""Of the file; one that is larger was not written by us."""


def tool_names_file() -> Path:
    """Return where the names lie."""
    return state_dir() / "tool-names.json"


def known_tools() -> dict[str, list[str]]:
    """Return the names of the tools by the configured names of their servers. All of it is foreign text."""
    try:
        value = json.loads(read_regular(tool_names_file(), MAX_BYTES)[0])
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        name: [tool for tool in tools if isinstance(tool, str)]
        for name, tools in value.items()
        if isinstance(tools, list)
    }


def remember_tools(found: Mapping[str, Sequence[str]]) -> None:
    """Remember what servers have listed, in place of what they had listed before."""
    before = known_tools()
    after = {name: tools for name, tools in before.items() if name not in found}
    after |= {name: list(tools)[:MAX_TOOLS] for name, tools in found.items()}
    newest = dict(list(after.items())[-MAX_SERVERS:])
    if newest == before:
        return
    with contextlib.suppress(OSError):
        private_folder((path := tool_names_file()).parent)
        write_private(path, json.dumps(newest).encode("utf-8", "surrogatepass"))
