"""Forms of hundreds of fields: only the rows near what is in view are there, and nothing else is lost by that."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tests.support.limits import LIMIT
from tests.tui.widgets.test_schema_form import FormApp, control
from tuui_sampling.forms.filled import FieldValue
from tuui_sampling.tui.widgets.field_row import FieldRow
from tuui_sampling.tui.widgets.sections import Section
from tuui_sampling.tui.widgets.text_editor import EditArea

PROSE = "What it is for, in more words than stand on one line of a terminal of eighty columns: twice as many. "
WIDE: dict[str, Any] = {"type": "string", "description": "Ahead of it wordsofthirtycharacters" * 5}
"""Longer than it would be if words could be parted anywhere: higher than is told before its row is there."""
LINE: dict[str, Any] = {"type": "string", "description": PROSE}
ADDRESS: dict[str, Any] = {"type": "object", "properties": {f"a{one}": LINE for one in range(60)}}
ENTRY: dict[str, Any] = {"type": "object", "properties": {"name": LINE, "size": {"enum": ["s", "l"]}}}

SCHEMAS: dict[str, dict[str, Any]] = {
    "lines": {"properties": {f"f{one}": LINE for one in range(300)}},
    "choices": {"properties": {f"f{one}": {"enum": ["a", "b"]} for one in range(300)}},
    "areas": {"properties": {f"f{one}": {"type": "array"} for one in range(150)}},
    "an object within": {"properties": {"first": LINE, "to": ADDRESS, "bill": ADDRESS, "last": LINE}},
    "a list of objects": {
        "properties": {"list": {"type": "array", "items": ENTRY, "default": [{"name": f"n{one}"} for one in range(90)]}}
    },
}
MAX_WIDGETS = 700
"""Widgets of a form of any length at 80x24: those of three screens of fields, and what holds the others' places."""


def app_of(schema: dict[str, Any]) -> FormApp:
    """Return a form in a scrolling view."""
    return FormApp({"type": "object"} | schema)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """
    Wait for something.

    Not by `pilot.pause`: that waits for each widget to handle a message, also for one that goes meanwhile.
    """
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(0.01)


def is_covered(app: FormApp) -> bool:
    """Whether all that is in view has its rows, and they are laid out."""
    sections = [one for one in app.form.query(Section) if one.region.overlaps(app.screen.region)]
    rows = [row for section in sections for row in section.rows or ()]
    return bool(rows) and all(section.rows for section in sections) and all(row.region.size for row in rows)


def stands_at(app: FormApp, row: FieldRow, y: int) -> bool:
    """Whether a row has come to rest at a line of the screen."""
    return is_covered(app) and row.region.y == y


async def scroll(pilot: Pilot[None], app: FormApp, share: float) -> None:
    """Scroll to a share of the form, and wait until what is there then has its rows."""
    scrolled = app.form.parent
    assert isinstance(scrolled, Widget)
    await until(pilot, lambda: is_covered(app))
    place = int(scrolled.max_scroll_y * share)
    before = app.form.region.y
    moves = place != scrolled.scroll_y
    scrolled.scroll_to(y=place, animate=False)
    await until(pilot, lambda: is_covered(app) and (app.form.region.y != before or not moves))


def value(app: FormApp, name: str) -> FieldValue:
    """Return what a field holds, also where its row is not there."""
    return next(one for one in app.form.values if one.field.name == name)


def in_view(app: FormApp) -> list[FieldRow]:
    """Return the fields of which something is on the screen."""
    return [row for row in app.form.rows if row.region.size and row.region.overlaps(app.screen.region)]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
async def test_a_long_form_has_few_widgets_wherever_it_is_scrolled_to(schema: dict[str, Any]) -> None:
    app = app_of(schema)
    async with app.run_test() as pilot:
        for share in (0, 0.5, 1):
            await scroll(pilot, app, share)
            await until(pilot, lambda: len(app.form.query("*")) < MAX_WIDGETS)
        assert app.form.unseen


async def test_tab_and_shift_tab_go_from_field_to_field_through_all_of_it() -> None:
    app = app_of({"properties": {f"f{one}": LINE for one in range(40)}})
    async with app.run_test() as pilot:
        await until(pilot, lambda: is_covered(app))
        app.form.rows[0].control.focus()
        names = []
        for _ in range(40):
            await pilot.pause()
            row = app.form.row_of(app.focused)
            assert row is not None
            assert row.region.overlaps(app.screen.region), "the cursor is in view"
            names.append(row.field.name)
            await pilot.press("tab")
        assert names == [f"f{one}" for one in range(40)]
        assert not app.form.unseen
        app.form.rows[0].control.focus()
        await pilot.press("shift+tab", "shift+tab")  # over the view that scrolls
        row = app.form.row_of(app.focused)
        assert row is not None
        assert row.field.name == "f39", "from the first round to the last"


async def test_what_was_typed_stays_when_its_row_goes_and_comes_back() -> None:
    properties = {f"f{one}": LINE for one in range(300)} | {"f1": {"type": "array"}, "f2": {"enum": ["a", "b"]}}
    app = app_of({"properties": properties})
    async with app.run_test() as pilot:
        await scroll(pilot, app, 0)
        control(app.row("f0"), Input).value = "one⟪U+200B⟫"
        control(app.row("f1"), EditArea).insert("[1]")
        app.row("f2").value.hold(1)
        await scroll(pilot, app, 0.5)
        assert "f1" in [row.field.name for row in app.form.rows], "the first rows stay: Tab comes into them"
        gone = in_view(app)[0].field.name
        control(app.row(gone), Input).value = "in the middle"
        await scroll(pilot, app, 0)
        await until(pilot, lambda: gone not in [row.field.name for row in app.form.rows])
        assert app.form.is_edited
        assert app.form.collect() == {"f0": "one\u200b", "f1": [1], "f2": "b", gone: "in the middle"}
        held = app.form.held
        value(app, gone).revert()
        assert value(app, gone).held == ""
        app.form.hold(held)
        await scroll(pilot, app, 0.5)
        await until(pilot, lambda: control(app.row(gone), Input).value == "in the middle")


async def test_an_area_can_be_undone_after_its_row_was_gone() -> None:
    app = app_of({"properties": {f"f{one}": {"type": "array"} for one in range(100)}})
    async with app.run_test() as pilot:
        await scroll(pilot, app, 0.5)
        middle = in_view(app)[0].field.name
        control(app.row(middle), EditArea).insert("[2]")
        await scroll(pilot, app, 0)
        await until(pilot, lambda: middle not in [row.field.name for row in app.form.rows])
        await scroll(pilot, app, 0.5)
        area = control(app.row(middle), EditArea)
        assert area.text == "[2]"
        area.undo()
        assert area.text == ""


async def test_the_cursor_goes_to_a_problem_whose_row_was_not_there() -> None:
    properties = {f"f{one}": LINE for one in range(300)} | {"to": ADDRESS | {"required": ["a30"]}}
    properties |= {f"g{one}": LINE for one in range(100)}
    app = app_of({"properties": properties, "required": ["to"]})

    def row() -> FieldRow | None:
        return app.form.row_of(app.focused)

    async with app.run_test() as pilot:
        await scroll(pilot, app, 0)
        assert app.form.collect() is None
        await until(pilot, lambda: (shown := row()) is not None and shown.region.overlaps(app.screen.region))
        found = row()
        assert found is not None
        assert found.field.name == "a30"
        assert found.problem == "✗ required"
        await until(pilot, lambda: is_covered(app))
        assert found.region.overlaps(app.screen.region), "it stays in view when rows above it have come"
        await pilot.press("x")
        assert found.problem == ""
        assert app.form.collect() == {"to": {"a30": "x"}}


async def test_what_is_in_view_stays_there_when_rows_above_come() -> None:
    app = app_of({"properties": {f"f{one}": WIDE for one in range(150)}})
    async with app.run_test(size=(45, 24)) as pilot:
        await scroll(pilot, app, 0.5)
        scrolled = app.form.parent
        assert isinstance(scrolled, Widget)
        for _ in range(8):
            row = in_view(app)[0]
            wanted = row.region.y + 3
            scrolled.scroll_relative(y=-3, animate=False)
            await until(pilot, partial(stands_at, app, row, wanted))
