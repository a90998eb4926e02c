"""Short questions that the person asked for. None of them ever opens by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ...frontend.review.arming import LOOK
from ..delay import Delay
from ..widgets.line_input import LineInput
from ..widgets.plain import Plain


class Confirm(ModalScreen[bool]):
    """
    Yes or no; no is the answer to everything but an explicit yes.

    A yes counts once the question has been on the screen for half a second, and its key is named from then on: what is
    typed at once was not typed as an answer.
    """

    BINDINGS: ClassVar = [
        Binding("y", "answer(True)", "yes"),
        Binding("n,escape,enter", "answer(False)", "no"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._is_seen = False
        self._keys = Static(Content.from_markup("[b]n[/] stay"), classes="keys")

    def compose(self) -> ComposeResult:
        """Show the question and the keys."""
        with Vertical(classes="dialog"):
            yield Plain(self._question)
            yield self._keys

    def on_mount(self) -> None:
        """Let it be read."""
        self.call_after_refresh(lambda: Delay(self, LOOK, self._count))

    def _count(self) -> None:
        self._is_seen = True
        self._keys.update(Content.from_markup("[b]y[/] $yes    [b]n[/] stay", yes=self._yes))

    def action_answer(self, answer: bool) -> None:
        """Return the answer."""
        if self._is_seen or not answer:
            self.dismiss(answer)


class AskText(ModalScreen[str | None]):
    """One line of text, or None."""

    BINDINGS: ClassVar = [Binding("escape", "cancel", "cancel")]

    def __init__(self, question: str, placeholder: str = "") -> None:
        super().__init__()
        self._question = question
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Show the question and the line."""
        with Vertical(classes="dialog"):
            yield Plain(self._question)
            yield LineInput(placeholder=self._placeholder)
            yield Static(Content.from_markup("[b]enter[/] reject    [b]esc[/] cancel"), classes="keys")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Return the text."""
        self.dismiss(message.value)

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)


@dataclass(frozen=True)
class Choice:
    """
    One thing to choose.

    Attributes:
        prompt: How it is shown; made with `plain` or `line` where it holds foreign text.
    """

    value: str
    prompt: Content
    disabled: bool = False


class Choose(ModalScreen[str | None]):
    """One of several, or None."""

    BINDINGS: ClassVar = [Binding("escape", "cancel", "cancel")]

    def __init__(
        self, question: str, choices: Sequence[Choice], current: str | None = None, *, classes: str = ""
    ) -> None:
        """
        Ask.

        Args:
            current: What is chosen now.
            classes: How the dialog is shown: `wide`, and `rows` where each choice is cut to one row.
        """
        super().__init__()
        self._classes_of_dialog = classes
        self._question = question
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        """Show the question and the choices."""
        with Vertical(classes=f"dialog {self._classes_of_dialog}"):
            yield Plain(self._question)
            yield OptionList(*(Option(one.prompt, disabled=one.disabled) for one in self._choices))
            yield Static(Content.from_markup("[b]enter[/] choose    [b]esc[/] cancel"), classes="keys")

    def on_mount(self) -> None:
        """Stand on what is chosen now."""
        values = [one.value for one in self._choices]
        if self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Return the choice."""
        self.dismiss(self._choices[message.option_index].value)

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)
