"""A JSON Schema as fields, and what is typed as values."""

from typing import Any

import pytest

from tuui_sampling.forms.fields import fields_of, whole_value
from tuui_sampling.forms.schema_field import NOTHING, Choice, FieldKind, SchemaField
from tuui_sampling.forms.values import InvalidValue, parse


def field_of(schema: Any, *, required: bool = False) -> SchemaField:
    """Return the field of one property."""
    fields = fields_of({"type": "object", "properties": {"x": schema}, "required": ["x"] if required else []})
    assert fields is not None
    return fields[0]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, FieldKind.TEXT),
        ({"type": "string", "format": "textarea"}, FieldKind.LONG_TEXT),
        ({"type": "string", "default": "two\nlines"}, FieldKind.LONG_TEXT),
        ({"type": "integer"}, FieldKind.INTEGER),
        ({"type": "number"}, FieldKind.NUMBER),
        ({"type": "boolean"}, FieldKind.BOOLEAN),
        ({"type": "string", "enum": ["a", "b"]}, FieldKind.CHOICE),
        ({"const": 1}, FieldKind.CHOICE),
        ({"oneOf": [{"const": 1, "title": "one"}]}, FieldKind.CHOICE),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, FieldKind.JSON),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, FieldKind.INTEGER),
        ({"type": ["string", "null"]}, FieldKind.TEXT),
        ({"type": ["string", "integer"]}, FieldKind.JSON),
        ({"type": "array"}, FieldKind.JSON),
        ({"type": "object"}, FieldKind.JSON),
        ({"type": "string", "$ref": "#/x"}, FieldKind.JSON),
        ({"type": "unheard of"}, FieldKind.JSON),
        ({"type": 7}, FieldKind.JSON),
        ({}, FieldKind.JSON),
        (True, FieldKind.JSON),
        (None, FieldKind.JSON),
        ({"enum": []}, FieldKind.JSON),
        ({"enum": "text", "type": "string"}, FieldKind.TEXT),
    ],
)
def test_each_property_is_asked_for_in_its_own_way(schema: Any, kind: FieldKind) -> None:
    assert field_of(schema).kind is kind


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array"},
        {"type": "object", "properties": []},
        {"$ref": "#/$defs/X"},
        {"type": "object", "properties": {"x": {}}, "oneOf": []},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "patternProperties": {}},
    ],
)
def test_what_is_no_plain_object_is_one_field_of_json(schema: dict[str, Any]) -> None:
    assert fields_of(schema) is None
    assert parse(whole_value(schema), '{"x": 1}') == {"x": 1}
    with pytest.raises(InvalidValue, match="expected object"):
        parse(whole_value(schema), "[]")


def test_an_empty_object_has_no_fields() -> None:
    assert fields_of({"type": "object", "properties": {}}) == ()
    assert fields_of({}) == ()


def test_labels_defaults_and_choices() -> None:
    field = field_of({"type": "string", "title": "The X", "description": "d", "default": "q"}, required=True)
    assert (field.label, field.description, field.initial) == ("The X (x) *", "d", "q")
    assert field_of({"type": "array", "default": [1, "é"]}).initial == '[\n  1,\n  "é"\n]'
    assert field_of({"type": "integer", "default": 5}).initial == "5"
    assert field_of({"enum": [1, True, None, "s"], "default": True}).choices == (
        Choice(1, "1"),
        Choice(True, "true"),
        Choice(None, "null"),
        Choice("s", "s"),
    )
    assert field_of({"enum": ["a", "b"], "enumNames": ["A", "B"]}).choices[1] == Choice("b", "B (b)")
    assert field_of({"anyOf": [{"const": "a", "title": "A"}]}).choices == (Choice("a", "A (a)"),)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "default": "5"},
        {"type": "integer", "default": True},
        {"type": "boolean", "default": 1},
        {"enum": ["a"], "default": "b"},
        {"enum": [1], "default": True},
        {"type": "string", "default": None},
    ],
)
def test_a_default_that_does_not_fit_is_none(schema: dict[str, Any]) -> None:
    assert field_of(schema).default is NOTHING


def test_a_required_property_without_a_description_is_asked_for() -> None:
    fields = fields_of({"properties": {}, "required": ["ghost", 7]})
    assert fields == (SchemaField("ghost", FieldKind.JSON, required=True),)


def test_a_default_nested_without_end_is_no_crash() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert field_of({"type": "array", "default": deep}).initial == ""


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "string"}, " a ", " a "),
        ({"type": "string"}, "", NOTHING),
        ({"type": "string"}, " ", " "),
        ({"type": "integer"}, " -7 ", -7),
        ({"type": "integer"}, " ", NOTHING),
        ({"type": "number"}, "3", 3),
        ({"type": "number"}, "1e3", 1000.0),
        ({"type": "number"}, "-.5", -0.5),
        ({"type": "integer", "minimum": 1, "maximum": 3}, "3", 3),
        ({"type": "string", "minLength": 2, "maxLength": 2}, "ab", "ab"),
        ({"type": "array"}, "[1, null]", [1, None]),
        ({"type": "array"}, "", NOTHING),
        ({}, '"x"', "x"),
        ({"type": ["integer", "string"]}, "2.0", 2.0),
    ],
)
def test_what_is_typed_becomes_a_value(schema: dict[str, Any], text: str, value: Any) -> None:
    parsed = parse(field_of(schema), text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("schema", "text", "problem"),
    [
        ({"type": "integer"}, "1.5", "a whole number"),
        ({"type": "integer"}, "٣", "a whole number"),
        ({"type": "integer"}, "1_0", "a whole number"),
        ({"type": "integer"}, "9" * 5000, "a whole number"),
        ({"type": "number"}, "nan", "a number"),
        ({"type": "number"}, "1e999", "a number"),
        ({"type": "number"}, "9" * 5000, "a number"),
        ({"type": "integer", "minimum": 2}, "1", "at least 2"),
        ({"type": "integer", "maximum": 2}, "3", "at most 2"),
        ({"type": "number", "exclusiveMinimum": 2}, "2", "more than 2"),
        ({"type": "number", "exclusiveMaximum": 2}, "2", "less than 2"),
        ({"type": "string", "minLength": 3}, "ab", "at least 3 characters"),
        ({"type": "string", "maxLength": 1}, "ab", "at most 1 character"),
        ({"type": "array"}, "{}", "expected array"),
        ({"type": "object"}, "[", r"not JSON: .*line 1, column 2"),
        ({"type": "array"}, "[NaN]", "not JSON"),
        ({"type": "array"}, "[" * 100_000, "nested too deeply"),
        ({"type": ["integer", "string"]}, "true", "expected integer or string"),
    ],
    ids=range(18),
)
def test_what_is_no_value_is_told_why(schema: dict[str, Any], text: str, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        parse(field_of(schema), text)


@pytest.mark.parametrize("kind", ["string", "integer", "number", "array"])
def test_a_required_field_must_not_be_empty(kind: str) -> None:
    with pytest.raises(InvalidValue, match="required"):
        parse(field_of({"type": kind}, required=True), "")
