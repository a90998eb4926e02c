"""Calls: how far each is, the requests that it caused, and what it returned."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from ....desk.invocations import Run
from ....frontend.presentation.format import stopwatch
from ....frontend.review.inquiry_answer import state_word
from ....sampling.inquiry import Inquiry
from ....sampling.phase import Phase
from ....sampling.review import Review
from ....servers.state.server import ToolResult
from ...widgets.plain import Plain, line
from .progress_line import progress_line
from .result_view import ResultView

MAX_RUNS = 8
"""Runs of one tool that are shown; older ones are only counted."""

MAX_LINKS = 30
"""Requests of one run that are shown; each is a widget, and a server may ask thousands of times within one call."""

NEWEST_ENDED = 10
"""Of those that have ended, where there are more than can be shown."""

REVIEW_WORDS = {
    Phase.READING: "is being read",
    Phase.REQUEST: "waits for you",
    Phase.GENERATING: "a model is writing",
    Phase.RESPONSE: "its response waits for you",
    Phase.SENDING: "its response is on its way",
    Phase.DELIVERED: "delivered",
    Phase.UNDELIVERED: "undelivered",
    Phase.REJECTED: "rejected",
    Phase.WITHDRAWN: "withdrawn",
    Phase.FAILED: "failed",
}

HUES = {"◐": "$text-primary", "✓": "$text-success", "✗": "$text-error", "–": "$text-muted"}
"""The sign of how far a call is, and the hue that says the same elsewhere; the words beside it need neither."""


class ReviewLink(Static, can_focus=True):
    """A request that a run caused; enter or a click shows it in the Inbox."""

    BINDINGS: ClassVar = [Binding("enter", "go", "its request", show=False)]
    DEFAULT_CSS = """
    ReviewLink { height: 1; width: auto; text-style: underline; }
    ReviewLink:focus { text-style: reverse; }
    ReviewLink.-open { text-style: bold underline; }
    ReviewLink.-open:focus { text-style: bold reverse; }
    """
    HELP = "A request that this call has caused. Enter shows it in the Inbox."

    @dataclass
    class Chosen(Message):
        """The person wants to see that review."""

        review: int

    def __init__(self, review: Review | Inquiry) -> None:
        """Link to a review or an inquiry."""
        super().__init__(markup=False)
        self.review = review.id
        self.show(review)

    def show(self, review: Review | Inquiry) -> None:
        """Say how far it is."""
        if isinstance(review, Inquiry):
            how_far = "waits for you" if review.phase.is_undecided else state_word(review)
            words = f"→ #{self.review} {review.kind}  {how_far}{' · done, says the server' if review.completed else ''}"
        else:
            words = f"→ #{self.review} request  {REVIEW_WORDS[review.phase]}"
        if words != self.content:
            self.update(words)
            self.set_class(review.phase.is_open, "-open")

    def on_click(self) -> None:
        """Ask for the review."""
        self.action_go()

    def action_go(self) -> None:
        """Ask for the review."""
        self.post_message(self.Chosen(self.review))


class RunHead(Static, can_focus=True):
    """A run in one line; enter or a click folds it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar = [Binding("enter,space", "fold", "fold", show=False)]
    DEFAULT_CSS = """
    RunHead { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    RunHead:focus { text-style: reverse; }
    """
    HELP = "A tool call. Enter shows or hides what it returned."

    class Folded(Message):
        """The person wants it folded, or unfolded."""

    def on_click(self) -> None:
        """Fold or unfold."""
        self.action_fold()

    def action_fold(self) -> None:
        """Fold or unfold."""
        self.post_message(self.Folded())


class RunView(Vertical):
    """
    One tool call.

    Attributes:
        folded: Only its head is shown.
    """

    DEFAULT_CSS = """
    RunView {
        height: auto;
        .run-body { height: auto; padding-left: 2; margin-bottom: 1; }
        .run-body Plain { height: auto; }
        .run-reviews { height: auto; }
        &.-folded .run-body { display: none; }
    }
    """

    folded: reactive[bool] = reactive(False, toggle_class="-folded")

    def __init__(self, run: Run, *, folded: bool) -> None:
        """Show a run."""
        super().__init__()
        self.run = run
        self.set_reactive(RunView.folded, folded)
        self._reviews: Sequence[Review | Inquiry] = ()
        self._head = RunHead(markup=False)
        self._progress = Plain("", multiline=False, classes="run-progress")
        self._room = Vertical(classes="run-reviews")
        self._more = Plain("", multiline=False, classes="muted")
        self._body = Vertical(classes="run-body")
        self._has_result = False

    def compose(self) -> ComposeResult:
        """Lay out the head and what can be unfolded."""
        yield self._head
        with self._body:
            if self.run.arguments:
                yield Plain(_arguments(self.run.arguments), classes="muted")
            self._progress.display = False
            yield self._progress
            yield self._room
            self._more.display = False
            yield self._more

    def on_mount(self) -> None:
        """Show how far it is."""
        self.set_class(self.folded, "-folded")
        self.refresh_run()

    def show(self, reviews: Sequence[Review | Inquiry]) -> None:
        """Show the run as it is now, with the reviews that it has caused."""
        self._reviews = reviews
        self.refresh_run()

    def refresh_run(self) -> None:
        """Show the state, the time, the reviews and the result; what is not composed yet will be shown then."""
        if not self._room.is_attached:  # or it was taken away before it was composed
            return
        words = run_line(self.run, folded=self.folded)
        if not isinstance(self._head.content, Content) or not words.is_same(self._head.content):
            self._head.update(words)
        shown = self.run.ended is None and self.run.progress is not None
        self._progress.display = shown
        if shown and self.run.progress is not None:
            self._progress.update(progress_line(self.run.progress, time.monotonic() - self.run.started))
        if self.run.ended is not None and not self.folded and not self._has_result:
            self._has_result = True
            self._mount_result()
        self._show_reviews()

    def focus_head(self) -> None:
        """Put the focus on it, so that what is done next is about this run."""
        self._head.focus()

    def on_run_head_folded(self, message: RunHead.Folded) -> None:
        """Fold or unfold."""
        message.stop()
        self.folded = not self.folded
        self.refresh_run()

    def _mount_result(self) -> None:
        body = self._body
        if self.run.result is not None:
            body.mount(ResultView(self.run.result, self.run.listed))
        elif self.run.error is not None:
            body.mount(Plain(self.run.error.message, classes="problem"))
            if self.run.error.hint:
                body.mount(Plain(self.run.error.hint))

    def _show_reviews(self) -> None:
        shown = linked(self._reviews)
        gone = {link.review: link for link in self.query(ReviewLink)}
        known = dict(gone)
        for review in shown:
            if (link := gone.pop(review.id, None)) is not None:
                link.show(review)
            else:
                later = next((one for number, one in known.items() if number > review.id), None)
                self._room.mount(ReviewLink(review), before=later)
        for link in gone.values():  # the desk has forgotten these, or others are shown in their place
            link.remove()
        more = len(self._reviews) - len(shown)
        self._more.display = more > 0
        if more:
            self._more.update(f"… and {more:,} more, all of them in the Inbox")


class RunList(Vertical):
    """The runs of one tool or server, the newest first and unfolded."""

    DEFAULT_CSS = "RunList { height: auto; } RunList > .muted { height: auto; }"

    class Resized(Message):
        """The list takes another room than before: something was added, folded or unfolded."""

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[int, RunView] = {}
        self._asked: int | None = None
        self._all: tuple[Sequence[Run], Sequence[Review | Inquiry]] = ((), ())

    def on_resize(self) -> None:
        """Tell of the new size, which is known only now."""
        self.post_message(self.Resized())

    def compose(self) -> ComposeResult:
        """Lay out the line that counts those that are not shown."""
        yield Static("", markup=False, classes="muted")

    def show(self, runs: Sequence[Run], reviews: Iterable[Review | Inquiry]) -> None:
        """
        Show these runs.

        Args:
            runs: Oldest first.
        """
        all_reviews = tuple(reviews)
        self._all = runs, all_reviews
        shown = [run for run in runs[:-MAX_RUNS] if run.id == self._asked] + [*runs[-MAX_RUNS:]]
        counted = self.query_one("RunList > .muted", Static)
        wanted = {run.id for run in shown}
        for gone in [number for number in self._views if number not in wanted]:
            self._views.pop(gone).remove()
        for run in shown:
            view = self._views.get(run.id)
            if view is None:
                view = self._views[run.id] = RunView(run, folded=run is not shown[-1])
                for older in [one for number, one in self._views.items() if number < run.id]:
                    older.folded = True
                    older.show(caused_by(older.run, all_reviews))
                below = max((number for number in self._views if number < run.id), default=None)
                self.mount(view, before=counted if below is None else self._views[below])
            view.show(caused_by(run, all_reviews))
        more = len(runs) - len(shown)
        counted.display = more > 0
        counted.update(f"… and {more} earlier")

    def go_to(self, run: Run) -> None:
        """Unfold one of the runs, and put the focus on it, because the person asked for it elsewhere."""
        self._asked = run.id
        self.show(*self._all)
        if (view := self._views.get(run.id)) is not None:
            view.folded = False
            view.refresh_run()
            view.call_after_refresh(view.focus_head)

    def focus_newest(self) -> None:
        """Put the focus on the newest run."""
        if head := self.query(RunHead):
            head.first().focus(scroll_visible=False)

    def tick(self) -> None:
        """Show the time of what is under way."""
        for view in self._views.values():
            if view.run.ended is None:
                view.refresh_run()


def linked(reviews: Sequence[Review | Inquiry]) -> list[Review | Inquiry]:
    """Return which of a run's requests are shown: of many, those that wait and the newest that have ended."""
    if len(reviews) <= MAX_LINKS:
        return list(reviews)
    waiting = [one for one in reviews if one.phase.is_open][: MAX_LINKS - NEWEST_ENDED]
    ended = [one for one in reviews if not one.phase.is_open]
    return sorted([*waiting, *ended[-NEWEST_ENDED:]], key=lambda one: one.id)


def caused_by(run: Run, reviews: Iterable[Review | Inquiry]) -> list[Review | Inquiry]:
    """Return the reviews and inquiries that a run has caused."""
    return [review for review in reviews if run.caused(review)]


def named(run: Run) -> str:
    """Return which call a run is, in words."""
    return f"call {run.id} ({line(run.tool, 60).plain})"


def still_awaited(run: Run, reviews: Iterable[Review | Inquiry]) -> str:
    """Return that a call has returned nothing so far, and what it waits for, as far as that is known."""
    numbers = ", ".join(f"#{review.id}" for review in caused_by(run, reviews) if review.phase.is_undecided)
    why = f": {numbers} {'wait' if ',' in numbers else 'waits'} in the Inbox" if numbers else ""
    return f"There is nothing to save: {named(run)} has not returned yet{why}."


def run_line(run: Run, *, folded: bool) -> Content:
    """Return a run in one line: its sign, what was called, how far it is, and since when."""
    time_taken = stopwatch((run.ended or time.monotonic()) - run.started)
    sign, words = _state(run)
    return Content.assemble(
        f"{'▸' if folded else '▾'} ",
        (sign, f"bold {HUES[sign]}"),
        f" call {run.id}  ",
        line(run.tool, 60),
        f"  {words} {time_taken}",
    )


def _state(run: Run) -> tuple[str, str]:
    if run.ended is None:
        return "◐", "running"
    if run.result is not None:
        if isinstance(run.result, ToolResult) and run.result.is_error:
            return "✗", "the tool reported an error after"
        return "✓", "done in"
    return ("–", "cancelled after") if run.cancelled else ("✗", "failed after")


def _arguments(arguments: Mapping[str, object]) -> Content:
    return line(json.dumps(dict(arguments), ensure_ascii=False, default=dict), 300)
