"""One field of a form: its label, its description, the control that holds its value, and what is wrong with it."""

from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, SelectionList, TextArea
from textual.widgets.selection_list import Selection

from ...forms.schema_field import NOTHING, Choice, FieldKind, Json, SchemaField
from ...forms.values import InvalidValue, choose, parse
from ...sampling.visible import escape_for_editing, unescape_edited, visible
from .checkbox import Several, Tick
from .line_input import LineInput
from .plain import Plain, line
from .text_editor import EditArea, tokenised

HandlerT = TypeVar("HandlerT", bound=Callable[..., object])


def on_typed(handler: HandlerT) -> HandlerT:
    """Have a handler called for all that is typed into a field, or chosen in it."""
    for message in (Input.Changed, Select.Changed, Checkbox.Changed, SelectionList.SelectedChanged, TextArea.Changed):
        handler = on(message)(handler)
    return handler


class FieldRow(Vertical):
    """
    One field of a form.

    Attributes:
        field: What it asks for.
        control: The widget that holds the value.
    """

    DEFAULT_CSS: ClassVar[str] = """
    FieldRow {
        height: auto;
        margin-bottom: 1;

        & > .label {
            text-style: bold;
        }
        & > .description {
            color: $text-muted;
        }
        & > .problem {
            color: $text-error;
            display: none;
        }
        & > .problem.-shown {
            display: block;
        }
        & > EditArea {
            height: 6;
        }
        & > SelectionList {
            max-height: 8;
        }
        & > Select > SelectCurrent {
            background: $boost;
        }
        & > Select:focus > SelectCurrent {
            background: $surface-lighten-2;
            text-style: bold;
        }
    }
    """

    def __init__(self, field: SchemaField) -> None:
        """Ask for `field`."""
        super().__init__()
        self.field = field
        self.control: Widget = _control(field)
        self._problem = Plain(classes="problem")

    def compose(self) -> ComposeResult:
        """Lay out label, description, control and problem."""
        yield Plain(labelled(self.field), classes="label")
        if self.field.description:
            yield Plain(self.field.description, limit=2_000, classes="description")
        yield self.control
        yield self._problem

    @property
    def problem(self) -> str:
        """What is said to be wrong with the value; empty when nothing is."""
        return str(self._problem.visual) if self._problem.has_class("-shown") else ""

    def show_problem(self, text: str) -> None:
        """Say what is wrong; an empty text takes it back."""
        self._problem.update(f"✗ {text}" if text else "")
        self._problem.set_class(bool(text), "-shown")

    def revert(self) -> None:
        """Put back what the field began with."""
        match self.control:
            case Checkbox() as box:
                box.value = self.field.default is True
            case Select() as select:
                chosen = _default_option(self.field)
                select.value = Select.NULL if chosen is None else chosen
            case SelectionList() as several:
                several.deselect_all()
                for number in _default_members(self.field):
                    several.select(number)
            case EditArea() as area:
                area.replace_all(self.field.initial)
            case Input() as entry:
                entry.value = escape_for_editing(self.field.initial)

    @property
    def held(self) -> Json:
        """What the control holds, as it can be given back to it: nothing is checked."""
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
        """Give the control back what it held; what is no value of it is left out."""
        match self.control, value:
            case Checkbox() as box, bool():
                box.value = value
            case Select() as select, int() if 0 <= value < len(_options(self.field)):
                select.value = value
            case SelectionList() as several, list():
                several.deselect_all()
                for number in range(several.option_count):
                    if number in value:
                        several.select(number)
            case EditArea() as area, str():
                area.replace_all(value)
            case Input() as entry, str():
                entry.value = value

    @property
    def is_edited(self) -> bool:
        """Whether it holds something else than at the beginning."""
        match self.control:
            case Checkbox() as box:
                return box.value is not (self.field.default is True)
            case Select() as select:
                return (select.value if isinstance(select.value, int) else None) != _default_option(self.field)
            case SelectionList() as several:
                return sorted(several.selected) != _default_members(self.field)
            case EditArea() as area:
                return area.is_edited
            case Input() as entry:
                return entry.value != escape_for_editing(self.field.initial)
        raise TypeError(self.control)

    def read(self) -> Json:
        """
        Return the value, or NOTHING when an optional field is empty.

        Raises:
            InvalidValue: It breaks what the schema says.
        """
        match self.control:
            case Checkbox() as box:
                return box.value
            case Select() as select:
                if isinstance(select.value, int):
                    return _options(self.field)[select.value][1]
                return parse(self.field, "")
            case SelectionList() as several:
                return choose(self.field, several.selected)
            case EditArea() as area:
                return parse(self.field, area.value)
            case Input() as entry:
                return parse(self.field, unescape_edited(entry.value))
        raise TypeError(self.control)

    def gather(self, problems: "dict[FieldRow, str]") -> Json:
        """Return the value, or NOTHING where there is none; what is wrong with it is added to the problems."""
        try:
            return self.read()
        except InvalidValue as problem:
            problems[self] = str(problem)
            return NOTHING

    @property
    def rows(self) -> "tuple[FieldRow, ...]":
        """Itself: it has no fields within."""
        return (self,)

    def make_compact(self) -> None:
        """Take one line instead of three."""
        if isinstance(self.control, Input | Select | Checkbox | SelectionList):
            self.control.compact = True

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


def _options(field: SchemaField) -> list[tuple[Content, Json]]:
    """Return what a field offers, as it is shown and as it is meant."""
    if field.kind is FieldKind.BOOLEAN:
        return [(Content("yes"), True), (Content("no"), False)]
    return [(line(choice.label), choice.value) for choice in field.choices]


def _default_option(field: SchemaField) -> int | None:
    """Return the place of a choice's default among what is offered."""
    values = [choice.value for choice in field.choices] if field.choices else [True, False]
    return next((place for place, value in enumerate(values) if Choice(value, "").is_value(field.default)), None)


def _default_members(field: SchemaField) -> list[int]:
    """Return the places of a list's default members among its choices."""
    default = field.default if isinstance(field.default, list) else []
    return [place for place, choice in enumerate(field.choices) if any(choice.is_value(value) for value in default)]


def _control(field: SchemaField) -> Widget:
    """Return the widget that asks for a field, with its default."""
    match field.kind:
        case FieldKind.BOOLEAN if field.required or field.default is not NOTHING:
            return Tick(Content("yes"), field.default is True)
        case FieldKind.BOOLEAN | FieldKind.CHOICE:
            options = _options(field)
            chosen = _default_option(field)
            return Select(
                [(shown, number) for number, (shown, _) in enumerate(options)],
                prompt="choose" if field.required else "not given",
                value=Select.NULL if chosen is None else chosen,
            )
        case FieldKind.LONG_TEXT | FieldKind.JSON:
            return EditArea(field.initial)
        case FieldKind.CHOICES:
            ticked = _default_members(field)
            return Several(
                *(Selection(shown, place, place in ticked) for place, (shown, _) in enumerate(_options(field)))
            )
        case _:
            hint = field.hint or ("required" if field.required else "not given")
            return TokenInput(escape_for_editing(field.initial), placeholder=visible(hint, multiline=False, limit=100))
