"""The files of eleven hosts, each in its place: found, imported, and every server started by `check`."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT, raw_server
from tests.support.program import COMMAND as COMMAND_LINE
from tests.support.program import run
from tuui_sampling.cli import exit_codes

SECRET = "sk-ant-an-example-of-a-secret"

COMMAND = raw_server().argv
PROGRAM, SCRIPT = json.dumps(COMMAND[0]), json.dumps(COMMAND[1:])
"""A server that needs nothing but Python, as the texts that stand in a host's file."""

HOME_FILES = {
    ".config/Claude/claude_desktop_config.json": """{"mcpServers": {"claude-desktop": {
        "command": %(program)s, "args": %(script)s, "env": {"ANTHROPIC_API_KEY": "%(secret)s"}}}}""",
    ".claude.json": """{"numStartups": 3, "projects": {"%(project)s": {"mcpServers": {"claude-project": {
        "type": "stdio", "command": %(program)s, "args": %(script)s}}}},
        "mcpServers": {"off-there": {"command": %(program)s, "args": %(script)s, "disabled": true}}}""",
    ".cursor/mcp.json": """{
        // a comment, and a trailing comma
        "mcpServers": {"cursor": {"command": "${env:MY_PYTHON}", "args": %(script)s,},},
    }""",
    ".codeium/windsurf/mcp_config.json": """{"mcpServers": {"windsurf": {
        "command": %(program)s, "args": %(script)s, "disabled": false, "alwaysAllow": ["echo"]}}}""",
    ".config/zed/settings.json": """{ /* of the editor */ "theme": "One Dark",
        "context_servers": {"zed": {"source": "custom", "command": {"path": %(program)s, "args": %(script)s}}}}""",
    ".codex/config.toml": """model = "x"
        [mcp_servers.codex]
        command = %(program)s
        args = %(script)s
        startup_timeout_sec = 60""",
    ".config/goose/config.yaml": """extensions:
        goose: {type: stdio, enabled: true, cmd: %(program)s, args: %(script)s, env_keys: [MY_TOKEN], timeout: 300}
        developer: {type: builtin, enabled: true}""",
    ".config/opencode/opencode.jsonc": """{"mcp": {"opencode": {"type": "local", // one list
        "command": [%(program)s, %(parts)s], "enabled": true, "environment": {"MODE": "{env:MY_MODE}"}},}}""",
    ".lmstudio/mcp.json": '{"mcpServers": {"lm-studio": {"command": %(program)s, "args": %(script)s}}}',
}

PROJECT_FILES = {
    ".mcp.json": """{"mcpServers": {"claude-code": {
        "command": %(program)s, "args": %(script)s, "env": {"PLACE": "${HOME:-nowhere}"}}}}""",
    ".vscode/mcp.json": """{"inputs": [{"type": "promptString", "id": "the-key", "password": true}],
        "servers": {"vscode": {"type": "stdio", "command": %(program)s, "args": %(script)s,
            "cwd": "${workspaceFolder}", "env": {"KEY": "${input:the-key}"}}}}""",
}

PLAIN = """{"mcpServers": {"plain": {"command": %(program)s, "args": %(other)s},
    "windows": {"disabled": true, "command": "C:\\\\Program Files\\\\nodejs\\\\node.exe", "args": ["C:\\\\me\\\\x.js"]
}}}"""


def placed(folder: Path, files: dict[str, str], project: Path) -> None:
    """Write hosts' files to their places."""
    values = {
        "program": PROGRAM,
        "script": SCRIPT,
        "other": json.dumps(["-B", *json.loads(SCRIPT)]),
        "parts": SCRIPT[1:-1],
        "secret": SECRET,
        "project": str(project),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text % values)


def test_every_host_s_servers_are_found_imported_and_start(tmp_path: Path) -> None:
    home, project, config = tmp_path / "home", tmp_path / "home" / "shop", tmp_path / "mine" / "config.toml"
    placed(home, HOME_FILES, project)
    placed(project, PROJECT_FILES, project)
    placed(home, {"plain.json": PLAIN}, project)
    tmp_path.chmod(0o700)
    places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "CODEX_HOME": str(home / ".codex")}

    # what a person sees: where each was found, the whole command, and what they must do
    told = ""
    for arguments in ((), (str(home / "plain.json"),)):
        done = run_in(project, "import", "--all", "--config", str(config), *arguments, **places)
        assert done.returncode == exit_codes.OK, done.stderr
        told += done.stdout + done.stderr
    hosts = ("Claude Desktop", "Claude Code", "VS Code", "Cursor", "Windsurf", "Zed", "Codex", "goose", "opencode")
    assert [host for host in (*hosts, "LM Studio") if f"from {host}: " not in told] == []
    assert told.count(" ".join(COMMAND)) >= 11
    assert "developer can't be taken over: it is part of the host itself (builtin)" in told
    variables = ("ANTHROPIC_API_KEY", "MY_PYTHON", "THE_KEY", "MY_TOKEN", "MY_MODE")
    assert [name for name in variables if f"Set {name} before you start" not in told] == []
    assert SECRET not in told + config.read_text()

    # one server of each starts, once what must be set is set; what was switched off there is switched off here
    tables: dict[str, dict[str, Any]] = tomllib.loads(config.read_text())["servers"]
    assert tables["vscode"]["cwd"] == str(project) and tables["codex"]["startup_timeout"] == 60
    assert {name for name, table in tables.items() if table.get("enabled") is False} == {"off-there", "windows"}
    config.write_text(config.read_text() + '[models.demo]\nprovider = "demo"\n')
    share = {"ANTHROPIC_API_KEY": "x", "THE_KEY": "x", "MY_TOKEN": "x", "MY_MODE": "x", "MY_PYTHON": sys.executable}
    done = run("check", "--json", "--config", config, **share, **places)
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"] if one["kind"] == "server"}
    started = {name for name, one in found.items() if one["level"] == "ok"}
    assert started == set(tables) - {"off-there", "windows"}, [one for one in found.values() if one["level"] == "fail"]
    assert len(started) == 12, "eleven hosts, of which Claude Code has two files"
    assert done.returncode == exit_codes.OK


def run_in(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, as a person stands in a project."""
    return subprocess.run(
        [sys.executable, *COMMAND_LINE, *arguments],
        cwd=folder,
        env=os.environ | environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
