"""Stands for a JSON list whose members are made when they are reached: of very many, only one is there at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


class LazyList:
    """
    A list of so many members, for whoever goes through it and does not keep them.

    Not a `Sequence`: that is asked of each value of a request, and takes long of an abstract class.
    """

    __slots__ = ("_make", "_values")

    def __init__(self, values: "Sequence[Any] | LazyList", make: Callable[[Any], Any]) -> None:
        """
        Make nothing yet.

        Args:
            make: Returns a member, from one of the values.
        """
        self._values = values
        self._make = make

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self._values)

    def __getitem__(self, place: int) -> Any:
        return self._make(self._values[place])

    def __iter__(self) -> Iterator[Any]:
        """Make one after the other."""
        return map(self._make, self._values)

    def replaced(self, others: Mapping[int, Any]) -> "LazyList":
        """Return the same with other members in some places."""
        return LazyList(range(len(self)), lambda place: others[place] if place in others else self[place])


JSON_LISTS = (list, tuple, LazyList)
"""What is written as a JSON list."""
