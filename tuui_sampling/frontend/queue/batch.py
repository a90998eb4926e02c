"""Several requests, or responses, of one server and tool that are decided at once, and what differs between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...desk.desk import Desk
from ...sampling.phase import Phase
from ...sampling.request import Json, SamplingRequest
from ...sampling.response import Response
from ...sampling.review import Review
from ...sampling.wire import request_params, response_result
from ..presentation.content_blocks import as_blocks, content_text, members
from ..presentation.format import pretty_json
from .listing import Listing
from .openings import alike
from .order import group_key

MAX_MARKED = 12
"""So many are decided at once: what differs between more can't be looked at."""

TOO_MANY = (
    f"At most {MAX_MARKED} are decided at once: what differs between more can't be looked at. Decide these first."
)

MAX_CHARACTERS = 10_000
"""Of a request, or a response, that may be one of them; a longer one is looked at by itself."""

_ASKED = "asked · "


class Batch:
    """The requests that the person has marked, all at one gate; what is decided or gone is marked no longer."""

    def __init__(self, desk: Desk, listing: Listing) -> None:
        """
        Mark nothing yet.

        Args:
            listing: Shows the marks in the list.
        """
        self._desk = desk
        self._listing = listing
        self._marked_at: dict[int, Phase] = {}

    @property
    def items(self) -> list[Review]:
        """What is marked and can still be decided, in the order in which it came."""
        found = [self._desk.reviews[number] for number in sorted(self._listing.marked) if number in self._desk.reviews]
        found = [one for one in found if one.phase is self._marked_at.get(one.id) and not self._unfit(one)]
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
        if marked and marked[0].phase is not item.phase:
            return "Requests and responses are not decided at once: mark one or the other."
        return TOO_MANY if len(marked) >= MAX_MARKED else ""

    def mark(self, row: Iterable[int]) -> int:
        """Mark requests, as far as they can be; returns how many of them are marked now."""
        for number in row:
            if not self.why_not(self._desk.item(number)):
                self._listing.marked.add(number)
                self._marked_at[number] = self._desk.reviews[number].phase
        return len(self.items)

    def turn(self, row: Sequence[int]) -> None:
        """Mark all requests of a row, as far as they can be, or take their marks back."""
        if self._listing.marked.issuperset(row):
            self._listing.marked.difference_update(row)
        else:
            self.mark(row)

    def _unfit(self, item: Review) -> str:
        if item.phase is Phase.RESPONSE:
            return self._unfit_response(item) or self._unfit_both(item)
        if item.phase is not Phase.REQUEST or any(not one.earlier for one in item.candidates):
            return "Only what waits to be sent, or to be returned, can be marked."
        return self._unfit_both(item)

    def _unfit_response(self, item: Review) -> str:
        answers = [one for one in item.candidates if not one.earlier]
        if len(answers) != 1 or (response := answers[0].response) is None or not answers[0].is_whole:
            return "It has no response, several, or a broken-off one: decide it by itself."
        if any(self._listing.found(item)) or response.remarks:
            return "There is something to look at in it: decide it by itself."
        too_long = sum(map(len, _response_parts(response).values())) > MAX_CHARACTERS
        return "It is too long to be looked at beside others." if too_long else ""

    def _unfit_both(self, item: Review) -> str:
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
    return _compared([_parts(request) | {"goes to": to} for request, to in zip(requests, recipients, strict=True)])


def compared_responses(
    requests: Sequence[SamplingRequest], responses: Sequence[Response], effects: Sequence[str]
) -> tuple[list[Part], list[Part]]:
    """
    Return the parts in which responses differ, and below them what was asked; and what is the same in all responses.

    Args:
        effects: What returning each does, in words.
    """
    asked = [{f"{_ASKED}{name}": text for name, text in _parts(request).items()} for request in requests]
    returned = [_response_parts(response) for response in responses]
    parts = zip(returned, effects, asked, strict=True)
    differing, same = _compared([response | {"what is done": effect} | one for response, effect, one in parts])
    return differing, [part for part in same if not part.name.startswith(_ASKED)]


def _compared(parts: Sequence[dict[str, str]]) -> tuple[list[Part], list[Part]]:
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


def _response_parts(response: Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in response_result(response, with_tools=True).items():
        found["response" if key == "content" else key] = content_text(value) if key == "content" else _written(value)
    return found


def _written(value: Json) -> str:
    return value if isinstance(value, str) else pretty_json(value)
