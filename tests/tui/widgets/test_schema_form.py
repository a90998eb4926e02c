"""The form of a tool's arguments."""

from typing import Any, TypeVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Checkbox, Input, Select

from tuui_sampling.tui.widgets.field_row import FieldRow
from tuui_sampling.tui.widgets.schema_form import SchemaForm
from tuui_sampling.tui.widgets.text_editor import EditArea

ControlT = TypeVar("ControlT")

POEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "description": "What it is about", "minLength": 2},
        "lines": {"type": "integer", "minimum": 1, "default": 4},
        "heat": {"type": "number"},
        "rhyme": {"type": "boolean", "default": True},
        "loud": {"type": "boolean"},
        "style": {"oneOf": [{"const": "h", "title": "Haiku"}, {"const": "s", "title": "Sonnet"}]},
        "tags": {"type": "array"},
        "notes": {"type": "string", "format": "textarea"},
    },
    "required": ["topic"],
}


class FormApp(App[None]):
    """One form."""

    def __init__(self, schema: dict[str, Any]) -> None:
        super().__init__()
        self.schema = schema

    def compose(self) -> ComposeResult:
        self.form = SchemaForm(self.schema)
        with VerticalScroll():
            yield self.form

    def row(self, name: str) -> FieldRow:
        """Return one field."""
        return next(row for row in self.form.rows if row.field.name == name)

    def shown(self) -> str:
        """Return what is on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


def control(row: FieldRow, kind: type[ControlT]) -> ControlT:
    """Return the control of a field, which must be of that kind."""
    assert isinstance(row.control, kind)
    return row.control


async def test_defaults_are_filled_in_and_empty_optional_fields_left_out() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        app.row("topic").control.focus()
        await pilot.press(*"sea")
        assert app.form.collect() == {"topic": "sea", "lines": 4, "rhyme": True}


async def test_every_kind_of_field_gives_its_value() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        control(app.row("topic"), Input).value = "⟪U+200B⟫sea"
        control(app.row("lines"), Input).value = "7"
        control(app.row("heat"), Input).value = "0.5"
        control(app.row("rhyme"), Checkbox).toggle()
        control(app.row("loud"), Select).value = 1
        control(app.row("style"), Select).value = 1
        control(app.row("tags"), EditArea).insert('["a"]')
        control(app.row("notes"), EditArea).insert("one\ntwo")
        await pilot.pause()
        assert app.form.collect() == {
            "topic": "\u200bsea",
            "lines": 7,
            "heat": 0.5,
            "rhyme": False,
            "loud": False,
            "style": "s",
            "tags": ["a"],
            "notes": "one\ntwo",
        }


async def test_problems_stand_beside_their_fields_and_the_first_gets_the_focus() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        control(app.row("lines"), Input).value = "0"
        control(app.row("tags"), EditArea).insert("[")
        await pilot.pause()
        assert app.form.collect() is None
        await pilot.pause()
        assert app.row("topic").problem == "✗ required"
        assert app.row("lines").problem == "✗ at least 1"
        assert app.row("tags").problem.startswith("✗ not JSON")
        assert app.row("heat").problem == ""
        assert "✗ at least 1" in app.shown()
        assert app.row("topic").control.has_focus
        await pilot.press("x")
        assert app.row("topic").problem == ""
        await pilot.press("y")
        control(app.row("lines"), Input).value = "1"
        control(app.row("tags"), EditArea).insert("]")
        await pilot.pause()
        assert app.form.collect() == {"topic": "xy", "lines": 1, "rhyme": True, "tags": []}


async def test_a_default_does_not_hide_the_limits() -> None:
    app = FormApp(POEM)
    async with app.run_test():
        assert "lines · at least 1" in app.shown()
        assert "topic *\n" in app.shown(), "its placeholder says it"


async def test_required_fields_without_a_default() -> None:
    properties = {"flag": {"type": "boolean"}, "pick": {"enum": ["a", "b"]}}
    app = FormApp({"type": "object", "properties": properties, "required": ["flag", "pick"]})
    async with app.run_test(notifications=True) as pilot:
        assert app.form.collect() is None
        assert app.row("pick").problem == "✗ required"
        control(app.row("pick"), Select).value = 0
        await pilot.pause()
        assert app.form.collect() == {"flag": False, "pick": "a"}
        assert "flag *" in app.shown()


HOSTILE = ["[/]", "[@click=app.quit]x", "\x1b[31m", "a\nb", "", " ", "#id.class", "\u202e", "x" * 5000, "漢", "\ud800"]


@pytest.mark.hostile(39, 40)
async def test_hostile_names_and_texts_are_shown_and_not_obeyed() -> None:
    properties = {
        name: {"type": "string", "title": name, "description": name, "enum": [name, "[b]"]} for name in HOSTILE
    } | {f"{name}2": {"type": "string", "description": name, "default": name} for name in HOSTILE}
    app = FormApp({"type": "object", "properties": properties})
    async with app.run_test(size=(100, 200), notifications=True) as pilot:
        assert "[@click=app.quit]x" in app.shown()
        assert not {"\x1b", "\u202e", "\ud800"} & set(app.shown())
        for row in app.form.rows[: len(HOSTILE)]:
            control(row, Select).value = 0
        control(app.form.rows[1], Select).focus()
        await pilot.press("enter")
        await pilot.pause()
        collected = app.form.collect()
        assert collected is not None
        assert [collected[name] for name in HOSTILE] == HOSTILE
        assert [collected.get(f"{name}2", "") for name in HOSTILE] == HOSTILE


async def test_what_is_pasted_into_a_line_can_be_seen() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        app.row("topic").control.focus()
        await pilot.pause()
        app.post_message(events.Paste("se\x1ba\u202e"))
        await pilot.pause()
        assert control(app.row("topic"), Input).value == "se⟪U+001B⟫a⟪U+202E⟫"
        collected = app.form.collect()
        assert collected is not None
        assert collected["topic"] == "se\x1ba\u202e"


async def test_lines_pasted_into_a_line_have_spaces_between_them() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        app.row("topic").control.focus()
        await pilot.pause()
        app.post_message(events.Paste("one\rtwo\r\nthree\nfour\r"))
        await pilot.pause()
        assert control(app.row("topic"), Input).value == "one two three four"


@pytest.mark.parametrize("schema", [{"$ref": "#/x"}, {"type": "object", "oneOf": []}])
async def test_a_schema_that_says_more_is_one_box_of_json(schema: dict[str, Any]) -> None:
    app = FormApp(schema)
    async with app.run_test(notifications=True) as pilot:
        assert app.form.collect() == {}
        control(app.form.rows[0], EditArea).replace_all('{"deep": [1]}')
        await pilot.pause()
        assert app.form.collect() == {"deep": [1]}
        control(app.form.rows[0], EditArea).replace_all("[]")
        await pilot.pause()
        assert app.form.collect() is None
        assert app.form.rows[0].problem == "✗ expected object"


async def test_a_tool_without_arguments_says_so() -> None:
    app = FormApp({"type": "object", "properties": {}})
    async with app.run_test(notifications=True):
        assert app.form.collect() == {}
        assert "No arguments." in app.shown()


async def test_several_are_chosen_by_keyboard_and_put_back() -> None:
    items = {"anyOf": [{"const": "x", "title": "The X"}, {"const": "y", "title": "[b]"}, {"const": "", "title": ""}]}
    several = {"type": "array", "items": items, "minItems": 1, "maxItems": 2, "default": ["x"]}
    app = FormApp({"type": "object", "properties": {"pick": several}, "required": ["pick"]})
    async with app.run_test(size=(80, 30), notifications=True) as pilot:
        assert "▐X▌ The X" in app.shown()
        assert "▐ ▌ [b]" in app.shown()
        app.row("pick").control.focus()
        await pilot.press("space", "down", "space", "down", "space")
        assert app.form.collect() == {"pick": ["y", ""]}
        assert app.row("pick").is_edited
        await pilot.press("up", "up", "space")
        assert app.form.collect() is None
        assert app.row("pick").problem == "✗ choose at most 2"
        app.row("pick").revert()
        await pilot.pause()
        assert app.form.collect() == {"pick": ["x"]}
        assert not app.row("pick").is_edited


async def test_every_kind_of_field_can_be_put_back() -> None:
    app = FormApp(POEM)
    async with app.run_test(size=(80, 60), notifications=True) as pilot:
        await pilot.pause()
        assert not any(row.is_edited for row in app.form.rows)
        control(app.row("lines"), Input).value = "7"
        control(app.row("rhyme"), Checkbox).toggle()
        control(app.row("loud"), Select).value = 1
        control(app.row("style"), Select).value = 1
        control(app.row("notes"), EditArea).insert("one\ntwo")
        await pilot.pause()
        edited = {row.field.name for row in app.form.rows if row.is_edited}
        assert edited == {"lines", "rhyme", "loud", "style", "notes"}
        for row in app.form.rows:
            row.revert()
        await pilot.pause()
        assert not any(row.is_edited for row in app.form.rows)
        assert app.form.read()[0] is None  # the topic is required


async def test_a_box_that_is_not_ticked_is_empty() -> None:
    app = FormApp({"type": "object", "properties": {"flag": {"type": "boolean", "default": False}}})
    async with app.run_test(notifications=True) as pilot:
        assert "▐ ▌ yes" in app.shown()
        control(app.row("flag"), Checkbox).focus()
        await pilot.press("space")
        assert "▐X▌ yes" in app.shown()


async def test_a_field_says_what_it_expects() -> None:
    properties = {"mail": {"type": "string", "format": "email"}, "any": {"type": "string"}}
    app = FormApp({"type": "object", "properties": properties, "required": ["any"]})
    async with app.run_test(notifications=True):
        assert "an email address" in app.shown()
        assert "required" in app.shown()
