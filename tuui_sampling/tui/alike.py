"""
Identical requests of one server, as one row of the queue: who asks the same a hundred times hides nobody else.

Only what waits unanswered and unedited is folded, and nothing is ever decided together: the row stands for one of them
(the selected one, else the first), and when that is decided, for the next.
"""

import json
from collections.abc import Callable, Mapping, Sequence

from ..sampling.inquiry import Inquiry, asked_json
from ..sampling.review import Phase, Review
from ..sampling.wire import outbound_digest
from .groups import group_key

Row = Review | Inquiry


class Alike:
    """Folds the rows of a queue, and remembers what it found out about each: reading a large one takes a while."""

    def __init__(self) -> None:
        self._digests: dict[int, str] = {}

    def fold(
        self, rows: Sequence[Row], selected: int | None, edited: Callable[[int], bool]
    ) -> tuple[list[Row], Mapping[int, int]]:
        """
        Return the rows that are left, and for how many identical ones each row stands that stands for several.

        Args:
            rows: In the order of the queue.
            edited: Whether the person has changed something of one.
        """
        self._digests = {row.id: self._digests[row.id] for row in rows if row.id in self._digests}
        folds: dict[tuple[object, ...], list[Row]] = {}
        for candidates in self._candidates(rows, edited):
            for row in candidates:
                folds.setdefault((*_looks(row), self._digest(row)), []).append(row)
        hidden: set[int] = set()
        counts: dict[int, int] = {}
        for fold in folds.values():
            if len(fold) > 1:
                shown = next((row for row in fold if row.id == selected), fold[0])
                counts[shown.id] = len(fold)
                hidden |= {row.id for row in fold if row is not shown}
        return [row for row in rows if row.id not in hidden], counts

    def _candidates(self, rows: Sequence[Row], edited: Callable[[int], bool]) -> list[list[Row]]:
        """Return what may be identical, as far as can be told without reading it."""
        looks: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            untouched = row.phase is Phase.REQUEST and not row.notices and not edited(row.id)
            if untouched and group_key(row) is None and not (isinstance(row, Review) and row.candidates):
                looks.setdefault(_looks(row), []).append(row)
        return [candidates for candidates in looks.values() if len(candidates) > 1]

    def _digest(self, row: Row) -> str:
        if row.id not in self._digests:
            if isinstance(row, Review):
                self._digests[row.id] = outbound_digest(row.asked, row.selection.model if row.selection else "")
            else:
                self._digests[row.id] = json.dumps(asked_json(row.asked), sort_keys=True)
        return self._digests[row.id]


def _looks(row: Row) -> tuple[object, ...]:
    """Return what is known of a row at a glance."""
    origin = row.origin
    kind = len(row.asked.messages) if isinstance(row, Review) else row.kind
    return origin.server, origin.tool, origin.unsolicited, kind
