"""`config.example.toml` is the manual: valid as it stands, and with every key in it."""

import dataclasses
import re
import subprocess
import sys
from decimal import Decimal
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
        if field.name not in ("name", "path") and not field.name.endswith("_price"):  # those are members of `price`
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


def test_its_models_show_every_way_of_configuring_one() -> None:
    settings = parse(EXAMPLE.read_text(), {"HOME": "/home/me"}, EXAMPLE)
    assert settings.ask_several == ("claude", "gpt")
    assert settings.servers["notes"].allowed_models == ("local", "me")
    assert settings.models["qwen"].base_url == "http://127.0.0.1:11434/v1"
    assert settings.hint_aliases["gpt-4"] == ("sonnet", "-terra")
    local = settings.models["local"]
    assert (local.input_price, local.output_price, local.cached_input_price) == (Decimal(), Decimal(), None)
    assert (local.speed, local.context_window) == (0.9, 4096)
    assert local.supports == {"images": False, "tools": False}
