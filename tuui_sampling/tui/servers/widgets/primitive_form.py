"""The form of an offer, whose texts the server may complete as the person types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.events import DescendantBlur
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ....forms.filled import FieldValue
from ....forms.schema_field import Json
from ....forms.values import InvalidValue
from ....sampling.visible import escape_for_editing, unescape_edited
from ....servers.state.primitives import Completion, OfferKind, Reference
from ...delay import Delay
from ...widgets.field_row import FieldRow
from ...widgets.plain import line
from ...widgets.schema_form import SchemaForm

TYPING_PAUSE = 0.2
"""Seconds without a key after which the server is asked."""

MAX_SHOWN = 50
"""Values that are listed; more are only counted."""


class Completions(Vertical):
    """The values that a field may be completed to, below the field."""

    DEFAULT_CSS: ClassVar[str] = """
    Completions {
        height: auto; padding-left: 2;
        OptionList { height: auto; max-height: 6; border: none; padding: 0; background: $boost; }
        Static { color: $text-muted; height: auto; }
    }
    """

    @dataclass
    class Chosen(Message):
        """The person chose a value."""

        value: str

    def __init__(self, completion: Completion) -> None:
        """Offer these values, which are foreign."""
        super().__init__()
        self._values = completion.values[:MAX_SHOWN]
        more = max(len(completion.values), completion.total or 0) - len(self._values)
        self._more = f"… and {more:,} more" if more > 0 else "… and more" if completion.has_more else ""

    def compose(self) -> ComposeResult:
        """List the values."""
        yield OptionList(*(Option(line(value)) for value in self._values))
        if self._more:
            yield Static(self._more, markup=False)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Tell of the choice."""
        message.stop()
        self.post_message(self.Chosen(self._values[message.option_index]))


class OfferForm(SchemaForm):
    """
    A form that asks for completions, and shows those that come.

    Attributes:
        completes: Whether there is anybody to ask.
        completions: The list that is open.
    """

    BINDINGS: ClassVar = [
        Binding("down", "completions", "completions", show=False),
        Binding("escape", "close_completions", "close", show=False),
    ]

    @dataclass
    class CompletionWanted(Message):
        """
        The person typed into a field.

        Attributes:
            reference: Whose argument it is, with the other arguments so far.
            value: What is typed so far.
        """

        form: "OfferForm"
        reference: Reference
        argument: str
        value: str

    def __init__(self, schema: Mapping[str, Json], kind: OfferKind, name: str, *, empty: str) -> None:
        """
        Make a form.

        Args:
            kind: What it is for; only prompts and templates have arguments that are completed.
            name: The offer's name.
        """
        super().__init__(schema, empty=empty)
        self.completes = False
        self.completions: Completions | None = None
        self._kind = kind
        self._name_of_offer = name
        self._timer: Delay | None = None
        self._chosen: str | None = None

    def on_input_changed(self, message: Input.Changed) -> None:
        """Ask once the typing pauses; what was filled in by a choice, or by the program, is not asked about."""
        chosen, self._chosen = self._chosen, None
        if not message.input.has_focus or message.value == chosen:
            return
        self._close()
        if self._is_completed():
            self._timer = Delay(self, TYPING_PAUSE, self._ask)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Close the list when the focus has left its field."""
        self.call_after_refresh(self._close_when_left)

    def on_completions_chosen(self, message: Completions.Chosen) -> None:
        """Fill in the value."""
        message.stop()
        row = self._row_of_list()
        if row is not None and isinstance(row.control, Input):
            self._chosen = row.control.value = escape_for_editing(message.value)
            row.control.focus()
            row.control.action_end()
        self._close()

    def show_completions(self, argument: str, value: str, completion: Completion) -> None:
        """Show what came, if the field still says what was asked about and still has the focus."""
        row = next((one for one in self.rows if one.field.name == argument), None)
        if row is None or not isinstance(row.control, Input) or not row.control.has_focus:
            return
        if unescape_edited(row.control.value) != value or completion.values in ((), (value,)):
            return
        self._close()
        self.completions = Completions(completion)
        row.mount(self.completions, after=row.control)

    def action_completions(self) -> None:
        """Go into the list; where there is none, ask for one."""
        if (shown := self.completions) is not None:
            shown.query_one(OptionList).focus()
            shown.query_one(OptionList).highlighted = 0
        else:
            self._ask()

    def action_close_completions(self) -> None:
        """Close the list, and go back to its field."""
        if (row := self._row_of_list()) is not None:
            row.control.focus()
        self._close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to others where they would do nothing here."""
        if action == "completions":
            return self._is_completed() and isinstance(self.screen.focused, Input)
        if action == "close_completions":
            return self.completions is not None
        return super().check_action(action, parameters)

    def _is_completed(self) -> bool:
        return self.completes and self._kind in (OfferKind.PROMPT, OfferKind.TEMPLATE)

    def _ask(self) -> None:
        """Ask for what the field that has the focus may be completed to."""
        row = self.row_of(self.screen.focused)
        if row is None or not isinstance(row.control, Input):
            return
        others = {one.field.name: _text(one) for one in self.values if one is not row.value}
        reference = Reference(self._kind, self._name_of_offer, {name: text for name, text in others.items() if text})
        value = unescape_edited(row.control.value)
        self.post_message(self.CompletionWanted(self, reference, row.field.name, value))

    def _row_of_list(self) -> FieldRow | None:
        return self.row_of(self.completions)

    def _close_when_left(self) -> None:
        row = self._row_of_list() if self.is_attached else None
        if row is not None and not row.has_focus_within:
            self._close()

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self.completions is not None:
            self.completions.remove()
            self.completions = None


def _text(field: FieldValue) -> str:
    """Return what a field holds, as far as it is a value."""
    try:
        value = field.read()
    except InvalidValue:
        return ""
    return value if isinstance(value, str) else ""
