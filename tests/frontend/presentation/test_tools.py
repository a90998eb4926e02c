"""A server's tools in words, whatever their schemas are."""

from typing import Any

import pytest

from tuui_sampling.frontend.presentation.tools import MOST_PROPERTIES, tool_words, type_words


def test_a_tool_in_words() -> None:
    tool = {
        "name": "weather",
        "title": "Weather",
        "description": "Of a city.",
        "inputSchema": {
            "type": "object",
            "properties": {"city": {"type": "string", "description": "Its name"}, "days": {"type": "integer"}},
            "required": ["city"],
        },
    }
    words = tool_words(tool)
    assert (words.name, words.description) == ("weather", "Weather — Of a city.")
    assert words.properties == ("city: string, required — Its name", "days: integer")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "any"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"enum": ["a", 1, None]}, '"a" or 1 or None'),
        ({"enum": list(range(20))}, "0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or …"),
        ({"const": "x"}, '"x"'),
        ({"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "string"}}]}, "number or list of string"),
        ({"type": "array"}, "list"),
        ({"type": "object", "properties": {"a": {}, "b": {}}}, "object {a, b}"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"items": 1}}}},
         "list of list of list of any"),
        (None, "any"),
        ([1], "any"),
        ({"anyOf": []}, "any"),
    ],
)  # fmt: skip
def test_types_in_words(schema: Any, words: str) -> None:
    assert type_words(schema) == words


@pytest.mark.parametrize(
    "tool",
    [{}, {"name": 7, "inputSchema": []}, {"inputSchema": {"properties": [1]}}, {"inputSchema": {"required": "city"}}],
)
def test_odd_tools_do_no_harm(tool: dict[str, Any]) -> None:
    assert tool_words(tool).name == "a tool without a name"


def test_a_flood_of_properties_is_counted() -> None:
    properties: dict[str, Any] = {f"p{number}": {} for number in range(MOST_PROPERTIES + 3)}
    assert tool_words({"inputSchema": {"properties": properties}}).properties[-1] == "… and 3 more"


def test_a_schema_without_a_bottom_comes_to_an_end() -> None:
    schema: dict[str, Any] = {"type": "array"}
    schema["items"] = schema
    assert type_words(schema).endswith("…")
