"""`config.example.toml` is the manual: valid as it stands, and with every key in it."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tuui_sampling.config.load import parse
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ServerSettings, Settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_it_is_valid_as_it_stands() -> None:
    settings = parse(EXAMPLE.read_text(), {"HOME": "/home/me"}, EXAMPLE)
    assert settings.default_model == "local"
    assert settings.servers["everything"].args == ("-y", "@modelcontextprotocol/server-everything")
    assert settings.servers["notes"].env["NOTES_CACHE"] == "/home/me/.cache/notes"
    providers = {model.provider for model in settings.models.values()}
    assert providers == {"openai-compatible", "anthropic", "openai", "human", "demo"}


@pytest.mark.parametrize("section", [Settings, ServerSettings, ModelSettings, InterfaceSettings])
def test_it_names_every_key(section: type[Settings]) -> None:
    text = EXAMPLE.read_text()
    for field in dataclasses.fields(section):
        if field.name not in ("name", "path"):
            assert re.search(rf"^\[?(\w+\.)*(# )?{field.name}\b", text, re.MULTILINE) or f".{field.name}]" in text, (
                field.name
            )


def test_reading_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, pathlib\n"
        "from tuui_sampling.config.load import load\n"
        "load(pathlib.Path(sys.argv[1]), {'HOME': '/'})\n"
        "print(*sorted({'pydantic', 'platformdirs', 'difflib', 'textual', 'mcp'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(EXAMPLE)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "\n"
