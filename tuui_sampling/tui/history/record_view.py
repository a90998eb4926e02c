"""One review of the record, told from its arrival to its end, as a document."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from ...frontend.document.changes import changes
from ...frontend.document.passage import Part, Passage, Style, text_parts
from ...frontend.presentation.format import TOOL_UNKNOWN, clock_time
from ...frontend.presentation.history import Step, model_and_tokens, story, whole_outcome_words
from ...history.ledger import Entry, Summary
from ..document.pane import DocumentPane
from ..widgets.panes import PaneFrame, PaneTitle
from ..widgets.plain import line


class RecordPane(Vertical):
    """
    The right side of the History: where one review came from, and its story.

    Attributes:
        told: The story.
    """

    def __init__(self) -> None:
        """Tell nothing yet."""
        super().__init__()
        self._title = PaneTitle()
        self.told = RecordView()

    def compose(self) -> ComposeResult:
        """Hold the title and the story."""
        yield self._title
        yield PaneFrame(self.told)

    def show_empty(self, words: str) -> None:
        """Show no review, and say why."""
        self._title.say(Content(""))
        self.told.show_empty(words)

    def show(self, summary: Summary, entries: Sequence[Entry], *, open_word: str) -> None:
        """Show one review; `open_word` as in `outcome_words`."""
        self._title.say(line(f"{summary.server} › {summary.tool or TOOL_UNKNOWN}"))
        self.told.show(summary, entries, open_word=open_word)


class RecordView(DocumentPane):
    """Facts, then each step with its time; what was changed is shown as a difference."""

    DEFAULT_CSS: ClassVar[str] = "RecordView { height: 1fr; padding-left: 1; }"

    def __init__(self) -> None:
        """Say what will be here."""
        super().__init__(text_parts("The record is being read.", Style.MUTED))

    def show_empty(self, words: str) -> None:
        """Show no review, and say why."""
        self.view.load(text_parts(words, Style.MUTED))

    def show(self, summary: Summary, entries: Sequence[Entry], *, open_word: str) -> None:
        """Show one review; `open_word` as in `outcome_words`."""
        facts = {
            "outcome": whole_outcome_words(summary, open_word=open_word),
            "asked at": f"{summary.arrived_at.astimezone():%Y-%m-%d %H:%M:%S %Z}",
            "took": _took(summary),
            "model": " · ".join(model_and_tokens(summary)),
            "edited": "by hand" if summary.edited else "",
            "record": summary.review,
        }
        lines = (Passage(f"{label:<10}{value}", Style.MUTED) for label, value in facts.items() if value)
        parts = [Part("", tuple(lines))]
        parts += (Part(step.heading, tuple(_step_passages(step))) for step in story(entries))
        self.view.load(parts)


def _took(summary: Summary) -> str:
    if summary.ended_at is None:
        return ""
    return f"{(summary.ended_at - summary.arrived_at).total_seconds():.1f} s"


def _step_passages(step: Step) -> Iterator[Passage]:
    yield Passage(f"{clock_time(step.at)}  {step.heading}", Style.HEADING)
    if step.before is not None:
        yield from changes(step.before, step.text)
    elif step.text:
        yield Passage(step.text)
    if step.problem:
        yield Passage(step.problem, Style.PROBLEM)
