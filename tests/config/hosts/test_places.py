"""The files of the hosts are found by themselves, on each system, and each once."""

from pathlib import Path

import pytest

from tuui_sampling.config.hosts.places import host_files

LINUX = {
    ".config/Claude/claude_desktop_config.json": "Claude Desktop",
    ".claude.json": "Claude Code",
    ".config/Code/User/mcp.json": "VS Code",
    ".cursor/mcp.json": "Cursor",
    ".codeium/windsurf/mcp_config.json": "Windsurf",
    ".config/zed/settings.json": "Zed",
    ".codex/config.toml": "Codex",
    ".config/goose/config.yaml": "goose",
    ".config/opencode/opencode.json": "opencode",
    ".lmstudio/mcp.json": "LM Studio",
}
MAC = {
    "Library/Application Support/Claude/claude_desktop_config.json": "Claude Desktop",
    "Library/Application Support/Code/User/mcp.json": "VS Code",
}
WINDOWS = {
    "AppData/Roaming/Claude/claude_desktop_config.json": "Claude Desktop",
    "AppData/Roaming/Block/goose/config/config.yaml": "goose",
}


@pytest.mark.parametrize(("platform", "files"), [("linux", LINUX), ("darwin", MAC), ("win32", WINDOWS)])
def test_the_files_of_the_user_are_found(tmp_path: Path, platform: str, files: dict[str, str]) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = host_files({"HOME": str(tmp_path)}, tmp_path / "elsewhere", platform)
    assert {str(one.path.relative_to(tmp_path)): one.host for one in found} == files


def test_the_files_of_a_project_are_found_and_none_twice(tmp_path: Path) -> None:
    for name in (".mcp.json", ".vscode/mcp.json", ".cursor/mcp.json", "opencode.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = host_files({"HOME": str(tmp_path)}, tmp_path, "linux")  # the home folder is the project
    assert [one.host for one in found] == ["Claude Code", "VS Code", "Cursor", "opencode"]


def test_folders_that_a_variable_names_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    (found,) = host_files({"HOME": str(tmp_path / "home"), "CODEX_HOME": str(tmp_path)}, tmp_path, "linux")
    assert found.host == "Codex"
