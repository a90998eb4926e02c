"""
Keeps what came of each of a call's requests while it goes on, in no more memory for ten thousand than for ten.

What has ended is written at once, into a file without a name, and forgotten; only where it stands there is kept.
"""

import tempfile
from array import array
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary, finalize

from ...sampling.item import Item
from ...sampling.request import Json
from ...sampling.visible import json_text

ItemT = TypeVar("ItemT", bound=Item)

IN_MEMORY = 1 << 20
"""Bytes that are kept in memory before there is a file."""


class FinishedItems(Generic[ItemT]):
    """Writes items as JSON as they end, and reads them back in the order of their arrival."""

    def __init__(self, as_json: Callable[[ItemT], Json] | None) -> None:
        """
        Know nothing yet.

        Args:
            as_json: Returns what is written of an item; None where nothing will be read back.
        """
        self._as_json = as_json
        self._open: dict[int, ItemT] = {}
        self._known: WeakValueDictionary[int, ItemT] = WeakValueDictionary()
        self._numbers, self._starts = array("Q"), array("Q")
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when nobody holds this any more
        finalize(self, self._file.close)

    def note(self, item: ItemT) -> bool:
        """Look at an item that has changed; returns whether it has ended now, which it does once."""
        if item.ended is None:
            self._open[item.id] = self._known[item.id] = item
            return False
        if self._open.pop(item.id, None) is None and item.id in self._known:
            return False
        self._known[item.id] = item
        if self._as_json is not None:
            self._numbers.append(item.id)
            self._starts.append(self._file.seek(0, 2))
            self._file.write(json_text(self._as_json(item), indent=2).encode("utf-8", "surrogatepass"))
        return True

    def __iter__(self) -> Iterator[str]:
        """Yield each as JSON, in the order of arrival."""
        ends = [*self._starts[1:], self._file.seek(0, 2)]
        places = {number: (start, end) for number, start, end in zip(self._numbers, self._starts, ends, strict=False)}
        waiting = self._open if self._as_json is not None else {}
        for number in sorted({*places, *waiting}):
            if number in waiting and self._as_json is not None:
                yield json_text(self._as_json(waiting[number]), indent=2)
                continue
            start, end = places[number]
            self._file.seek(start)
            yield self._file.read(end - start).decode("utf-8", "surrogatepass")
