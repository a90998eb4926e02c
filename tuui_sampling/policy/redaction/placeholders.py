"""
Replaces what was found by placeholders, such as `⟦secret 1⟧`, and puts it back into what comes back.

The same value has the same placeholder in the whole review: the findings of what was asked are numbered in their
order, whether they are replaced or not. What a server wrote that looks like a placeholder is left alone: no number of
ours is given to it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType

from ...config.policy.rules import REDACTED
from ...sampling.request import SamplingRequest
from ...sampling.response import Response
from ..fields import Change, Field, change_request, change_response, request_texts, response_texts
from ..finding import Finding, Hit
from ..leaks.learnt import hits_in
from ..search.hits import MAX_HITS

KINDS = REDACTED
"""What can be replaced: kinds of findings that are values."""

PUT_BACK = frozenset({"personal"})
"""What is put back by itself, where the server itself has written it; secrets never are."""

_PLACEHOLDER = re.compile(rf"⟦({'|'.join(KINDS)}) (\d{{1,6}})⟧")

StandIn = Callable[[Hit, str], str]
"""A hit and its value → what is to stand in its place."""


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

    def __init__(
        self, asked: SamplingRequest | None, known: Mapping[str, str] = MappingProxyType({}), more: Iterable[str] = ()
    ) -> None:
        """
        Number what is found in a request as it was asked, where there is one.

        Args:
            known: Placeholder → value of what was replaced before.
            more: Texts that were not asked, whose words that look like placeholders are given to no value either.
        """
        texts = [text for _, text in request_texts(asked)] if asked is not None else []
        looked_at = (*texts, *more)
        self._taken = {match[0] for text in looked_at for match in _PLACEHOLDER.finditer(text)} | set(known)
        self._given = {value: placeholder for placeholder, value in known.items()}
        self._next = {kind: count(1) for kind in KINDS}
        for text in texts:
            for hit in hits_in(text):
                if hit.kind in KINDS:
                    self.of(hit.kind, text[hit.start : hit.end])

    @property
    def values(self) -> dict[str, str]:
        """Placeholder → what it stands for, of all that was numbered, whether it is replaced or not."""
        return {placeholder: value for value, placeholder in self._given.items()}

    def of(self, kind: str, value: str) -> str:
        """Return the placeholder of a value."""
        if value not in self._given:
            numbered = (f"⟦{kind} {number}⟧" for number in self._next[kind])
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
    change = Replacing(placeholders or Placeholders(request), kinds)
    return Redacted(change_request(request, change), change.values)


class Replacing:
    """
    The change of texts that replaces what is found in them; or one finding alone.

    Attributes:
        values: Placeholder → what it stands for, of all that was replaced.
    """

    def __init__(
        self, placeholders: Placeholders, kinds: Collection[str] = KINDS, *, only: Finding | None = None
    ) -> None:
        self._placeholders = placeholders
        self._kinds = kinds
        self._only = only
        self.values: dict[str, str] = {}

    def __call__(self, field: Field, text: str) -> str:
        """Return a text with placeholders."""
        if self._only is None:
            return replace_hits(text, self._kinds, lambda hit, value: self._stand_in(hit.kind, value))
        place = self._only.place
        if (field.name, field.inner) != (place.field, place.inner):
            return text
        value = text[place.start : place.end]
        return f"{text[: place.start]}{self._stand_in(self._only.kind, value)}{text[place.end :]}"

    def _stand_in(self, kind: str, value: str) -> str:
        placeholder = self._placeholders.of(kind, value)
        self.values[placeholder] = value
        return placeholder


def values_in(texts: Iterable[tuple[Field, str]]) -> Iterator[tuple[Finding, str]]:
    """Yield every finding that can be replaced, with its value."""
    for at, text in texts:
        for hit in hits_in(text):
            if hit.kind in KINDS:
                yield hit.at(at.name, at.block, at.inner), text[hit.start : hit.end]


def restoring(values: Mapping[str, str]) -> Change:
    """Return the change of texts that puts back whatever these placeholders stand for."""
    return lambda _field, text: _PLACEHOLDER.sub(lambda match: values.get(match[0], match[0]), text)


def replace_hits(text: str, kinds: Collection[str], stand_in: StandIn) -> str:
    """Return a text with all hits of these kinds replaced; the same object where there is none."""
    while True:
        if not (found := hits_in(text)):  # as nearly always
            return text
        hits = [hit for hit in found if hit.kind in kinds]
        text = _replaced(text, hits, stand_in)
        if len(hits) < MAX_HITS:  # of more, the search tells the first ones only
            return text


def put_back(response: Response, values: Mapping[str, str], chosen: Collection[str]) -> Response:
    """Return a response in which the chosen placeholders are what they stand for; others stay."""
    wanted = {one: value for one, value in values.items() if one in chosen}
    return change_response(response, restoring(wanted)) if wanted else response


def put_back_by_itself(asked: SamplingRequest, values: Mapping[str, str]) -> frozenset[str]:
    """
    Return the placeholders that are put back where nobody chooses: of personal data that the server has itself.

    What the person has written into its request was never the server's.
    """
    if not values:
        return frozenset()
    of_the_server = asked.once("of the server", lambda: _of_the_server(asked))
    return frozenset(
        one
        for one, value in values.items()
        if kinds_of([one]) <= PUT_BACK and (value in of_the_server or one in of_the_server)
    )


def _of_the_server(asked: SamplingRequest) -> frozenset[str]:
    """Return the values that are found in a request, and the placeholders of those that were replaced as it came."""
    texts = (text for _, text in request_texts(asked))
    replaced = (match[0] for text in texts for match in _PLACEHOLDER.finditer(text))
    return frozenset((*Placeholders(asked).values.values(), *replaced))


def kinds_of(placeholders: Iterable[str]) -> frozenset[str]:
    """Return the kinds of what placeholders stand for."""
    return frozenset(match[1] for placeholder in placeholders if (match := _PLACEHOLDER.fullmatch(placeholder)))


def placeholders_in(response: Response, values: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders that a response holds, in their order, each with what it stands for."""
    return known_in((text for _, text in response_texts(response)), values) if values else {}


def known_in(texts: Iterable[str], values: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders that texts hold, in their order, each with what it stands for."""
    found = (match[0] for text in texts for match in _PLACEHOLDER.finditer(text))
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
