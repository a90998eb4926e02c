"""Every declared setting, whatever its table: its types, its limits, its words, and what editors are told of them."""

import json
import re
import tomllib
from typing import Any

import jsonschema
import pytest

from tests.config.test_load import PATH, problems
from tests.support.paths import ROOT
from tuui_sampling.config.kinds.references import Folder, ModelName, Program
from tuui_sampling.config.kinds.tables import JsonTable
from tuui_sampling.config.kinds.values import Flag, Number, Text, Whole
from tuui_sampling.config.load import parse
from tuui_sampling.config.schema import SCHEMA_FILE
from tuui_sampling.config.setting import Kind, Setting, settings_of
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ServerSettings, Settings

SCHEMA = json.loads(SCHEMA_FILE.read_text())

HEADERS = {
    Settings: "",
    ServerSettings: "[servers.s]\n",
    ModelSettings: "[models.demo]\n",
    InterfaceSettings: "[interface]\n",
}
"""The table that each dataclass is read from."""

OTHER_TYPES: dict[str, Any] = {
    "a boolean": True,
    "a whole number": 3,
    "a number": 1.5,
    "a string": "text",
    "an array": [3],
    "a table": {"x": 3},
}


FITTING: dict[type[Kind], tuple[str, ...]] = {
    Flag: ("a boolean",),
    Text: ("a string",),
    Folder: ("a string",),
    Program: ("a string",),
    Number: ("a number", "a whole number"),
    Whole: ("a whole number",),
    JsonTable: ("a table",),
}
"""Which of these a kind of setting takes; a choice and the name of a model take no string that is not theirs."""

DECLARED = [
    pytest.param(table, name, one, id=f"{table.__name__}.{name}")
    for table in HEADERS
    for name, one in settings_of(table).items()
    if one.example is not None
]
"""Every setting that has a value of its own."""


USES = "".join(
    path.read_text()
    for path in (ROOT / "tuui_sampling").rglob("*.py")
    if path.name not in ("settings.py", "server_settings.py", "model_settings.py")
)
"""The program without what declares the settings."""


def toml(value: Any) -> str:
    """Return a value as inline TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)


def written(table: type[Any], one: Setting, value: Any) -> tuple[str, str]:
    """Return the text of a configuration with this value, and the path of the setting in it."""
    pair = f"{one.key} = {toml(value)}\n"
    needed = ""
    if table is ServerSettings:
        is_url = one.belongs_to is not None and one.belongs_to.present
        needed = "" if one.key in ("url", "command") else 'url = "http://x"\n' if is_url else 'command = "c"\n'
    elif table is ModelSettings:
        needed = "" if one.key == "provider" else 'provider = "demo"\n'
        needed = 'provider = "openai-compatible"\nmodel = "m"\n' if one.key == "preset" else needed
        if one.description.lower().startswith('of an "agent":'):
            needed = 'provider = "agent"\nmodel = "me"\n'
            needed += 'servers = ["everything", "notes"]\n' if one.key != "servers" else ""
        others = {"price.input": "price.output", "price.output": "price.input"}
        if one.key == "price.cached_input":
            needed += "price.input = 1\nprice.output = 1\n"
        elif other := others.get(one.key):
            needed += f"{other} = 1\n"
    head = HEADERS[table] + needed + pair
    rest = "" if table is ModelSettings else '[models.demo]\nprovider = "demo"\n'
    rest += '[models.me]\nprovider = "human"\n[models.claude]\nprovider = "human"\n'
    if 'provider = "agent"' in needed:
        rest = '[models.me]\nprovider = "demo"\n[servers.everything]\ncommand = "x"\n[servers.notes]\ncommand = "x"\n'
    path = ".".join(part for part in (HEADERS[table].strip("[]\n"), one.key) if part)
    return head + rest, path


def accepted_by_editors(text: str) -> bool:
    """Whether the schema takes a configuration."""
    return jsonschema.Draft7Validator(SCHEMA).is_valid(tomllib.loads(text))


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("table", "name", "one"), DECLARED)
def test_its_example_is_read(table: type[Any], name: str, one: Setting) -> None:
    text, _ = written(table, one, one.example)
    if one.key == "provider":
        text = text.replace('"openai-compatible"', '"openai-compatible"\nmodel = "m"\nbase_url = "http://x"')
    settings = parse(text, {"HOME": "/home/me"}, PATH)
    found = {
        Settings: settings,
        ServerSettings: settings.servers.get("s"),
        ModelSettings: settings.models.get("demo"),
        InterfaceSettings: settings.interface,
    }[table]
    value = getattr(found, name)
    assert value is not None
    assert accepted_by_editors(text)


@pytest.mark.parametrize(("table", "name", "one"), DECLARED)
def test_the_program_uses_it(table: type[Any], name: str, one: Setting) -> None:
    assert re.search(rf"\.{name}\b|[\"']{name}[\"']", USES), f"nothing looks at {one.key}"


@pytest.mark.parametrize("kind", OTHER_TYPES)
@pytest.mark.parametrize(("table", "name", "one"), DECLARED)
def test_a_value_of_another_type_is_refused_by_its_name(table: type[Any], name: str, one: Setting, kind: str) -> None:
    if kind in FITTING.get(type(one.kind), ()):
        return
    value = OTHER_TYPES[kind]
    text, path = written(table, one, value)
    found = problems(text, {"HOME": "/home/me"})
    assert any(f": {path}" in line for line in found), found
    assert not accepted_by_editors(text) or isinstance(one.kind, ModelName)  # which models there are, no schema knows


@pytest.mark.parametrize(
    ("table", "key", "good", "bad"),
    [
        (ServerSettings, "max_pending", (1, 10_000), (0, -1, 10_001, 2**70)),
        (ServerSettings, "max_message_mb", (1, 1_024), (0, 1_025)),
        (ServerSettings, "max_tool_turns", (1, 1_000), (0, 1_001)),
        (ServerSettings, "max_rounds", (1, 1_000), (0, 1_001)),
        (ServerSettings, "startup_timeout", (0.001, 86_400), (0, -1, 86_400.5, 10**400)),
        (ModelSettings, "timeout", (0.001, 86_400), (0, 86_401, 10**400)),
        (ModelSettings, "context_window", (1, 10**9), (0, 10**9 + 1)),
        (ModelSettings, "max_output_tokens", (1, 10**9), (0, 10**9 + 1)),
        (ModelSettings, "speed", (0, 1, 0.5), (-0.1, 1.1, 10**400)),
        (ModelSettings, "intelligence", (0, 1), (-1, 2)),
        (ModelSettings, "price.input", (0, 10**6), (-1, 10**6 + 1, 10**400)),
    ],
)
def test_limits(table: type[Any], key: str, good: tuple[float, ...], bad: tuple[float, ...]) -> None:
    one = next(one for one in settings_of(table).values() if one.key == key)
    for value in good:
        text, _ = written(table, one, value)
        assert problems(text) == []
        assert accepted_by_editors(text)
    for value in bad:
        text, path = written(table, one, value)
        (found,) = problems(text)
        assert f": {path}: expected " in found
        assert not accepted_by_editors(text)


@pytest.mark.parametrize(
    "text",
    [
        "[servers.s]\n",
        '[servers.s]\ncommand = "c"\nurl = "http://x"\n',
        '[servers.s]\ncommand = "c"\nheaders.A = "b"\n',
        '[servers.s]\ncommand = "c"\ncomand = "d"\n',
        '[servers.s]\nurl = "x"\n',
        "[models.m]\n",
        '[models.m]\nprovider = "anthropic"\n',
        '[models.m]\nprovider = "openai-compatible"\nmodel = "m"\n',
        '[models.m]\nprovider = "openai-compatible"\nmodel = "m"\npreset = "olama"\n',
        '[models.m]\nprovider = "openai"\nmodel = "m"\napi_key_env = "sk-live"\n',
        '[models.m]\nprovider = "demo"\nprice = { input = 1 }\n',
        '[models.m]\nprovider = "demo"\nsupports = { image = true }\n',
        '[models.m]\nprovider = "shout"\n',
        "colour = true\n",
        '[interface]\nimages = "some"\n',
    ],
)
def test_editors_see_what_the_reader_refuses(text: str) -> None:
    assert problems(text)
    assert not accepted_by_editors(text)


@pytest.mark.parametrize(
    "text",
    [
        '[servers.s]\nurl = "${URL}"\n',
        '[servers.s]\nurl = "HTTPS://example.com"\n',
        '[models.m]\nprovider = "openai-compatible"\nmodel = "m"\npreset = "ollama"\n',
        '[models.m]\nprovider = "shout.loud:Shout"\n',
        '[models.m]\nprovider = "human"\n',
    ],
)
def test_editors_take_what_the_reader_takes(text: str) -> None:
    assert problems(text, {"URL": "http://x"}) == []
    assert accepted_by_editors(text)
