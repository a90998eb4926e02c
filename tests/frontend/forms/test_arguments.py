"""Arguments of tool uses against schemas, of which neither is to be trusted."""

import time
from typing import Any

import pytest

from tuui_sampling.frontend.forms.arguments import UNCHECKED, ArgumentCheck, NoObject, check_for, parse_arguments
from tuui_sampling.sampling.request import JsonObject


def problems(schema: object, arguments: JsonObject) -> tuple[str, ...]:
    """Return what is wrong with arguments for a tool of this schema."""
    return ArgumentCheck({"name": "t", "inputSchema": schema}).problems(arguments)


@pytest.mark.parametrize(
    ("schema", "arguments", "expected"),
    [
        ({"type": "object", "required": ["a"]}, {}, "'a' is a required property"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": "1"}, "a: '1' is not of type 'integer'"),
        ({"properties": {"a": {"items": {"enum": ["x"]}}}}, {"a": ["x", "y"]}, "a[1]: 'y' is not one of ['x']"),
        ({"properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"minimum": 3}}}, {"a": 2}, "a: 2 is less than"),
        ({"properties": {"a": {"pattern": "^x+$"}}}, {"a": "y"}, "a: 'y' does not match '^x+$'"),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [1, 1]}, "a: two of its items are the same"),
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
    "schema", [{}, None, "odd", {"type": "object"}, {"properties": {"a": {"type": "string"}}}, {"$schema": "urn:x"}]
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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ('{"a": 1', "not JSON"),
        ("[1]", "a JSON object is expected"),
        ("null", "a JSON object is expected"),
        ('{"a": NaN}', "a number that JSON does not have"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_object_says_why(text: str, problem: str) -> None:
    with pytest.raises(NoObject, match=problem):
        parse_arguments(text)


def test_a_tool_that_is_not_listed_has_no_check() -> None:
    assert check_for(None, "t") is None
    assert check_for(({"name": "u"},), "t") is None
    assert check_for(({"name": "t"},), "t") is not None
