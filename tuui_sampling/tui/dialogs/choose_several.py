"""Which models a request is sent to at once: a choice that the person asked for."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ...desk.assess import Assessment
from ...frontend.presentation.format import dollars, estimate_words
from ...providers.models import Models
from ..widgets.plain import Plain, line
from .basic import Choice


class ChooseSeveral(ModalScreen[tuple[str, ...] | None]):
    """
    Some of several, in the order in which they are offered, or None.

    Attributes:
        chosen: The values that are chosen now.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("enter", "done", "done", priority=True),
        Binding("space", "turn", "choose or not", priority=True),
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
        self.chosen = {one.value for one in choices if one.value in chosen and not one.disabled}

    def compose(self) -> ComposeResult:
        """Show the question and the choices."""
        with Vertical(classes="dialog"):
            yield Plain(self._question)
            yield OptionList(*(Option(self._prompt(one), disabled=one.disabled) for one in self._choices))
            keys = "[b]space[/] choose or not    [b]enter[/] take these    [b]esc[/] cancel"
            yield Static(Content.from_markup(keys), classes="keys")

    def _prompt(self, choice: Choice) -> Content:
        mark = " - " if choice.disabled else "[x]" if choice.value in self.chosen else "[ ]"
        return Content(f"{mark} ") + choice.prompt

    def action_turn(self) -> None:
        """Choose the one that the cursor is on, or no longer."""
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None:
            self._turn(highlighted)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Choose the one that was clicked, or no longer."""
        self._turn(message.option_index)

    def _turn(self, index: int) -> None:
        choice = self._choices[index]
        if not choice.disabled:
            self.chosen ^= {choice.value}
            self.query_one(OptionList).replace_option_prompt_at_index(index, self._prompt(choice))

    def action_done(self) -> None:
        """Return what is chosen."""
        self.dismiss(tuple(one.value for one in self._choices if one.value in self.chosen))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)


def several_choices(offered: Sequence[Assessment], models: Models) -> list[Choice]:
    """Return the models, each with where it is, what it may cost, and what keeps it from being asked."""
    choices = []
    for one in offered:
        price = estimate_words(one.estimate) if one.estimate is not None else dollars(None)
        called = " ".join(word for word in (one.model, models.settings(one.model).model) if word)
        shown = line(f"{called} at {one.host} · {price}", 100)
        by_hand = models.settings(one.model).provider == "human"
        obstacle = one.obstacle or ("that is you: answer by hand" if by_hand else "")
        prompt = shown + Content("\n    ✗ ") + line(obstacle, 160) if obstacle else shown
        choices.append(Choice(one.model, prompt, disabled=bool(obstacle)))
    return choices
