"""The left side of the Servers: the tree, and which of what the servers offer is in it."""

from textual import on
from textual.app import ComposeResult

from ....frontend.remembered import Remembered
from ....frontend.review.arming import Arming
from ...widgets.filter_line import FilterLine
from ...widgets.panes import PaneFrame, PaneTitle, SizedPane
from ...widgets.plain import line
from .server_tree import EARLY, ServerTree


class TreePane(SizedPane):
    """The tree of servers, with the line that filters it."""

    def __init__(self, remembered: Remembered, arming: Arming) -> None:
        """
        Show everything.

        Args:
            arming: Knows when the key at work was typed.
        """
        super().__init__(remembered, "tree-width", id="tree-pane")
        self._arming = arming
        self._row_shown = float("-inf")
        self._title = PaneTitle("Servers")
        self._tree = ServerTree(self._displaced, self.says_early)
        self.line = FilterLine("words of a tool, a prompt or a resource")

    def compose(self) -> ComposeResult:
        """Hold the title, the line and the tree."""
        yield self._title
        yield PaneFrame(self.line, self._tree)

    def on_resize(self) -> None:
        """Keep the row of the cursor in view."""
        self._tree.scroll_to_line(self._tree.cursor_line, animate=False)

    @property
    def awaits(self) -> bool:
        """Whether the cursor is on the row that stands for what a server has not listed yet."""
        return self._tree.place is not None and self._tree.place.awaited

    def _displaced(self) -> None:
        """Note that the cursor is on a row that nobody has seen it on, until that is painted."""
        self._row_shown = float("inf")
        self.call_after_refresh(self._show_row)

    def _show_row(self) -> None:
        self._row_shown = self._arming.now

    def says_early(self) -> bool:
        """Say that the key at work was typed before the row that the program has put the cursor on was shown, if so."""
        is_early = self._arming.press.at < self._row_shown
        if is_early:
            self.notify(EARLY)
        return is_early

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
