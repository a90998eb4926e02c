"""Says what is under way on all servers: the calls that run, each with its requests, and what nobody called for."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ..desk.invocations import Run
from ..sampling.inquiry import Inquiry
from ..sampling.item import Item
from ..sampling.review import Review
from .presentation.format import duration, one_of_words
from .queue.deadlines import brief_time_left
from .queue.marks import MARKS
from .queue.openings import Openings


@dataclass(frozen=True)
class UnderWay:
    """
    Something that is under way.

    Attributes:
        run: The call, where it is one.
        item: The request, where it is one.
        words: The same in one line; may hold foreign text.
    """

    run: Run | None
    item: Item | None
    words: str


def under_way(runs: Iterable[Run], items: Iterable[Review | Inquiry]) -> list[UnderWay]:
    """Return the calls that run, oldest first, each followed by its requests; then the requests of no call."""
    waiting = [item for item in items if item.phase.is_open]
    asked = Openings().words(waiting)
    found: list[UnderWay] = []
    told: set[int] = set()
    for run in runs:
        if run.ended is not None:
            continue
        progress = f" · {run.progress.words}" if run.progress is not None else ""
        since = duration(time.monotonic() - run.started)
        found.append(UnderWay(run, None, f"◐ call {run.id}  {run.server} › {run.tool} · {since}{progress}"))
        caused = [item for item in waiting if run.caused(item) and item.id not in told]
        found += [
            UnderWay(run, item, f"    {_request(item, one_of_words(item.origin), asked[item.id])}") for item in caused
        ]
        told |= {item.id for item in caused}
    return found + [
        UnderWay(None, item, _request(item, _cause(item), asked[item.id])) for item in waiting if item.id not in told
    ]


def _cause(item: Item) -> str:
    """Return whose request it is of which no call is known."""
    why = "unsolicited" if item.origin.unsolicited else "of which call is not known"
    return f"{item.origin.server}, {why}"


def _request(item: Item, *more: str) -> str:
    parts = [f"{MARKS[item.phase]} #{item.id}  {item.phase}", duration(time.monotonic() - item.arrived)]
    return " · ".join([*parts, *filter(None, (brief_time_left(item), *more))])
