"""`models`: what is configured, and whether one of them answers."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.models.engine import Engine
from tests.support.program import DEMO_MODEL, run, unreachable_model, write_config
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands.models import HEADINGS, _print_table, price_words
from tuui_sampling.providers.catalogue import FREE, Price
from tuui_sampling.providers.selection.hint_aliases import HINT_ALIASES

KEY = "sk-test-0123456789"
CLAUDE = '[models.claude]\nprovider = "anthropic"\nmodel = "claude-sonnet-5-5"\naliases = ["sonnet"]\n'
LOCAL = """
[models.local]
provider = "openai-compatible"
preset = "ollama"
model = "gpt-oss:20b"
context_window = 8192
speed = 0.5
"""


def models(config: Path, *arguments: str, **environ: str) -> tuple[int, Any]:
    """Run `models --json` and return the exit code and the object."""
    done = run("models", "--config", config, "--json", *arguments, **environ)
    return done.returncode, json.loads(done.stdout)


def test_the_list(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, f'default_model = "claude"\n{CLAUDE}{LOCAL}[models.me]\nprovider = "human"\n')
    done = run("models", "--config", config, ANTHROPIC_API_KEY=KEY)
    assert (done.returncode, done.stderr) == (exit_codes.OK, "")
    assert KEY not in done.stdout
    lines = [line.split("  ") for line in done.stdout.splitlines()]
    rows = [[cell.strip() for cell in line if cell] for line in lines]
    assert rows[1:] == [
        [
            "claude *",
            "anthropic",
            "claude-sonnet-5-5",
            "api.anthropic.com",
            "set",
            "images, tools",
            "1,000,000",
            "$2.00 in, $10.00 out, $0.10 cached",
        ],
        ["local", "ollama", "gpt-oss:20b", "127.0.0.1:11434", "not needed", "tools", "8,192", "free"],
        ["me", "human", "–", "this computer", "not needed", "images, audio, tools", "unknown", "free"],
        ["* the default model"],
    ]


def test_the_list_as_json(tmp_path: Path) -> None:
    code, value = models(write_config(tmp_path, {}, CLAUDE + LOCAL), ANTHROPIC_API_KEY="")
    assert (code, value["default_model"]) == (exit_codes.OK, "claude")
    claude, local = value["models"]
    assert claude["price"] == {"input": "2", "output": "10", "cached_input": "0.1", "tiered": False}
    assert (claude["key"], claude["aliases"]) == ("missing: ANTHROPIC_API_KEY", ["sonnet"])
    assert (local["preset"], local["speed"], local["context_window"]) == ("ollama", 0.5, 8192)
    assert local["capabilities"]["images"] is False
    assert local["capabilities"]["tool_choice_required"] is False


def test_no_models(tmp_path: Path) -> None:
    done = run("models", "--config", write_config(tmp_path, {}, ""))
    assert (done.returncode, done.stdout) == (exit_codes.OK, "")
    assert "No model is configured" in done.stderr


def test_a_configuration_that_can_not_be_used(tmp_path: Path) -> None:
    done = run("models", "--config", write_config(tmp_path, {}, "model = 3\n[models.x]\n"))
    assert done.returncode == exit_codes.USAGE
    assert "models.x.provider: is missing" in done.stderr and "model: unknown key" in done.stderr


def test_a_model_that_can_not_be_used_is_listed_with_what_is_wrong(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, f"{CLAUDE}[models.x]\n")
    listed = run("models", "--config", config).stdout.splitlines()
    assert listed[-1].startswith("x can't be used: line ") and "provider: is missing" in listed[-1]
    assert [line.split()[0] for line in listed[1:3]] == ["claude", "x"]


def test_the_aliases_can_be_copied_into_the_configuration(tmp_path: Path) -> None:
    own = '[hint_aliases]\nflash = []\n"gpt-4" = ["claude"]\n'
    shown = run("models", "--config", write_config(tmp_path, {}, CLAUDE + own), "--aliases").stdout
    code, value = models(write_config(tmp_path, {}, CLAUDE + shown), "--aliases")
    assert code == exit_codes.OK
    assert value["gpt-4"] == ["claude"]
    assert value["flash"] == []
    assert value["opus"] == list(HINT_ALIASES["opus"])
    assert value.keys() == HINT_ALIASES.keys() | {"gpt-4"}


def test_a_ping_says_what_it_does_and_what_came_of_it(tmp_path: Path) -> None:
    done = run("models", "--config", write_config(tmp_path, {}), "--ping", "demo")
    assert done.returncode == exit_codes.OK
    assert done.stderr == "sending one short request to demo (this computer): ≈ 12 in · free\n"
    assert done.stdout.startswith("demo answered in ")
    assert done.stdout.endswith(" tokens in, 16 out, $0\n")


def test_a_ping_that_fails(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, unreachable_model(key="SOME_API_KEY"))
    code, value = models(config, "--ping", "gone", SOME_API_KEY=KEY)
    assert (code, value["ok"], value["model"], value["error"]["kind"]) == (exit_codes.MODEL, False, None, "network")
    done = run("models", "--config", config, "--ping", "gone", SOME_API_KEY=KEY)
    assert (done.returncode, done.stdout) == (exit_codes.MODEL, "")
    assert "price unknown" in done.stderr
    assert "Nothing listens at 127.0.0.1" in done.stderr
    assert KEY not in done.stderr


@pytest.mark.parametrize(("name", "code"), [("nobody", exit_codes.USAGE), ("me", exit_codes.OK)])
def test_what_can_not_be_pinged(tmp_path: Path, name: str, code: int) -> None:
    config = write_config(tmp_path, {}, f'{DEMO_MODEL}[models.me]\nprovider = "human"\n')
    done = run("models", "--config", config, "--ping", name)
    assert (done.returncode, done.stdout) == (code, "")
    assert name in done.stderr


def test_a_real_engine_answers_the_ping(tmp_path: Path, engine: Engine) -> None:
    table = f'provider = "openai-compatible"\nmodel = "{engine.model}"\nbase_url = "{engine.base_url}"\n'
    config = write_config(tmp_path, {}, f"[models.local]\n{table}price = {{ input = 1, output = 2.5 }}\n")
    code, value = models(config, "--ping", "local")
    assert (code, value["ok"]) == (exit_codes.OK, True)
    usage = value["usage"]
    dollars = (usage["input_tokens"] + 2.5 * usage["output_tokens"]) / 1_000_000
    assert float(value["cost"]) == pytest.approx(dollars)


def test_prices_in_words() -> None:
    assert price_words(None) == "price unknown"
    assert price_words(FREE) == "free"
    assert price_words(Price(Decimal(), Decimal(1), tiered=True)) == "$0 in, $1.00 out, more when long"


def test_where_the_table_does_not_fit_each_model_is_a_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [HEADINGS, ("demo *", "demo", "–", "this computer", "not needed", "images, tools", "unknown", "free")]
    _print_table(rows, 200)
    assert capsys.readouterr().out.startswith("NAME    PROVIDER  MODEL")
    _print_table(rows, 80)
    assert capsys.readouterr().out == (
        "demo *: provider demo · model – · host this computer · key not needed · can images, tools · window unknown"
        " · price per million tokens free\n"
    )
