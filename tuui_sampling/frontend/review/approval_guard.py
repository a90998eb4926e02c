"""
When an approval counts.

A request can try to approve itself (a terminal answers some escape sequences as if somebody typed), and a person who
is typing something else can approve what pops up. So an approval counts only for exactly what has been on the screen,
unchanged, for half a second, and only when no other key comes with it. It is armed for each review and gate anew, and
spent by the decision.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ...sampling.decision import Gate

LOOK = 0.5
"""Seconds that a review must have been on the screen."""

QUIET = 0.12
"""Seconds before and after the chord in which no other key may come: a paste and type-ahead come in bursts."""

MIN_WIDTH, MIN_HEIGHT = 60, 16
"""Cells of the terminal below which too little can be seen to approve anything."""


@dataclass(frozen=True)
class Target:
    """
    What is on the screen.

    Attributes:
        digest: Of all that an approval would send.
    """

    review: int
    gate: Gate
    digest: str


class Arming:
    """
    Says whether an approval counts.

    Attributes:
        target: What was painted last; None while nothing that could be approved is on the screen.
        keys: Counts keys and pastes.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = 0.0
        self._last_key = self._key_before = float("-inf")
        self.keys = 0
        self.target: Target | None = None

    def painted(self, target: Target, *, by_hand: bool = False) -> None:
        """
        Note what is on the screen now.

        Args:
            by_hand: It differs from before because the person edited it, who therefore has seen it.
        """
        same_place = self.target is not None and (self.target.review, self.target.gate) == (target.review, target.gate)
        if self.target != target and not (by_hand and same_place):
            self._since = self._clock()
        self.target = target

    def disarm(self) -> None:
        """Note that nothing can be approved until something is painted again."""
        self.target = None

    def key(self) -> None:
        """Note that a key or a paste arrived."""
        self._key_before, self._last_key = self._last_key, self._clock()
        self.keys += 1

    @property
    def wait(self) -> float:
        """Seconds until what is shown may be approved; 0 when it may."""
        return max(0.0, self._since + LOOK - self._clock()) if self.target else LOOK

    @property
    def in_a_burst(self) -> bool:
        """Whether the last key came hard on the heels of another."""
        return self._last_key - self._key_before < QUIET
