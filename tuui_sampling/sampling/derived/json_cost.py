"""Tells how long going through JSON values takes, in characters, without going through all of them."""

from collections.abc import Iterable, Mapping

from ..request import Json
from .lazy_list import LazyList

NO_TEXT = frozenset({bool, int, float, type(None)})
"""Types of values in which there is no text."""


def left_after(values: Iterable[Json], left: int, each: int) -> int:
    """
    Return what is left of so many characters after some values; below 0 where they are more, which is known soon.

    Args:
        each: Characters that are gone through in the time that a short text, a number or an object takes by itself.
    """
    waiting = list(values)
    for value in waiting:  # which grows
        left -= each
        if left < 0:
            break
        if isinstance(value, str):
            left -= len(value)
        elif type(value) in NO_TEXT:
            continue
        elif isinstance(value, (dict, Mapping)):  # a `dict` is known at once
            if len(value) * each > left:
                return -1
            for key in value:
                left -= len(key)
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            if len(value) * each > left:
                return -1
            waiting += value
        elif isinstance(value, LazyList):  # is never short
            return -1
    return left
