"""Hints choose among the configured models; the default model answers where none fits."""

import pytest

from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.selection import select
from tuui_sampling.sampling.request import ModelPreferences
from tuui_sampling.sampling.review import Selection

from .wires import ask

MODELS = (
    ModelSettings("local", "openai-compatible", model="Tiny-Random"),
    ModelSettings("good", "anthropic", model="claude-opus-4", aliases=("sonnet",)),
    ModelSettings("cheap", "anthropic", model="claude-haiku-4", aliases=("gpt-4o-mini",)),
)


def settings(*models: ModelSettings, default: str | None = None) -> Settings:
    """Return a configuration of these models."""
    return Settings(models={model.name: model for model in models}, default_model=default)


@pytest.mark.parametrize(
    ("hints", "model", "reason"),
    [
        (("haiku",), "cheap", 'hint "haiku"'),
        (("nobody", "SONNET"), "good", 'hint "SONNET"'),
        (("gpt-4o",), "cheap", 'hint "gpt-4o"'),
        (("GOOD", "haiku"), "good", 'hint "GOOD"'),
        (("claude",), "good", 'hint "claude"'),
        (("tiny",), "local", 'hint "tiny"'),
        (("", "  "), "local", "the default model"),
        (("gemini",), "local", "the default model"),
        ((), "local", "the default model"),
        (("Haiku" + " " * 80,), "cheap", 'hint "Haiku' + " " * 55 + '…"'),
    ],
)
def test_hints(hints: tuple[str, ...], model: str, reason: str) -> None:
    preferences = ModelPreferences(hints=tuple({"name": hint} for hint in hints))
    selection = select(ask(preferences=preferences), settings(*MODELS, default="local"))
    assert selection == Selection(model, reason)


def test_default_model_wins_among_those_that_match() -> None:
    preferences = ModelPreferences(hints=({"name": "claude"},))
    selection = select(ask(preferences=preferences), settings(*MODELS, default="cheap"))
    assert selection == Selection("cheap", 'hint "claude"')


def test_hints_without_a_name_are_passed_over() -> None:
    preferences = ModelPreferences(hints=({}, {"name": 3}, {"vendor": "x"}))
    assert select(ask(preferences=preferences), settings(*MODELS, default="good")) == Selection(
        "good", "the default model"
    )


def test_without_a_default_model() -> None:
    assert select(ask(), settings(*MODELS)) == Selection("local", "the first model configured")
    assert select(ask(), settings(MODELS[1])) == Selection("good", "the only model")


def test_no_model_at_all() -> None:
    assert select(ask(), settings()) is None
