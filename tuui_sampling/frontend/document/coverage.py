"""Remembers which stretches of a document have been seen, whatever the width it is wrapped at."""

from bisect import bisect_left, bisect_right

from .rows import Place


class Coverage:
    """Stretches of places, apart from each other and in order."""

    def __init__(self) -> None:
        """Nothing has been seen."""
        self._starts: list[Place] = []
        self._ends: list[Place] = []

    def __bool__(self) -> bool:
        return bool(self._starts)

    def add(self, start: Place, end: Place) -> None:
        """Note that what is from `start` up to (not with) `end` has been seen."""
        first = bisect_right(self._starts, start)
        if first and self._ends[first - 1] >= start:
            first -= 1
            start = self._starts[first]
        last = bisect_right(self._starts, end)
        if last > first:
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def holds(self, start: Place, end: Place) -> bool:
        """Whether all of a stretch has been seen."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and self._ends[at] >= end

    def forget(self, start: Place, end: Place) -> None:
        """Note that what is from `start` up to (not with) `end` is new."""
        first = bisect_right(self._starts, start)
        if first and self._ends[first - 1] > start:
            first -= 1
        last = bisect_left(self._starts, end, first)
        kept: list[tuple[Place, Place]] = []
        for low, high in zip(self._starts[first:last], self._ends[first:last], strict=True):
            kept += [(low, start)] if low < start else []
            kept += [(end, high)] if high > end else []
        self._starts[first:last] = [low for low, _high in kept]
        self._ends[first:last] = [high for _low, high in kept]
