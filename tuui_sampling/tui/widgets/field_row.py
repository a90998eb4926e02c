"""One field of a form: its label, its description, the control that holds its value, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.document._history import EditHistory
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, SelectionList, TextArea
from textual.widgets.selection_list import Selection

from ...forms.filled import FieldValue, is_tick
from ...forms.schema_field import FieldKind, Json, SchemaField
from ...sampling.visible import visible
from .checkbox import Several, Tick
from .line_input import LineInput
from .plain import Plain, line
from .sections import Row
from .text_editor import EditArea, tokenised

MAX_DESCRIPTION = 2_000
"""Characters of a description that are shown; more are only counted."""

AREA_ROWS = 6
"""Rows of a text of several lines."""

MAX_LISTED_ROWS = 8
"""Rows of a list of boxes; more scroll."""

HandlerT = TypeVar("HandlerT", bound=Callable[..., object])


def on_typed(handler: HandlerT) -> HandlerT:
    """Have a handler called for all that is typed into a field, or chosen in it."""
    for message in (Input.Changed, Select.Changed, Checkbox.Changed, SelectionList.SelectedChanged, TextArea.Changed):
        handler = on(message)(handler)
    return handler


@dataclass(frozen=True)
class _Undo:
    """What can be undone in an area that is not on the screen."""

    history: EditHistory
    cursor: tuple[int, int]


class FieldRow(Row):
    """
    One field of a form.

    Attributes:
        value: What it holds, which stays when the row goes.
        control: The widget that holds it while the row is there.
    """

    DEFAULT_CSS: ClassVar[str] = f"""
    FieldRow {{
        height: auto;
        layout: vertical;
        margin-bottom: 1;

        & > .label {{
            text-style: bold;
        }}
        & > .description {{
            color: $text-muted;
        }}
        & > .problem {{
            color: $text-error;
            display: none;
        }}
        & > .problem.-shown {{
            display: block;
        }}
        & > EditArea {{
            height: {AREA_ROWS};
        }}
        & > SelectionList {{
            max-height: {MAX_LISTED_ROWS};
        }}
        & > Select > SelectCurrent {{
            background: $boost;
        }}
        & > Select:focus > SelectCurrent {{
            background: $surface-lighten-2;
            text-style: bold;
        }}
    }}
    """

    def __init__(self, value: FieldValue) -> None:
        """Ask for a value."""
        super().__init__()
        self.value = value
        self.control: Widget = self._make_control()
        self._problem = Plain("", classes="problem")
        self._gets_cursor = False

    def _make_control(self) -> Widget:
        """Return the widget that asks for the field, with what it holds: a form is to be seen in a small terminal."""
        control = _control(self.field, self.value.held)
        if isinstance(control, Input | Select | Checkbox | SelectionList):
            control.add_class("-textual-compact", update=False)  # as the next line does, but that looks its styles up
            control.compact = True
        return control

    def compose(self) -> ComposeResult:
        """Lay out label, description, control and problem."""
        yield Plain(labelled(self.field), classes="label")
        if self.field.description:
            yield Plain(self.field.description, limit=MAX_DESCRIPTION, classes="description")
        yield self.control
        yield self._problem

    def on_mount(self) -> None:
        """Hold the value from now on: before, the controls don't hold their defaults."""
        held = self.value.held
        if held != self.held:
            self.hold(held)
        if isinstance(self.control, EditArea) and isinstance(undo := self.value.undo, _Undo):
            self.control.history = undo.history
            self.control.move_cursor(undo.cursor)
        self.value.control = self
        self.mounted()

    def mounted(self) -> None:
        """Say what is wrong, and take the cursor, if either was wanted before the row was there."""
        self.show_problem(self.value.problem)
        if self._gets_cursor:
            self.call_after_refresh(self.take_cursor)  # where it is laid out it can be scrolled to

    def take_cursor(self) -> None:
        """Put the cursor into the control, as soon as that is there."""
        self._gets_cursor = not self.control.is_attached
        if not self._gets_cursor:
            self.control.focus(scroll_visible=False)
            self.scroll_visible(animate=False)  # at once: all rows on the way would be made

    def let_go(self) -> None:
        """Leave what is held to the value: the row goes."""
        if isinstance(area := self.control, EditArea):
            self.value.undo = _Undo(area.history, area.cursor_location)
        if self.value.control is self:
            self.value.let_go()

    def row_of(self, value: FieldValue) -> Row | None:
        """Return itself, where it is the field's."""
        return self if value is self.value else None

    @property
    def field(self) -> SchemaField:
        """What it asks for."""
        return self.value.field

    @property
    def problem(self) -> str:
        """What is said to be wrong with the value; empty when nothing is."""
        return str(self._problem.visual) if self._problem.has_class("-shown") else ""

    def show_problem(self, text: str) -> None:
        """Say what is wrong; an empty text takes it back."""
        self.value.problem = text
        if text or self._problem.has_class("-shown"):  # else each key would have the form laid out anew
            self._problem.update(f"✗ {text}" if text else "")
            self._problem.set_class(bool(text), "-shown")

    @property
    def held(self) -> Json:
        """What the control holds."""
        match self.control:
            case Checkbox() as box:
                return box.value
            case Select() as select:
                return select.value if isinstance(select.value, int) else None
            case SelectionList() as several:
                return sorted(several.selected)
            case EditArea() as area:
                return area.value
            case Input() as entry:
                return entry.value
        raise TypeError(self.control)

    def hold(self, value: Json) -> None:
        """Give the control another value, which is one that it can hold."""
        match self.control:
            case Checkbox() as box:
                box.value = value
            case Select() as select:
                select.value = Select.NULL if value is None else value
            case SelectionList() as several:
                several.deselect_all()
                for number in value:
                    several.select(number)
            case EditArea() as area:
                area.replace_all(value)
            case Input() as entry:
                entry.value = value

    def revert(self) -> None:
        """Put back what the field began with."""
        self.value.revert()

    @property
    def is_edited(self) -> bool:
        """Whether it holds something else than at the beginning."""
        return self.value.is_edited

    @on_typed
    def _take_back_problem(self) -> None:
        self.show_problem("")


class TokenInput(LineInput):
    """A `LineInput` in which every hidden character that is pasted becomes a token, as in `EditArea`."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the value."""
        super().replace(tokenised(text), start, end)


def labelled(field: SchemaField) -> Content:
    """Return a field's label, with what a value has to be like where no placeholder says it."""
    says_it_itself = field.kind in (FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER) and not field.initial
    hint = "" if says_it_itself or field.kind in (FieldKind.BOOLEAN, FieldKind.CHOICE) else field.hint
    return line(field.label) + (line(f" · {hint}", 100).stylize("not bold dim") if hint else Content(""))


def _options(field: SchemaField) -> list[Content]:
    """Return what a field offers, as it is shown."""
    if field.kind is FieldKind.BOOLEAN:
        return [Content("yes"), Content("no")]
    return [line(choice.label) for choice in field.choices]


def _control(field: SchemaField, held: Json) -> Widget:
    """Return the widget that asks for a field, with what it holds."""
    match field.kind:
        case FieldKind.BOOLEAN if is_tick(field):
            return Tick(Content("yes"), held)
        case FieldKind.BOOLEAN | FieldKind.CHOICE:
            return Select(
                [(shown, number) for number, shown in enumerate(_options(field))],
                prompt="choose" if field.required else "not set",
                value=Select.NULL if held is None else held,
            )
        case FieldKind.LONG_TEXT | FieldKind.JSON:
            return EditArea(held)
        case FieldKind.CHOICES:
            return Several(*(Selection(shown, place, place in held) for place, shown in enumerate(_options(field))))
        case _:
            hint = field.hint or ("required" if field.required else "not set")
            return TokenInput(held, placeholder=visible(hint, multiline=False, limit=100))
