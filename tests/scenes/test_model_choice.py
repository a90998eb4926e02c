"""The choice of a model, through the whole program: a server asks, and `call --json` says who answered, and why."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.models.engine import Engine
from tests.support.program import DEMO_MODEL, call, write_config
from tuui_sampling.cli import exit_codes

POEM = ("--args", '{"topic": "rain"}')

BLIND = """
[models.blind]
provider = "openai-compatible"
model = "gpt-oss:20b"
base_url = "http://127.0.0.1:9/v1"
"""


def choice(value: dict[str, Any]) -> tuple[str, str]:
    """Return the proposed model of the only review, and the reason."""
    (review,) = value["reviews"]
    return review["choice"]["model"], review["choice"]["reason"]


def test_a_picture_goes_to_a_model_that_sees(tmp_path: Path) -> None:
    config = write_config(tmp_path, models=BLIND + DEMO_MODEL)
    code, value = call(config, "demo", "describe_image", "--decide", "approve")
    assert (code, choice(value)) == (exit_codes.OK, ("demo", "the first model that can answer"))
    (review,) = value["reviews"]
    assert (review["model"], review["cost"]) == ("demo", "0")
    assert review["choice"]["ranking"][1]["reasons"] == ["can't see images", "the default model"]


def test_a_picture_is_not_sent_to_a_model_that_is_blind(tmp_path: Path) -> None:
    config = write_config(tmp_path, models=BLIND + DEMO_MODEL)
    _, value = call(config, "demo", "describe_image", "--decide", "approve", "--model", "blind")
    (review,) = value["reviews"]
    assert (review["outcome"], review["candidates"]) == ("failed", [])
    assert "Nothing was sent: " in review["reason"]
    assert "can't see images" in review["reason"]


def test_an_allow_list_holds_against_the_command_line_as_well(tmp_path: Path) -> None:
    seeing = BLIND.replace("gpt-oss:20b", "any")
    config = write_config(tmp_path, models=seeing + DEMO_MODEL, more='allowed_models = ["demo"]')
    code, value = call(config, "demo", "generate_poem", *POEM, "--decide", "approve")
    assert (code, choice(value)) == (exit_codes.OK, ("demo", "the first model that can answer"))
    _, value = call(config, "demo", "generate_poem", *POEM, "--decide", "approve", "--model", "blind")
    (review,) = value["reviews"]
    assert (review["outcome"], review["candidates"]) == ("failed", [])
    assert "allowed_models" in review["reason"]


def test_the_cost_is_what_the_engine_counted(tmp_path: Path, engine: Engine) -> None:
    table = f'provider = "openai-compatible"\nmodel = "{engine.model}"\nbase_url = "{engine.base_url}"\n'
    model = f"[models.local]\n{table}price = {{ input = 1, output = 4 }}\n"
    code, value = call(write_config(tmp_path, models=model), "demo", "generate_poem", *POEM, "--decide", "approve")
    (review,) = value["reviews"]
    usage = review["usage"]
    assert code == exit_codes.OK
    assert usage["input_tokens"] > 0
    assert Decimal(review["cost"]) * 1_000_000 == usage["input_tokens"] + 4 * usage["output_tokens"]
