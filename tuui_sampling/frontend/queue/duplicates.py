"""
Identical requests of one server, as one row of the queue: who asks the same a hundred times hides nobody else.

Only what waits unanswered and unedited is folded; an answer out of the record that is offered beside a request (a
scheduler asks the same each minute) is none of its own. The row stands for one of them (the selected one, else the
first): a model is asked for that one, and its answer goes to all of them. What is refused is that one alone. The person
may unfold a row, so that each has one of its own, and is decided by itself.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...desk.together import are_identical
from ...sampling.inquiry import Inquiry, asked_json
from ...sampling.phase import Phase
from ...sampling.review import Review
from .order import group_key

Row = Review | Inquiry


@dataclass(frozen=True)
class Fold:
    """
    What a row has to do with identical ones.

    Attributes:
        count: How many there are.
        unfolded: Each has a row of its own; else this row stands for all of them.
    """

    count: int
    unfolded: bool


class Duplicates:
    """Folds the rows of a queue, and remembers what it found out about each: reading a large one takes a while."""

    def __init__(self) -> None:
        self._digests: dict[int, str] = {}
        self._keys: dict[int, tuple[object, ...]] = {}
        self._unfolded: set[tuple[object, ...]] = set()
        self._stood_for: tuple[int | None, tuple[int, ...]] = (None, ())

    def is_one_of_several(self, number: int | None) -> bool:
        """Whether there are others that are identical to that one."""
        return number in self._keys

    def is_unfolded(self, number: int | None) -> bool:
        """Whether each of those that are identical to that one has a row of its own."""
        return number in self._keys and self._keys[number] in self._unfolded

    def sharing(self, number: int) -> tuple[int, ...]:
        """Return those that a row stands for: it alone, where each has one of its own."""
        key = self._keys.get(number)
        if key is None or key in self._unfolded:
            return (number,)
        return tuple(other for other, its_key in self._keys.items() if its_key == key)

    def stood_for(self, number: int) -> tuple[int, ...]:
        """Return those that the row of what is selected stood for, before that was decided."""
        selected, ids = self._stood_for
        return ids if selected == number else ()

    def turn(self, number: int) -> None:
        """Unfold those that are identical to that one, or fold them again, from the next `fold` on."""
        self._unfolded ^= {self._keys[number]} if number in self._keys else set()

    def fold(
        self, rows: Sequence[Row], selected: int | None, edited: Callable[[int], bool]
    ) -> tuple[list[Row], Mapping[int, Fold]]:
        """
        Return the rows that are left, and by its id what each has to do with identical ones that there are.

        Args:
            rows: In the order of the queue.
            edited: Whether the person has changed something of one.
        """
        self._digests = {row.id: self._digests[row.id] for row in rows if row.id in self._digests}
        folds = self._folds(rows, edited)
        self._keys = {row.id: key for key, fold in folds.items() for row in fold}
        self._unfolded &= folds.keys()
        marked: dict[int, Fold] = {}
        for key, fold in folds.items():
            unfolded = key in self._unfolded
            marked |= {row.id: Fold(len(fold), unfolded) for row in self._shown(key, fold, selected)}
        self._note(rows, selected)
        return self._left(rows, folds, selected), marked

    def rows(self, rows: Sequence[Row], selected: int | None, edited: Callable[[int], bool]) -> list[Row]:
        """Return the rows that `fold` would leave, of those that the person may go to."""
        return self._left(rows, self._folds(rows, edited), selected)

    def _note(self, rows: Sequence[Row], selected: int | None) -> None:
        """Note for which the row of what is selected stands, as long as that can be told."""
        if selected in self._keys and selected is not None:
            self._stood_for = selected, self.sharing(selected)
        elif selected != self._stood_for[0] or any(row.id == selected and row.phase is Phase.REQUEST for row in rows):
            self._stood_for = selected, ()  # another one, or it has a row of its own while it still waits

    def _folds(self, rows: Sequence[Row], edited: Callable[[int], bool]) -> dict[tuple[object, ...], list[Row]]:
        folds: dict[tuple[object, ...], list[Row]] = {}
        for looks, candidates in self._candidates(rows, edited):
            for row in candidates:
                folds.setdefault((*looks, self._digest(row)), []).append(row)
        return {key: fold for key, fold in folds.items() if len(fold) > 1}

    def _shown(self, key: tuple[object, ...], fold: list[Row], selected: int | None) -> list[Row]:
        """Return those of identical ones that have a row."""
        return fold if key in self._unfolded else [next((row for row in fold if row.id == selected), fold[0])]

    def _left(
        self, rows: Sequence[Row], folds: Mapping[tuple[object, ...], list[Row]], selected: int | None
    ) -> list[Row]:
        shown = {row.id for key, fold in folds.items() for row in self._shown(key, fold, selected)}
        hidden = {row.id for fold in folds.values() for row in fold} - shown
        return [row for row in rows if row.id not in hidden]

    def _candidates(
        self, rows: Sequence[Row], edited: Callable[[int], bool]
    ) -> list[tuple[tuple[object, ...], list[Row]]]:
        """Return what may be identical, as far as can be told without reading it, with what is alike of it."""
        looks: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            if _is_untouched(row, edited):
                looks.setdefault(_looks(row), []).append(row)
        return [(its_looks, candidates) for its_looks, candidates in looks.items() if len(candidates) > 1]

    def _digest(self, row: Row) -> str:
        if row.id not in self._digests:
            if isinstance(row, Review):
                # What has no digest can't be compared. `_meta` is not in it: a progress token differs each time.
                digest = row.digest or f"#{row.id}"
                self._digests[row.id] = f"{digest} {row.selection.model if row.selection else ''}"
            else:
                self._digests[row.id] = _written(row)
        return self._digests[row.id]


def identical_to(review: Review, items: Iterable[Row], edited: Callable[[int], bool]) -> tuple[int, ...]:
    """Return the requests that wait and are identical to one, untouched and not of a round of their own."""
    if not review.digest or group_key(review) is not None:
        return ()
    return tuple(
        other.id
        for other in items
        if isinstance(other, Review)
        and _looks(other) == _looks(review)
        and are_identical(review, other)
        and _is_untouched(other, edited)
    )


def _is_untouched(row: Row, edited: Callable[[int], bool]) -> bool:
    untouched = row.phase is Phase.REQUEST and not row.notices and not edited(row.id)
    return untouched and group_key(row) is None and not _was_asked(row)


def _was_asked(row: Row) -> bool:
    """Whether a model, or a person, has written something for this very request."""
    return isinstance(row, Review) and any(not candidate.earlier for candidate in row.candidates)


def _written(row: Inquiry) -> str:
    try:
        return json.dumps(asked_json(row.asked), sort_keys=True)
    except RecursionError:  # what is nested so deeply has a row of its own
        return f"#{row.id}"


def _looks(row: Row) -> tuple[object, ...]:
    """Return what is known of a row at a glance."""
    origin = row.origin
    kind = len(row.asked.messages) if isinstance(row, Review) else row.kind
    return origin.server, origin.tool, origin.unsolicited, kind
