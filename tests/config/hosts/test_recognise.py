"""Another host's file in the place of the configuration: what it is, and what to do with it, is said."""

from pathlib import Path

import pytest

from tuui_sampling.config.load import ConfigError, parse

FILES = sorted((Path(__file__).parent / "files").iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_host_s_file_is_recognised_whatever_it_is_called(file: Path) -> None:
    for name in (file.name, "config.toml"):
        with pytest.raises(ConfigError) as raised:
            parse(file.read_text(), {}, Path("/home/me") / name)
        assert raised.value.hint.endswith(f"To take them over, run: tuui-sampling import /home/me/{name}")


@pytest.mark.parametrize(
    "text",
    [
        "models = {",
        '[servers.a]\ncomand = "x"',
        '{"mcpServers": {}}',
        '{"colours": {"a": "b"}}',
        "- a\n- b\n",
        "just words",
        '{"mcpServers": {"a": {"command": "x"}}}' + " " * 60_000,
    ],
)
def test_nothing_is_made_up_about_other_files(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(text, {}, Path("config.toml"))
    assert raised.value.hint == ""
