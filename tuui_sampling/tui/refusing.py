"""
Saying no. It needs no arming, since it gives nothing away; but what takes others along is asked for twice.

In the modern era a refused request ends the call that it belongs to, so that the others of its round are withdrawn
(see `groups.py`). The first press then only says so; the second, for the same request, does it.
"""

from collections.abc import Callable

from ..desk.desk import Desk
from ..frontend.queue.order import consequence
from ..frontend.review.approval_guard import Arming
from ..frontend.review.inquiry_answer import negative
from ..sampling.decision import Gate, Reject
from ..sampling.inquiry import Action, Inquiry
from ..sampling.review import Item, Phase, Review
from .approving import Approving


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
