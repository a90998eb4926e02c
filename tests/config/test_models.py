"""What the configuration says of models: presets, capabilities, prices, and everything that names a model."""

from decimal import Decimal

import pytest

from tuui_sampling.config.load import parse
from tuui_sampling.config.presets import PRESETS
from tuui_sampling.config.settings import CAPABILITIES, ModelSettings

from .test_load import PATH, SECRET, model, problems


def read(text: str, **environ: str) -> ModelSettings:
    """Return the model `local` of this text."""
    return parse(text, environ, PATH).models["local"]


def test_everything_of_a_model_arrives() -> None:
    found = read(
        model(
            supports="{ images = false, tools = true }",
            drop_params='["stop"]',
            extra_headers='{ X-Key = "${TOKEN}" }',
            extra_body='{ seed = 7, provider = { order = ["a"], sort = "price" } }',
            context_window="8192",
            max_output_tokens="1024",
            speed="0.5",
            intelligence="1",
            price="{ input = 0.1, output = 2, cached_input = 0.025 }",
        ),
        TOKEN=SECRET,
    )
    assert found.supports == {"images": False, "tools": True}
    assert found.drop_params == ("stop",)
    assert found.extra_headers == {"X-Key": SECRET}
    assert found.extra_body == {"seed": 7, "provider": {"order": ["a"], "sort": "price"}}
    assert (found.context_window, found.max_output_tokens) == (8192, 1024)
    assert (found.speed, found.intelligence) == (0.5, 1.0)
    assert (found.input_price, found.output_price) == (Decimal("0.1"), Decimal(2))
    assert found.cached_input_price == Decimal("0.025")
    assert SECRET not in repr(found)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_needs_no_address(name: str) -> None:
    found = read(model(base_url="", preset=f'"{name}"'))
    preset = PRESETS[name]
    assert (found.base_url, found.api_key_env, found.preset) == (preset.base_url, preset.api_key_env, name)
    assert set(preset.supports) <= set(CAPABILITIES)
    assert preset.base_url.startswith("https://") or preset.on_own_hardware


def test_what_is_written_goes_before_the_preset() -> None:
    text = model(
        base_url='"http://host:1/v1"',
        preset='"mistral"',
        api_key_env='"MINE"',
        drop_params='["seed", "stream_options"]',
        supports="{ tool_choice_required = true }",
    )
    found = read(text)
    assert (found.base_url, found.api_key_env) == ("http://host:1/v1", "MINE")
    assert found.drop_params == ("stream_options", "seed")
    assert read(text.replace("mistral", "ollama")).supports["tool_choice_required"]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"preset": '"olama"'}, 'models.local.preset: expected one of "deepseek", "openrouter", "ollama"'),
        ({"supports": "{ image = true }"}, 'models.local.supports.image: unknown key (did you mean "images"?)'),
        ({"supports": '{ images = "no" }'}, "models.local.supports.images: expected true or false, got a string"),
        ({"supports": "3"}, "models.local.supports: expected a table, [supports], got a whole number"),
        ({"drop_params": '[""]'}, "models.local.drop_params: a name must not be empty"),
        ({"extra_headers": '{ Host = "x" }'}, 'models.local.extra_headers: "Host" is set by the protocol'),
        ({"extra_headers": '{ A = "a${NOPE}" }'}, "models.local.extra_headers.A: the environment variable NOPE is not"),
        ({"extra_body": "{ a = { b = [2020-01-01] } }"}, "models.local.extra_body.a.b[0]: JSON has no such value"),
        ({"extra_body": "{ a = nan }"}, "models.local.extra_body.a: JSON has no such value"),
        ({"context_window": "0"}, "models.local.context_window: expected a whole number from 1 to"),
        ({"speed": "2"}, "models.local.speed: expected a number from 0 to 1, at least 0 and at most 1"),
        ({"speed": "nan"}, "models.local.speed: expected a number from 0 to 1"),
        ({"intelligence": '"high"'}, "models.local.intelligence: expected a number from 0 to 1, got a string"),
        ({"price": "{ input = 1 }"}, "models.local.price.output: is missing"),
        ({"price": "{ input = 1, output = -1 }"}, "models.local.price.output: expected an amount in US dollars"),
        ({"price": "{ input = 1, output = 1, inputs = 1 }"}, "models.local.price.inputs: unknown key"),
    ],
)
def test_what_can_be_wrong_with_a_model(keys: dict[str, str], problem: str) -> None:
    (found,) = problems(model(**keys))
    assert problem in found
    assert found.startswith("config.toml:")


def test_a_preset_is_for_compatible_servers_only() -> None:
    found = problems('[models.a]\nprovider = "anthropic"\nmodel = "m"\npreset = "ollama"\n')
    assert found == ['config.toml:4: models.a.preset: belongs to a model with provider = "openai-compatible"']


def test_names_of_models_are_checked_wherever_they_stand() -> None:
    text = model() + '\n[servers.s]\ncommand = "x"\nallowed_models = ["local", "locale"]\n'
    assert problems('ask_several = ["lokal"]\n' + text) == [
        'config.toml:1: ask_several: no model is called "lokal" (did you mean "local"?)',
        'config.toml:8: servers.s.allowed_models: no model is called "locale" (did you mean "local"?)',
    ]


def test_what_a_server_may_use() -> None:
    text = model() + '\n[servers.all]\ncommand = "x"\n[servers.none]\ncommand = "x"\nallowed_models = []\n'
    servers = parse(text + "max_tool_turns = 3\n", {}, PATH).servers
    assert (servers["all"].allowed_models, servers["none"].allowed_models) == (None, ())
    assert (servers["all"].max_tool_turns, servers["none"].max_tool_turns) == (10, 3)


def test_hint_aliases() -> None:
    assert parse('[hint_aliases]\nopus = ["big", "-pro"]\nhaiku = []\n', {}, PATH).hint_aliases == {
        "opus": ("big", "-pro"),
        "haiku": (),
    }
    assert problems('[hint_aliases]\nopus = ["big", " "]\n') == [
        "config.toml:2: hint_aliases.opus: a hint, and what stands in for it, must not be empty"
    ]
    assert problems('[hint_aliases]\nopus = "big"\n') == [
        "config.toml:2: hint_aliases.opus: expected an array of strings, got a string"
    ]
