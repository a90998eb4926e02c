"""Which models a request is sent to at once: a choice that the person asked for."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from ...providers.registry import Models
from ..addressees import Addressee
from ..plain import Plain, line
from ..words import dollars
from .dialogs import Choice


class ChooseSeveral(ModalScreen[tuple[str, ...] | None]):
    """Some of several, in the order in which they are offered, or None."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("enter", "done", "done", priority=True),
    ]

    def __init__(self, question: str, choices: Sequence[Choice], chosen: Sequence[str]) -> None:
        """
        Ask which.

        Args:
            chosen: Values that are chosen from the start.
        """
        super().__init__()
        self._question = question
        self._choices = choices
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Show the question and the choices."""
        with Vertical(classes="dialog"):
            yield Plain(self._question)
            yield SelectionList[str](
                *(
                    Selection(
                        one.prompt, one.value, one.value in self._chosen and not one.disabled, disabled=one.disabled
                    )
                    for one in self._choices
                )
            )
            keys = "[b]space[/] choose or not    [b]enter[/] take these    [b]esc[/] cancel"
            yield Static(Content.from_markup(keys), classes="keys")

    def action_done(self) -> None:
        """Return what is chosen."""
        chosen = self.query_one(SelectionList).selected
        self.dismiss(tuple(one.value for one in self._choices if one.value in chosen))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)


def several_choices(offered: Sequence[Addressee], models: Models) -> list[Choice]:
    """Return the models, each with where it is, what it may cost, and what keeps it from being asked."""
    choices = []
    for one in offered:
        worst = one.estimate.worst if one.estimate is not None else None
        price = f"at most {dollars(worst)}" if worst is not None else dollars(None)
        shown = line(f"{one.model}  {models.settings(one.model).model} at {one.host} · {price}", 100)
        remarks = one.obstacle
        prompt = shown + Content("\n  ✗ ") + line(remarks, 160) if remarks else shown
        choices.append(Choice(one.model, prompt, disabled=bool(remarks)))
    return choices
