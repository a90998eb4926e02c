"""The left side of the Servers: the tree, and which of what the servers offer is in it."""

from textual import on
from textual.app import ComposeResult

from ....frontend.remembered import Remembered
from ...widgets.filter_line import FilterLine
from ...widgets.panes import PaneFrame, PaneTitle, SizedPane
from ...widgets.plain import line
from .server_tree import ServerTree


class TreePane(SizedPane):
    """The tree of servers, with the line that filters it."""

    def __init__(self, remembered: Remembered) -> None:
        """Show everything."""
        super().__init__(remembered, "tree-width", id="tree-pane")
        self._title = PaneTitle("Servers")
        self._tree = ServerTree()
        self.line = FilterLine("words of a tool, a prompt or a resource")

    def compose(self) -> ComposeResult:
        """Hold the title, the line and the tree."""
        yield self._title
        yield PaneFrame(self.line, self._tree)

    def on_resize(self) -> None:
        """Keep the row of the cursor in view."""
        self._tree.scroll_to_line(self._tree.cursor_line, animate=False)

    def filter(self) -> None:
        """Ask what the tree is to show."""
        self.line.open()

    @on(FilterLine.Changed)
    def _filter_changed(self, message: FilterLine.Changed) -> None:
        message.stop()
        self._tree.filter(message.value)
        self._title.say(line(f"Servers · / {message.value.strip()}" if message.value.strip() else "Servers"))
        self.screen.refresh_bindings()  # there is something to leave now, or no more

    @on(FilterLine.Left)
    def _filter_left(self, message: FilterLine.Left) -> None:
        message.stop()
        self._tree.go_to_first_match()
        self.screen.set_focus(self._tree)
