"""Keeps what is selected, and what the person has done to each review that is not decided yet."""

from collections.abc import Callable, Set
from dataclasses import replace
from decimal import Decimal

from ...desk.assess import Assessment, assess
from ...desk.desk import Desk
from ...providers.models import Models
from ...sampling.decision import Answer, Approve
from ...sampling.errors import ModelError
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Gate, Phase
from ...sampling.request import SamplingRequest
from ...sampling.review import Review
from ..queue.duplicates import Duplicates, identical_to
from ..queue.listing import Listing
from ..queue.order import is_turn_after, next_after
from .consequences import wait_on
from .conversations import Conversations
from .model_ranking import preferred
from .proposal import Edits, Proposal
from .request_draft import FieldProblem, draft_of


class Reviewing:
    """
    What a person works on at a desk.

    Attributes:
        selected: The id of the review or inquiry that is shown.
        duplicates: Folds identical requests into one row.
        orders: Server → the person's own order of the models for it, as long as the program runs.
        conversations: What was sent and seen of each server's conversations.
        listing: Which of it the list shows, and in which order.
        addressees: The models that the shown draft would be sent to.
        awaiting_turn: The id of what was answered by calling tools, while the next turn of its loop is waited for.
    """

    def __init__(self, desk: Desk, models: Models) -> None:
        self._desk = desk
        self._models = models
        self._edits: dict[int, Edits] = {}
        self.selected: int | None = None
        self.duplicates = Duplicates()
        self.listing = Listing(self.is_edited, self.worst)
        self.conversations = Conversations()
        self.orders: dict[str, tuple[str, ...]] = {}
        self.addressees: tuple[Assessment, ...] = ()
        self.awaiting_turn: int | None = None

    @property
    def item(self) -> Review | Inquiry | None:
        """The selected review or inquiry."""
        return self._desk.item(self.selected or 0)

    @property
    def review(self) -> Review | None:
        """The selected review; None while an inquiry is selected, too."""
        return self._desk.reviews.get(self.selected or 0)

    @property
    def waiting(self) -> list[int]:
        """What waits, in the order of the queue."""
        return [item.id for item in self.listing.waiting(self._desk.items)]

    @property
    def rows_waiting(self) -> list[int]:
        """What waits, as the list shows it: one of those that share a row."""
        waiting = self.listing.waiting(self._desk.items)
        return [item.id for item in self.duplicates.rows(waiting, self.selected, self.listing.edited)]

    def stays(self) -> Callable[[], bool]:
        """Return what says whether the same is selected as now, and no further than now."""

        def now() -> object:
            return self.item and (self.item.id, self.item.phase)

        before = now()
        return lambda: now() == before

    @property
    def next(self) -> int | None:
        """What waits and comes next, row by row, after the selected one; None when the list shows nothing else."""
        item = self.item
        shown = self.listing.waiting(self._desk.items, also=item)
        listed = [other for other in shown if other is item or self.listing.fits(other)]
        rows = self.duplicates.rows(listed, self.selected, self.listing.edited)
        alike = self.duplicates.stood_for(item.id) if item is not None else ()
        following = next_after(item, rows, alike) if item is not None else next(iter(rows), None)
        return following.id if following is not None else None

    @property
    def may_come_back(self) -> bool:
        """Whether the server is told by the selected one's response to call tools; as long as that is sent, it may."""
        review = self.review
        if review is None or review.loop is None:
            return False
        returned = review.outcome.response if review.outcome is not None else None
        return review.phase is Phase.SENDING or (returned is not None and bool(returned.tool_uses))

    @property
    def has_next_turn(self) -> bool:
        """Whether the next turn of the selected one's tool loop has come."""
        item = self.item
        return item is not None and any(is_turn_after(item, other) for other in self._desk.items)

    def position(self, item: Review | Inquiry) -> str:
        """Return where something stands among what waits, in words."""
        ids = self.waiting
        return f"{ids.index(item.id) + 1} of {len(ids)}" if item.id in ids and len(ids) > 1 else ""

    def together(self, review: Review) -> tuple[int, ...]:
        """Return the identical requests that get the answer to one: all that its row stands for."""
        return self.identical(review)[0]

    def identical(self, review: Review) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the identical requests that get the answer to one, and those of its row that wait on all the same."""
        edits, is_unfolded = self._edits.get(review.id), self.duplicates.is_unfolded(review.id)
        if review.phase is Phase.REQUEST:
            is_shared = not is_unfolded and not self.is_edited(review.id)
        else:
            is_shared = edits is not None and edits.together
        if is_unfolded and not is_shared:
            return (), ()
        found = identical_to(review, self._desk.items, self.is_edited)
        return (found, ()) if is_shared else ((), found)

    def shared(self, review: Review, now: Proposal) -> Proposal:
        """Return what approving would do, with what it does for identical requests."""
        if not isinstance(now.decision, Approve | Answer):
            return now
        also, waiting_on = self.identical(review)
        if not also:
            return replace(now, effect=now.effect + wait_on(len(waiting_on)))
        counted = "1 identical request that waits" if len(also) == 1 else f"{len(also)} identical requests that wait"
        decision = replace(now.decision, also=also)
        if isinstance(decision, Answer):
            where, rest = now.effect[: (end := f"{now.effect};".index(";"))], now.effect[end:]
            return replace(now, decision=decision, effect=f"{where}, and to {counted}{rest}")
        effect = f"{now.effect}; the answer is for {counted}, too" if now.gate is Gate.REQUEST else now.effect
        return replace(now, decision=decision, effect=effect)

    # --- edits ---

    def edits(self, review: Review) -> Edits:
        """Return what the person has done to a review so far."""
        if review.id not in self._edits:
            model, reason = preferred(review.selection, self.orders.get(review.origin.server, ()))
            known = self.conversations.known(review)
            self._edits[review.id] = Edits(draft_of(review, model, reason), known=known)
        draft = self._edits[review.id].draft
        if draft.model is None and review.selection is not None:  # it was shown before that was found out
            draft.model, draft.reason = preferred(review.selection, self.orders.get(review.origin.server, ()))
        return self._edits[review.id]

    def is_edited(self, number: int) -> bool:
        """Whether the person has changed something of a review."""
        is_known = number in self._edits and number in self._desk.reviews
        return is_known and self._edits[number].is_edited(self._desk.reviews[number])

    def note_changes(self, ids: Set[int]) -> None:
        """Forget what can't matter any more after these have changed."""
        self._edits = {number: edits for number, edits in self._edits.items() if number in self._desk.reviews}
        for number in ids & self._edits.keys():
            if self._desk.reviews[number].phase is Phase.GENERATING:
                self._edits[number].others = ()  # they have been asked; asking again is for one

    def request(self, review: Review) -> SamplingRequest:
        """Return what would be sent; while that can't be, what was asked."""
        built = self.edits(review).draft.build()
        return review.asked if isinstance(built, list) else built

    def address(self, review: Review) -> list[FieldProblem]:
        """Look at the models that a draft would be sent to; returns what keeps it from being sent."""
        edits = self.edits(review)
        built = edits.draft.build()
        request = review.asked if isinstance(built, list) else built
        self.addressees = tuple(self.addressee(name, request, review.origin.server) for name in edits.models)
        return built if isinstance(built, list) else []

    # --- models ---

    def worst(self, review: Review) -> Decimal | None:
        """Return what the proposed model may cost at most."""
        if review.selection is None:
            return None
        try:
            return self._models.estimate(review.selection.model, review.asked).worst
        except ModelError:
            return None

    def addressee(self, name: str, request: SamplingRequest, server: str) -> Assessment:
        """Return where a model is, what asking it may cost, and what it can't carry of a server's request."""
        return assess(self._models, request, name, server)
