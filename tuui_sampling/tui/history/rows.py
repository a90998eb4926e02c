"""Shows what the record has as rows of the History's list."""

from datetime import datetime

from textual.content import Content

from ...frontend.presentation.format import TOOL_UNKNOWN, clock_time, duration
from ...frontend.presentation.history import model_and_tokens, outcome_words
from ...history.ledger import Summary
from ..widgets.plain import line


def summary_row(summary: Summary, now: datetime, *, open_word: str = "") -> Content:
    """Return a review as two lines of a list; `open_word` says what becomes of one that has not ended."""
    outcome = outcome_words(summary, open_word=open_word)
    ago = f"{duration((now - summary.arrived_at).total_seconds())} ago"
    first = Content.assemble((f"{outcome:<11} ", "bold"), origin(summary), " · ✎ edited" if summary.edited else "")
    parts = [ago, clock_time(summary.arrived_at), *model_and_tokens(summary)]
    second = line(f"  {' · '.join(parts)} · {summary.prompt}", 300)
    return Content("\n").join([first, second.stylize("dim")])


def origin(summary: Summary) -> Content:
    """Return which server asked, and for which tool."""
    tool = line(summary.tool, 60) if summary.tool else Content(TOOL_UNKNOWN)
    return line(summary.server, 40) + Content(" › ") + tool
