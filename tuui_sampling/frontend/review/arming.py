"""
Says whether a chord counts: only for what has been on the screen, unchanged, since half a second before it was typed.

A request can try to approve itself (a terminal answers some escape sequences as if somebody typed), and a person who
is typing something else can approve what pops up. What counts is when a key was typed, which may be long before it is
handled: the program may have been busy, and other keys may have come first.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...sampling.phase import Gate

LOOK = 0.5
"""Seconds that a review must have been on the screen when the chord is typed."""

QUIET = 0.12
"""Seconds before and after the chord in which no other key may come: a paste and type-ahead come in bursts."""

MIN_WIDTH, MIN_HEIGHT = 60, 16
"""Cells of the terminal below which too little can be seen to approve anything."""

TOO_SMALL = "The terminal is too small to see what would be approved."
NO_SIZE = "The terminal does not say how large it is, so what would be approved may not be in view: resize it."

KEPT = 256
"""Keys that are remembered: more come in a burst that nobody types."""


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


@dataclass(frozen=True, eq=False)
class Press:
    """
    A key or a paste.

    Attributes:
        at: When it was typed, in seconds of the arming's clock.
        stamp: Names it: when its event was made.
        key: As the toolkit names it; empty for a paste.
        is_text: It is what texts are written with.
    """

    at: float
    stamp: float
    key: str = ""
    is_text: bool = True


NO_PRESS = Press(float("-inf"), float("-inf"))
"""Stands for the key before the first."""

LOST = Press(float("-inf"), float("-inf"))
"""Stands for a key that so many came after that it is not remembered: it counts for nothing."""


class Arming:
    """
    Says whether a chord counts.

    Attributes:
        target: What has been painted; None while nothing that could be approved is on the screen.
        press: The key whose command is at work.
        by_itself: What is on the screen was chosen by the program, not by the person.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = 0.0
        self._presses: deque[Press] = deque(maxlen=KEPT)
        self.target: Target | None = None
        self.press = NO_PRESS
        self.by_itself = False
        self._chosen_at: Press | None = None
        self._shown: float | None = None

    @property
    def now(self) -> float:
        """The time in seconds, by the clock that says when keys were typed."""
        return self._clock()

    # --- what is on the screen ---

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

    def chosen(self) -> None:
        """Note that the program has chosen what is to be shown next, after what the key at work has decided."""
        self.by_itself, self._chosen_at, self._shown = True, self.press, None

    def shown(self) -> None:
        """Note that what is selected is on the screen, whether it can be decided or not."""
        if self._shown is None:
            self._shown = self._clock()

    def takes_the_move(self) -> bool:
        """Whether the key at work was typed before what the program chose was shown: the move it means is made."""
        if self._chosen_at is None or self.press is self._chosen_at:
            return False
        is_early = self._shown is None or self.press.at < self._shown
        self._chosen_at = None
        return is_early

    # --- what is typed ---

    def typed(self, stamp: float, at: float, *, key: str = "", is_text: bool = True) -> None:
        """
        Note that a key or a paste has arrived.

        Args:
            stamp: Names it, for `act`.
            at: When it was typed, which may have been some time ago.
        """
        self._presses.append(Press(at, stamp, key, is_text))

    def act(self, stamp: float) -> None:
        """Note which key is at work now."""
        self.press = next((one for one in reversed(self._presses) if one.stamp == stamp), LOST)

    # --- what counts ---

    @property
    def is_seen(self) -> bool:
        """Whether what is on the screen had been there for long enough when the key that is at work was typed."""
        return self.target is not None and self.press.at >= self._since + LOOK

    def is_alone(self, press: Press) -> bool:
        """Whether no other key came close to one, before or after."""
        return press is not LOST and not any(True for _ in self._beside(press))

    def is_meant(self, press: Press) -> bool:
        """Whether a key that refuses was not an accident: not held down, and no text was typed or pasted around it."""
        held_down = any(other.is_text or other.key == press.key for other in self._beside(press))
        return press is not LOST and not held_down

    @property
    def in_a_burst(self) -> bool:
        """Whether the key that is at work came hard on the heels of another."""
        return any(other.at <= self.press.at and other.stamp < self.press.stamp for other in self._beside(self.press))

    def _beside(self, press: Press) -> Iterator[Press]:
        return (other for other in self._presses if other is not press and abs(other.at - press.at) < QUIET)
