"""Tells a person, once for each, what passed by a rule that says so, and which limit was reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...sampling.item import Item
from ..told import Told


@dataclass(frozen=True)
class Notice:
    """
    Something that a person is to be told.

    Attributes:
        why: The rule's name, or the limit in words.
    """

    number: int
    server: str
    tool: str
    passed: bool
    why: str


class Notices:
    """Finds what is to be told, and remembers what was."""

    def __init__(self) -> None:
        self._told = Told()

    def of(self, item: Item) -> list[Notice]:
        """Return what is to be told of something that has changed, and was not told yet."""
        found = []
        for decided in item.decided.values():
            if decided.notify and self._told.is_news((item.key, decided.rule)):
                origin = item.origin
                found.append(Notice(item.id, origin.server, origin.tool or "", decided.passed, decided.rule))
        return found


def sentences(news: Iterable[Notice]) -> list[str]:
    """Return what is told, in a sentence for each rule and each limit. It may hold foreign text."""
    about: dict[tuple[bool, str], list[Notice]] = {}
    for one in sorted(news, key=lambda one: one.number):
        about.setdefault((one.passed, one.why), []).append(one)
    return [_sentence(together) for together in about.values()]


def _sentence(together: list[Notice]) -> str:
    first, last = together[0], together[-1]
    who = f"#{first.number} {first.server}{f' › {first.tool}' if first.tool else ''}"
    if len(together) > 1:
        who = f"{len(together)} requests, #{first.number} to #{last.number},"
    return f"{who} passed by rule: {first.why}" if first.passed else f"{who} refused by a limit: {first.why}"


def decided_words(item: Item) -> str:
    """Return which rule has decided, where no person did; empty where one did."""
    rules = dict.fromkeys(decided.rule for decided in item.decided.values() if not decided.is_limit)
    return f"by rule: {', '.join(rules)}" if rules else ""


def follower_words(item: Item) -> str:
    """Return how many more the limit has refused that refused this one; empty where none."""
    return f"{item.followers} more refused since" if item.followers else ""
