"""Knows where other MCP hosts keep their lists of servers."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HostFile:
    """
    A file in which a host lists its servers.

    Attributes:
        host: What people call the host.
    """

    host: str
    path: Path


def host_files(environ: Mapping[str, str], folder: Path, platform: str = sys.platform) -> list[HostFile]:
    """
    Return the files that are there, in a fixed order; each once.

    Args:
        environ: Names the home folder, and the folders of some hosts.
        folder: The project whose own lists are looked for as well.
    """
    found = {one.path: one for one in reversed(list(_places(environ, folder, platform))) if one.path.is_file()}
    return list(reversed(found.values()))


def _places(environ: Mapping[str, str], folder: Path, platform: str) -> Iterator[HostFile]:
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    if platform == "darwin":
        applications = home / "Library" / "Application Support"
    elif platform == "win32":
        applications = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    else:
        applications = config
    goose = applications / "Block" / "goose" / "config" if platform == "win32" else config / "goose"
    zed = applications / "Zed" if platform == "win32" else config / "zed"
    codex = Path(environ.get("CODEX_HOME") or home / ".codex")
    yield HostFile("Claude Desktop", applications / "Claude" / "claude_desktop_config.json")
    yield HostFile("Claude Code", folder / ".mcp.json")
    yield HostFile("Claude Code", home / ".claude.json")
    yield HostFile("VS Code", folder / ".vscode" / "mcp.json")
    yield HostFile("VS Code", applications / "Code" / "User" / "mcp.json")
    yield HostFile("Cursor", folder / ".cursor" / "mcp.json")
    yield HostFile("Cursor", home / ".cursor" / "mcp.json")
    yield HostFile("Windsurf", home / ".codeium" / "windsurf" / "mcp_config.json")
    yield HostFile("Zed", zed / "settings.json")
    yield HostFile("Codex", codex / "config.toml")
    yield HostFile("goose", goose / "config.yaml")
    for name in ("opencode.json", "opencode.jsonc"):
        yield HostFile("opencode", folder / name)
        yield HostFile("opencode", config / "opencode" / name)
    yield HostFile("LM Studio", home / ".lmstudio" / "mcp.json")
