"""The Policy screen: rules and limits in force, how risky servers are, and how the person decides."""

from datetime import datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList

from ...backend import Backend
from ...frontend.policy.overview import RuleRow, overview
from ...sampling.errors import LedgerError
from ..commands import CommandSet, bindings
from ..messages import ReviewsChanged
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.panes import PaneFrame, PaneTitle
from ..widgets.plain import Plain
from .commands import COMMANDS, PolicyView
from .pane import PolicyPane
from .rows import rows_of


class PolicyScreen(ModeScreen):
    """A list under headings, and what is to be known of the row under the cursor."""

    MODE = "policy"
    CSS_PATH = "policy.tcss"
    BINDINGS = bindings(COMMANDS)
    HELP: ClassVar[str] = "What decides without you, how much may be used, and how you decide."

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self.commands = CommandSet[PolicyView](COMMANDS, self)
        self.pane = PolicyPane(port.remembered)

    def compose_body(self) -> ComposeResult:
        """Lay out the list and what is said of a row."""
        yield Plain("", id="policy-problem", classes="problem")
        with Horizontal(id="policy"):
            yield self.pane
            with Vertical(id="policy-about"):
                yield PaneTitle("Details")
                with PaneFrame(), VerticalScroll(id="policy-details"):
                    yield Plain("")

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self.query_one("#policy-problem").display = False
        self.pane.options.focus()
        self.refresh_all()

    def home(self) -> Widget:
        """The list."""
        return self.pane.options

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Count anew what may have matched."""
        super().on_reviews_changed(message)
        if self.is_current:
            self.refresh_all()

    def refresh_all(self) -> None:
        """Count anew, and show it; what is being counted already is given up."""
        self._count()

    @work(group="policy", exclusive=True)
    async def _count(self) -> None:
        now = datetime.now().astimezone()
        problem = self.query_one("#policy-problem", Plain)
        try:
            found = await overview(self.backend, now)
        except LedgerError as error:
            problem.display = True
            problem.update(f"{error.message} {error.hint}".strip())
            return
        problem.display = False
        self.pane.show(tuple(rows_of(found, now, self.port.key_of)))
        self._tell()

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Say more about the row under the cursor."""
        self._tell()

    def _tell(self) -> None:
        row = self.pane.row
        said = "\n\n".join(row.details()) if row is not None and row.details is not None else ""
        self.query_one("#policy-details Plain", Plain).update(said)
        self.refresh_bindings()

    @property
    def _rule(self) -> RuleRow | None:
        row = self.pane.row
        return row.rule if row is not None else None

    # --- commands ---

    def why_not_edit(self) -> str:
        """Return why the rule under the cursor can't be edited."""
        if (row := self._rule) is None:
            return "There is no rule under the cursor."
        if row.is_of_session:
            return "It stands in no file: it is held until the program ends."
        if row.rule.source != "yours":
            return "It is this machine's policy, which belongs to root."
        return self.port.configuration.why_not()

    def edit(self) -> None:
        """Open the rule under the cursor in `$EDITOR`."""
        if (row := self._rule) is not None:
            self.port.configuration.edit(row.rule.line)

    def why_not_revoke(self) -> str:
        """Return why the rule under the cursor can't be revoked."""
        row = self._rule
        return "" if row is not None and row.is_of_session else "Only a rule that is held for this session is revoked."

    def revoke(self) -> None:
        """Revoke the rule under the cursor, which is held for this session."""
        if (row := self._rule) is not None:
            self.run_worker(self._revoke(row), group="revoke")

    async def _revoke(self, row: RuleRow) -> None:
        await self.backend.revoke(row.rule)
        self.port.say(f"Revoked: {row.rule.name}")
        self.refresh_all()
