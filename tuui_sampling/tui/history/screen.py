"""The History screen: every review of the record, searchable, and the story of the one under the cursor."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import ClassVar, TypeVarTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, OptionList

from ...backend import Backend
from ...history.ledger import Entry, Summary
from ...sampling.errors import LedgerError
from ...sampling.visible import visible
from ..commands import CommandSet, bindings
from ..delay import Delay
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.line_input import LineInput
from ..widgets.plain import Plain
from .commands import COMMANDS, HistoryView
from .found_pane import FoundPane
from .record_view import RecordPane

Asked = TypeVarTuple("Asked")

PAGE = 200
"""Reviews that are loaded at once."""

PAUSE = 0.15
"""Seconds without a key after which a search begins."""

FOLLOW = 0.5
"""Seconds between two looks at whether the record has grown, while it is shown."""


UNREADABLE = "Nothing of the record can be shown."


class HistoryScreen(ModeScreen):
    """
    A search, a list, a story.

    Everything is read from the record in tasks of its own; an answer that comes after another question was asked is
    dropped.
    """

    MODE = "history"
    CSS_PATH = "history.tcss"
    BINDINGS = bindings(COMMANDS)
    HELP: ClassVar[str] = "Every request and what became of it. Type words to search for; each of them must occur."

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self.commands = CommandSet[HistoryView](COMMANDS, self)
        self.found = FoundPane(port.remembered)
        words = f"search: {self.port.key_of('search')} comes here, enter goes to the list"
        self.filter_line: LineInput = LineInput(placeholder=words, id="search")
        self.record = RecordPane()
        self._summaries: Sequence[Summary] = ()
        self._limit = PAGE
        self._shown: Summary | None = None
        self._pause: Delay | None = None
        self._seen = 0
        self._searching: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the search, the list and the story."""
        yield self.filter_line
        yield Plain("", id="history-problem", classes="problem")
        with Horizontal(id="history"):
            yield self.found
            yield self.record

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self.query_one("#history-problem").display = False
        self.found.options.focus()
        self._following = self.set_interval(FOLLOW, self._follow)
        self.refresh_all()

    def on_unmount(self) -> None:
        """Ask for nothing more."""
        for task in (self._searching, self._reading):
            if task is not None:
                task.cancel()

    def home(self) -> Widget:
        """The list."""
        return self.found.options

    def refresh_all(self) -> None:
        """Search again: the record has grown while another screen was shown."""
        self._following.resume()
        self._search()

    def _follow(self) -> None:
        """Search again where the record has grown; what is being searched for by hand comes first."""
        is_searching = self._searching is not None and not self._searching.done()
        if not self.is_current:
            self._following.pause()
        elif self.backend.ledger.grown != self._seen and not is_searching:
            self._search()

    # --- searching ---

    def on_input_changed(self, message: Input.Changed) -> None:
        """Search once the person pauses."""
        if self._pause is not None:
            self._pause.stop()
        self._limit = PAGE
        self._pause = Delay(self, PAUSE, self._search)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go to what was found."""
        self.found.options.focus()

    def go_to_search(self) -> None:
        """Go to the search."""
        self.query_one(Input).focus()

    def load_more(self) -> None:
        """Load older reviews, and what is new."""
        if len(self._summaries) >= self._limit:
            self._limit += PAGE
        self._search()

    def show_costs(self) -> None:
        """Show what calls have cost."""
        from .costs import CostsScreen

        self.app.push_screen(CostsScreen(self.backend.ledger))

    def begin_new_record(self) -> None:
        """Begin a new record where the old one is gone."""
        self._begin(self._begin_anew)

    async def _begin_anew(self) -> None:
        try:
            aside = await self.backend.ledger.begin_anew()
        except LedgerError as error:
            self.port.say(visible(f"{error.message} {error.hint}".strip()), severity="error")
            return
        self.port.say(
            visible(f"A new record was begun. The old one is {aside}." if aside else "A new record was begun.")
        )
        self._search()

    def _search(self) -> None:
        if (field := self.query_one_optional(Input)) is None:  # it is taken apart already
            return
        self._seen = self.backend.ledger.grown  # before the search: what comes during it is looked for once more
        if self._searching is not None:
            self._searching.cancel()
        self._searching = self._begin(self._find, field.value, self._limit)

    async def _find(self, text: str, limit: int) -> None:
        summaries = await self.backend.ledger.search(text, limit=limit)
        self._show_problem(None)
        self._show_found(summaries, is_whole=len(summaries) < limit)

    def _show_found(self, summaries: Sequence[Summary], *, is_whole: bool) -> None:
        """Show the list; the cursor stays on its review where that is still in it."""
        self._summaries = summaries
        more = "" if is_whole else f", the newest; {self.port.key_of('load-more')} loads older ones"
        self.found.show(summaries, self._open_words(), self._shown.review if self._shown else None, more)
        highlighted = self.found.options.highlighted
        if highlighted is not None:
            self._read(summaries[highlighted])
        else:
            self._shown = None
            self.record.show_empty(self._why_empty())

    def _why_empty(self) -> str:
        if self.query_one(Input).value.strip():
            return "Nothing holds all these words."
        return "Nothing was asked yet. What servers ask, and what became of it, will be found here."

    # --- one review ---

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Tell the story of the review under the cursor."""
        highlighted = message.option_list.highlighted  # the message may be older than the list
        if highlighted is not None:
            self._read(self._summaries[highlighted])

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Go into the story, so that it can be scrolled."""
        self.record.told.view.focus()

    def _read(self, summary: Summary) -> None:
        if summary == self._shown:
            return
        self._shown = summary
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._begin(self._tell, summary)

    async def _tell(self, summary: Summary) -> None:
        entries: list[Entry] = await self.backend.ledger.entries(summary.review)
        self._show_problem(None)
        self.record.show(summary, entries, open_word=self._open_words().get(summary.review, ""))

    # --- both ---

    def _open_words(self) -> dict[str, str]:
        """Return what becomes of what has not ended, by the record's keys."""
        desk = self.backend.desk
        return {review.key: "waits" for review in desk.pending} | dict.fromkeys(desk.held, "held back")

    def _begin(self, asking: Callable[[*Asked], Coroutine[None, None, None]], *asked: *Asked) -> asyncio.Task[None]:
        """Ask the record, without waiting for it."""

        async def ask() -> None:
            try:
                await asking(*asked)
            except LedgerError as error:
                self._shown = None
                self._show_problem(error)
                self.record.show_empty(UNREADABLE)

        return asyncio.create_task(ask())

    def _show_problem(self, error: LedgerError | None) -> None:
        problem = self.query_one("#history-problem", Plain)
        problem.display = error is not None
        if error is not None:
            problem.update(f"{error.message} {error.hint}".strip())
