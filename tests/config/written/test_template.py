"""Whatever somebody chooses at the beginning, the configuration that is written is valid."""

from pathlib import Path

import pytest

from tuui_sampling.config.load import parse
from tuui_sampling.config.written.template import ModelKind, configuration, model_kinds


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
