"""A tool that the model may call: what it is and takes, a line for each property; its whole JSON on demand."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from ....frontend.presentation.format import pretty_json
from ....frontend.presentation.tools import tool_words
from ....sampling.request import JsonObject
from ...widgets.plain import Plain


class ToolView(Vertical, can_focus=True):
    """One tool, folded."""

    DEFAULT_CSS = """
    ToolView {
        height: auto; padding-left: 1; border-left: outer $surface-lighten-2;
        &:focus { border-left: outer $border; background-tint: $foreground 3%; }
        Plain, Static { height: auto; }
        .tool-more { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar = [Binding("enter,space", "turn", "unfold", show=False)]
    HELP = "A tool that the model may call. Enter shows its whole schema, or folds it again."

    def __init__(self, tool: JsonObject) -> None:
        """Show a tool, as the specification's JSON."""
        super().__init__(classes="tool")
        self._tool = tool
        words = tool_words(tool)
        self._folded = Plain("\n".join(filter(None, (words.description, *words.properties))))
        self._whole: Plain | None = None
        self._hint = Static("", classes="tool-more")

    def compose(self) -> ComposeResult:
        """Show the short form."""
        yield self._folded
        yield self._hint

    def on_mount(self) -> None:
        """Say how to see more."""
        self._show()

    def action_turn(self) -> None:
        """Show the whole JSON, or the short form again."""
        if self._whole is None:
            self._whole = Plain(pretty_json(self._tool), limit=200_000)
            self.mount(self._whole, before=self._hint)
        else:
            self._whole.remove()
            self._whole = None
        self._show()

    def on_click(self) -> None:
        """Unfold or fold."""
        self.action_turn()

    def _show(self) -> None:
        self._folded.display = self._whole is None
        self._hint.update(f"enter {'shows its JSON' if self._whole is None else 'folds it'}")
