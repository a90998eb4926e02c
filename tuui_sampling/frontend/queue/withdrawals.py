"""Says in one sentence what was withdrawn together: a server that ends takes all with it that it had asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...sampling.inquiry import Inquiry
from ...sampling.phase import Phase
from ...sampling.review import Review
from ..told import Told


@dataclass(frozen=True)
class Withdrawal:
    """
    Something that nobody waits for any more.

    Attributes:
        why: What became of it, in words that may be foreign.
    """

    number: int
    server: str
    tool: str
    why: str


class Withdrawals:
    """Finds what was withdrawn, and remembers what was told."""

    def __init__(self) -> None:
        self._told = Told()

    def of(self, item: object) -> Withdrawal | None:
        """Return what is to be told of something that has changed; None where that is nothing, or was told."""
        if not isinstance(item, Review | Inquiry) or item.phase is not Phase.WITHDRAWN:
            return None
        if not self._told.is_news(item.key):
            return None
        return Withdrawal(item.id, item.origin.server, item.origin.tool or "", why_withdrawn(item))


def why_withdrawn(item: Review | Inquiry) -> str:
    """Return why nobody waits for it any more; empty where it was not withdrawn, or that is not known."""
    ended = item.answer if isinstance(item, Inquiry) else item.outcome
    return ended.reason if item.phase is Phase.WITHDRAWN and ended is not None else ""


def sentences(gone: Iterable[Withdrawal]) -> list[str]:
    """Return what is told, in a sentence for each server and cause. It may hold foreign text."""
    together: dict[tuple[str, str], list[Withdrawal]] = {}
    for one in sorted(gone, key=lambda one: one.number):
        together.setdefault((one.server, one.why), []).append(one)
    return [_sentence(of_one) for of_one in together.values()]


def _sentence(together: list[Withdrawal]) -> str:
    first, last = together[0], together[-1]
    why = f": {first.why}" if first.why else ""
    if len(together) > 1:
        numbers = f"#{first.number} to #{last.number}"
        return f"{first.server}{why}. {len(together)} requests that waited are withdrawn, {numbers}"
    return f"#{first.number} {first.server}{f' › {first.tool}' if first.tool else ''} is withdrawn{why}"
