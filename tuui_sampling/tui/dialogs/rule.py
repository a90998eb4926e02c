"""A rule as TOML, which the person widens or narrows before it holds: written down, or until the program ends."""

from collections.abc import Callable
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from ..widgets.plain import Plain
from ..widgets.text_editor import EditArea

Held = tuple[Literal["session", "file"], str]
"""Where the rule is to be held, and its text."""


class MakeRule(ModalScreen[Held | None]):
    """A rule to write down or to hold, or None. What is wrong with it is said while it is written."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("f5", "hold('session')", "for this session", priority=True),
        Binding("f6", "hold('file')", "write it down", priority=True),
    ]
    DEFAULT_CSS = """
    MakeRule .dialog { width: 104; height: 90%; max-height: 28; }
    MakeRule TextArea { height: 1fr; margin-top: 1; }
    MakeRule Plain { height: auto; }
    """

    def __init__(self, text: str, problems: Callable[[str], str], why_not_file: str = "") -> None:
        """
        Show a rule.

        Args:
            problems: Returns what is wrong with a text; nothing where it is a rule that can match.
            why_not_file: Why it can't be written into the configuration.
        """
        super().__init__()
        self._text = text
        self._problems = problems
        self._why_not_file = why_not_file

    def compose(self) -> ComposeResult:
        """Show the rule, what is wrong with it, and the keys."""
        keys = "[b]F5[/] hold it for this session    "
        keys += "" if self._why_not_file else "[b]F6[/] write it into the configuration    "
        with Vertical(classes="dialog rule"):
            yield Plain(
                "From now on this rule decides in your place. Take lines out to widen it, add some to narrow it."
            )
            yield EditArea(self._text)
            yield Plain("", id="rule-problem", classes="problem")
            yield Static(Content.from_markup(f"{keys}[b]esc[/] cancel"), classes="keys")

    def on_mount(self) -> None:
        """Begin in the text."""
        self.query_one(EditArea).focus()
        self._check()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Say what is wrong with it."""
        self._check()

    def _check(self) -> str:
        problem = self._problems(self.query_one(EditArea).value)
        said = self.query_one("#rule-problem", Plain)
        said.update(problem)
        said.display = bool(problem)
        return problem

    def action_hold(self, where: Literal["session", "file"]) -> None:
        """Return the rule, where nothing is wrong with it."""
        if not self._check() and not (where == "file" and self._why_not_file):
            self.dismiss((where, self.query_one(EditArea).value))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)
