"""Several requests of one server and tool that are decided at once, and what differs between them, side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...desk.desk import Desk
from ...sampling.phase import Phase
from ...sampling.request import Json, SamplingRequest
from ...sampling.review import Review
from ...sampling.wire import request_params
from ..presentation.content_blocks import as_blocks, content_text, members
from ..presentation.format import pretty_json
from .listing import Listing
from .openings import alike
from .order import group_key

MAX_MARKED = 12
"""So many are decided at once: what differs between more can't be looked at."""

MAX_CHARACTERS = 10_000
"""Of a request that may be one of them; a longer one is looked at by itself."""


class Batch:
    """The requests that the person has marked; those that are decided or gone are marked no longer."""

    def __init__(self, desk: Desk, listing: Listing) -> None:
        """
        Mark nothing yet.

        Args:
            listing: Shows the marks in the list.
        """
        self._desk = desk
        self._listing = listing

    @property
    def items(self) -> list[Review]:
        """What is marked and can still be decided, in the order in which it came."""
        found = [self._desk.reviews[number] for number in sorted(self._listing.marked) if number in self._desk.reviews]
        found = [one for one in found if not self._unfit(one)]
        self._listing.marked = {one.id for one in found}
        return found

    def why_not(self, item: object) -> str:
        """Return why something can't be marked; what is marked can always be taken back."""
        if not isinstance(item, Review):
            return "Only requests to a model can be marked."
        if item.id in self._listing.marked:
            return ""
        if unfit := self._unfit(item):
            return unfit
        marked = self.items
        origin = item.origin
        if marked and (marked[0].origin.server, marked[0].origin.tool) != (origin.server, origin.tool):
            return "Only requests of one server and tool are decided at once."
        return f"At most {MAX_MARKED} are decided at once." if len(marked) >= MAX_MARKED else ""

    def mark(self, row: Iterable[int]) -> int:
        """Mark requests, as far as they can be; returns how many of them are marked now."""
        for number in row:
            if not self.why_not(self._desk.item(number)):
                self._listing.marked.add(number)
        return len(self.items)

    def turn(self, row: Sequence[int]) -> None:
        """Mark all requests of a row, as far as they can be, or take their marks back."""
        if self._listing.marked.issuperset(row):
            self._listing.marked.difference_update(row)
        else:
            self.mark(row)

    def _unfit(self, item: Review) -> str:
        if item.phase is not Phase.REQUEST or any(not one.earlier for one in item.candidates):
            return "Only what waits to be sent can be marked."
        if self._listing.edited(item.id) or item.notices:
            return "It was edited, or has a notice: decide it by itself."
        if group_key(item) is not None:
            return "It belongs to a round of its call: decide it by itself."
        if self._listing.weight(item).characters > MAX_CHARACTERS:
            return "It is too long to be looked at beside others."
        return ""


@dataclass(frozen=True)
class Part:
    """
    A part of several requests.

    Attributes:
        name: What it is, such as `message 2 · user`.
        texts: What stands there in each, in their order; a single one where it is the same in all. Foreign text.
    """

    name: str
    texts: tuple[str, ...]


def compared(requests: Sequence[SamplingRequest], recipients: Sequence[str]) -> tuple[list[Part], list[Part]]:
    """
    Return the parts in which requests differ, and those that are the same in all: everything that is sent.

    Args:
        recipients: To which model each goes, and where that is.
    """
    parts = [_parts(request) | {"goes to": to} for request, to in zip(requests, recipients, strict=True)]
    differing, same = [], []
    for name in dict.fromkeys(name for one in parts for name in one):
        texts = tuple(one.get(name, "—") for one in parts)
        if len(set(texts)) > 1:
            differing.append(Part(name, texts))
        else:
            same.append(Part(name, texts[:1]))
    return differing, same


def differing(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return of each text the stretch that is not the same in all, from word to word: `(start, end)`."""
    first, last = min(texts), max(texts)  # what these two have in common at their beginning, all have
    start = alike(first, last)
    start = max(first.rfind(blank, 0, start) for blank in " \n") + 1 if start < max(map(len, texts)) else start
    rest = [text[start:][::-1] for text in texts]
    end = alike(min(rest), max(rest))
    end = max(rest[0].rfind(blank, 0, end + 1) for blank in " \n")
    return [(start, len(text) - max(end, 0)) for text in texts]


def _parts(request: SamplingRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in request_params(request).items():
        if key == "messages":
            for number, message in enumerate(as_blocks(value), 1):
                role = members(message).get("role", "")
                found[f"message {number} · {role}"] = content_text(members(message).get("content"))
        else:
            found["system prompt" if key == "systemPrompt" else key] = _written(value)
    return found


def _written(value: Json) -> str:
    return value if isinstance(value, str) else pretty_json(value)
