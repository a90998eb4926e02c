"""Values against schemas, of which neither is to be trusted."""

import time
from typing import Any

import pytest

from tuui_sampling.forms.check import UNCHECKED, SchemaCheck, fits, problems_of
from tuui_sampling.sampling.request import JsonObject

NO_SUCH_FORMAT = {"properties": {"a": {"format": "no-such"}}}


def problems(schema: object, arguments: JsonObject) -> tuple[str, ...]:
    """Return what is wrong with values for this schema."""
    return SchemaCheck(schema).problems(arguments)


@pytest.mark.parametrize(
    ("schema", "arguments", "expected"),
    [
        ({"type": "object", "required": ["a"]}, {}, "'a' is a required property"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": "1"}, "a: '1' is not of type 'integer'"),
        ({"properties": {"a": {"items": {"enum": ["x"]}}}}, {"a": ["x", "y"]}, "a[1]: 'y' is not one of ['x']"),
        ({"properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"minimum": 3}}}, {"a": 2}, "a: 2 is less than"),
        ({"properties": {"a": {"pattern": "^x+$"}}}, {"a": "y"}, "a: 'y' does not match '^x+$'"),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [1, 1]}, "a: two of its items are the same"),
        ({"properties": {"a": {"format": "email"}}}, {"a": "x"}, "a: 'x' is not an email address"),
        ({"additionalProperties": False}, {"a": 1}, "Additional properties are not allowed"),
        ({"properties": {"a": {"$ref": "http://127.0.0.1:9/s"}}}, {"a": 2}, "which is not fetched"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, {"a": 2}, "which is not fetched"),
        ({"type": "no such type"}, {}, UNCHECKED),
        ({"properties": []}, {}, UNCHECKED),
        ({"$ref": "#"}, {"a": 1}, UNCHECKED),
        ({"type": "object", "$ref": "#"}, {"a": 1}, UNCHECKED),
        ({"allOf": [{"$ref": "#"}]}, {"a": 1}, UNCHECKED),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "$ref": "#/$defs/a"}}}, {}, UNCHECKED),
        ({"$dynamicRef": "#", "type": "object"}, {"a": 1}, UNCHECKED),
        ({"additionalProperties": False, "patternProperties": {"^x": {}}}, {"xa": 1, "b": 1}, "'b' was unexpected"),
        (
            {"additionalProperties": {"type": "string"}, "patternProperties": {"^x": {}}},
            {"x": 1, "b": 1},
            "b: 1 is not",
        ),
        ({"properties": {"a": {"multipleOf": 0.5}}}, {"a": 10**400}, UNCHECKED),
        ({"description": "x" * 200_000}, {}, UNCHECKED),
    ],
)
def test_what_is_wrong_is_named(schema: JsonObject, arguments: JsonObject, expected: str) -> None:
    (problem,) = problems(schema, arguments)
    assert expected in problem


@pytest.mark.parametrize(
    "schema",
    [
        {},
        None,
        "odd",
        NO_SUCH_FORMAT,
        {"type": "object"},
        {"properties": {"a": {"type": "string"}}},
        {"$schema": "urn:x"},
    ],
)
def test_what_is_right_has_no_problem(schema: object) -> None:
    assert problems(schema, {"a": "x"}) == ()


def test_only_the_first_problems_are_named_and_each_is_short() -> None:
    schema = {"additionalProperties": {"type": "integer"}}
    found = problems(schema, {f"k{number}": "y" * 10_000 for number in range(9)})
    assert len(found) == 5
    assert max(map(len, found)) < 200


@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
def test_a_pattern_of_names_that_would_take_for_ever_is_never_tried(keyword: str) -> None:
    """Tried, it takes twice as long for each letter more: days for these."""
    schema = {"type": "object", "patternProperties": {"^(a+)+$": {}}, keyword: False}
    assert problems(schema, {"a" * 40 + "!": 1}) == ()


def doubling(depth: int) -> dict[str, Any]:
    """Return a schema whose references double the work at each step."""
    defs: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(depth)}
    return {"$ref": "#/$defs/d0", "$defs": defs | {f"d{depth}": {"type": "object"}}}


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        (doubling(60), {}),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 60 + "!"}),
        ({"patternProperties": {"^(a+)+$": False}}, {"a" * 60 + "!": 1}),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [{"k": n} for n in range(8_000)]}),
    ],
)
def test_no_schema_takes_for_ever(schema: JsonObject, arguments: JsonObject) -> None:
    begun = time.process_time()
    problems(schema, arguments)
    assert time.process_time() - begun < 10  # each of them would take hours


# --- the values of a form ---

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0, "default": 7},
        "agree": {"type": "boolean"},
        "pet": {"type": "string", "enum": ["cat", "dog"]},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}},
    },
    "required": ["name"],
}


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"name": "Ada"}, []),
        ({"name": "Ada", "age": 3, "agree": True, "pet": "cat", "tags": ["a", "c"]}, []),
        ({}, ["'name' is a required property"]),
        ({"name": ""}, ["name: '' should be non-empty (minLength 1)"]),
        ({"name": 5}, ["name: 5 is not of type 'string'"]),
        ({"name": "x", "age": -1}, ["age: -1 is less than the minimum of 0"]),
        ({"name": "x", "age": True}, ["age: True is not of type 'integer'"]),
        ({"name": "x", "age": 1.5}, ["age: 1.5 is not of type 'integer'"]),
        ({"name": "x", "agree": "yes"}, ["agree: 'yes' is not of type 'boolean'"]),
        ({"name": "x", "pet": "cow"}, ["pet: 'cow' is not one of ['cat', 'dog']"]),
        ({"name": "x", "tags": ["a", "z"]}, ["tags[1]: 'z' is not one of ['a', 'b', 'c']"]),
        ({"name": "x", "tags": "a"}, ["tags: 'a' is not of type 'array'"]),
        ({"name": "x", "age": 5.0}, []),
        ({"name": "x", "more": 1}, ["more: not asked for"]),
    ],
)
def test_typed_values_are_held_against_the_schema(values: dict[str, Any], problems: list[str]) -> None:
    assert problems_of(SCHEMA, values) == problems


@pytest.mark.parametrize(
    ("member", "values", "expected"),
    [
        ({"type": "string"}, {"a": "x"}, True),
        ({"type": "string"}, {}, False),
        ({"type": "string"}, {"a": 1}, False),
        ({"type": "string"}, {"a": "x", "b": 1}, False),
        ({"type": "string", "minLength": 2}, {"a": "x"}, False),
        ({"type": "string", "pattern": "^y"}, {"a": "x"}, False),
        ({"type": "string", "format": "email"}, {"a": "x"}, False),
        ({"type": "string", "enum": ["x"]}, {"a": "x"}, True),
        ({"type": "string", "enum": ["x"]}, {"a": "y"}, False),
        ({"type": "string", "oneOf": [{"const": "x", "title": "X"}]}, {"a": "y"}, False),
        ({"type": "integer", "maximum": 3}, {"a": 4}, False),
        ({"type": "integer"}, {"a": True}, False),
        ({"type": "number"}, {"a": 1.5}, True),
        ({"type": "boolean"}, {"a": 1}, False),
        ({"type": "array", "items": {"enum": ["x", "y"]}}, {"a": ["x", "y"]}, True),
        ({"type": "array", "items": {"enum": ["x", "y"]}, "maxItems": 1}, {"a": ["x", "y"]}, False),
        ({"$ref": "http://127.0.0.1:9/s"}, {"a": "x"}, False),  # it can't be known here
        ({"type": "no such type"}, {"a": "x"}, False),
    ],
)
def test_only_what_is_known_to_fit_fits(member: JsonObject, values: JsonObject, expected: bool) -> None:
    assert fits({"type": "object", "properties": {"a": member}, "required": ["a"]}, values) is expected


@pytest.mark.parametrize("schema", [{"properties": []}, {"properties": {"a": 3}, "required": 7}, {"$ref": "#"}])
def test_nothing_fits_an_odd_form(schema: JsonObject) -> None:
    assert not fits(schema, {"a": "x"})
