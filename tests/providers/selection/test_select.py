"""Hints, priorities, needs and allow-lists choose among the configured models; the default answers where none fits."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.models.wires import ask
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.providers import models as models_module
from tuui_sampling.providers.models import MAX_SELECTIONS, Models
from tuui_sampling.providers.selection import select as select_module
from tuui_sampling.providers.selection.hint_aliases import own_stand_ins
from tuui_sampling.providers.selection.select import MAX_HINTS, MAX_KEY, Obstacles
from tuui_sampling.providers.selection.select import select as select_of_module
from tuui_sampling.sampling.request import ImageBlock, Message, ModelPreferences, SamplingRequest
from tuui_sampling.sampling.review import Selection

LOCAL = ModelSettings("local", "openai-compatible", model="Tiny-Random")
GOOD = ModelSettings("good", "anthropic", model="claude-opus-4", aliases=("sonnet",))
CHEAP = ModelSettings("cheap", "anthropic", model="claude-haiku-4", aliases=("gpt-4o-mini",))
MODELS = (LOCAL, GOOD, CHEAP)


def settings(*models: ModelSettings, default: str | None = None, **more: Any) -> Settings:
    """Return a configuration of these models."""
    return Settings(models={model.name: model for model in models}, default_model=default, **more)


def select(request: SamplingRequest, configured: Settings, server: str = "") -> Selection:
    """Return what the registry proposes; every model is in its ranking."""
    selection = Models(configured, {}).select(request, server)
    assert selection is not None
    assert {ranked.model for ranked in selection.ranking} == set(configured.models)
    assert selection.ranking[0].model == selection.model
    return selection


def hinted(*hints: str, **priorities: Any) -> SamplingRequest:
    """Return a request with these hints and priorities."""
    return ask(preferences=ModelPreferences(hints=tuple({"name": hint} for hint in hints), **priorities))


def order(selection: Selection) -> list[str]:
    """Return the ranking as names."""
    return [ranked.model for ranked in selection.ranking]


def reasons(selection: Selection, model: str) -> tuple[str, ...]:
    """Return the reasons for a model's place."""
    return next(ranked.reasons for ranked in selection.ranking if ranked.model == model)


# --- hints ---


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
        (("palm",), "local", "the default model"),
        ((), "local", "the default model"),
        (("Haiku" + "x" * 80,), "cheap", 'stands in for hint "Haiku' + "x" * 55 + '…": the same family'),
        # A model that is named goes before one that stands in for an earlier hint.
        (("gemini-3-flash", "tiny"), "local", 'hint "tiny"'),
        (("gemini-3-flash",), "cheap", 'stands in for hint "gemini-3-flash": another vendor'),
        (("gpt-5.4-pro",), "cheap", 'stands in for hint "gpt-5.4-pro": the same family'),
        # The exact name goes before names that the hint is a part of.
        (("local",), "local", 'hint "local"'),
    ],
)
def test_hints(hints: tuple[str, ...], model: str, reason: str) -> None:
    selection = select(hinted(*hints), settings(*MODELS, default="local"))
    assert (selection.model, selection.reason) == (model, reason)


GPT = ModelSettings("gpt", "openai", model="gpt-5.2")
GPT_MINI = ModelSettings("mini", "openai", model="gpt-5.2-mini")
SONNET = ModelSettings("sonnet", "anthropic", model="claude-sonnet-4-5")
HAIKU = ModelSettings("haiku", "anthropic", model="claude-haiku-4-5")
FLASH = ModelSettings("flash", "openai-compatible", model="gemini-3-flash")
MAGISTRAL = ModelSettings("mag", "openai-compatible", model="magistral-medium")
QWEN = ModelSettings("qwen", "openai-compatible", model="Qwen/Qwen3-8B")


@pytest.mark.parametrize(
    ("hint", "model", "words"),
    [
        ("claude-3-sonnet", "sonnet", "the same family"),
        ("claude-3-haiku-20240307", "haiku", "the same family"),
        ("claude-3-opus", "sonnet", "the same family"),
        ("gpt-4", "gpt", "the same family"),
        ("gpt-4o-mini", "mini", "the same family"),
        ("o3-mini", "mini", "the same family"),
        ("chatgpt-4o-latest", "gpt", "the same family"),
        ("gemini-2.5-pro", "flash", "the same family"),
        ("mistral-large", "mag", "the same family"),
        ("qwen2.5-7b-instruct", "qwen", "the same family"),
        ("gpt-5.2", "gpt", 'hint "gpt-5.2"'),
        ("deepseek-chat", "sonnet", "another vendor"),
    ],
)
def test_a_hint_stays_in_its_own_family_first(hint: str, model: str, words: str) -> None:
    configured = settings(MAGISTRAL, FLASH, QWEN, GPT, SONNET, HAIKU, GPT_MINI, default="mag")
    selection = select(hinted(hint), configured)
    assert (selection.model, words in selection.reason) == (model, True), selection.reason


def test_the_nearest_of_the_family_goes_first() -> None:
    configured = settings(GPT, SONNET, HAIKU, GPT_MINI, default="gpt")
    assert order(select(hinted("claude-3-haiku"), configured))[:2] == ["haiku", "sonnet"]


def test_default_model_wins_among_those_that_match() -> None:
    selection = select(hinted("claude"), settings(*MODELS, default="cheap"))
    assert (selection.reason, order(selection)) == ('hint "claude"', ["cheap", "good", "local"])
    assert reasons(selection, "cheap") == ('hint "claude"', "the default model")


def test_hints_without_a_name_are_passed_over() -> None:
    preferences = ModelPreferences(hints=({}, {"name": 3}, {"vendor": "x"}))
    selection = select(ask(preferences=preferences), settings(*MODELS, default="good"))
    assert (selection.model, selection.reason) == ("good", "the default model")


def test_the_users_own_table_goes_first_and_can_take_entries_away() -> None:
    own = settings(*MODELS, default="local", hint_aliases={"Flash": ("opus",), "gpt": ()})
    assert select(hinted("gemini-flash"), own).model == "good"
    assert select(hinted("gpt-5"), own).reason == "the default model"
    assert select(hinted("gpt-5"), replace(own, hint_aliases={})).model == "cheap"


def test_without_a_default_model() -> None:
    first = select(ask(), settings(*MODELS))
    assert (first.model, first.reason) == ("local", "the first model configured")
    only = select(ask(), settings(GOOD))
    assert (only.model, only.reason) == ("good", "the only model")


def test_no_model_at_all() -> None:
    assert Models(settings(), {}).select(ask(), "") is None


# --- needs and allow-lists ---


def seeing() -> SamplingRequest:
    """Return a request with an image."""
    return replace(ask(), messages=(Message("user", (ImageBlock("aGk=", "image/png"),)),))


def test_a_model_that_can_not_see_comes_last_and_says_so() -> None:
    blind = replace(LOCAL, supports={"images": False})
    selection = select(seeing(), settings(blind, GOOD, default="local"))
    assert (selection.model, selection.reason) == ("good", "the first model that can answer")
    assert reasons(selection, "local") == ("can't see images", "the default model")
    assert selection.ranking[-1].excluded
    assert not selection.ranking[-1].forbidden


def test_a_hint_for_a_model_that_can_not_answer_is_told() -> None:
    blind = replace(LOCAL, supports={"images": False})
    request = replace(hinted("tiny"), messages=seeing().messages)
    selection = select(request, settings(blind, GOOD, default="good"))
    assert (selection.model, selection.reason) == ("good", "the default model; local: can't see images")


def test_where_nothing_can_answer_the_best_is_named_with_what_is_in_its_way() -> None:
    blind = replace(LOCAL, supports={"images": False})
    assert select(seeing(), settings(blind, default="local")).reason == "the default model, but can't see images"


def test_a_model_that_is_known_to_be_blind() -> None:
    known = replace(LOCAL, model="gpt-oss-20b")
    assert select(seeing(), settings(known, GOOD)).model == "good"
    assert select(seeing(), settings(replace(known, supports={"images": True}), GOOD)).model == "local"


@pytest.mark.parametrize(("supports", "model"), [({"tools": False}, "good"), ({}, "local")])
def test_tools(supports: dict[str, bool], model: str) -> None:
    tools = ({"name": "look", "inputSchema": {"type": "object"}},)
    assert select(ask(tools=tools), settings(replace(LOCAL, supports=supports), GOOD)).model == model


def test_a_request_that_is_too_long() -> None:
    small = replace(LOCAL, context_window=100)
    selection = select(ask("word " * 100), settings(small, GOOD))
    assert selection.model == "good"
    assert reasons(selection, "local") == ("too long for it (about 129 tokens, it reads 100)",)
    assert select(ask("word " * 50), settings(small, GOOD)).model == "local"


def test_the_window_of_a_known_model_is_looked_up() -> None:
    known = ModelSettings("old", "anthropic", model="claude-3-haiku-20240307")
    assert select(ask("word " * 200_000), settings(known, replace(GOOD, model="claude-opus-5"))).model == "good"


def test_an_allow_list_forbids_even_what_is_hinted() -> None:
    servers = {"notes": ServerSettings("notes", "x", allowed_models=("local",))}
    configured = settings(*MODELS, default="good", servers=servers)
    selection = select(hinted("claude"), configured, "notes")
    assert (selection.model, selection.reason) == (
        "local",
        "the first model that can answer; good: not allowed for this server",
    )
    assert [(ranked.model, ranked.excluded, ranked.forbidden) for ranked in selection.ranking] == [
        ("local", False, False),
        ("good", True, True),
        ("cheap", True, True),
    ]
    assert select(hinted("claude"), configured, "another").model == "good"


def test_what_is_forbidden_comes_after_what_can_not_answer() -> None:
    blind = replace(LOCAL, supports={"images": False})
    servers = {"notes": ServerSettings("notes", "x", allowed_models=("local", "cheap"))}
    request = replace(hinted("good"), messages=seeing().messages)
    assert order(select(request, settings(GOOD, blind, CHEAP, servers=servers), "notes")) == ["cheap", "local", "good"]


def test_what_is_forbidden_is_objected_to() -> None:
    servers = {"notes": ServerSettings("notes", "x", allowed_models=()), "free": ServerSettings("free", "x")}
    models = Models(settings(*MODELS, servers=servers), {})
    assert "allowed_models" in models.objection("local", "notes")
    assert models.objection("local", "free") == ""
    assert models.objection("local", "unheard of") == ""


# --- priorities ---


PRICED = (
    replace(LOCAL, input_price=Decimal(1), output_price=Decimal(2), speed=0.2, intelligence=0.9),
    replace(GOOD, input_price=Decimal(3), output_price=Decimal(15), speed=0.9, intelligence=0.8),
    replace(CHEAP, input_price=Decimal("0.1"), output_price=Decimal("0.5"), speed=0.5, intelligence=0.1),
    ModelSettings("me", "human"),
)


@pytest.mark.parametrize(
    ("priorities", "names", "reason"),
    [
        ({"cost_priority": 1.0}, ["cheap", "local", "good", "me"], "best for the server's priorities: cheapest"),
        ({"speed_priority": 0.7}, ["good", "cheap", "local", "me"], "best for the server's priorities: fastest"),
        ({"intelligence_priority": 1.0}, ["local", "good", "cheap", "me"], "the default model"),
        ({"cost_priority": 0.0, "speed_priority": 0.0}, ["local", "good", "cheap", "me"], "the default model"),
        (
            {"speed_priority": 0.6, "intelligence_priority": 0.5},
            ["good", "local", "cheap", "me"],
            "best for the server's priorities: fastest, more intelligent",
        ),
    ],
)
def test_priorities(priorities: dict[str, float], names: list[str], reason: str) -> None:
    selection = select(hinted(**priorities), settings(*PRICED, default="local"))
    assert (order(selection), selection.reason) == (names, reason)


def test_priorities_decide_among_what_a_hint_matched() -> None:
    selection = select(hinted("claude", cost_priority=1.0), settings(*PRICED, default="local"))
    assert (selection.model, selection.reason) == ("cheap", 'hint "claude"')
    assert reasons(selection, "cheap") == ('hint "claude"', "cheapest")
    assert reasons(selection, "good") == ('hint "claude"', "costlier")


def test_what_is_not_known_counts_as_middling() -> None:
    unknown = ModelSettings("new", "openai-compatible", model="m", base_url="http://127.0.0.1:1/v1")
    selection = select(hinted(cost_priority=1.0), settings(*PRICED[:3], unknown))
    assert order(selection) == ["cheap", "new", "local", "good"]
    assert reasons(selection, "new") == ("price unknown",)


def test_without_any_judgement_priorities_change_nothing() -> None:
    selection = select(hinted(speed_priority=1.0, intelligence_priority=1.0), settings(*MODELS, default="cheap"))
    assert (selection.model, selection.reason) == ("cheap", "the default model")


def test_only_so_many_different_hints_are_looked_at_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []

    def counted(hint: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
        held.append(hint)
        return own_stand_ins(hint, own)

    monkeypatch.setattr(select_module, "own_stand_ins", counted)
    configured = settings(ModelSettings("one", "demo"))
    many = select(hinted(*(f"no-{number}" for number in range(5_000)), "one"), configured)
    assert len(held) == MAX_HINTS
    assert many.reason == "the only model (of 5,001 hints the first 100 were looked at)"
    held.clear()
    same = select(hinted(*["no-such"] * 5_000, "one"), configured)
    assert len(held) == 0
    assert same.reason == 'hint "one"'


# --- kept proposals ---

BLIND = ModelSettings("blind", "openai-compatible", model="m", supports={"images": False})


def test_a_proposal_is_kept_for_what_it_depends_on_and_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(request: SamplingRequest, found: Obstacles, configured: Settings, *rest: Any) -> Selection | None:
        made.append(request.system_prompt or "")
        return select_of_module(request, found, configured, *rest)

    monkeypatch.setattr(models_module, "select", counted)
    configured = settings(
        *PRICED, BLIND, default="local", servers={"one": server(("good", "local")), "two": server(None)}
    )
    known = Models(configured, {})
    image = replace(ask(), messages=(Message("user", (ImageBlock("aGk=", "image/png"),), single=True),))
    asked = (ask(), hinted("haiku"), hinted(cost_priority=1.0), hinted(intelligence_priority=1.0), image)
    cases = [(request, name) for request in asked for name in ("one", "two")]
    first = [known.select(request, name) for request, name in cases]
    assert len(made) == len(cases), "each depends on something else"
    again = [known.select(replace(request, system_prompt="another"), name) for request, name in cases]
    assert again == first
    assert len(made) == len(cases), "what is asked otherwise changes no proposal"
    assert first == [Models(configured, {}).select(request, name) for request, name in cases]

    changed = replace(configured, default_model="cheap", servers={"one": server(("cheap",)), "two": server(None)})
    known.configure(changed)
    assert [known.select(*case) for case in cases] == [Models(changed, {}).select(*case) for case in cases] != first


def test_proposals_that_are_kept_are_bounded_in_number_and_size() -> None:
    known = Models(settings(*PRICED), {})
    for number in range(MAX_SELECTIONS + 50):
        known.select(hinted(f"hint-{number}"), "one")
    assert 0 < len(known._selections) <= MAX_SELECTIONS
    before = len(known._selections)
    assert known.select(hinted("x" * (MAX_KEY + 1)), "one") is not None
    assert len(known._selections) == before


def server(allowed: tuple[str, ...] | None) -> ServerSettings:
    """Return a server with an allow-list."""
    return ServerSettings("one", "cat", allowed_models=allowed)
