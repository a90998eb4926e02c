"""`tuui-sampling import`: what is found is shown in full, and written only where somebody chose it."""

import io
import json
import tomllib
from pathlib import Path

import pytest

from tests.support.program import run
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands import import_servers
from tuui_sampling.cli.main import main

LISTED = {
    "mcpServers": {
        "one": {"command": "cat", "args": ["-u"]},
        "two": {"command": "cat", "env": {"API_KEY": "an-example-of-a-secret"}},
        "three": {"url": "https://three.example.com/mcp"},
    }
}


@pytest.fixture
def mcp_json(tmp_path: Path) -> Path:
    """Return a host's file."""
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps(LISTED))
    return path


def servers_of(path: Path) -> dict[str, object]:
    """Return the servers of a configuration."""
    tables: dict[str, object] = tomllib.loads(path.read_text())["servers"]
    return tables


def test_all_is_taken_over_and_what_must_be_set_is_told(
    mcp_json: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    assert main(["--config", str(config), "import", "--all", str(mcp_json)]) == exit_codes.OK
    assert set(servers_of(config)) == {"one", "two", "three"}
    told = capsys.readouterr()
    assert "cat -u" in told.out and "https://three.example.com/mcp" in told.out
    assert "Set API_KEY before you start" in told.err
    assert "an-example-of-a-secret" not in told.out + told.err + config.read_text()


def test_a_second_time_names_are_told_apart_and_nothing_else_changes(mcp_json: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('# mine\n[servers.one]\ncommand = "true"\n')
    config.chmod(0o600)
    assert main(["--config", str(config), "import", "--all", str(mcp_json)]) == exit_codes.OK
    assert config.read_text().startswith('# mine\n[servers.one]\ncommand = "true"\n')
    assert set(servers_of(config)) == {"one", "one-2", "two", "three"}


def test_what_is_configured_already_is_said_and_taken_only_by_its_number(
    mcp_json: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    monkeypatch.chdir(tmp_path)
    line = ["--config", str(config), "import"]
    assert main([*line, "--all", mcp_json.name]) == exit_codes.OK
    assert f"from {mcp_json}" in config.read_text(), "where it came from is told whole"
    before = config.read_text()
    capsys.readouterr()
    assert main([*line, "--all", mcp_json.name]) == exit_codes.OK
    told = capsys.readouterr()
    assert "2  two  (already configured as two)" in told.out and "Nothing was taken over." in told.err
    assert config.read_text() == before
    monkeypatch.setattr("sys.stdin", Typed("7\nall\n"))
    assert main([*line, mcp_json.name]) == exit_codes.OK
    assert config.read_text() == before
    told = capsys.readouterr()
    assert "A number from 1 to 3, please." in told.err and "“all” that are not configured yet" in told.err
    monkeypatch.setattr("sys.stdin", Typed("2\n"))
    assert main([*line, mcp_json.name]) == exit_codes.OK
    assert set(servers_of(config)) == {"one", "two", "three", "two-2"}
    assert "two is already configured as two: it becomes two-2." in capsys.readouterr().err


class Typed(io.StringIO):
    """What somebody types on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ("2", [2]),
        ("1 3", [1, 3]),
        ("1,3", [1, 3]),
        ("1-3", [1, 2, 3]),
        ("3 3", [3]),
        ("all", [1, 2, 3]),
        ("", []),
        ("none", []),
        ("4", None),
        ("0", None),
        ("x", None),
        ("3-1", None),
        ("9" * 5000, None),
    ],
)
def test_what_somebody_chooses(answer: str, taken: list[int] | None) -> None:
    assert import_servers._numbers(answer, 3) == taken


def test_nobody_to_ask_takes_nothing(mcp_json: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    done = run("--config", config, "import", mcp_json)
    assert done.returncode == exit_codes.OK and "--all" in done.stderr
    assert not config.exists()


def test_a_dry_run_prints_and_writes_nothing(
    mcp_json: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    assert main(["--config", str(config), "import", "--all", "--dry-run", str(mcp_json)]) == exit_codes.OK
    assert "[servers.two]" in capsys.readouterr().out
    assert not config.exists()


def test_a_broken_configuration_is_not_added_to(
    mcp_json: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("servers = 3\n")
    assert main(["--config", str(config), "import", "--all", str(mcp_json)]) == exit_codes.USAGE
    assert config.read_text() == "servers = 3\n"
    assert "the configuration can't be used" in capsys.readouterr().err


def test_what_is_found_by_itself_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    config = tmp_path / "config.toml"
    assert main(["--config", str(config), "import", "--all"]) == exit_codes.USAGE
    assert "name its file" in capsys.readouterr().err
    (tmp_path / ".cursor").mkdir()
    (tmp_path / ".cursor" / "mcp.json").write_text(json.dumps(LISTED))
    assert main(["--config", str(config), "import", "--all"]) == exit_codes.OK
    assert "from Cursor:" in capsys.readouterr().out
