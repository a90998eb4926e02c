"""One review of the record, told from its arrival to its end, as a document."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from ...frontend.document.changes import changes
from ...frontend.document.passage import Part, Passage, Style, text_parts
from ...frontend.presentation.format import TOOL_UNKNOWN, clock_time
from ...frontend.presentation.history import Step, model_and_tokens, story, whole_outcome_words
from ...history.ledger import Entry, Summary
from ..document.pane import DocumentPane


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
        parts = [Part("", (Passage(_origin(summary), Style.HEADING), *lines))]
        parts += (Part(step.heading, tuple(_step_passages(step))) for step in story(entries))
        self.view.load(parts)


def _origin(summary: Summary) -> str:
    return f"{summary.server} › {summary.tool or TOOL_UNKNOWN}"


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
