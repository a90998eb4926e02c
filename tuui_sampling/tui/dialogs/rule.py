"""A rule as TOML, which the person widens or narrows before it holds: written down, or until the program ends."""

from collections.abc import Callable
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static, TextArea

from ...frontend.presentation.format import counted
from ..widgets.plain import Plain
from ..widgets.text_editor import EditArea

Held = tuple[Literal["session", "file"], str]
"""Where the rule is to be held, and its text."""


class RuleArea(EditArea):
    """An editor that knows which of its rows have been on the screen, whatever was edited since."""

    class Shown(Message):
        """Other rows are on the screen."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self._seen: set[tuple[str, int]] = set()

    @property
    def unseen(self) -> int:
        """How many rows have not been on the screen; a row that is empty counts for nothing."""
        return sum(1 for row in map(self._row, range(self.wrapped_document.height)) if row[0] and row not in self._seen)

    def _row(self, y: int) -> tuple[str, int]:
        """Return a row as its line, and where in that it begins."""
        line, column = self.wrapped_document.offset_to_location(Offset(0, y))
        return self.document.get_line(line), column

    def render_line(self, y: int) -> Strip:
        """Paint a row, and note that it was."""
        row = self.scroll_offset.y + y
        is_inside = y < self.scrollable_content_region.height and row < self.wrapped_document.height
        if is_inside and (found := self._row(row)) not in self._seen:
            self._seen.add(found)
            self.post_message(self.Shown())
        return super().render_line(y)


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
        self._told_unseen = False

    def compose(self) -> ComposeResult:
        """Show the rule, what is wrong with it, and the keys."""
        keys = "[b]F5[/] hold it for this session    "
        keys += "" if self._why_not_file else "[b]F6[/] write it into the configuration    "
        with Vertical(classes="dialog rule"):
            yield Plain(
                "From now on this rule decides in your place. Take lines out to widen it, add some to narrow it."
            )
            yield RuleArea(self._text)
            yield Plain("", id="rule-problem", classes="problem")
            yield Static(Content.from_markup(f"{keys}[b]esc[/] cancel"), classes="keys")

    def on_mount(self) -> None:
        """Begin in the text."""
        self.query_one(RuleArea).focus()
        self._check()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Say what is wrong with it."""
        self._check()

    def on_rule_area_shown(self) -> None:
        """Say how much has not been seen, where that was said."""
        if self._told_unseen:
            self._check()

    def _check(self) -> str:
        area = self.query_one(RuleArea)
        problem = self._problems(area.value)
        self._told_unseen = self._told_unseen and not problem and area.unseen > 0
        if self._told_unseen:
            problem = f"{counted(area.unseen, 'row')} not seen: nothing is held that was never on the screen."
        said = self.query_one("#rule-problem", Plain)
        said.update(problem)
        said.display = bool(problem)
        return problem

    def action_hold(self, where: Literal["session", "file"]) -> None:
        """Return the rule, where nothing is wrong with it and all of it has been seen."""
        self._told_unseen = True
        if not self._check() and not (where == "file" and self._why_not_file):
            self.dismiss((where, self.query_one(RuleArea).value))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)
