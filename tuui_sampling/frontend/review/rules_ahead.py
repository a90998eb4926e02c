"""Tells before a decision what rules make of it: that one denies it, or that one returns the response unseen."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ...desk.desk import Desk
from ...desk.judging import Ahead, look_ahead
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Gate
from ...sampling.review import Review
from .proposal import Proposal


class RulesAhead:
    """Asks the desk's judge beside the screen, for the last that was proposed, and remembers what it said."""

    def __init__(self, desk: Desk, begin: Callable[[Coroutine[Any, Any, None]], object], told: Callable[[], object]):
        """
        Ask nothing yet.

        Args:
            begin: Runs a coroutine; one that ran before may be given up.
            told: Called when there is something to tell that there was not before.
        """
        self._desk = desk
        self._begin = begin
        self._told = told
        self._asked: object = None
        self._of: tuple[int, Gate | None] = 0, None
        self._ahead = Ahead()

    def told(self, item: Review | Inquiry, now: Proposal, key: str) -> Proposal:
        """
        Return what is proposed with what rules make of it, as far as that is known.

        Args:
            key: That approves, as it is shown.
        """
        judge = self._desk.judge
        if now.decision is None or not judge.decides:
            return now
        asked = (item.id, now.gate, now.digest, judge)
        if asked != self._asked:
            if (item.id, now.gate) != self._of:  # of what was edited, it stays as it was until more is known
                self._of, self._ahead = (item.id, now.gate), Ahead()
            self._asked = asked
            self._begin(self._ask(asked, item, now))
        if self._ahead.denied:
            return replace(now, decision=None, effect="", obstacle=f"{key} is refused: {self._ahead.denied}.")
        return replace(now, effect=f"{now.effect}; {self._ahead.of_response}") if self._ahead.of_response else now

    async def _ask(self, asked: object, item: Review | Inquiry, now: Proposal) -> None:
        assert now.decision is not None
        ahead = await look_ahead(self._desk, item, now.decision)
        if asked == self._asked and ahead != self._ahead:
            self._ahead = ahead
            self._told()
