"""Whatever somebody chooses at the beginning, the configuration that is written is valid."""

from pathlib import Path

import pytest

from tuui_sampling.config.load import parse
from tuui_sampling.config.written.template import ModelKind, configuration, model_kinds, server_name


@pytest.mark.parametrize("kind", model_kinds(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("command", [[], ["cat"], ["npx", "-y", 'a "b"']], ids=["none", "plain", "quoted"])
def test_every_choice_is_a_valid_configuration(kind: ModelKind, command: list[str], tmp_path: Path) -> None:
    settings = parse(configuration(kind, "some-model", command), {}, tmp_path / "config.toml")
    assert settings.default_model == kind.name
    assert settings.models[kind.name].provider == kind.table["provider"]
    assert "me" in settings.models
    assert [(one.command, *one.args) for one in settings.servers.values()] == ([tuple(command)] if command else [])
    if kind.needs_model:
        assert settings.models[kind.name].model == "some-model"
        assert settings.models[kind.name].api_key_env == kind.variable


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("npx -y @modelcontextprotocol/server-everything", "everything"),
        ("npx -y @modelcontextprotocol/server-filesystem@2.1 /home/me", "filesystem"),
        ("uvx mcp-server-git --repository .", "git"),
        ("uv run notes-mcp", "notes"),
        ("/usr/bin/python3 -P -m tuui_sampling.demo", "demo"),
        ("node build/index.js", "index"),
        ("npx", "first"),
        ("npx é", "first"),
        ("server-", "first"),
    ],
)
def test_a_server_is_named_after_what_its_command_starts(command: str, name: str) -> None:
    assert server_name(command.split()) == name
    text = configuration(model_kinds()[0], "", command.split())
    assert f"\n[servers.{name}]\n" in text and "\n[models.demo]\n" in text
