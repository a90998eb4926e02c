"""Which of what is on the desk the list shows, and in which order: the person's filter, and what it is sorted by."""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal, get_args

from ...sampling.derived.beside import SHORT
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Phase
from ...sampling.response import Response
from ...sampling.review import Review
from ..review.found import is_short
from .openings import Openings
from .order import in_order, waiting
from .row import Found, Weight, found_in_response, glanced, weighed

Row = Review | Inquiry
Sort = Literal["deadline", "arrival", "server", "priority"]
SORTS: tuple[Sort, ...] = get_args(Sort)

WORDS = "words of it or its row; waits, edited, risk"
"""What a filter may hold."""


class Listing:
    """
    The rows of the list.

    Attributes:
        sort: What the open rows are sorted by; groups and loops stay together.
        marked: The ids of what the person has marked.
        openings: The first words of each row.
        terms: All of them have to fit a row.
        glanced: Called when something large was only glanced at: `weigh` is to be called soon.
        ordered: Called when other rows are shown than before, or in another order, as the person wants it.
        edited: Whether the person has changed something of an item.
    """

    def __init__(self, edited: Callable[[int], bool], worst: Callable[[Review], Decimal | None]) -> None:
        """
        Show everything, by deadline.

        Args:
            edited: Whether the person has changed something of an item.
            worst: What the proposed model may cost at most.
        """
        self.edited = edited
        self._worst = worst
        self._weights: dict[int, Weight] = {}
        self._glanced_at: list[Row] = []
        self._answers: dict[int, tuple[Response, Found]] = {}
        self._long_answers: list[tuple[int, Response]] = []
        self.glanced: Callable[[], object] = lambda: None
        self.ordered: Callable[[], object] = lambda: None
        self.sort: Sort = "deadline"
        self.marked: set[int] = set()
        self.openings = Openings()
        self.terms: tuple[str, ...] = ()

    def weight(self, item: Row) -> Weight:
        """Return what is known of an item; looked at once. Of a large one that is little before `weigh`."""
        if item.phase is Phase.READING:  # it is looked at once that is over
            return glanced(item)
        if item.id not in self._weights:
            if len(item.origin.raw) > SHORT:
                self._weights[item.id] = glanced(item)
                self._glanced_at.append(item)
                self.glanced()
            else:
                self._weights[item.id] = weighed(item, self._worst_of(item))
        return self._weights[item.id]

    async def weigh(self) -> None:
        """Look at all of what was only glanced at, beside the event loop."""
        while self._glanced_at:
            item = self._glanced_at.pop(0)
            weight = await asyncio.to_thread(weighed, item, self._worst_of(item))
            if item.id in self._weights:
                self._weights[item.id] = weight
        while self._long_answers:
            number, response = self._long_answers.pop(0)
            known = await asyncio.to_thread(found_in_response, response)
            if number in self._answers and self._answers[number][0] is response:
                self._answers[number] = response, known

    def found(self, item: Row) -> Found:
        """Return what is found in what is to be decided about: at the second gate that is the newest response."""
        response = _to_return(item)
        if response is None:
            weight = self.weight(item)
            return Found(weight.hidden, weight.found)
        known = self._answers.get(item.id)
        if known is None or known[0] is not response:
            known = self._answers[item.id] = response, self._look_at(item.id, response)
        return known[1]

    def _look_at(self, number: int, response: Response) -> Found:
        if is_short(response):
            return found_in_response(response)
        self._long_answers.append((number, response))
        self.glanced()
        return Found()

    def _worst_of(self, item: Row) -> Decimal | None:
        return self._worst(item) if isinstance(item, Review) else None

    def forget(self, known: Sequence[Row]) -> None:
        """Drop what is known of all others."""
        ids = {item.id for item in known}
        self._weights = {number: weight for number, weight in self._weights.items() if number in ids}
        self._answers = {number: known for number, known in self._answers.items() if number in ids}

    def filter(self, text: str) -> None:
        """Show only what fits every word of a text."""
        self.terms = tuple(text.lower().split())
        self.ordered()

    def turn_sort(self) -> None:
        """Sort by what comes next."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.ordered()

    def rows(self, items: Sequence[Row], most_ended: int, selected: int | None = None) -> list[Row]:
        """Return the rows, of items that come oldest first; what is selected is always one of them."""
        return [item for item in in_order(items, most_ended, self._key()) if item.id == selected or self.fits(item)]

    def waiting(self, items: Sequence[Row], also: Row | None = None) -> list[Row]:
        """
        Return what waits, in the order of the list; all of it where nothing of it fits the filter.

        Args:
            also: Something that is decided by now, in its old place.
        """
        everything = waiting(items, self._key(), also)
        return [item for item in everything if item is also or self.fits(item)] or everything

    def fits(self, item: Row) -> bool:
        """Whether an item is shown."""
        return all(self._has(item, term) for term in self.terms)

    def _has(self, item: Row, term: str) -> bool:
        match term:
            case "waits":
                return item.phase.is_undecided
            case "edited":
                return self.edited(item.id)
            case "risk":
                return self.is_risky(item)
        return term in self.weight(item).searched or term in self._told(item)

    def _told(self, item: Row) -> str:
        """Return what its row says of an item besides what is asked, in lower case."""
        weight, found = self.weight(item), self.found(item)
        marks = {
            "unsolicited": item.origin.unsolicited,
            "notice": item.notices,
            "hidden": found.hidden,
            "image": weight.images,
            "audio": weight.sounds,
            "tools": weight.tools,
        }
        ended = "" if item.phase.is_open else str(item.phase)
        return " ".join([f"#{item.id}", ended, found.words, *[mark for mark, has in marks.items() if has]]).lower()

    def first_match(self, items: Sequence[Row], selected: int | None) -> int | None:
        """Return what of the list the filter leads to; None where what is selected fits it, or nothing does."""
        rows = [item for item in self.rows(items, 0) if item.phase.is_undecided] or self.rows(items, len(items))
        if not self.terms or any(item.id == selected and self.fits(item) for item in items):
            return None
        return next((item.id for item in rows), None)

    def is_risky(self, item: Row) -> bool:
        """Whether there is something about it that must be looked at with care."""
        return bool(item.notices or item.origin.unsolicited or any(self.found(item)))

    def _key(self) -> Callable[[Row], tuple[Any, ...]] | None:
        match self.sort:
            case "deadline":
                return None
            case "arrival":
                return lambda item: (item.id,)
            case "server":
                return lambda item: (item.origin.server, item.origin.tool or "", item.id)
            case "priority":
                return lambda item: (_URGENCY.get(item.phase, len(_URGENCY)), not self.is_risky(item), item.id)


def _to_return(item: Row) -> Response | None:
    """Return the response that waits to be returned; None where something else is to be decided."""
    candidate = item.candidate if isinstance(item, Review) and item.phase is Phase.RESPONSE else None
    return candidate.response if candidate is not None else None


_URGENCY = {Phase.RESPONSE: 0, Phase.REQUEST: 1, Phase.READING: 2, Phase.GENERATING: 3}
"""What is nearest to its end comes first; of several, what is risky."""
