"""`config.example.toml` is the manual: written from the declared settings, valid as it stands, and complete."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tuui_sampling.config.load import load, parse
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.schema import SCHEMA_FILE, schema_text
from tuui_sampling.config.setting import default_of, settings_of
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ServerSettings, Settings
from tuui_sampling.config.written.example import EXAMPLE_FILE, example_text, manual

TABLES = (Settings, ServerSettings, ModelSettings, InterfaceSettings)


def test_both_files_are_what_the_declarations_say() -> None:
    assert EXAMPLE_FILE.read_text() == example_text(), "make example writes it anew"
    assert SCHEMA_FILE.read_text() == schema_text(Settings), "make example writes it anew"


def test_it_names_its_schema() -> None:
    first = EXAMPLE_FILE.read_text().splitlines()[0]
    assert ROOT / first.removeprefix("#:schema ") == SCHEMA_FILE


def test_it_is_valid_as_it_stands() -> None:
    settings = parse(EXAMPLE_FILE.read_text(), {"HOME": "/home/me"}, EXAMPLE_FILE)
    assert settings.default_model == "demo"
    assert settings.models["demo"].provider == "demo"
    assert settings.servers["everything"].args == ("-y", "@modelcontextprotocol/server-everything")
    assert settings.servers["notes"].env["NOTES_CACHE"] == "/home/me/.cache/notes"
    providers = {model.provider for model in settings.models.values()}
    assert providers == {"openai-compatible", "anthropic", "openai", "human", "demo", "agent"}


def test_a_copy_of_it_can_be_loaded(tmp_path: Path) -> None:
    copy = tmp_path / "config.toml"
    shutil.copyfile(EXAMPLE_FILE, copy)
    copy.chmod(0o600)
    assert load(copy, {"HOME": "/home/me"}).ask_several == ("demo", "claude")


@pytest.mark.parametrize("table", TABLES)
def test_it_explains_every_setting_once(table: type[Settings]) -> None:
    text = " ".join(line.removeprefix("# ") for line in EXAMPLE_FILE.read_text().splitlines())
    for name, declared in settings_of(table).items():
        if name in ("servers", "models", "interface", "rules"):
            continue
        words = declared.description if name == "hint_aliases" else manual(declared, default_of(table, name))
        assert words in text, name
        key = declared.key.rpartition(".")[2]
        assert re.search(rf"^(# )?{key} = |^\[([\w.-]+\.)?{key}\]$", EXAMPLE_FILE.read_text(), re.MULTILINE), name


@pytest.mark.parametrize("table", [RuleSettings])
def test_it_explains_every_key_of_rules(table: type[Any]) -> None:
    text = " ".join(line.lstrip("# ") for line in EXAMPLE_FILE.read_text().splitlines())
    for name, declared in settings_of(table).items():
        assert manual(declared, default_of(table, name)) in text, name


def test_its_models_show_every_way_of_configuring_one() -> None:
    settings = parse(EXAMPLE_FILE.read_text(), {"HOME": "/home/me"}, EXAMPLE_FILE)
    assert settings.servers["notes"].allowed_models == ("demo", "me")
    assert settings.models["qwen"].base_url == "http://127.0.0.1:11434/v1"
    assert settings.hint_aliases["gpt-4"] == ("sonnet", "-terra")
    local = settings.models["local"]
    assert (local.input_price, local.output_price, local.cached_input_price) == (Decimal(), Decimal(), None)
    assert (local.speed, local.context_window) == (0.9, 4096)
    assert local.supports == {"images": False, "tools": False}


def test_what_is_commented_out_is_valid_too() -> None:
    text = re.sub(r"^# (?=\[[\w.]+\]$|\w+ = )", "", EXAMPLE_FILE.read_text(), flags=re.MULTILINE)
    assert tomllib.loads(text)["models"]["loud"]["provider"] == "shout:Shout"
    settings = parse(text, {"HOME": "/home/me", "TRACKER_TOKEN": "x"}, EXAMPLE_FILE)
    assert settings.interface == InterfaceSettings(theme="textual-dark", keys={"approve": "ctrl+g"})
    assert settings.models["local"].cached_input_price == 0


def test_reading_it_imports_nothing_heavy(tmp_path: Path) -> None:
    """Read where it is nobody's project: there, it is held against what its owner has trusted."""
    copy = tmp_path / "config.toml"
    copy.write_bytes(EXAMPLE_FILE.read_bytes())
    copy.chmod(0o600)
    code = (
        "import sys, pathlib\n"
        "from tuui_sampling.config.load import load\n"
        "load(pathlib.Path(sys.argv[1]), {'HOME': '/'})\n"
        "heavy = {'pydantic', 'platformdirs', 'difflib', 'textual', 'mcp', 'jsonschema', 'textwrap'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(copy)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "\n"


def test_the_command_prints_the_schema() -> None:
    command = [sys.executable, "-m", "tuui_sampling", "check", "--schema", "--config", "/there/is/none"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert json.loads(run.stdout) == json.loads(SCHEMA_FILE.read_text())
