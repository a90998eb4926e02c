"""Says with which words a row of the list begins: those that tell it from others that begin alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ...sampling.inquiry import Inquiry
from ...sampling.review import Review
from .row import opening

ALIKE = 16
"""Characters that openings of the same server and tool have in common before they count as beginning alike."""

SHOWN = 300
"""Characters of an opening that are kept."""


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
            self._words = {number: text[:SHOWN] for number, text in self._whole.items()}
            for alike in self._groups(items):
                self._words |= told_apart({number: self._whole[number] for number in alike})
        return self._words

    def _groups(self, items: Sequence[Review | Inquiry]) -> list[list[int]]:
        groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for item in items:
            beginning = self._whole[item.id][:ALIKE]
            groups[item.origin.server, item.origin.tool or "", beginning].append(item.id)
        return [group for group in groups.values() if len(group) > 1]


def told_apart(openings: Mapping[int, str]) -> dict[int, str]:
    """Return openings without what all of them have in common, cut between words; none where nothing differs."""
    first, last = min(openings.values()), max(openings.values())
    pairs = enumerate(zip(first, last, strict=False))
    alike = next((at for at, (one, other) in pairs if one != other), min(len(first), len(last)))
    start = first.rfind(" ", 0, alike) + 1
    if first == last or start <= ALIKE:
        return {}
    return {number: f"… {text[start : start + SHOWN]}" for number, text in openings.items()}
