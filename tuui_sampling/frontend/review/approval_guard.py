"""
Decides for a person, where that counts.

An approval counts only for exactly what has been on the screen, unchanged, for half a second, and only when no other
key comes with it (`arming.py`). It is armed for each review and gate anew, and spent by the decision.
"""

from collections.abc import Callable

from ...desk.desk import Desk
from ...sampling.decision import Answer, Decision, Reject, Settle
from ...sampling.inquiry import Action, Inquiry
from ...sampling.item import Item
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..queue.order import consequence
from .arming import QUIET, Arming, Press, Target
from .inquiry_answer import negative
from .proposal import Proposal

TOO_LATE = "Too late: this has been decided, or was withdrawn."
HURRIED = "other keys came with it. Press it again."
NEW = "it has just appeared. Look at it, and press again."
CHANGED = "what is shown has changed. Look at it, and press again."


class Approving:
    """Settles reviews for a person who has seen what they decide about."""

    def __init__(
        self,
        desk: Desk,
        arming: Arming,
        say: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], object],
        decided: Callable[[int, Decision], None] = lambda number, decision: None,
        settled: Callable[[Review | Inquiry, Decision], None] = lambda item, decision: None,
    ) -> None:
        """
        Settle reviews of a desk.

        Args:
            say: Tells the person why nothing was decided.
            later: Calls a function after so many seconds.
            decided: Hears what was decided for good: answered, rejected or declined.
            settled: Hears of every decision, while what it is about is still shown.
        """
        self._desk = desk
        self._arming = arming
        self._say = say
        self._later = later
        self._decided = decided
        self._settled = settled

    def shows(self, item: Review | Inquiry | None, now: Proposal) -> bool:
        """Whether exactly that is what has been painted."""
        is_there = item is not None and item.gate is not None and now.gate is not None
        return is_there and self._arming.target == Target(item.id, now.gate, now.digest)  # type: ignore[union-attr,arg-type]

    def painted(self, item: Review | Inquiry | None, now: Proposal, *, by_hand: bool = False) -> None:
        """Note what is on the screen: that, and nothing else, can be decided from here."""
        if item is None or item.gate is None or now.gate is None:
            self._arming.disarm()
        else:
            self._arming.painted(Target(item.id, now.gate, now.digest), by_hand=by_hand)

    def decide(self, review: Review | Inquiry, now: Proposal, *, too_small: str, shown: bool = True) -> None:
        """
        Do what is proposed, if it has been shown long enough and nothing else is being typed.

        Args:
            too_small: Why nothing can be approved on this terminal; empty where it can.
            shown: It is what is on the screen, and not what that would be sent to once more.
        """
        gate, decision = now.gate, now.decision
        if decision is None or gate is None:
            self._say(now.obstacle)
            return

        def settle() -> None:
            if self.settle(review, gate, decision):
                self._arming.disarm()

        self.when_sure(review, gate, settle, too_small=too_small, digest=now.digest if shown else None)

    def when_sure(
        self,
        review: Review | Inquiry,
        gate: Gate,
        do: Callable[[], object],
        *,
        too_small: str,
        called: str = "approved",
        digest: str | None = None,
    ) -> None:
        """
        Do something about what is shown, if it has been shown long enough and nothing else is being typed.

        Args:
            called: What is said not to have happened when it is not done.
            digest: Of what would be sent; None where that is not what is shown.
        """
        arming = self._arming
        target, press = arming.target, arming.press
        if too_small:
            self._say(too_small)
        elif not arming.is_alone(press):
            self._say(f"Not {called}: {HURRIED}")
        elif not arming.is_seen or target is None or (target.review, target.gate) != (review.id, gate):
            self._say(f"Not {called}: {NEW}")
        elif digest is not None and digest != target.digest:
            self._say(f"Not {called}: {CHANGED}")
        else:
            self._later(QUIET, lambda: self._do_if_quiet(do, target, press, called))

    def refuse(self, review: Review | Inquiry, gate: Gate, decision: Decision) -> None:
        """
        Decide what needs no look but is not an accident either: no text may be typed with it, as in a paste.

        What the program has chosen by itself has to be looked at all the same: the key may be meant for the one before.
        """
        arming = self._arming
        press = arming.press
        if not arming.is_meant(press):
            self._say(f"Not refused: {HURRIED}")
            return
        if arming.by_itself and not arming.is_seen:
            self._say(f"Not refused: {NEW}")
            return

        def settle_if_quiet() -> None:
            if not arming.is_meant(press):
                self._say(f"Not refused: {HURRIED}")
            else:
                self.settle(review, gate, decision)

        self._later(QUIET, settle_if_quiet)

    def settle(self, review: Review | Inquiry, gate: Gate, decision: Decision) -> bool:
        """Decide what needs no care, such as stopping; says so when it is too late."""
        settled = self._desk.settle(review.id, gate, decision)
        if not settled:
            self._say(TOO_LATE)
            return False
        self._settled(review, decision)
        if isinstance(decision, Answer | Reject | Settle):
            self._decided(review.id, decision)
        return settled

    def _do_if_quiet(self, do: Callable[[], object], target: Target, press: Press, called: str) -> None:
        """Do it, unless more keys came with the chord, or the screen has changed under it."""
        if not self._arming.is_alone(press):
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
        say: Callable[[str, Callable[[], bool]], None],
        key_of: Callable[[str], str],
    ) -> None:
        """
        Refuse what waits on a desk.

        Args:
            say: Tells the person something, for as long as the function beside it says that it holds.
        """
        self._desk = desk
        self._approving = approving
        self._arming = arming
        self._say = say
        self._key_of = key_of
        self._warned: tuple[int, str, str] | None = None

    def refuse(self, item: Review | Inquiry, reason: str = "", *, sure: bool = False, unsent: str = "") -> None:
        """
        Refuse, or say what that would do to others, and to what the person has written.

        Args:
            reason: For the history of a review; for the agent whose call is refused.
            sure: The person was told, and confirmed it in a dialog, so that no key of theirs was an accident.
            unsent: What of their own is not sent then, as the subject of a sentence; empty where nothing is.
        """
        if not sure and not self._was_told(item, unsent, "reject"):
            return
        if isinstance(item, Inquiry):
            self._approving.refuse(item, Gate.REQUEST, negative(item, "decline", reason))
            return
        gate = Gate.REQUEST if item.phase is Phase.REQUEST else Gate.RESPONSE
        decide = self._approving.settle if sure else self._approving.refuse
        decide(item, gate, Reject(reason))

    def dismiss(self, item: Inquiry, *, unsent: str = "") -> None:
        """Close an elicitation without a yes or a no, or say what would not be sent then."""
        if not self._was_told(item, unsent, "dismiss-question"):
            return
        action: Action = "cancel"
        self._approving.refuse(item, Gate.REQUEST, negative(item, action))

    def forget(self) -> None:
        """Take back that the person was told: they look at something else now."""
        self._warned = None

    def effect_on_others(self, item: Item) -> str:
        """Return what refusing does to the others of its round, in words."""
        return consequence(item, self._desk.items)

    def _was_told(self, item: Review | Inquiry, unsent: str, command: str) -> bool:
        """Say what refusing takes along, unless it takes nothing or exactly that was said just before."""
        lost = self.effect_on_others(item)
        if not (lost or unsent) or not item.phase.is_open:
            return True
        if self._warned == (item.id, lost, unsent + command):
            if self._arming.in_a_burst:  # the same press, still held down
                return False
            self._warned = None
            return True
        warned = self._warned = (item.id, lost, unsent + command)
        said = []
        if lost:
            said.append(f"Refusing #{item.id} ends its call, and {lost}.")
        if unsent:
            restores = self._key_of("restore-draft")
            said.append(f"{unsent} would not be sent; {restores} restores it where the same is asked again.")
        self._say(f"{' '.join(said)} {self._key_of(command)} once more does it.", lambda: self._warned == warned)
        return False
