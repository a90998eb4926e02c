"""The left side of the Policy screen: a list under headings, in columns that fit its width."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from ...frontend.remembered import Remembered
from ..widgets.lists import HuedList
from ..widgets.panes import PaneFrame, PaneTitle, SizedPane
from .rows import Row, prompts


class PolicyPane(SizedPane):
    """
    The list.

    Attributes:
        options: The widget that holds it.
    """

    WIDTHS = (40, 200)
    BESIDE = 24

    def __init__(self, remembered: Remembered) -> None:
        """Hold nothing."""
        super().__init__(remembered, "policy-width", id="policy-found")
        self.options = HuedList(id="policy-list")
        self._rows: tuple[Row, ...] = ()

    def compose(self) -> ComposeResult:
        """Hold the title and the list."""
        yield PaneTitle("Rules, limits, servers")
        yield PaneFrame(self.options)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out anew."""
        self._draw()

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        at = self.options.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show the rows; the cursor stays where it was."""
        self._rows, before = tuple(rows), self.row
        self._draw()
        keys = [row.key for row in rows]
        first = next((number for number, key in enumerate(keys) if key), None)
        self.options.highlighted = keys.index(before.key) if before is not None and before.key in keys else first

    def _draw(self) -> None:
        at = self.options.highlighted
        room = self.options.scrollable_content_region.width
        shown = zip(prompts(self._rows, room), self._rows, strict=True)
        self.options.show((row.key, prompt) for prompt, row in shown)
        self.options.highlighted = at
