"""Recognises the file of another MCP host, where a configuration of ours was expected."""

from pathlib import Path

from ..problems import printable
from .read import HostFileError, read_host_text

MAX_CHARACTERS = 50_000
"""Of a file that is looked at: JSON with comments is read slowly."""


def host_file_hint(text: str, path: Path) -> str:
    """Return what to do with another host's list of servers; an empty string for anything else."""
    if len(text) > MAX_CHARACTERS:
        return ""
    # JSON with comments begins with one of these; the file may be called anything.
    suffixes = (".json",) if text.lstrip()[:1] in ("{", "/") else (".toml", ".yaml")
    for suffix in suffixes:
        try:
            listed = read_host_text(text, path.with_suffix(suffix))
        except HostFileError:
            continue
        number = len(listed.servers) + len(listed.left)
        servers = "a server" if number == 1 else f"{number} servers"
        command = f"tuui-sampling import {printable(str(path))}"
        return f"It lists {servers} in the form of another MCP host. To take them over, run: {command}"
    return ""
