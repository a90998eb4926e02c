"""A form made from a JSON Schema: the arguments of a tool, or what a server asks a person for."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ...forms.fields import fields_of, whole_value
from ...forms.filled import FieldValue, Members
from ...forms.schema_field import Json
from ...sampling.request import JsonObject
from .field_row import FieldRow
from .near_rows import NearRows
from .nested_rows import Fields
from .plain import Plain
from .sections import Section


class SchemaForm(Vertical):
    """
    One row for each property: label, description, control, and the problem beside it.

    A schema that is more than an object with properties gets one field of JSON. Of a long form, only those rows are
    there that are near what is in view (see `sections.py`).
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
        self._members = Members((whole_value(schema),) if fields is None else fields)
        self._fields = Fields(self._members)
        self._near = NearRows(self, self._fields)

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield self._fields
        if not self._members.parts:
            yield Plain(self._empty)

    # --- what is held ---

    @property
    def values(self) -> tuple[FieldValue, ...]:
        """What the fields hold, in the schema's order; those of nested objects in their place."""
        return self._members.leaves

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than its default."""
        return self._members.is_edited

    @property
    def held(self) -> dict[str, Json]:
        """What the fields hold, by name, as it can be given back to them; secrets are left out."""
        return self._members.held

    @property
    def is_worth_keeping(self) -> bool:
        """Whether a field that is not a secret holds something else than its default."""
        return any(value.is_edited for value in self.values if not value.field.secret)

    def hold(self, held: JsonObject) -> None:
        """Fill in the fields."""
        self._members.hold(dict(held))

    def collect(self) -> dict[str, Json] | None:
        """
        Return the values; optional fields that are empty are left out.

        When some are invalid: None, with the problems beside the fields and the focus in the first of them.
        """
        values, problems = self.read()
        for value in self.values:
            value.problem = problems.get(value, "")
        for row in self.rows:
            row.show_problem(row.value.problem)
        if problems:
            self._go_to(next(iter(problems)))
        return values

    def read(self) -> tuple[dict[str, Json] | None, dict[FieldValue, str]]:
        """Return what `collect` does, and what is wrong with which field; nothing is shown and nothing moves."""
        problems: dict[FieldValue, str] = {}
        values = self._members.gather(problems)
        if problems:
            return None, problems
        return (values[self._members.parts[0].field.name] if self._is_whole else values), problems

    # --- what is shown of it ---

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """The rows that are there, in the order of the screen."""
        return tuple(self.query(FieldRow))

    @property
    def unseen(self) -> int:
        """Fields whose rows have never been there."""
        return len(set(self.values) - self._near.shown)

    def row_of(self, widget: Widget | None) -> FieldRow | None:
        """Return the field that a widget belongs to."""
        above = widget.ancestors_with_self if widget is not None else ()
        row = next((one for one in above if isinstance(one, FieldRow)), None)
        return row if row is not None and self in row.ancestors else None

    def _go_to(self, value: FieldValue) -> None:
        """Put the cursor into a field, whose row may have to be made."""
        if isinstance(row := self._fields.row_of(value), FieldRow):
            self._near.wanted, self._near.goal = value, row
            row.take_cursor()

    # --- which rows are there ---

    def on_mount(self) -> None:
        """Look what is in view whenever that may have changed."""
        self._near.begin()

    def on_resize(self) -> None:
        """Look again."""
        self._near.look_soon()

    def on_show(self) -> None:
        """Look again."""
        self._near.look_soon()

    def on_descendant_focus(self) -> None:
        """Have the rows there that Tab goes to."""
        self._near.wanted = None
        self._near.look()

    def on_section_resized(self, message: Section.Resized) -> None:
        """Keep in its place what is in view."""
        message.stop()
        self._near.keep_in_place()
