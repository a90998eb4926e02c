"""Which model is to answer: the ranking with its reasons, which the person can change for the server that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ..widgets.plain import Plain
from .model_rows import RankedRow


@dataclass(frozen=True)
class ModelChoice:
    """
    What the person chose.

    Attributes:
        model: The configured name; None where only the order was changed, or nothing.
        order: The order of all models; None where it was left as it was.
    """

    model: str | None
    order: tuple[str, ...] | None


class ChooseModel(ModalScreen[ModelChoice]):
    """One of the configured models; `+` and `-` change their order."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("plus", "move(-1)", "up"),
        Binding("minus", "move(1)", "down"),
    ]

    def __init__(self, question: str, rows: Sequence[RankedRow], current: str | None) -> None:
        """
        Ask which.

        Args:
            rows: The best first; those that are forbidden can't be chosen.
            current: The model that is chosen now.
        """
        super().__init__()
        self._question = question
        self._rows = list(rows)
        self._current = current
        self._moved = False

    def compose(self) -> ComposeResult:
        """Show the question and the ranking."""
        with Vertical(classes="dialog ranking"):
            yield Plain(self._question)
            yield OptionList(*self._options())
            keys = "[b]enter[/] choose    [b]+ -[/] move up, down (for this server, until you leave)    [b]esc[/] close"
            yield Static(Content.from_markup(keys), classes="keys")

    def on_mount(self) -> None:
        """Stand on what is chosen now."""
        names = [row.value for row in self._rows]
        if self._current in names:
            self.query_one(OptionList).highlighted = names.index(self._current)

    def action_move(self, by: int) -> None:
        """Move the model under the cursor up or down."""
        options = self.query_one(OptionList)
        at = options.highlighted
        if at is None or not 0 <= at + by < len(self._rows):
            return
        self._rows[at], self._rows[at + by] = self._rows[at + by], self._rows[at]
        self._moved = True
        options.set_options(self._options())
        options.highlighted = at + by

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Return the choice."""
        self._end(self._rows[message.option_index].value)

    def action_cancel(self) -> None:
        """Choose none; the order stays as it was put."""
        self._end(None)

    def _end(self, model: str | None) -> None:
        order = tuple(row.value for row in self._rows) if self._moved else None
        self.dismiss(ModelChoice(model, order))

    def _options(self) -> list[Option]:
        return [Option(row.words(place), disabled=row.ranked.forbidden) for place, row in enumerate(self._rows, 1)]
