"""
Replaces what was found by placeholders, such as `⟦secret 1⟧`, and puts it back into what comes back.

The same value has the same placeholder in the whole request. What a server wrote that looks like a placeholder is left
alone: no number of ours is given to it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..sampling.request import SamplingRequest
from ..sampling.response import Response
from .fields import Field, change_request, change_response, request_texts
from .finding import FindingKind, Hit
from .leaks.learnt import hits_in

PUT_BACK = (FindingKind.PERSONAL,)
"""What is put back by itself; secrets never are."""

_PLACEHOLDER = re.compile(r"⟦(secret|personal) (\d{1,6})⟧")


@dataclass(frozen=True)
class Redacted:
    """
    A request without what was replaced.

    Attributes:
        values: Placeholder → what it stands for. Never shown in a `repr`, written or sent.
    """

    request: SamplingRequest
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def redact(request: SamplingRequest, kinds: Collection[str]) -> Redacted:
    """Return a request with every finding of these kinds replaced, in whatever field it stands."""
    if not kinds:
        return Redacted(request)
    taken = {match[0] for _, text in request_texts(request) for match in _PLACEHOLDER.finditer(text)}
    given: dict[tuple[str, str], str] = {}

    def change(_field: Field, text: str) -> str:
        hits = [hit for hit in hits_in(text) if hit.kind in kinds]
        return _replaced(text, hits, given, taken) if hits else text

    changed = change_request(request, change)
    return Redacted(changed, {placeholder: value for (_, value), placeholder in given.items()})


def put_back(response: Response, values: Mapping[str, str], kinds: Collection[str] = PUT_BACK) -> Response:
    """Return a response in which the placeholders of these kinds are what they stand for; others stay."""

    def one(match: re.Match[str]) -> str:
        return values.get(match[0], match[0]) if match[1] in kinds else match[0]

    return change_response(response, lambda _field, text: _PLACEHOLDER.sub(one, text)) if values else response


def kinds_of(values: Mapping[str, str]) -> frozenset[str]:
    """Return the kinds of what placeholders stand for."""
    return frozenset(match[1] for placeholder in values if (match := _PLACEHOLDER.fullmatch(placeholder)))


def _replaced(text: str, hits: list[Hit], given: dict[tuple[str, str], str], taken: set[str]) -> str:
    parts: list[str] = []
    end = 0
    for hit in hits:
        value = text[hit.start : hit.end]
        parts += (text[end : hit.start], _placeholder(hit.kind, value, given, taken))
        end = hit.end
    return "".join([*parts, text[end:]])


def _placeholder(kind: FindingKind, value: str, given: dict[tuple[str, str], str], taken: set[str]) -> str:
    if (kind, value) not in given:
        number = 1
        while (placeholder := f"⟦{kind} {number}⟧") in taken:
            number += 1
        taken.add(placeholder)
        given[kind, value] = placeholder
    return given[kind, value]
