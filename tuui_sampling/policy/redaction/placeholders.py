"""
Replaces what was found by placeholders, such as `⟦secret 1⟧`, and puts it back into what comes back.

The same value has the same placeholder in the whole review: the findings of what was asked are numbered in their
order, whether they are replaced or not. What a server wrote that looks like a placeholder is left alone: no number of
ours is given to it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import count

from ...config.policy.rules import REDACTED
from ...sampling.request import SamplingRequest
from ...sampling.response import Response
from ..fields import change_request, change_response, request_texts, response_texts
from ..finding import Hit
from ..leaks.learnt import hits_in
from ..scan import MAX_HITS

KINDS = REDACTED
"""What can be replaced: kinds of findings that are values."""

PUT_BACK = ("personal",)
"""What is put back by itself; secrets never are."""

_PLACEHOLDER = re.compile(rf"⟦({'|'.join(KINDS)}) (\d{{1,6}})⟧")

StandIn = Callable[[Hit, str], str]
"""A hit and its value → what shall stand in its place."""


@dataclass(frozen=True)
class Redacted:
    """
    A request without what was replaced.

    Attributes:
        values: Placeholder → what it stands for, of all that was replaced. Never shown in a `repr`, written or sent.
    """

    request: SamplingRequest
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


class Placeholders:
    """Gives each value of a review its placeholder, always the same."""

    def __init__(self, asked: SamplingRequest, known: Mapping[str, str]) -> None:
        """
        Number what is found in a request as it was asked.

        Args:
            known: Placeholder → value of what was replaced before.
        """
        texts = [text for _, text in request_texts(asked)]
        self._taken = {match[0] for text in texts for match in _PLACEHOLDER.finditer(text)} | set(known)
        self._given = {value: placeholder for placeholder, value in known.items()}
        self._next = {kind: count(1) for kind in KINDS}
        for text in texts:
            for hit in hits_in(text):
                if hit.kind in KINDS:
                    self.of(hit, text[hit.start : hit.end])

    @property
    def values(self) -> dict[str, str]:
        """Placeholder → what it stands for, of all that was numbered, whether it is replaced or not."""
        return {placeholder: value for value, placeholder in self._given.items()}

    def of(self, hit: Hit, value: str) -> str:
        """Return the placeholder of a value."""
        if value not in self._given:
            numbered = (f"⟦{hit.kind} {number}⟧" for number in self._next[hit.kind])
            placeholder = next(one for one in numbered if one not in self._taken)
            self._taken.add(placeholder)
            self._given[value] = placeholder
        return self._given[value]


def redact(request: SamplingRequest, kinds: Collection[str], placeholders: Placeholders | None = None) -> Redacted:
    """
    Return a request with every finding of these kinds replaced, in whatever field it stands.

    Args:
        placeholders: Those of the review; the request's own when left out.
    """
    if not kinds:
        return Redacted(request)
    numbers = placeholders or Placeholders(request, {})
    values: dict[str, str] = {}

    def stand_in(hit: Hit, value: str) -> str:
        placeholder = numbers.of(hit, value)
        values[placeholder] = value
        return placeholder

    return Redacted(change_request(request, lambda _field, text: replace_hits(text, kinds, stand_in)), values)


def replace_hits(text: str, kinds: Collection[str], stand_in: StandIn) -> str:
    """Return a text with all hits of these kinds replaced; the same object where there is none."""
    while True:
        found = hits_in(text)
        hits = [hit for hit in found if hit.kind in kinds]
        text = _replaced(text, hits, stand_in)
        if not hits or len(found) < MAX_HITS:  # of more, the search tells the first ones only
            return text


def put_back(response: Response, values: Mapping[str, str], kinds: Collection[str] = PUT_BACK) -> Response:
    """Return a response in which the placeholders of these kinds are what they stand for; others stay."""

    def one(match: re.Match[str]) -> str:
        return values.get(match[0], match[0]) if match[1] in kinds else match[0]

    return change_response(response, lambda _field, text: _PLACEHOLDER.sub(one, text)) if values else response


def kinds_of(values: Mapping[str, str]) -> frozenset[str]:
    """Return the kinds of what placeholders stand for."""
    return frozenset(match[1] for placeholder in values if (match := _PLACEHOLDER.fullmatch(placeholder)))


def placeholders_in(response: Response, values: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders that a response holds, in their order, each with what it stands for."""
    if not values:
        return {}
    found = (match[0] for _, text in response_texts(response) for match in _PLACEHOLDER.finditer(text))
    return {placeholder: values[placeholder] for placeholder in found if placeholder in values}


def _replaced(text: str, hits: list[Hit], stand_in: StandIn) -> str:
    if not hits:
        return text
    parts: list[str] = []
    end = 0
    for hit in hits:
        if hit.start < end:  # two searches have found two ends of one value
            continue
        parts += (text[end : hit.start], stand_in(hit, text[hit.start : hit.end]))
        end = hit.end
    return "".join([*parts, text[end:]])
