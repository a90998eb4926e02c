"""Somebody starts the program who has no configuration yet."""

import json
from pathlib import Path

from tests.support.terminal.program import running


def test_three_questions_lead_to_a_running_program(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with running("--config", str(config), cwd=tmp_path) as program:
        program.wait_for("There is no configuration yet")
        program.send("n\r")
        program.wait_for("1 of 3")
        program.send("1\r")
        program.wait_for("command:")
        program.send("demo\r")
        program.wait_for("1 of 1 server")
        program.press("q")
        assert program.end() == 0
    assert "tuui_sampling.demo" in config.read_text()


def test_servers_of_another_host_are_taken_over(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    (tmp_path / ".mcp.json").write_text(json.dumps({"mcpServers": {"echo": {"command": "cat", "args": ["-u"]}}}))
    with running("--config", str(config), cwd=tmp_path) as program:
        program.wait_for("take over the servers of Claude Code")
        program.send("i\r")
        program.wait_for("cat -u")
        program.send("1\r")
        program.wait_for("Written to")
        assert program.end() == 0
    assert "[servers.echo]" in config.read_text()


def test_who_only_looks_leaves_nothing_behind(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with running("--config", str(config), cwd=tmp_path) as program:
        program.wait_for("There is no configuration yet")
        program.send("what\r")
        program.send("q\r")
        assert program.end() == 0
    assert not config.exists()
