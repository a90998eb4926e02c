"""The Policy screen: rules and limits in force, how risky servers are, and how the person decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ...backend import Backend
from ...frontend.policy import overview as words
from ...frontend.policy.overview import Overview, RuleRow, overview
from ...sampling.errors import LedgerError
from ..commands import CommandSet, bindings
from ..messages import ReviewsChanged
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.plain import Plain, line
from .commands import COMMANDS, PolicyView

NAME_WIDTH = 36
"""Cells of the names of rules and servers."""

NO_RULES = "No rule: you decide about everything. A in the Inbox makes one."
NO_LIMITS = "No limit. [limits] in the configuration sets some."


@dataclass(frozen=True)
class _Row:
    """
    One row of the list.

    Attributes:
        key: Where the cursor stays when the list is made anew; empty of a heading.
        details: Lines that say more about it.
        rule: Its rule, if it is one.
    """

    prompt: Content
    key: str = ""
    details: Callable[[], Iterator[str]] | None = None
    rule: RuleRow | None = None


class PolicyScreen(ModeScreen):
    """A list under headings, and what is to be known of the row under the cursor."""

    MODE = "policy"
    CSS_PATH = "policy.tcss"
    BINDINGS = bindings(COMMANDS)
    HELP: ClassVar[str] = "What decides without you, how much may be used, and how you decide."

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self.commands = CommandSet[PolicyView](COMMANDS, self)
        self._rows: tuple[_Row, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Lay out the list and what is said of a row."""
        yield Plain("", id="policy-problem", classes="problem")
        with Horizontal(id="policy"):
            yield OptionList(id="policy-list", markup=False)
            with VerticalScroll(id="policy-details"):
                yield Plain("")

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self.query_one("#policy-problem").display = False
        self.query_one(OptionList).focus()
        self.refresh_all()

    def home(self) -> Widget:
        """The list."""
        return self.query_one(OptionList)

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
        self._show(tuple(_rows(found, now)))

    def _show(self, rows: tuple[_Row, ...]) -> None:
        """Show the rows; the cursor stays where it was."""
        options = self.query_one(OptionList)
        before = self._row
        self._rows = rows
        options.set_options(Option(row.prompt, disabled=not row.key) for row in rows)
        keys = [row.key for row in rows]
        first = next((number for number, key in enumerate(keys) if key), None)
        options.highlighted = keys.index(before.key) if before is not None and before.key in keys else first
        self._tell()

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Say more about the row under the cursor."""
        self._tell()

    def _tell(self) -> None:
        row = self._row
        said = "\n\n".join(row.details()) if row is not None and row.details is not None else ""
        self.query_one("#policy-details Plain", Plain).update(said)
        self.refresh_bindings()

    @property
    def _row(self) -> _Row | None:
        """The row under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @property
    def _rule(self) -> RuleRow | None:
        row = self._row
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


def _rows(found: Overview, now: datetime) -> Iterator[_Row]:
    yield _heading(f"Rules (where none matches: {found.preset})")
    for effect in ("deny", "ask", "allow"):
        for row in found.rules:
            if row.rule.effect == effect:
                label = f"{effect:<6}{'◌ ' if row.is_of_session else ''}{row.rule.name}"
                yield _Row(
                    _columns(label, words.rule_words(row, now)),
                    f"rule {id(row.rule) if row.is_of_session else row.rule.name}",
                    partial(words.rule_details, row, now),
                    row,
                )
    if not found.rules:
        yield _Row(Content(f"  {NO_RULES}").stylize("dim"))
    yield _heading("Limits")
    for use in found.limits:
        yield _Row(
            line(f"  {words.limit_words(use)}", 300),
            f"limit {use.limit}",
            partial(words.limit_details, use, now),
        )
    if not found.limits:
        yield _Row(Content(f"  {NO_LIMITS}").stylize("dim"))
    yield _heading("Servers (the last 30 days)")
    for server in found.servers:
        yield _Row(
            _columns(server.name, words.server_words(server)),
            f"server {server.name}",
            partial(words.server_details, server),
        )


def _heading(text: str) -> _Row:
    return _Row(Content(text).stylize("bold"))


def _columns(name: str, rest: str) -> Content:
    label = line(f"  {name}", NAME_WIDTH)
    return label + Content(" " * max(1, NAME_WIDTH - label.cell_length)) + line(rest)
