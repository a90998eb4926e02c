"""
What belongs together: the requests of one round of a call (modern era), which are answered together or not at all;
and the turns of one tool loop, which follow each other.

https://modelcontextprotocol.io/specification/2026-07-28: a call whose answer asks for several things is made again
with all of them, so refusing one withdraws the others. They stand side by side in the queue until the last is decided.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from ...sampling.inquiry import FormElicitation, Inquiry, UrlElicitation
from ...sampling.item import Item
from ...sampling.origin import Loop, OfCall
from ...sampling.phase import Phase
from ...sampling.review import Review
from .deadlines import by_deadline

Key = tuple[str, int, int]
ItemT = TypeVar("ItemT", bound=Item)

_PRIORITY = attrgetter("priority")

TURNS_SHOWN = 3
"""Turns of a loop that stand together in the queue: the one that waits, and those before it."""


@dataclass(frozen=True)
class Bracket:
    """
    How a row of the queue shows that it belongs to its neighbours.

    Attributes:
        mark: Before its first line; `below` before its second.
        words: Which round, and which of how many.
    """

    mark: str
    below: str
    words: str


def group_key(item: Item) -> Key | None:
    """Return what the requests of one round have in common; None for what came alone."""
    group = item.origin.group
    return (item.origin.server, group.call, group.round) if group is not None and group.size > 1 else None


def turn_words(loop: Loop) -> str:
    """Return which turn of its loop a request is."""
    return f"turn {loop.turn} of at most {loop.most}"


def call_words(place: OfCall) -> str:
    """Return which request of its call one is."""
    return f"{_call_words(place)}, of at most {place.most}"


def _call_words(place: OfCall) -> str:
    return f"request {place.number} {'of this call' if place.calls == 1 else f'from {place.calls} calls'}"


def _row_key(item: Item) -> Key | None:
    """Return what the rows have in common that stand together."""
    loop = item.loop if isinstance(item, Review) else None
    return group_key(item) or ((item.origin.server, -loop.first, 0) if loop is not None else None)


def siblings(item: Item, items: Iterable[Item]) -> list[Item]:
    """Return the other requests of the same round."""
    key = group_key(item)
    return [other for other in items if other is not item and group_key(other) == key] if key is not None else []


def ends_the_call(item: Item) -> bool:
    """Whether refusing it ends the call that it belongs to: declining an elicitation is an answer, and does not."""
    if isinstance(item, Inquiry) and isinstance(item.asked, FormElicitation | UrlElicitation):
        return False
    return item.origin.modern


def in_order(
    items: Sequence[ItemT],
    most_ended: int,
    by: Callable[[ItemT], tuple[Any, ...]] | None = None,
    also: Item | None = None,
) -> list[ItemT]:
    """
    Return the rows of the queue: what waits, by deadline and each group together; below, what has ended.

    A member that is decided already stays among its siblings as long as one of them waits.

    Args:
        items: Oldest first.
        most_ended: So many of those that have ended.
        by: What to sort what waits by, instead of the deadline.
        also: Stands where it stood before it was decided.
    """
    members: dict[Key, list[ItemT]] = {}
    keys: dict[int, Key] = {}  # of those that belong together with others
    for item in items:
        if (key := _row_key(item)) is not None:
            members.setdefault(key, []).append(item)
            keys[item.id] = key
    rows: dict[int, ItemT] = {}
    is_open = [item for item in items if item.phase.is_open or item is also]
    ordered = by_deadline(is_open) if by is None else sorted(is_open, key=by)
    for item in sorted(ordered, key=_PRIORITY, reverse=True):  # what a rule says goes before any other order
        if (of_item := keys.get(item.id)) is None:
            rows.setdefault(item.id, item)
            continue
        together = members[of_item]
        for row in together if group_key(item) is not None else together[-TURNS_SHOWN:]:
            rows.setdefault(row.id, row)
    ended = [item for item in items if item.id not in rows]
    return [*rows.values(), *reversed(ended[-most_ended:] if most_ended else [])]


def waiting(
    items: Sequence[ItemT], by: Callable[[ItemT], tuple[Any, ...]] | None = None, also: Item | None = None
) -> list[ItemT]:
    """
    Return what waits for the person, in the order of the queue.

    Args:
        items: Oldest first.
        also: Something that is decided by now, in its old place.
    """
    return [item for item in in_order(items, 0, by, also) if item.phase.is_undecided or item is also]


def is_turn_after(item: Item, other: Item) -> bool:
    """Whether another request is a later turn of the same tool loop."""
    loop, of = (one.loop if isinstance(one, Review) else None for one in (item, other))
    return loop is not None and of is not None and of.first == loop.first and of.turn > loop.turn


def next_after(item: Item, listed: Sequence[ItemT], alike: Collection[int] = ()) -> ItemT | None:
    """
    Return what comes next once something is decided: of its loop, else of its call, else below it in the list.

    What was passed over stands above it, and has its turn after the last. So have those that shared its row.

    Args:
        listed: What waits, in the order of the list, and the item itself in its place.
        alike: The ids of those that shared its row.
    """
    place = next((place for place, other in enumerate(listed) if other is item), -1)
    below = sorted(listed[place + 1 :], key=lambda other: other.id in alike)
    left = (*below, *listed[: max(0, place)])

    def is_of_its_call(other: Item) -> bool:
        origin = other.origin
        if other.id in alike:
            return False
        return origin.call is not None and (origin.server, origin.call) == (item.origin.server, item.origin.call)

    return next(
        (one for belongs in (partial(is_turn_after, item), is_of_its_call) for one in left if belongs(one)),
        next(iter(left), None),
    )


def brackets(rows: Sequence[Item]) -> dict[int, Bracket]:
    """Return for each row that belongs to its neighbours how that is shown, by its id."""
    found: dict[int, Bracket] = {}
    keys = [_row_key(item) for item in rows]
    members: dict[Key, list[int]] = {}
    for item in sorted(rows, key=lambda item: item.id):
        if (its_key := _row_key(item)) is not None:
            members.setdefault(its_key, []).append(item.id)
    for number, (item, key) in enumerate(zip(rows, keys, strict=True)):
        if key is None:
            continue
        after = number + 1 < len(rows) and keys[number + 1] == key
        before = number > 0 and keys[number - 1] == key
        mark = "├" if before and after else "┌" if after else "└" if before else ""
        words = _place_words(item, members[key].index(item.id) + 1)
        alone = "╶" if group_key(item) is not None else ""
        found[item.id] = Bracket(mark or alone, "│" if after else " ", words)
    return found


def _place_words(item: Item, position: int) -> str:
    group = item.origin.group
    if group_key(item) is not None and group is not None:
        return f"round {group.round} · {position} of {group.size}"
    if not isinstance(item, Review):
        return ""
    turn = f"turn {item.loop.turn}/{item.loop.most}" if item.loop is not None else ""
    place = item.of_call
    # The first request of a call, and the first turn of its first loop, need no number.
    of_call = _call_words(place) if place is not None and _goes_beyond(place, item.loop) else ""
    return " · ".join(words for words in (turn, of_call) if words)


def _goes_beyond(place: OfCall, loop: Loop | None) -> bool:
    """Whether a call has caused more than the turns of one tool loop."""
    return place.number > (loop.turn if loop is not None else 1)


def consequence(item: Item, items: Iterable[Item]) -> str:
    """Return what refusing it does to the others of its round, in words; empty where it does nothing to them."""
    others = siblings(item, items)
    if not ends_the_call(item) or not others:
        return ""
    waiting = [other for other in others if other.phase.is_undecided]
    answered = [other for other in others if other.phase in (Phase.SENDING, Phase.DELIVERED)]
    parts = [f"{_listed(waiting)} withdrawn"] if waiting else []
    parts += [f"the answer of {_numbers(answered)} is lost"] if answered else []
    return " and ".join(parts)


def _listed(items: Sequence[Item]) -> str:
    return f"{_numbers(items)} {'is' if len(items) == 1 else 'are'}"


def _numbers(items: Sequence[Item]) -> str:
    return ", ".join(f"#{item.id}" for item in items)
