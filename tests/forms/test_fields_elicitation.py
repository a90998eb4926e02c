"""The restricted schemas of elicitation, word by word: what is asked, what is refused, what is sent."""

from typing import Any

import pytest

from tuui_sampling.forms.fields import defaults_of, fields_of
from tuui_sampling.forms.patterns import matches
from tuui_sampling.forms.schema_field import NOTHING, FieldKind, SchemaField
from tuui_sampling.forms.values import InvalidValue, choose, parse

SEVERAL = {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}}
TITLED = {"type": "array", "items": {"anyOf": [{"const": "x", "title": "The X"}, {"const": "y", "title": "The Y"}]}}


def field_of(schema: Any, *, required: bool = False) -> SchemaField:
    """Return the field of one property."""
    fields = fields_of({"type": "object", "properties": {"v": schema}, "required": ["v"] if required else []})
    assert fields is not None
    return fields[0]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "format": "email"}, ["a@b.de", "a.b+c@x"], ["a", "a@", "@b", "a@b@c", "a @b.de", "a@b..c"]),
        (
            {"type": "string", "format": "uri"},
            ["https://x.de/y", "mailto:a@b.de"],
            ["x.de", "https://", "a b:c", "http://["],
        ),
        ({"type": "string", "format": "date"}, ["2026-02-28"], ["2026-02-30", "28.2.2026", "20260228", "2026-2-8"]),
        (
            {"type": "string", "format": "date-time"},
            ["2026-02-28T23:59:00Z", "2026-02-28t01:02:03.5+02:00"],
            ["2026-02-28", "2026-02-28 10:00:00Z", "2026-02-28T10:00:00", "2026-02-28T25:00:00Z"],
        ),
        ({"type": "string", "format": "unheard-of"}, ["anything"], []),
        ({"type": "string", "minLength": 2, "maxLength": 4}, ["ab", "abcd", "日本"], ["a", "abcde"]),
        ({"type": "string", "pattern": "^[A-Z]{2}-\\d+$"}, ["AB-1"], ["ab-1", "AB-", "AB-1x", "AB-١"]),
        ({"type": "integer", "minimum": 1, "maximum": 100}, ["1", "100", " +7 "], ["0", "101", "1.5", "1e2", "x", "١"]),
        (
            {"type": "number", "minimum": 0, "maximum": 1},
            ["0", "0.5", "1e-3", ".5"],
            ["-0.1", "2", "nan", "inf", "1,5"],
        ),
    ],
)
def test_texts_and_numbers(schema: dict[str, Any], good: list[str], bad: list[str]) -> None:
    field = field_of(schema)
    for text in good:
        assert parse(field, text) is not NOTHING, text
    for text in bad:
        with pytest.raises(InvalidValue):
            parse(field, text)


def test_whole_numbers_stay_whole() -> None:
    assert repr(parse(field_of({"type": "number"}), "3")) == "3"
    assert repr(parse(field_of({"type": "integer"}), "42")) == "42"


@pytest.mark.parametrize(
    ("schema", "labels", "values"),
    [
        ({"type": "string", "enum": ["a", "b"]}, ["a", "b"], ["a", "b"]),
        ({"type": "string", "enum": ["a", "b"], "enumNames": ["A!", "B!"]}, ["A! (a)", "B! (b)"], ["a", "b"]),
        ({"type": "string", "oneOf": [{"const": "a", "title": "A!"}]}, ["A! (a)"], ["a"]),
        (SEVERAL, ["a", "b", "c"], ["a", "b", "c"]),
        (TITLED, ["The X (x)", "The Y (y)"], ["x", "y"]),
        ({"type": "array", "items": {"oneOf": [{"const": "x", "title": "X!"}]}}, ["X! (x)"], ["x"]),
    ],
)
def test_choices_have_their_titles(schema: dict[str, Any], labels: list[str], values: list[str]) -> None:
    field = field_of(schema)
    assert field.kind is (FieldKind.CHOICES if schema["type"] == "array" else FieldKind.CHOICE)
    assert [choice.label for choice in field.choices] == labels
    assert [choice.value for choice in field.choices] == values


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "array"},
        {"type": "array", "items": {"enum": []}},
        {"type": "array", "items": True},
        {"type": "array", "items": {"enum": ["a"]}, "not": {}},
    ],
)
def test_a_list_of_anything_stays_json(schema: dict[str, Any]) -> None:
    assert field_of(schema).kind is FieldKind.JSON


def test_how_many_have_to_be_chosen() -> None:
    field = field_of({**SEVERAL, "minItems": 2, "maxItems": 2}, required=True)
    assert choose(field, [2, 0]) == ["a", "c"]
    for chosen, words in (([], "choose 2 to 2"), ([1], "at least 2"), ([0, 1, 2], "at most 2")):
        with pytest.raises(InvalidValue, match=words):
            choose(field, chosen)


def test_none_chosen_is_no_answer_or_an_empty_one() -> None:
    assert choose(field_of(SEVERAL), []) is NOTHING
    assert choose(field_of({**SEVERAL, "minItems": 1}), []) is NOTHING
    assert choose(field_of(SEVERAL, required=True), []) == []


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "string", "default": "x"}, "x"),
        ({"type": "integer", "default": 42}, 42),
        ({"type": "boolean", "default": False}, False),
        ({**SEVERAL, "default": ["b"]}, ["b"]),
        ({**SEVERAL, "default": ["nothing of it"]}, NOTHING),
        ({"type": "string", "enum": ["a"], "default": "b"}, NOTHING),
        ({"type": "integer", "default": "42"}, NOTHING),
        ({"type": "string", "default": None}, NOTHING),
    ],
)
def test_a_default_is_taken_when_it_is_a_value(schema: dict[str, Any], default: Any) -> None:
    assert field_of(schema).default == default


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"type": "string"}, ""),
        ({"type": "string", "format": "email", "maxLength": 20}, "an email address, at most 20 characters"),
        ({"type": "string", "pattern": "^x"}, "like ^x"),
        ({"type": "integer", "minimum": 1, "maximum": 1000}, "1 to 1,000"),
        ({"type": "number", "minimum": 0.5}, "at least 0.5"),
        ({**SEVERAL, "minItems": 1, "maxItems": 3}, "1 to 3"),
        ({"type": "array", "minItems": 1}, ""),
    ],
)
def test_the_hint_says_what_is_expected(schema: dict[str, Any], hint: str) -> None:
    assert field_of(schema).hint == hint


# --- patterns ---


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^[A-Z]{3}$", "ABC", True),
        ("^[A-Z]{3}$", "ABCD", False),
        ("^\\d+$", "12\n", False),
        ("b", "abc", True),
        ("^[a-z]+@[a-z]+\\.[a-z]{2,}$", "joe@example.de", True),
        ("a\\$", "a$", True),
        ("", "anything", True),
        ("[^]]", "x", None),
        ("^(a|b)$", "a", None),
        ("\\p{L}", "a", None),
        ("(", "a", None),
        ("x{5,2}", "x", None),
    ],
)
def test_plain_patterns_are_checked_and_others_are_the_servers(pattern: str, text: str, fits: bool | None) -> None:
    assert matches(pattern, text) is fits


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "(a|aa)+$", "^(?=a)a*$", "a*" * 20 + "b", "a?" * 60 + "a" * 60, "(a)\\1"]
)
def test_a_pattern_that_would_take_for_ever_is_not_tried(pattern: str) -> None:
    assert matches(pattern, "a" * 60 + "!") is None


def test_what_can_not_be_checked_here_is_let_through() -> None:
    assert parse(field_of({"type": "string", "pattern": "^(a+)+$"}), "b") == "b"


def test_the_defaults_are_what_a_form_begins_with() -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer", "default": 7}, "name": {"type": "string"}}}
    assert defaults_of(schema) == {"age": 7}
