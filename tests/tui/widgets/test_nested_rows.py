"""Objects within objects, and lists of objects, as fields, by keyboard."""

from typing import Any

from textual.widgets import Button, Input, Select

from tests.tui.widgets.test_schema_form import FormApp, control
from tuui_sampling.tui.widgets.field_row import FieldRow
from tuui_sampling.tui.widgets.nested_rows import ListRow

ORDER: dict[str, Any] = {
    "type": "object",
    "$defs": {
        "Size": {"enum": ["small", "large"], "type": "string"},
        "Address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "zip": {"type": "string", "minLength": 5}},
            "required": ["street"],
        },
        "Item": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "size": {"$ref": "#/$defs/Size", "default": "small"},
                "gift": {"type": "boolean", "default": False},
                "from": {"$ref": "#/$defs/Address"},
            },
            "required": ["name"],
        },
    },
    "properties": {
        "to": {"$ref": "#/$defs/Address", "description": "Where it goes"},
        "bill": {"anyOf": [{"$ref": "#/$defs/Address"}, {"type": "null"}], "default": None},
        "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}, "minItems": 1, "maxItems": 2},
        "more": {"type": "array", "items": {"$ref": "#/$defs/Item"}, "default": [{"name": "box", "size": "large"}]},
    },
    "required": ["to", "items"],
}
BOX = {"name": "box", "size": "large", "gift": False}


def rows(app: FormApp, name: str) -> list[FieldRow]:
    """Return the fields of that name, wherever they are."""
    return [row for row in app.form.rows if row.field.name == name]


def lists(app: FormApp) -> list[ListRow]:
    """Return the lists that stand in no other."""
    return [row for row in app.form.rows if isinstance(row, ListRow)]


def fill(row: FieldRow, text: str) -> None:
    """Fill in a line."""
    control(row, Input).value = text


async def test_nested_models_are_filled_in_as_fields() -> None:
    app = FormApp(ORDER)
    async with app.run_test(size=(80, 50), notifications=True) as pilot:
        await pilot.pause()
        assert not app.form.is_edited
        assert "Where it goes" in app.shown()
        values, problems = app.form.read()
        assert values is None
        assert [value.field.name for value in problems] == ["street", "items"], "only what is required"
        assert app.form.collect() is None
        await pilot.pause()
        assert lists(app)[0].problem == "✗ add at least 1"
        street, *_ = rows(app, "street")
        assert app.focused is street.control
        fill(street, "Long Lane")
        lists(app)[0].control.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert lists(app)[0].problem == ""
        assert app.focused is rows(app, "name")[0].control, "the cursor goes where the next is typed"
        fill(rows(app, "name")[0], "cup")
        control(rows(app, "size")[0], Select).value = 1
        await pilot.pause()
        cup = {"name": "cup", "size": "large", "gift": False}
        assert app.form.collect() == {"to": {"street": "Long Lane"}, "items": [cup], "more": [BOX]}
        bill = rows(app, "zip")[1]
        fill(bill, "123")
        await pilot.pause()
        _, problems = app.form.read()
        assert sorted(problems.values()) == ["at least 5 characters", "required"], "what was begun must be whole"
        held = app.form.held
        bill.revert()
        await pilot.pause()
        for _ in range(2):
            lists(app)[0].control.focus()
            await pilot.press("enter")
            await pilot.pause()
        for number, row in enumerate(rows(app, "name")[:3]):
            fill(row, f"item {number}")
        await pilot.pause()
        assert app.form.collect() is None
        assert lists(app)[0].problem == "✗ at most 2"
        lists(app)[0].query(Button).first().focus()
        await pilot.press("enter")
        await pilot.pause()
        collected = app.form.collect()
        assert collected is not None
        assert [item["name"] for item in collected["items"]] == ["item 1", "item 2"], "that one was taken out"
        app.form.hold(held)
        await pilot.pause()
        await pilot.pause()
        assert app.form.held == held, "what was put away comes back, with as many objects"
        for row in app.form.rows:
            row.revert()
        await pilot.pause()
        assert not app.form.is_edited


async def test_what_was_put_away_comes_back_into_a_new_form() -> None:
    held = {
        "to": {"street": "S", "zip": ""},
        "items": [
            {"name": "a", "size": 1, "gift": True, "from": {"street": "F", "zip": ""}},
            {"name": "b", "size": 0, "gift": False, "from": {"street": "", "zip": ""}},
        ],
        "more": [],
        "bill": "no object",
    }
    app = FormApp(ORDER)
    async with app.run_test(size=(80, 50), notifications=True) as pilot:
        await pilot.pause()
        app.form.hold(held)
        await pilot.pause()
        await pilot.pause()
        assert app.form.collect() == {
            "to": {"street": "S"},
            "items": [
                {"name": "a", "size": "large", "gift": True, "from": {"street": "F"}},
                {"name": "b", "size": "small", "gift": False},
            ],
            "more": [],
        }


async def test_what_is_typed_into_a_secret_is_in_no_draft() -> None:
    text = {"type": "string"}
    inner = {"type": "object", "properties": {"city": text, "accessToken": text}}
    names = {
        "user": text,
        "password": {**text, "format": "password"},
        "to": inner,
        "all": {"type": "array", "items": inner},
    }
    app = FormApp({"type": "object", "properties": {**names, "credentials": inner}})
    async with app.run_test(size=(80, 50)) as pilot:
        fill(rows(app, "password")[0], "hunter2")
        assert app.form.is_edited
        assert not app.form.is_worth_keeping
        (many,) = lists(app)
        assert isinstance(many.control, Button)
        many.control.press()
        await pilot.pause()
        for row in app.form.rows:
            if isinstance(row.control, Input):
                fill(row, f"{row.field.name}!")
        assert app.form.held == {"user": "user!", "to": {"city": "city!"}, "all": [{"city": "city!"}]}
        assert app.form.is_worth_keeping
