"""The models by name: made when they are used, keys from the environment, and no SDK before the first call."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.support.models.wires import WIRES, ask
from tuui_sampling.config.load import parse
from tuui_sampling.config.model_settings import RemoteName
from tuui_sampling.config.problems import ConfigError
from tuui_sampling.config.settings import ModelSettings, ProviderName, Settings
from tuui_sampling.providers.anthropic import AnthropicProvider
from tuui_sampling.providers.demo.model import DemoProvider
from tuui_sampling.providers.human import HumanProvider
from tuui_sampling.providers.models import Models
from tuui_sampling.providers.openai_chat import OpenAIChatProvider
from tuui_sampling.providers.openai_responses import OpenAIResponsesProvider
from tuui_sampling.providers.provider import Finished, Provider
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.response import Response

KEY = "sk-never-shown"


def models(environ: dict[str, str] | None = None, **more: ModelSettings) -> Models:
    """Return one model of each provider, and more."""
    configured = {
        "claude": ModelSettings("claude", "anthropic", model="c"),
        "gpt": ModelSettings("gpt", "openai", model="g"),
        "local": ModelSettings("local", "openai-compatible", model="l", base_url="http://user:pass@127.0.0.1:8091/v1"),
        "me": ModelSettings("me", "human"),
        "demo": ModelSettings("demo", "demo"),
    }
    return Models(Settings(models=configured | more), environ or {}, demo_delay=0)


@pytest.mark.parametrize(
    ("name", "kind", "host"),
    [
        ("claude", AnthropicProvider, "api.anthropic.com"),
        ("gpt", OpenAIResponsesProvider, "api.openai.com"),
        ("local", OpenAIChatProvider, "127.0.0.1:8091"),
        ("me", HumanProvider, "this computer"),
        ("demo", DemoProvider, "this computer"),
    ],
)
def test_each_provider(name: str, kind: type[Provider], host: str) -> None:
    registry = models()
    assert isinstance(registry.get(name), kind)
    assert registry.get(name) is registry.get(name)
    assert registry.host(name) == host
    assert registry.settings(name).name == name


def test_names_in_order() -> None:
    assert models().names == ("claude", "gpt", "local", "me", "demo")


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://models.example/v1", "models.example"),
        ("https://models.example:443/v1", "models.example"),
        ("http://models.example:443", "models.example:443"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("https://key@models.example/v1?key=x", "models.example"),
        ("nonsense", "an invalid address"),
        ("http://models.example:none", "an invalid address"),
    ],
)
def test_host_never_shows_more_than_a_host(base_url: str, host: str) -> None:
    registry = models(x=ModelSettings("x", "openai-compatible", base_url=base_url))
    assert registry.host("x") == host


@pytest.mark.parametrize(
    ("provider", "variable", "environ", "status"),
    [
        ("anthropic", None, {"ANTHROPIC_API_KEY": KEY}, "set"),
        ("anthropic", None, {"OPENAI_API_KEY": KEY}, "missing: ANTHROPIC_API_KEY"),
        ("anthropic", "MINE", {"ANTHROPIC_API_KEY": KEY}, "missing: MINE"),
        ("openai", None, {"OPENAI_API_KEY": KEY}, "set"),
        ("openai", None, {"OPENAI_API_KEY": " "}, "missing: OPENAI_API_KEY"),
        ("openai-compatible", None, {"OPENAI_API_KEY": KEY}, "not needed"),
        ("openai-compatible", "MINE", {"MINE": KEY}, "set"),
        ("human", "MINE", {}, "not needed"),
        ("demo", None, {}, "not needed"),
    ],
)
def test_key_status(provider: ProviderName, variable: str | None, environ: dict[str, str], status: str) -> None:
    registry = models(environ, x=ModelSettings("x", provider, api_key_env=variable))
    assert registry.key_status("x") == status


@pytest.mark.parametrize("provider", get_args(RemoteName))
def test_every_provider_that_is_called_can_be_configured_and_is_held_by_the_tests(provider: RemoteName) -> None:
    wire = next(one for one in WIRES if one.name == provider)
    assert type(models(x=ModelSettings("x", provider, model="m")).get("x")) is wire.provider
    table = f'[models.x]\nprovider = "{provider}"\nbase_url = "http://x"\n'
    with pytest.raises(ConfigError, match=r"models\.x\.model: is missing"):
        parse(table, {}, Path("config.toml"))
    assert parse(f'{table}model = "m"\n', {}, Path("config.toml")).models["x"].provider == provider


def test_key_is_in_no_representation() -> None:
    registry = models({"ANTHROPIC_API_KEY": KEY})
    provider: Any = registry.get("claude")
    assert KEY not in f"{registry!r} {provider!r} {provider.__dict__!r}"


async def test_unknown_name() -> None:
    registry = models()
    for call in (registry.get, registry.settings, registry.host, registry.key_status):
        with pytest.raises(ModelError, match="nobody") as caught:
            call("nobody")
        assert caught.value.kind is ModelErrorKind.CONFIGURATION
    with pytest.raises(ModelError, match="nobody"):
        await anext(registry.stream("nobody", ask()))


async def test_human_gives_an_empty_response() -> None:
    events = [event async for event in models().stream("me", ask())]
    (finished,) = events
    assert isinstance(finished, Finished)
    assert (finished.response.text, finished.response.model) == ("", "human")
    assert isinstance(finished.response.with_text("mine"), Response)


async def test_stream_notes_selection_and_end() -> None:
    registry = models()
    events = [event async for event in registry.stream("demo", ask("Hello"))]
    assert isinstance(events[-1], Finished)
    assert registry.notes("claude", ask(temperature=1.0))[0].field == "temperature"
    selection = registry.select(ask(), "")
    assert selection is not None
    assert selection.model == "claude"
    await registry.aclose()


def _python(code: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, check=True
    )


def test_no_sdk_is_imported_before_the_first_call() -> None:
    code = """
import sys
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock

request = SamplingRequest((Message("user", (TextBlock("x"),)),), 9)
kinds = ("anthropic", "openai", "openai-compatible", "human", "demo")
models = Models(Settings(models={kind: ModelSettings(kind, kind) for kind in kinds}), {})
for kind in kinds:
    models.host(kind), models.notes(kind, request), models.key_status(kind)
print(sorted({"anthropic", "openai", "httpx2", "pydantic", "mcp", "textual"} & sys.modules.keys()))
"""
    assert _python(code).stdout.strip() == "[]"


def test_debug_variables_of_the_sdks_print_nothing() -> None:
    code = """
import asyncio
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock

async def main():
    request = SamplingRequest((Message("user", (TextBlock("private"),)),), 9)
    kinds = ("anthropic", "openai", "openai-compatible")
    settings = {kind: ModelSettings(kind, kind, "m", "http://127.0.0.1:9/v1", "KEY") for kind in kinds}
    models = Models(Settings(models=settings), {"KEY": "secret"})
    for kind in kinds:
        try:
            async for event in models.stream(kind, request):
                pass
        except ModelError as error:
            print(error.kind.value)

asyncio.run(main())
"""
    done = _python(code, ANTHROPIC_LOG="debug", OPENAI_LOG="debug")
    assert done.stdout.split() == ["network"] * 3
    assert done.stderr == ""


CHANGES: dict[str, Any] = {
    "provider": "anthropic",
    "model": "another",
    "base_url": "http://127.0.0.1:8091/v2",
    "api_key_env": "ANOTHER_KEY",
    "supports": {"images": False},
    "drop_params": ("seed",),
    "max_tokens_param": "max_completion_tokens",
    "extra_headers": {"X-Another": "x"},
    "extra_body": {"seed": 8},
    "max_output_tokens": 7,
    "preset": "groq",
}


def test_the_recipient_is_another_once_anything_that_goes_out_is() -> None:
    mine = ModelSettings(
        "mine", "openai-compatible", model="m", base_url="http://127.0.0.1:8091/v1", extra_headers={"X-One": "x"},
        extra_body={"seed": 7, "deep": {"a": [1]}},
    )  # fmt: skip
    deep = replace(mine, extra_body={"seed": 7, "deep": {"a": [2]}})
    header = replace(mine, extra_headers={"X-One": "y"})
    several = [mine, deep, header, *(replace(mine, **{name: value}) for name, value in CHANGES.items())]
    recipients = [models(mine=one).recipient("mine") for one in several]
    assert len(set(recipients)) == len(several)
    assert models(mine=replace(mine)).recipient("mine") == recipients[0]
    assert "127.0.0.1" not in recipients[0], "it is a digest"
    assert (models().recipient("demo"), models().recipient("me")) == ("demo", "me")


def test_what_follows_from_the_configuration_is_another_once_that_is_taken_over_anew() -> None:
    registry = models({"HTTPS_PROXY": "http://proxy.example:3128"})
    before = registry.recipient("claude"), registry.place("claude"), registry.route("claude")
    assert (registry.recipient("claude"), registry.place("claude"), registry.route("claude")) == before
    assert before[1] == "api.anthropic.com, via proxy proxy.example:3128 (HTTPS_PROXY)"
    there = ModelSettings("claude", "anthropic", model="c", base_url="http://127.0.0.1:1")
    registry.configure(Settings(models={"claude": there}))
    assert registry.recipient("claude") not in before
    assert registry.place("claude") == "127.0.0.1:1"
    assert registry.route("claude") != before[2]
    registry.configure(Settings(models={}))
    for ask_about in (registry.recipient, registry.place, registry.route):
        with pytest.raises(ModelError):
            ask_about("claude")
