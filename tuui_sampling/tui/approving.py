"""From a chord to a decision: what is shown is armed, the chord is waited out, and only then is the review settled."""

from collections.abc import Callable

from ..desk.desk import Desk
from ..frontend.review.approval_guard import QUIET, Arming, Target
from ..frontend.review.proposal import Proposal
from ..sampling.decision import Decision, Gate
from ..sampling.inquiry import Inquiry
from ..sampling.review import Review

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
