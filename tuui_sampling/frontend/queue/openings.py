"""Says with which words a row of a list begins: those that tell it from others that begin alike."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ...sampling.inquiry import Inquiry
from ...sampling.review import Review
from .row import opening

ALIKE = 16
"""Characters that openings of the same server and tool have in common before they count as beginning alike."""

SUBJECT = 28
"""Characters of what a row shares with few others that stand before that in which it differs from those."""

SHOWN = 300
"""Characters of an opening that are kept."""

KeyT = TypeVar("KeyT", bound=Hashable)


class Openings:
    """The first words of each row. What others of its server and tool begin with, too, is left out, and `…` says so."""

    def __init__(self) -> None:
        self._whole: dict[int, str] = {}
        self._told: tuple[int, ...] = ()
        self._words: dict[int, str] = {}

    def words(self, items: Sequence[Review | Inquiry]) -> Mapping[int, str]:
        """Return the words of each of these rows by its number; raw foreign text."""
        ids = tuple(item.id for item in items)
        if ids != self._told:
            self._told = ids
            self._whole = {item.id: self._whole.get(item.id) or opening(item) for item in items}
            origins = {item.id: (item.origin.server, item.origin.tool) for item in items}
            self._words = told_apart(self._whole, origins)
        return self._words


def told_apart(openings: Mapping[KeyT, str], origins: Mapping[KeyT, Hashable]) -> dict[KeyT, str]:
    """
    Return the words that each row is shown with.

    Args:
        openings: The whole beginning of each.
        origins: Who asked: only rows that have that in common are told apart from each other.
    """
    groups: dict[tuple[Hashable, str], set[str]] = defaultdict(set)
    for key, text in openings.items():
        groups[origins[key], text[:ALIKE]].add(text)
    words = {group: _words(sorted(texts)) for group, texts in groups.items()}
    return {key: words[origins[key], text[:ALIKE]][text] for key, text in openings.items()}


def _words(texts: Sequence[str]) -> dict[str, str]:
    """
    Return the words of each of these different texts, which are in order: where it is another than those most like it.

    Before that stand those with which it leaves what most of them have in common: its subject, which few share.
    """
    if len(texts) < 2:
        return {text: _from(text, 0) for text in texts}
    levels = [_start(one, other) for one, other in pairwise(texts)]
    common, _ = max(Counter(levels).items(), key=lambda level: (level[1], -level[0]))
    shared = texts[levels.index(common)][:common]
    starts = _starts(texts)
    return {text: _from(text, starts[text], common if text.startswith(shared) else 0) for text in texts}


def _starts(texts: Sequence[str]) -> dict[str, int]:
    """Return where each of these different texts, in order, is another than those that are most like it."""
    starts = dict.fromkeys(texts, 0)
    for one, other in pairwise(texts):
        start = _start(one, other)
        starts[one], starts[other] = max(starts[one], start), max(starts[other], start)
    return starts


@lru_cache(maxsize=1_000)
def _start(one: str, other: str) -> int:
    """Return where the word begins in which two texts differ; of one that is all of the other, its last word."""
    return one.rfind(" ", 0, alike(one, other)) + 1


def alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return bisect_left(range(len(one)), True, key=lambda end: one[: end + 1] != other[: end + 1])


def _from(text: str, start: int, common: int = 0) -> str:
    rest = text[start : start + SHOWN]
    if not ALIKE < common < start:
        return f"… {rest}" if start > ALIKE else text[:SHOWN]
    if start - common <= SUBJECT:
        return f"… {text[common : common + SHOWN]}"
    subject, _, _ = text[common : common + SUBJECT].rpartition(" ")
    return f"… {subject or text[common : common + SUBJECT]} … {rest}"
