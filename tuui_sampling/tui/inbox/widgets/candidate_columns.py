"""Several responses side by side, each in a column of its own, as they are written or to be compared."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from ....frontend.document.passage import Part, Passage, Remarks, Style
from ....frontend.document.response import answer_parts, remarks_of, stream_parts
from ....frontend.presentation.candidates import Meter, MeterOf, label
from ....frontend.review.found import in_answer, is_short, notes_of
from ....frontend.review.proposal import Edits
from ....frontend.review.response_edits import AnswerEdits
from ....sampling.response import Response
from ....sampling.review import Candidate
from ...document.pane import DocumentPane
from ...document.view import DocumentView
from ...widgets.plain import Plain


class CandidateColumn(Vertical):
    """
    One response among others.

    Attributes:
        number: The candidate's.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self._heading = Plain("", classes="column-heading")
        self.pane = DocumentPane()
        self._shown: tuple[Candidate, Response | None] | None = None
        self._searched: tuple[Response, Remarks] | None = None

    def compose(self) -> ComposeResult:
        """Put the heading above the text."""
        yield self._heading
        yield self.pane

    def show(self, candidate: Candidate, meter: Meter | None, answer: Response | None, *, selected: bool) -> None:
        """Show how far it is; `answer` is the response as edited, once there is one."""
        words = label(candidate, meter)
        self._heading.update(Content.from_markup("[reverse]$words[/]", words=words) if selected else Content(words))
        self.set_class(selected, "-selected")
        self._shown = (candidate, answer)
        self.pane.view.become(_parts(candidate, answer, self._remarks(answer)), follow=candidate.is_streaming)

    def _remarks(self, answer: Response | None) -> Remarks:
        """Return what is known to be in a response; a long one is searched beside the event loop."""
        if answer is None:
            return {}
        if is_short(answer):
            return _found(answer)
        if self._searched is not None and self._searched[0] == answer:
            return self._searched[1]
        self._search(answer)
        return {}

    @work(exclusive=True)
    async def _search(self, answer: Response) -> None:
        found = await asyncio.to_thread(_found, answer)
        self._searched = (answer, found)
        if found and self._shown is not None and self._shown[1] == answer:
            self.pane.view.become(_parts(*self._shown, found))


MIN_WIDTH = 24
"""Cells of a column; narrower ones can't be read."""


class CandidateColumns(Horizontal):
    """The columns; the selected one is the one that the keys concern."""

    DEFAULT_CSS: ClassVar[str] = """
    CandidateColumns {
        height: 1fr; overflow-x: auto;
        CandidateColumn { width: 1fr; border-left: outer $surface-lighten-2; padding: 0 1; }
        CandidateColumn.-selected { border-left: outer $border; }
        .column-heading { height: auto; margin-bottom: 1; text-style: bold; }
    }
    """

    def __init__(self, edits: Edits, meter_of: MeterOf) -> None:
        super().__init__(id="candidate-columns")
        self._edits = edits
        self._meter_of = meter_of
        self._columns: dict[int, CandidateColumn] = {}
        self._selected: int | None = None

    def clear(self, edits: Edits) -> None:
        """Show no responses yet of another review."""
        self._edits = edits
        self._selected = None
        if self._columns:
            self._columns = {}
            self.remove_children()

    def show(self, candidates: Sequence[Candidate], selected: Candidate | None) -> None:
        """Show these, each as far as it is."""
        numbers = [one.number for one in candidates]
        if numbers != list(self._columns):
            self.remove_children()
            self._columns = {number: CandidateColumn(number) for number in numbers}
            self.mount_all(self._columns.values())
        for one in candidates:
            self._columns[one.number].show(
                one, self._meter_of(one), self._edits.answer(one), selected=selected is not None and one is selected
            )
        self._selected = selected.number if selected is not None else None
        self._fit()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._fit()

    def _fit(self) -> None:
        """Share the width, or where that leaves too little, let the columns be scrolled to the selected one."""
        scrolled = len(self._columns) * MIN_WIDTH > self.size.width
        for column in self._columns.values():
            column.styles.width = MIN_WIDTH if scrolled else "1fr"
        selected = self._columns.get(self._selected or 0)
        if scrolled and selected is not None:
            self.call_after_refresh(self.scroll_to_widget, selected, animate=False)

    def scroller(self, number: int) -> DocumentView | None:
        """Return what scrolls in a candidate's column."""
        column = self._columns.get(number)
        return column.pane.view if column is not None else None


def _parts(candidate: Candidate, answer: Response | None, found: Remarks) -> list[Part]:
    if candidate.is_streaming:
        return stream_parts(candidate)
    failed = candidate.error
    told = [Passage(words, Style.PROBLEM) for words in (failed.message, failed.hint) if words] if failed else []
    told += [Passage(words, Style.NOTE) for words in (answer.remarks if answer is not None else ())]
    return [Part("", tuple(told)), *(answer_parts(answer, found) if answer is not None else ())]


def _found(answer: Response) -> Remarks:
    """Return what is to be told of a response, by its fields."""
    return remarks_of(notes_of(in_answer(answer, AnswerEdits())))
