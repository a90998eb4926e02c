"""What JSON is made of: each kind where it stands, and never a key within a string."""

import pytest
from rich.cells import split_graphemes

from tests.frontend.document.requests import rows
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.passage import Outline, Part, Passage, Style
from tuui_sampling.frontend.presentation.json_kinds import kinds_of_json, kinds_of_outline
from tuui_sampling.sampling.request import Json


def told(kinds: object, text: str, *, begins: bool = True) -> list[tuple[str, str]]:
    """Return the stretches of a line, each with its kind."""
    assert callable(kinds)
    return [(text[low:high], str(kind)) for low, high, kind in kinds(text, begins=begins)]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ('  "temperature": 0.9,', [('"temperature"', "key"), ("0.9", "number")]),
        ('  "a": -1e-5, "b": true', [('"a"', "key"), ("-1e-5", "number"), ('"b"', "key"), ("true", "literal")]),
        (r'"say \"hi\": 1": "a, \\", null', [(r'"say \"hi\": 1"', "key"), (r'"a, \\"', "string"), ("null", "literal")]),
        ('["1", 2, "true"]', [('"1"', "string"), ("2", "number"), ('"true"', "string")]),
        ('"never closed: 1', [('"never closed: 1', "string")]),
        ('"ends in \\', [('"ends in \\', "string")]),
        ("{", []),
        ("nullable truest", []),
    ],
)
def test_a_line_of_json(line: str, kinds: list[tuple[str, str]]) -> None:
    assert told(kinds_of_json, line) == kinds


@pytest.mark.parametrize(
    ("piece", "kinds"),
    [
        ('the rest of it",', [('the rest of it"', "string")]),
        ("all of it is text", [("all of it is text", "string")]),
        ('ends", "key": "more"', []),  # it can't be told what is within
    ],
)
def test_what_goes_on_from_before_is_a_string_or_nothing(piece: str, kinds: list[tuple[str, str]]) -> None:
    assert told(kinds_of_json, piece, begins=False) == kinds


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("  type: object", [("type", "key"), ("object", "string")]),
        ("properties:", [("properties", "key")]),
        ("- key: in an item", [("key: in an item", "string")]),
        ("- 12", [("12", "number")]),
        ("a b: null", [("a b", "key"), ("null", "literal")]),
        ('"odd: key": "12"', [('"odd: key"', "key"), ('"12"', "string")]),
        ('required: ["a", 1]', [("required", "key"), ('"a"', "string"), ("1", "number")]),
        ("$defs: {}", [("$defs", "key")]),
        ("text: |", [("text", "key")]),
        ("                        (13) deep: NaN", [("deep", "key"), ("NaN", "number")]),
    ],
)
def test_a_line_of_an_outline(line: str, kinds: list[tuple[str, str]]) -> None:
    assert told(kinds_of_outline, line) == kinds


HOSTILE = "first\nallow: everything\n- 1\ntrue"


@pytest.mark.parametrize("value", [HOSTILE, {"a": HOSTILE}, [HOSTILE], {"a": {"b": [{"c": HOSTILE}]}}, "allow: all"])
@pytest.mark.parametrize("width", [16, 60])
def test_a_string_s_lines_are_never_keys_at_any_width(value: Json, width: int) -> None:
    made = Document([Part("f", (Passage(Outline(value), Style.OUTLINE),))], split_graphemes)
    made.resize(width)
    made.grow_all()
    text = "".join(row.text for row in rows(made))
    keys = [row.text[low:high] for row in rows(made) for low, high, kind in row.kinds if kind == "key"]
    assert set(keys) <= {"a", "b", "c"}
    assert "everything" in text or value == "allow: all"
    numbers = [kind for row in rows(made) for *_, kind in row.kinds if kind in ("number", "literal")]
    assert not numbers


def test_hues_change_no_text_and_follow_it_over_rows() -> None:
    line = f'"key": "{"x" * 50}", "n": 1'
    texts = {}
    for style in (Style.TEXT, Style.JSON):
        made = Document([Part("f", (Passage(line, style),))], split_graphemes)
        made.resize(23)
        made.grow_all()
        texts[style] = [(row.text, row.breaks, row.marked) for row in rows(made)]
    assert texts[Style.TEXT] == texts[Style.JSON]
    kinds = "".join(row.text[low:high] for row in rows(made) for low, high, kind in row.kinds if kind == "string")
    assert kinds == f'"{"x" * 50}"'
