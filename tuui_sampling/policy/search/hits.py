"""Keeps what was found in one text: in its order, nothing told twice, and no kind in the way of another."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator

from ..finding import FindingKind, Hit
from ..findings import Rule
from .readings import Reading

MAX_HITS = 1_000
"""Of each kind in one text; a person reads no more, and a text that is made of them must not cost more. Those of one
kind never keep another from being found."""

DISGUISED = "It stands there in other letters, with something hidden in it, encoded, or over several lines or texts."
"""What is said of what is found only where a text is read otherwise."""


class Stretches:
    """The hits so far, none of which overlaps another."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []
        self._hits: dict[int, Hit] = {}
        self._counts: Counter[FindingKind] = Counter()

    def is_full(self, kind: FindingKind) -> bool:
        """Whether no more of a kind is told of this text."""
        return self._counts[kind] >= MAX_HITS

    def add(self, rule: Rule, start: int, end: int, more: str = "", *, wider: bool = False) -> None:
        """
        Note a hit, unless a part of it is in another.

        Args:
            more: What is to be said of it besides the rule's reason.
            wider: It goes before what is only a part of it.
        """
        if wider:
            self._remove_within(start, end)
        index = bisect_right(self._starts, (start, end))
        before = self._starts[index - 1][1] if index else 0
        after = self._starts[index][0] if index < len(self._starts) else end
        if before <= start and end <= after and start not in self._hits:
            insort(self._starts, (start, end))
            self._counts[rule.kind] += 1
            reason = f"{rule.reason} {more}" if more else rule.reason
            self._hits[start] = Hit(rule.kind, rule.name, rule.severity, reason, rule.source, start, end)

    def _remove_within(self, start: int, end: int) -> None:
        first, last = bisect_left(self._starts, (start,)), bisect_left(self._starts, (end,))
        inside = [one for one in self._starts[first:last] if one[1] <= end and one != (start, end)]
        for one in inside:
            self._starts.remove(one)
            self._counts[self._hits.pop(one[0]).kind] -= 1

    def __iter__(self) -> Iterator[Hit]:
        return (self._hits[start] for start, _ in self._starts)


class Elsewhere:
    """The hits of another reading of the text, each put where it stands in the text."""

    def __init__(self, found: Stretches, reading: Reading) -> None:
        self._found = found
        self._reading = reading
        self.is_full = found.is_full

    def add(self, rule: Rule, start: int, end: int) -> None:
        """Note a hit of the reading, as in `Stretches`."""
        wider = rule.kind is FindingKind.SECRET and not self._reading.is_of_lines
        self._found.add(rule, *self._reading.place(start, end), DISGUISED, wider=wider)


Found = Stretches | Elsewhere
"""Where what is found is noted."""
