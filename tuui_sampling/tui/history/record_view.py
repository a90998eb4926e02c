"""One review of the record, told from its arrival to its end."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from ...frontend.presentation.format import clock_time
from ...frontend.presentation.history import Step, model_and_tokens, story, whole_outcome_words
from ...history.ledger import Entry, Summary
from ..widgets.diff import changes
from ..widgets.key_values import Facts
from ..widgets.part_widgets import text_widgets
from ..widgets.plain import Plain, line
from .rows import origin

LABELS = ("outcome", "asked at", "took", "model", "edited", "record")


class RecordView(VerticalScroll):
    """Facts, then each step with its time; what was changed is shown as a difference."""

    DEFAULT_CSS = """
    RecordView {
        height: 1fr; padding: 0 1;
        Plain, .record-step { height: auto; }
        Reader { height: 12; }
        .record-title { text-style: bold; }
        .record-step { margin-top: 1; color: $text-accent; }
        .record-text { padding-left: 2; height: auto; }
    }
    """
    HELP = "What happened to the review. Arrows and page keys scroll."

    def compose(self) -> ComposeResult:
        """Say what will be here."""
        yield Plain("The record is being read.", classes="muted")

    def show_empty(self, words: VisualType) -> None:
        """Show no review, and say why."""
        self.remove_children()
        self.mount(Plain(words, classes="muted"))

    def show(self, summary: Summary, entries: Sequence[Entry], *, open_word: str) -> None:
        """Show one review; `open_word` as in `outcome_words`."""
        self.remove_children()
        facts = Facts(*LABELS)
        facts.show(
            {
                "outcome": whole_outcome_words(summary, open_word=open_word),
                "asked at": f"{summary.arrived_at.astimezone():%Y-%m-%d %H:%M:%S %Z}",
                "took": _took(summary),
                "model": " · ".join(model_and_tokens(summary)),
                "edited": "by hand" if summary.edited else "",
                "record": summary.review,
            }
        )
        self.mount(Plain(origin(summary), classes="record-title"), facts)
        for step in story(entries):
            self.mount(*_step_widgets(step))
        self.scroll_home(animate=False)


def _took(summary: Summary) -> str:
    if summary.ended_at is None:
        return ""
    return f"{(summary.ended_at - summary.arrived_at).total_seconds():.1f} s"


def _step_widgets(step: Step) -> Iterator[Widget]:
    heading = Content.assemble((f"{clock_time(step.at)}  ", "dim"), line(step.heading, 500))
    yield Plain(heading, classes="record-step")
    if step.before is not None:
        yield Static(changes(step.before, step.text), classes="record-text")
    else:
        for widget in text_widgets(step.text):
            yield widget.add_class("record-text")
    if step.problem:
        yield Plain(step.problem, classes="problem record-text")
