"""Keeps what another scanner has found in texts, and merges it with what the table finds."""

from collections import OrderedDict
from collections.abc import Sequence

from ..finding import Hit
from ..search.scan import KEPT_TEXTS, scan

_learnt: OrderedDict[str, tuple[Hit, ...]] = OrderedDict()


def learn(text: str, hits: Sequence[Hit]) -> None:
    """Remember what was found in a text; the oldest texts are forgotten."""
    _learnt[text] = tuple(hits)
    _learnt.move_to_end(text)
    while len(_learnt) > KEPT_TEXTS:
        _learnt.popitem(last=False)


def is_learnt(text: str) -> bool:
    """Whether a text need not be searched again."""
    return text in _learnt


def hits_in(text: str) -> tuple[Hit, ...]:
    """Return all that is found in a text, in its order; what overlaps with a hit of the table is not told twice."""
    own = scan(text)
    if not (learnt := _learnt.get(text)):
        return own
    more = [
        hit
        for hit in learnt
        if not any(hit.start < known.end and known.start < hit.end for known in own if known.kind is hit.kind)
    ]
    return tuple(sorted((*own, *more), key=lambda hit: (hit.start, hit.end))) if more else own
