"""A form made from a JSON Schema: the arguments of a tool, or what a server asks a person for."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ...forms.fields import fields_of, whole_value
from ...forms.schema_field import Json
from ...sampling.request import JsonObject
from .field_row import FieldRow
from .nested_rows import Fields
from .plain import Plain


class SchemaForm(Vertical):
    """
    One row for each property: label, description, control, and the problem beside it.

    A schema that is more than an object with properties gets one field of JSON.
    """

    DEFAULT_CSS: ClassVar[str] = """
    SchemaForm {
        height: auto;
    }
    """

    def __init__(
        self,
        schema: Mapping[str, Json],
        *,
        empty: str = "No arguments.",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """
        Make a form for `schema`, which is foreign and may hold anything.

        Args:
            empty: What is said in the place of fields where there are none.
        """
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._empty = empty
        fields = fields_of(schema)
        self._is_whole = fields is None
        self._fields = Fields((whole_value(schema),) if fields is None else fields)

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield self._fields
        if not self._fields.parts:
            yield Plain(self._empty)

    @property
    def rows(self) -> tuple["FieldRow", ...]:
        """The fields, in the schema's order; those of nested objects in their place."""
        return self._fields.rows

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than its default."""
        return self._fields.is_edited

    @property
    def held(self) -> dict[str, Json]:
        """What the fields hold, by name, as it can be given back to them; secrets are left out."""
        return self._fields.held

    @property
    def is_worth_keeping(self) -> bool:
        """Whether a field that is no secret holds something else than its default."""
        return any(row.is_edited for row in self.rows if not row.field.secret)

    def hold(self, held: JsonObject) -> None:
        """Fill in the fields."""
        self._fields.hold(dict(held))

    def collect(self) -> dict[str, Json] | None:
        """
        Return the values; optional fields that are empty are left out.

        When some are invalid: None, with the problems beside the fields and the focus in the first of them.
        """
        values, problems = self.read()
        for row in self.rows:
            row.show_problem(problems.get(row, ""))
        if problems:
            next(iter(problems)).control.focus()
        return values

    def read(self) -> tuple[dict[str, Json] | None, "dict[FieldRow, str]"]:
        """Return what `collect` does, and what is wrong with which field; nothing is shown and nothing moves."""
        problems: dict[FieldRow, str] = {}
        values = self._fields.gather(problems)
        if problems:
            return None, problems
        return (values[self._fields.parts[0].field.name] if self._is_whole else values), problems

    def row_of(self, widget: Widget | None) -> "FieldRow | None":
        """Return the field that a widget belongs to."""
        return next((row for row in self.rows if widget is not None and row in widget.ancestors_with_self), None)

    def make_compact(self) -> None:
        """Give each field one line instead of three: a form shall be seen whole in a small terminal."""
        self._fields.make_compact()
