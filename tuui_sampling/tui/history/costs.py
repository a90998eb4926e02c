"""What calls have cost: a table that the person asked for."""

from datetime import datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ...frontend.presentation.costs import read_costs
from ...history.ledger import Ledger
from ...sampling.errors import LedgerError
from ..widgets.plain import Plain
from .costs_table import costs_table


class CostsScreen(ModalScreen[None]):
    """Sums of the record, by server, model and day."""

    BINDINGS: ClassVar = [Binding("escape,q,enter", "close", "close")]

    def __init__(self, ledger: Ledger) -> None:
        """Show what the record says."""
        super().__init__()
        self._ledger = ledger

    def compose(self) -> ComposeResult:
        """Show the question that it answers; the table follows."""
        with Vertical(classes="dialog costs"):
            yield Plain("What calls have cost, in US dollars. Calls of unknown price are not in it.")
            with VerticalScroll():
                yield Plain("The record is being read.", id="costs-table")
            yield Static(Content.from_markup("[b]esc[/] close"), classes="keys")

    @work
    async def on_mount(self) -> None:
        """Read the record."""
        table = self.query_one("#costs-table", Plain)
        try:
            table.update(costs_table(await read_costs(self._ledger, datetime.now().astimezone())))
        except LedgerError as error:
            table.update(f"{error.message} {error.hint}".strip())

    def action_close(self) -> None:
        """Leave."""
        self.dismiss(None)
