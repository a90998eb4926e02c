"""
When an approval counts.

A request can try to approve itself (a terminal answers some escape sequences as if somebody typed), and a person who
is typing something else can approve what pops up. So an approval counts only for exactly what has been on the screen,
unchanged, for half a second, and only when no other key comes with it. It is armed for each review and gate anew, and
spent by the decision.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ...desk.desk import Desk
from ...sampling.decision import Decision, Reject
from ...sampling.inquiry import Action, Inquiry
from ...sampling.item import Item
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..queue.order import consequence
from .inquiry_answer import negative
from .proposal import Proposal

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


TOO_LATE = "Too late: this has been decided, or was withdrawn."
HURRIED = "other keys came with it. Press it again."
NEW = "it has just appeared. Look at it, and press again."
CHANGED = "what is shown has changed. Look at it, and press again."
TOO_SMALL = "The terminal is too small to see what would be approved."


class Approving:
    """Settles reviews for a person who has seen what they decide about."""

    def __init__(
        self,
        desk: Desk,
        arming: Arming,
        say: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        """
        Settle reviews of a desk.

        Args:
            say: Tells the person why nothing was decided.
            later: Calls a function after so many seconds.
        """
        self._desk = desk
        self._arming = arming
        self._say = say
        self._later = later

    def painted(self, review: Review | Inquiry | None, now: Proposal, *, by_hand: bool = False) -> None:
        """Note what is on the screen: that, and nothing else, can be decided from here."""
        if review is None or review.gate is None or now.gate is None:
            self._arming.disarm()
        else:
            self._arming.painted(Target(review.id, now.gate, now.digest), by_hand=by_hand)

    def decide(self, review: Review | Inquiry, now: Proposal, *, large_enough: bool) -> None:
        """Do what is proposed, if it has been shown long enough and nothing else is being typed."""
        gate, decision = now.gate, now.decision
        if decision is None or gate is None:
            self._say(now.obstacle)
            return

        def settle() -> None:
            if self.settle(review, gate, decision):
                self._arming.disarm()

        self.when_sure(review, gate, settle, large_enough=large_enough)

    def when_sure(
        self,
        review: Review | Inquiry,
        gate: Gate,
        do: Callable[[], object],
        *,
        large_enough: bool,
        called: str = "approved",
    ) -> None:
        """
        Do something about what is shown, if it has been shown long enough and nothing else is being typed.

        Args:
            called: What is said not to have happened when it is not done.
        """
        arming = self._arming
        target = arming.target
        if not large_enough:
            self._say(TOO_SMALL)
        elif arming.in_a_burst:
            self._say(f"Not {called}: {HURRIED}")
        elif arming.wait > 0 or target is None or (target.review, target.gate) != (review.id, gate):
            self._say(f"Not {called}: {NEW}")
        else:
            keys = arming.keys
            self._later(QUIET, lambda: self._do_if_quiet(do, target, keys, called))

    def refuse(self, review: Review | Inquiry, gate: Gate, decision: Decision) -> None:
        """Decide what needs no look but is no accident either: nothing else may be typed with it, as in a paste."""
        arming = self._arming
        if arming.in_a_burst:
            self._say(f"Not refused: {HURRIED}")
            return
        keys = arming.keys

        def settle_if_quiet() -> None:
            if arming.keys != keys:
                self._say(f"Not refused: {HURRIED}")
            else:
                self.settle(review, gate, decision)

        self._later(QUIET, settle_if_quiet)

    def settle(self, review: Review | Inquiry, gate: Gate, decision: Decision) -> bool:
        """Decide what needs no care, such as stopping; says so when it is too late."""
        settled = self._desk.settle(review.id, gate, decision)
        if not settled:
            self._say(TOO_LATE)
        return settled

    def _do_if_quiet(self, do: Callable[[], object], target: Target, keys: int, called: str) -> None:
        """Do it, unless more keys came with the chord, or the screen has changed under it."""
        if self._arming.keys != keys:
            self._say(f"Not {called}: {HURRIED}")
        elif self._arming.target != target:
            self._say(f"Not {called}: {CHANGED}")
        else:
            do()


class Refusing:
    """Refuses for a person who knows what that does."""

    def __init__(
        self,
        desk: Desk,
        approving: Approving,
        arming: Arming,
        say: Callable[[str], None],
        key_of: Callable[[str], str],
    ) -> None:
        """Refuse what waits on a desk."""
        self._desk = desk
        self._approving = approving
        self._arming = arming
        self._say = say
        self._key_of = key_of
        self._warned: tuple[int, str] | None = None

    def refuse(self, item: Review | Inquiry, reason: str = "", *, sure: bool = False) -> None:
        """
        Refuse, or say what that would do to others.

        Args:
            reason: For the history; only reviews have room for one.
            sure: The person was told, and confirmed it.
        """
        if not sure and not self._was_told(item):
            return
        if isinstance(item, Inquiry):
            self._approving.refuse(item, Gate.REQUEST, negative(item, "decline"))
            return
        gate = Gate.REQUEST if item.phase is Phase.REQUEST else Gate.RESPONSE
        self._approving.refuse(item, gate, Reject(reason))

    def dismiss(self, item: Inquiry) -> None:
        """Close an elicitation without a yes or a no."""
        action: Action = "cancel"
        self._approving.refuse(item, Gate.REQUEST, negative(item, action))

    def forget(self) -> None:
        """Take back that the person was told: they look at something else now."""
        self._warned = None

    def effect_on_others(self, item: Item) -> str:
        """Return what refusing does to the others of its round, in words."""
        return consequence(item, self._desk.items)

    def _was_told(self, item: Review | Inquiry) -> bool:
        """Say what refusing takes along, unless it takes nothing or exactly that was said just before."""
        lost = self.effect_on_others(item)
        if not lost or not item.phase.is_open:
            return True
        if self._warned == (item.id, lost):
            if self._arming.in_a_burst:  # the same press, still held down
                return False
            self._warned = None
            return True
        self._warned = (item.id, lost)
        self._say(
            f"Refusing #{item.id} ends its call: nothing is sent, the call is not made again, and {lost}. "
            f"{self._key_of('reject')} once more does it."
        )
        return False
