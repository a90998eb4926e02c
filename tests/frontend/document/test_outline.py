"""An outline shows all of a value, and no string in it passes for a line of the outline."""

import json
from typing import Any

import pytest

from tuui_sampling.frontend.document.outline import outline

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where\nto look", "enum": ["a", "b"]}},
    "required": ["city"],
    "$defs": {},
}


def test_a_schema_reads_as_an_outline() -> None:
    assert list(outline(SCHEMA)) == [
        "type: object",
        "properties:",
        "  city:",
        "    type: string",
        "    description: |",
        "      Where",
        "      to look",
        '    enum: ["a", "b"]',
        'required: ["city"]',
        "$defs: {}",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain words", "plain words"),
        ("", '""'),
        ("true", '"true"'),
        ("12", '"12"'),
        (12, "12"),
        (None, "null"),
        ("- x", '"- x"'),
        (" x", '" x"'),
        ("x ", '"x "'),
        ('"x"', '"\\"x\\""'),
        ("{}", '"{}"'),
        ({}, "{}"),
        ([], "[]"),
        (1e300, "1e+300"),
    ],
)
def test_a_value_is_told_from_a_string_that_looks_like_it(value: Any, shown: str) -> None:
    assert list(outline({"k": value})) == [f"k: {shown}"]
    assert list(outline(value)) == [shown]


@pytest.mark.parametrize("key", ["a: b", "a\nb", " a", "", "- a"])
def test_a_key_that_could_be_misread_is_quoted(key: str) -> None:
    assert list(outline({key: 1})) == [f"{json.dumps(key)}: 1"]


def test_lines_of_a_string_are_indented_further_than_its_key() -> None:
    assert list(outline([{"a": "x\nb: 2"}])) == ["-", "  a: |", "    x", "    b: 2"]


def test_a_long_list_has_an_entry_in_each_line() -> None:
    assert list(outline([*range(30)])) == [f"- {number}" for number in range(30)]


def test_deep_values_are_whole_and_grow_no_faster_than_they_are_deep() -> None:
    value: Any = "bottom"
    for _level in range(5_000):
        value = {"a": value}
    lines = list(outline(value))
    assert lines[-1].endswith("a: bottom")
    assert lines[-1].lstrip().startswith("(4999) ")
    assert max(map(len, lines)) < 60
