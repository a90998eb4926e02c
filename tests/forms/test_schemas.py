"""Schemas as FastMCP and Pydantic write them become fields with their choices, however they refer to their parts."""

import time
from typing import Any

import pytest

from tuui_sampling.forms.fields import MAX_LEVELS, MAX_NESTED, fields_of
from tuui_sampling.forms.schema_field import NOTHING, FieldKind, SchemaField
from tuui_sampling.forms.schemas import MAX_NAMED, resolved, shape_words
from tuui_sampling.forms.values import parse

DEFS: dict[str, Any] = {
    "Color": {"enum": ["red", "green"], "type": "string", "title": "Color"},
    "Level": {"enum": [1, 2.0, 3], "type": "integer"},
    "Size": {"enum": [{"w": 1}, {"w": 2}]},
    "Mode": {"const": "fast"},
    "Point": {
        "type": "object",
        "properties": {"x": {"type": "integer"}, "color": {"$ref": "#/$defs/Color"}},
        "required": ["x"],
    },
    "Named~odd/name": {"type": "boolean"},
    "Circle": {"$ref": "#/$defs/Circle"},
    "Tree": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}},
}


def field(part: object, **more: Any) -> SchemaField:
    """Return the one field of a schema whose property is this."""
    fields = fields_of({"type": "object", "$defs": DEFS, "properties": {"it": part}, **more})
    assert fields is not None
    return fields[0]


def ref(name: str) -> dict[str, Any]:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize(
    ("part", "values"),
    [
        (ref("Color"), ["red", "green"]),
        (ref("Color") | {"default": "green"}, ["red", "green"]),
        ({"allOf": [ref("Color")], "default": "red"}, ["red", "green"]),
        ({"anyOf": [ref("Color"), {"type": "null"}], "default": None}, ["red", "green"]),
        ({"oneOf": [{"type": "null"}, ref("Color")]}, ["red", "green"]),
        ({"anyOf": [{"allOf": [ref("Color")]}, {"const": None}]}, ["red", "green"]),
        ({"anyOf": [ref("Color")]}, ["red", "green"]),
        (ref("Level"), [1, 2.0, 3]),
        (ref("Size"), [{"w": 1}, {"w": 2}]),
        (ref("Mode"), ["fast"]),
        ({"$ref": "#/properties/other"}, ["a", "b"]),
    ],
)
def test_choices_are_found_behind_references(part: dict[str, Any], values: list[Any]) -> None:
    found = field(part) if "other" not in str(part) else other(part)
    assert found.kind is FieldKind.CHOICE
    assert [choice.value for choice in found.choices] == values


def other(part: object) -> SchemaField:
    """Return the first field where there is another one to refer to."""
    fields = fields_of({"type": "object", "properties": {"it": part, "other": {"enum": ["a", "b"]}}})
    assert fields is not None
    return fields[0]


def test_what_stands_beside_a_reference_counts() -> None:
    found = field({"$ref": "#/$defs/Color", "title": "Which", "description": "of them", "default": "green"})
    assert (found.title, found.description, found.default) == ("Which", "of them", "green")
    assert field(ref("Level") | {"default": 2}).default == 2, "and 2 is 2.0"


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (ref("Named~0odd~1name"), FieldKind.BOOLEAN),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, FieldKind.INTEGER),
        ({"allOf": [{"type": "string"}, {"minLength": 2}]}, FieldKind.TEXT),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, FieldKind.JSON),
        ({"type": "array", "items": ref("Color")}, FieldKind.CHOICES),
        (ref("Point"), FieldKind.OBJECT),
        ({"allOf": [ref("Point")], "default": {"x": 3}}, FieldKind.OBJECT),
        ({"anyOf": [ref("Point"), {"type": "null"}], "default": None}, FieldKind.OBJECT),
        ({"type": "array", "items": ref("Point")}, FieldKind.OBJECTS),
        ({"anyOf": [{"type": "array", "items": ref("Point")}, {"type": "null"}]}, FieldKind.OBJECTS),
        ({"type": "array", "items": {"anyOf": [ref("Point"), {"type": "null"}]}}, FieldKind.OBJECTS),
        (ref("Point") | {"default": {"x": "not a number"}}, FieldKind.JSON),
        (ref("Point") | {"default": {"z": 1}}, FieldKind.JSON),
        ({"type": "array", "items": ref("Point"), "default": [5]}, FieldKind.JSON),
        ({"type": "object", "additionalProperties": {"type": "string"}}, FieldKind.JSON),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": True}, FieldKind.JSON),
        ({"type": "object", "properties": {}}, FieldKind.JSON),
        ({"anyOf": [ref("Point"), ref("Color")]}, FieldKind.JSON),
        ({"type": "array", "items": {"anyOf": [ref("Point"), ref("Color")]}}, FieldKind.JSON),
        (ref("Missing"), FieldKind.JSON),
        (ref("Circle"), FieldKind.JSON),
        ({"$ref": "https://example.com/schema.json"}, FieldKind.JSON),
        ({"$ref": "other.json#/a"}, FieldKind.JSON),
        ({"$ref": 5}, FieldKind.JSON),
        (True, FieldKind.JSON),
    ],
)
def test_each_is_asked_for_as_what_it_is(part: object, kind: FieldKind) -> None:
    assert field(part).kind is kind


def test_the_fields_of_a_nested_model_are_those_of_its_schema() -> None:
    x, color = field(ref("Point")).fields
    assert (x.name, x.kind, x.required, color.kind) == ("x", FieldKind.INTEGER, True, FieldKind.CHOICE)
    assert [choice.label for choice in color.choices] == ["red", "green"]
    assert [one.default for one in field(ref("Point") | {"default": {"x": 3.0}}).fields] == [3, NOTHING]
    listed = field({"type": "array", "items": ref("Point"), "minItems": 1, "maxItems": 3})
    assert ([one.name for one in listed.fields], listed.hint) == (["x", "color"], "1 to 3")


def test_what_has_no_end_is_json_in_the_end_and_says_what_it_is_made_of() -> None:
    levels, tree = 0, field(ref("Tree"))
    while tree.fields:
        levels, tree = levels + 1, tree.fields[0]
    assert (levels, tree.kind) == (MAX_LEVELS, FieldKind.JSON)
    assert "…" in tree.description
    mixed = field({"anyOf": [ref("Point"), ref("Color")]})
    assert mixed.description == 'JSON like {x *: integer, color: "red" or "green"} or "red" or "green"'


def test_nested_fields_are_no_more_than_can_be_shown() -> None:
    """Each object has ten members, each of which is such an object: a thousand fields in three levels."""
    wide = {"type": "object", "properties": {f"m{number}": ref("Wide") for number in range(10)}}
    fields = fields_of({"type": "object", "$defs": {"Wide": wide}, "properties": {"it": ref("Wide")}})
    assert fields is not None

    def count(fields: tuple[SchemaField, ...]) -> int:
        return len(fields) + sum(count(one.fields) for one in fields)

    assert MAX_NESTED - 10 <= count(fields) <= MAX_NESTED + 1


@pytest.mark.parametrize("how", ["properties", "anyOf", "items"])
def test_what_a_nested_value_is_made_of_is_named_as_far_as_it_can_be_read(how: str) -> None:
    """Each has twelve of its own, or as many alternatives, each of which is such a one: a quarter of a million."""
    inner: Any = {f"m{number}": ref("Wide") for number in range(12)}
    wide = {
        "properties": {"properties": inner},
        "anyOf": {"anyOf": [ref("Wide"), {"properties": inner}] * 6},
        "items": {"items": {"properties": inner}},
    }[how]
    words = shape_words(wide, {"$defs": {"Wide": wide}})
    assert 0 < words.count("m") <= MAX_NAMED
    assert "…" in words
    assert shape_words({"anyOf": [{"type": "integer"}] * 3 + [{"type": "string"}]}, {}).count("integer") == 3


def test_a_whole_schema_may_be_a_reference() -> None:
    fields = fields_of({"$defs": DEFS, "$ref": "#/$defs/Point"})
    assert fields is not None
    assert [one.name for one in fields] == ["x", "color"]
    assert [one.required for one in fields] == [True, False]


def test_titles_stand_beside_the_values_that_are_returned() -> None:
    titled = field({"oneOf": [{"const": "a", "title": "Safe"}, {"const": "rm", "title": "Also safe"}, {"const": "c"}]})
    assert [choice.label for choice in titled.choices] == ["Safe (a)", "Also safe (rm)", "c"]
    named = field({"enum": ["x", 2], "enumNames": ["The X", "Two"]})
    assert [choice.label for choice in named.choices] == ["The X (x)", "Two (2)"]
    several = field({"type": "array", "items": {"anyOf": [{"const": 1, "title": "One"}]}})
    assert [choice.label for choice in several.choices] == ["One (1)"]


@pytest.mark.parametrize(("typed", "value"), [("5", 5), ("5.0", 5), ("-7.000", -7), (" +3.0 ", 3)])
def test_a_whole_number_may_be_written_with_a_point(typed: str, value: int) -> None:
    assert parse(SchemaField("it", FieldKind.INTEGER), typed) == value
    assert field({"type": "integer", "default": 5.0}).default == 5
    assert field({"type": "string", "minLength": 2.0}).min_length == 2


def test_references_that_multiply_take_no_time() -> None:
    """Each of thirty definitions is the one before, twice: all of them together would be a billion."""
    bombs: dict[str, Any] = {"d0": {"type": "string"}}
    for number in range(1, 31):
        bombs[f"d{number}"] = {"allOf": [{"$ref": f"#/$defs/d{number - 1}"}] * 2}
        bombs[f"e{number}"] = {"anyOf": [{"$ref": f"#/$defs/e{number - 1}"}] * 2}
    root = {"$defs": bombs}
    started = time.process_time()
    for name in ("d30", "e30"):
        resolved({"$ref": f"#/$defs/{name}"}, root)
        shape_words({"$ref": f"#/$defs/{name}"}, root)
    assert time.process_time() - started < 2.0
