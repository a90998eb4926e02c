"""Prices and windows: from genai-prices, from the configuration, or honestly unknown."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.models.wires import ask
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.catalogue import Price, context_window, cost, estimate, price
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.request import Message, TextBlock
from tuui_sampling.sampling.response import Usage

SONNET = ModelSettings("claude", "anthropic", model="claude-sonnet-5-5")
TIERED = ModelSettings("old", "anthropic", model="claude-sonnet-4-5")
UNHEARD_OF = ModelSettings("new", "anthropic", model="claude-nobody-9")


def compatible(model: str = "m", **fields: Any) -> ModelSettings:
    """Return a model of a compatible server."""
    return ModelSettings("local", "openai-compatible", model=model, **fields)


def test_a_known_price() -> None:
    assert price(SONNET) == Price(Decimal(2), Decimal(10), Decimal("0.1"))
    assert cost(SONNET, Usage(1_000_000, 1_000_000)) == 12
    assert context_window(SONNET) == 1_000_000


def test_cached_tokens_cost_what_they_cost() -> None:
    assert cost(SONNET, Usage(1_000, 0, cached_input_tokens=600)) == Decimal("0.00086")
    assert cost(SONNET, Usage(1_000, 0, 600, cache_write_tokens=400)) == Decimal("0.00106")


def test_what_does_not_add_up_is_no_error() -> None:
    assert cost(SONNET, Usage(10, 0, cached_input_tokens=600, cache_write_tokens=50)) == Decimal("0.000001")


def test_tiers() -> None:
    found = price(TIERED)
    assert found is not None
    assert found.tiered
    assert cost(TIERED, Usage(100_000, 0)) == Decimal("0.3")
    assert cost(TIERED, Usage(300_000, 0)) == Decimal("1.8")


def test_the_model_that_answered_is_the_one_that_is_paid() -> None:
    million = Usage(1_000_000, 0)
    assert cost(SONNET, million, "claude-opus-5-20260601") == 5
    assert cost(SONNET, million, "something-else") == 2
    assert cost(UNHEARD_OF, million, "claude-opus-5") == 5
    assert cost(SONNET, million, "claude-opus-5-20260601" * 100_000) == 2


def test_unknown_is_unknown() -> None:
    for model in (
        UNHEARD_OF,
        compatible(base_url="http://127.0.0.1:1/v1"),
        compatible(base_url="https://x.example/v1"),
    ):
        assert (price(model), cost(model, Usage(1, 1)), context_window(model)) == (None, None, None)
    assert estimate(UNHEARD_OF, ask()).worst is None


def test_a_proxy_is_not_the_provider() -> None:
    assert price(replace(SONNET, base_url="http://127.0.0.1:4000")) is None
    assert price(replace(SONNET, base_url="https://api.anthropic.com/")) == price(SONNET)


def test_the_configuration_goes_before_the_catalogue() -> None:
    own = replace(SONNET, input_price=Decimal(1), output_price=Decimal(3), context_window=8_000)
    assert price(own) == Price(Decimal(1), Decimal(3))
    assert cost(own, Usage(1_000_000, 1_000_000, cached_input_tokens=500_000), "claude-opus-5") == 4
    assert cost(replace(own, cached_input_price=Decimal("0.5")), Usage(1_000_000, 0, 500_000)) == Decimal("0.75")
    assert context_window(own) == 8_000


def test_what_is_written_to_a_cache_costs_a_quarter_more() -> None:
    million = Usage(1_000_000, 0, cache_write_tokens=1_000_000)
    assert cost(replace(SONNET, input_price=Decimal(2), output_price=Decimal(3)), million) == Decimal("2.5")
    assert cost(compatible(input_price=Decimal(2), output_price=Decimal(3)), million) == 2


def test_the_most_that_a_conversation_may_cost_counts_its_cache() -> None:
    """A first request is never kept; of one that goes on, all may be."""
    text = Message("user", (TextBlock("word " * 4_000),))
    first, later = (
        replace(ask(), messages=(text,)),
        replace(ask(), messages=(text, Message("assistant", (TextBlock("Yes."),)), text)),
    )
    never = replace(SONNET, prompt_cache=False)
    assert estimate(SONNET, first) == estimate(never, first)
    kept, plain = estimate(SONNET, later), estimate(never, later)
    assert (kept.likely, kept.input_tokens) == (plain.likely, plain.input_tokens)
    assert kept.worst is not None
    assert plain.worst is not None
    assert kept.worst - plain.worst == kept.input_tokens * Decimal(2) / 4 / 1_000_000


@pytest.mark.parametrize(
    ("model", "free"),
    [
        (ModelSettings("me", "human"), True),
        (ModelSettings("demo", "demo"), True),
        (compatible(preset="ollama"), True),
        (compatible(preset="vllm", base_url="http://192.168.1.5:8000/v1"), True),
        (compatible(preset="llama.cpp", base_url="http://localhost:1/v1"), True),
        (compatible("gpt-oss:120b-cloud", preset="ollama"), False),
        (compatible(preset="ollama", base_url="https://ollama.com/v1"), False),
        (compatible(base_url="http://127.0.0.1:8000/v1"), False),
    ],
)
def test_what_runs_here_costs_nothing(model: ModelSettings, free: bool) -> None:
    assert cost(model, Usage(1_000_000, 1)) == (Decimal() if free else None)


@pytest.mark.parametrize(
    ("preset", "model"),
    [
        ("deepseek", "deepseek-v4-flash"),
        ("openrouter", "anthropic/claude-sonnet-5"),
        ("mistral", "mistral-large-latest"),
        ("gemini", "gemini-3.5-flash"),
    ],
)
def test_prices_of_presets(preset: str, model: str) -> None:
    assert price(compatible(model, preset=preset)) is not None


def test_free_variants_of_openrouter() -> None:
    assert cost(compatible("meta-llama/llama-3.3-70b-instruct:free", preset="openrouter"), Usage(9, 9)) == 0


def test_estimates() -> None:
    found = estimate(SONNET, ask("word" * 996, max_tokens=10_000))
    assert (found.input_tokens, found.likely, found.worst) == (1_000, Decimal("0.006"), Decimal("0.102"))
    assert estimate(SONNET, ask(max_tokens=10)).likely == estimate(SONNET, ask(max_tokens=10)).worst
    limited = estimate(replace(SONNET, max_output_tokens=100), ask("word" * 996, max_tokens=10_000))
    assert limited.worst == Decimal("0.003")


def test_the_registry_knows_it_by_name() -> None:
    blind = compatible("gpt-oss", base_url="http://127.0.0.1:1/v1", supports={"tools": False})
    models = Models(Settings(models={one.name: one for one in (SONNET, blind, ModelSettings("me", "human"))}), {})
    assert models.cost("claude", Usage(1_000_000, 0), "claude-opus-5") == 5
    assert models.estimate("claude", ask()).worst is not None
    assert (models.price("local"), models.context_window("claude")) == (None, 1_000_000)
    able = models.capabilities("claude")
    assert (able["images"], able["audio"], able["tools"], able["temperature"]) == (True, False, True, False)
    able = models.capabilities("local")
    assert (able["images"], able["tools"], able["stop_sequences"]) == (False, False, True)
    assert all(models.capabilities("me").values())


def test_prices_never_call_the_network_and_are_loaded_late() -> None:
    code = """
import sys
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.providers import catalogue
from tuui_sampling.sampling.response import Usage
own = ModelSettings("demo", "demo")
assert catalogue.cost(own, Usage(1, 1)) == 0
local = ModelSettings("l", "openai", "qwen3", preset="ollama")
catalogue.load_prices([own, local, ModelSettings("h", "human"), ModelSettings("p", "my.package:Model")])
assert catalogue.price(local) is not None and catalogue.context_window(own) is None
assert "genai_prices" not in sys.modules
import socket
def refuse(*args, **more): raise AssertionError("the network")
socket.socket.connect = socket.getaddrinfo = refuse
claude = ModelSettings("c", "anthropic", "claude-opus-5")
catalogue.load_prices([own, claude])
assert "genai_prices" in sys.modules, "nobody waits for them later"
assert catalogue.price(claude) is not None
import threading
print(threading.active_count())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "1"
