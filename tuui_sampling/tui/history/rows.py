"""Shows what the record has as rows of the History's list."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from ...frontend.presentation.format import TOOL_UNKNOWN, clock_time, duration
from ...frontend.presentation.history import model_and_tokens, outcome_words
from ...frontend.queue.openings import told_apart
from ...history.ledger import Kind, Summary
from ..widgets.plain import line

HUES = {
    None: "$text-primary",
    Kind.ANSWERED: "$text-warning",
    Kind.DELIVERED: "$text-success",
    Kind.UNDELIVERED: "$text-error",
    Kind.REJECTED: "$text-warning",
    Kind.ACCEPTED: "$text-success",
    Kind.DECLINED: "$text-warning",
    Kind.CANCELLED: "$text-muted",
    Kind.RETURNED: "$text-success",
    Kind.REPLACED: "$text-accent",
    Kind.SHARED: "$text-success",
    Kind.REFUSED: "$text-warning",
    Kind.WITHDRAWN: "$text-muted",
    Kind.FAILED: "$text-error",
}
"""The hue of each outcome (nothing: it waits); its mark and its word say the same without a colour."""


def first_words(summaries: Sequence[Summary]) -> dict[str, str]:
    """Return the words that tell each review from those of its server and tool that begin alike, by its key."""
    prompts = {one.review: one.prompt for one in summaries}
    return told_apart(prompts, {one.review: (one.server, one.tool) for one in summaries})


def summary_row(summary: Summary, now: datetime, words: str, *, open_word: str = "") -> Content:
    """
    Return a review as two lines of a list.

    Args:
        words: What it is told from others by; foreign text.
        open_word: What becomes of one that has not ended.
    """
    outcome = outcome_words(summary, open_word=open_word)
    ago = f"{duration((now - summary.arrived_at).total_seconds())} ago"
    rest = ["✎ edited"] * summary.edited + [*model_and_tokens(summary), clock_time(summary.arrived_at)]
    told = (f"{outcome:<11} ", f"bold {HUES[summary.outcome]}")
    first = Content.assemble(told, origin(summary), line(f" · {' · '.join(rest)}").stylize("dim"))
    second = line(f"  {ago} · {words}", 300)
    return Content("\n").join([first, second])


def origin(summary: Summary) -> Content:
    """Return which server asked, and for which tool."""
    tool = line(summary.tool, 60) if summary.tool else Content(TOOL_UNKNOWN)
    return line(summary.server, 40) + Content(" › ") + tool
