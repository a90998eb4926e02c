"""Shows what calls have cost as a table."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from textual.content import Content

from ...frontend.presentation.costs import DAYS_SHOWN, SPANS, Costs, amount_words
from ..widgets.plain import line

NAME_WIDTH, AMOUNT_WIDTH = 36, 10
"""Cells of the two kinds of columns."""


def costs_table(costs: Costs) -> Content:
    """Return the table; names are foreign text."""
    return Content("\n").join(list(_rows(costs)))


def _rows(costs: Costs) -> Iterator[Content]:
    for heading, spans in (("by server", costs.servers), ("by model", costs.models)):
        yield _row(Content(heading), [label for label, _days in SPANS]).stylize("bold")
        names = sorted(spans[-1], key=lambda name: -spans[-1][name])
        for name in names:
            yield _row(line(name, NAME_WIDTH - 2), [amount_words(span.get(name)) for span in spans])
        yield _row(Content("all"), [amount_words(sum(span.values(), Decimal())) for span in spans])
        yield Content("")
    yield Content("by day").stylize("bold")
    for day in sorted(costs.days, reverse=True)[:DAYS_SHOWN]:
        yield _row(Content(day), [amount_words(costs.days[day])])


def _row(name: Content, amounts: Sequence[str]) -> Content:
    padding = " " * max(1, NAME_WIDTH - name.cell_length)
    return name + Content(padding + "".join(f"{amount:>{AMOUNT_WIDTH}}" for amount in amounts))
