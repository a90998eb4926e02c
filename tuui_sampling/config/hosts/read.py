"""
Reads a host's file, whichever it is, and returns the servers that are listed in it.

The form is known by what stands in the file: `mcpServers` (Claude Desktop, Claude Code, Cursor, Windsurf, LM Studio and
most others), `servers` with `inputs` (VS Code), `context_servers` (Zed), `mcp` (opencode), `mcp_servers` in TOML
(Codex), `extensions` in YAML (goose).
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files.regular import NotRegular, TooLarge, read_regular
from .entries import NoServer, host_server
from .server import HostServer

MAX_BYTES = 32 * 1024 * 1024
"""Of a host's file; Claude Code keeps more in its own than the servers."""


class HostFileError(Exception):
    """The file can't be read as a list of servers; the text says why."""


@dataclass(frozen=True)
class HostList:
    """
    What a host's file lists.

    Attributes:
        servers: Those that can be taken over.
        left: The names of others, and why they can't be.
    """

    servers: tuple[HostServer, ...]
    left: Mapping[str, str]


def read_host_file(path: Path) -> HostList:
    """
    Return the servers of a host's file.

    Raises:
        HostFileError: It can't be read, or lists none.
    """
    try:
        raw, _ = read_regular(path, MAX_BYTES)
    except (NotRegular, TooLarge) as error:
        raise HostFileError(f"it {error.strerror}") from error
    except OSError as error:
        raise HostFileError(error.strerror or type(error).__name__) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HostFileError(f"it is not UTF-8 (byte {error.start})") from error
    return read_host_text(text, path)


def read_host_text(text: str, path: Path) -> HostList:
    """
    Return the servers that a file's text lists.

    Args:
        path: Its place; the ending says whether it is TOML or YAML, and the folder which project it belongs to.

    Raises:
        HostFileError: It is no such list.
    """
    document = _parsed(text, path.suffix.casefold())
    servers: dict[str, HostServer] = {}
    left: dict[str, str] = {}
    for name, entry, inputs, project in _entries(document, path):
        try:
            if not isinstance(entry, Mapping):
                raise NoServer("its entry is not a table")
            servers.setdefault(name, host_server(name, entry, inputs=inputs, project=project))
        except NoServer as error:
            left[name] = str(error)
    if not servers and not left:
        raise HostFileError("it lists no MCP servers in any form that is known")
    return HostList(tuple(servers.values()), left)


def _parsed(text: str, suffix: str) -> Mapping[str, Any]:
    try:
        if suffix == ".toml":
            document: object = tomllib.loads(text)
        elif suffix in (".yaml", ".yml"):
            import yaml

            try:
                document = yaml.safe_load(text)
            except yaml.YAMLError as error:
                raise HostFileError(f"it is not YAML: {error}") from error
        else:
            document = _json(text)
    except tomllib.TOMLDecodeError as error:
        raise HostFileError(f"it is not TOML: {error}") from error
    except RecursionError as error:
        raise HostFileError("it is nested too deeply") from error
    if not isinstance(document, Mapping):
        raise HostFileError("it holds no table")
    return document


def _json(text: str) -> object:
    """Return JSON, also with the comments and trailing commas that editors allow."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as plain:
        import json5  # slow, so that it only reads what needs it

        try:
            return json5.loads(text)
        except ValueError as error:
            raise HostFileError(f"it is not JSON: {plain}") from error


def _entries(document: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Any, dict[str, str], Path | None]]:
    """Yield every entry: its name, what stands there, what VS Code would ask for, and the project's folder."""
    inputs = {
        str(one["id"]): str(one.get("description", ""))
        for one in _list(document.get("inputs"))
        if isinstance(one, Mapping) and "id" in one
    }
    project = _project(path)
    nested = document.get("mcp")
    lists = [document.get(key) for key in ("mcpServers", "servers", "context_servers", "mcp_servers", "extensions")]
    if isinstance(nested, Mapping):  # opencode; older VS Code keeps them in its settings
        lists.append(nested.get("servers") if isinstance(nested.get("servers"), Mapping) else nested)
    for one in lists:
        for name, entry in _table(one).items():
            yield str(name), entry, inputs, project
    for folder, settings in _table(document.get("projects")).items():  # Claude Code
        for name, entry in _table(_table(settings).get("mcpServers")).items():
            yield str(name), entry, inputs, Path(str(folder))


def _project(path: Path) -> Path | None:
    """Return the folder of the project that a file belongs to; None for a file of the user's own."""
    if path.parent.name in (".vscode", ".cursor") and path.parent.parent != Path.home():
        return path.parent.parent
    return path.parent if path.name in (".mcp.json", "opencode.json", "opencode.jsonc") else None


def _table(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
