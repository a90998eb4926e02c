"""Each host's form of its list: what becomes of every entry, and what is said where nothing can."""

from pathlib import Path
from typing import Any

import pytest

from tuui_sampling.config.hosts import read
from tuui_sampling.config.hosts.read import HostFileError, read_host_file, read_host_text

FILES = Path(__file__).parent / "files"

TABLES: dict[str, dict[str, dict[str, Any]]] = {
    "claude_desktop.json": {
        "everything": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-everything"]},
        "github": {
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-github"],
            "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "${GITHUB_PERSONAL_ACCESS_TOKEN}", "LOG": "debug"},
        },
    },
    "claude_code.json": {
        "docs": {"url": "${DOCS_URL}/mcp", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}},
        "shop": {"command": "node", "args": ["server.js"]},
    },
    "vscode.json": {
        "perplexity": {
            "command": "docker",
            "args": ["run", "-i", "--rm", "-e", "PERPLEXITY_API_KEY", "mcp/perplexity"],
            "env": {"PERPLEXITY_API_KEY": "${PERPLEXITY_KEY}"},
        },
        "files": {"command": "uvx", "args": ["mcp-files", "PROJECT/docs"]},
        "old": {"url": "https://old.example.com/sse", "transport": "sse"},
    },
    "cursor.json": {
        "tracker": {
            "url": "https://tracker.example.com/mcp",
            "headers": {"X-Api-Key": "${TRACKER_KEY}", "X-Team": "docs"},
        }
    },
    "windsurf.json": {
        "search": {"url": "https://search.example.com/mcp?api_key=${SEARCH_API_KEY}", "enabled": False},
    },
    "zed.json": {
        "new": {"command": "uvx", "args": ["mcp-new"]},
        "old": {"command": "/opt/tools/old server", "args": ["run"], "env": {"MODE": "fast"}},
    },
    "codex.toml": {
        "context": {
            "command": "npx",
            "args": ["-y", "context-mcp", "--api-key", "${CONTEXT_API_KEY}"],
            "enabled": False,
            "startup_timeout": 45,
        },
        "figma": {
            "url": "https://figma.example.com/mcp",
            "headers": {"X-Region": "eu", "X-User": "${FIGMA_USER}", "Authorization": "Bearer ${FIGMA_TOKEN}"},
        },
    },
    "goose.yaml": {
        "mail": {
            "command": "uvx",
            "args": ["mcp-mail"],
            "inherit_env": ["MAIL_PASSWORD"],
            "env": {"MAIL_HOST": "mail.example.com"},
        },
        "remote": {"url": "https://remote.example.com/mcp", "enabled": False},
    },
    "opencode.jsonc": {
        "local": {"command": "bun", "args": ["x", "my-mcp"], "env": {"KEY": "${MY_KEY}"}},
        "remote": {"url": "https://mcp.example.com", "headers": {"Authorization": "Bearer ${API_KEY}"}},
    },
    "lm_studio.json": {
        "hub": {"url": "https://hub.example.com/mcp", "headers": {"Authorization": "Bearer ${HUB_AUTHORIZATION}"}},
    },
    "windows.json": {
        "notes": {
            "command": "C:\\Program Files\\nodejs\\node.exe",
            "args": ["C:\\Users\\me\\notes\\index.js", "--root", "${HOME}\\notes", "literal $${ brace"],
        }
    },
}
"""What each host's file becomes."""

LEFT = {"goose.yaml": {"developer"}, "zed.json": {"packaged"}}
"""What is part of the host itself, and can't be taken over."""


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_host_s_file_becomes_our_tables(name: str) -> None:
    listed = read_host_file(FILES / name)
    assert {server.name: dict(server.table) for server in listed.servers} == TABLES[name]
    assert set(listed.left) == LEFT.get(name, set())


def test_there_is_a_sample_of_every_form() -> None:
    assert {path.name for path in FILES.iterdir()} == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_secret_is_copied(name: str) -> None:
    servers = read_host_file(FILES / name).servers
    kept = repr([(server.table, server.notes, server.variables, server.runs) for server in servers])
    assert "an-example-of-a-secret" not in kept
    assert "anexampleofasecret" not in kept


@pytest.mark.parametrize(
    ("text", "suffix", "problem"),
    [
        ("{", ".json", "it is not JSON"),
        ("[]", ".json", "it holds no table"),
        ("{}", ".json", "it lists no MCP servers"),
        ('{"mcpServers": []}', ".json", "it lists no MCP servers"),
        ("a = ", ".toml", "it is not TOML"),
        ("a: [", ".yaml", "it is not YAML"),
        ("[" * 100_000, ".json", "nested too deeply"),
    ],
)
def test_what_is_no_list_is_told(text: str, suffix: str, problem: str) -> None:
    with pytest.raises(HostFileError, match=problem):
        read_host_text(text, Path(f"some{suffix}"))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("3", "its entry is not a table"),
        ("{}", "it has neither a command nor a url"),
        ('{"command": ""}', "it has neither a command nor a url"),
        ('{"command": 3}', "it has neither a command nor a url"),
        ('{"command": []}', "it has neither a command nor a url"),
        ('{"type": "builtin"}', "it is part of the host itself (builtin)"),
    ],
)
def test_an_entry_that_is_no_server_costs_that_entry(entry: str, why: str) -> None:
    text = f'{{"mcpServers": {{"odd": {entry}, "good": {{"command": "cat"}}}}}}'
    listed = read_host_text(text, Path("mcp.json"))
    assert [server.name for server in listed.servers] == ["good"]
    assert listed.left == {"odd": why}


def test_a_file_that_can_t_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HostFileError, match="No such file"):
        read_host_file(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_bytes(b'{"mcpServers": "\xff"}')
    with pytest.raises(HostFileError, match="not UTF-8"):
        read_host_file(broken)
    monkeypatch.setattr(read, "MAX_BYTES", 4)
    with pytest.raises(HostFileError, match="larger than"):
        read_host_file(broken)


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        ("shop/.vscode/mcp.json", "shop"),
        ("shop/.cursor/mcp.json", "shop"),
        ("shop/.mcp.json", "shop"),
        ("shop/opencode.json", "shop"),
        ("Code/User/mcp.json", None),
    ],
)
def test_the_project_of_a_file_is_the_folder_it_lies_in(tmp_path: Path, place: str, folder: str | None) -> None:
    text = '{"mcpServers": {"a": {"command": "x", "args": ["${workspaceFolder}/y"]}}}'
    (server,) = read_host_text(text, tmp_path / place).servers
    assert server.table["args"] == [f"{tmp_path / folder}/y" if folder else "PROJECT/y"]
    assert any("PROJECT" in note for note in server.notes) is (folder is None)
