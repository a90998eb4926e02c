"""What the Inbox shows; `inbox_moving.py` adds how the person moves about in it, `inbox.py` what can be decided."""

from decimal import Decimal
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widget import Widget

from ...backend import Backend
from ...desk.assess import Assessment, assess
from ...frontend.presentation.candidates import Meters
from ...frontend.queue.duplicates import Alike
from ...frontend.queue.order import in_order, waiting
from ...frontend.review.consequences import effect_lines
from ...frontend.review.model_ranking import preferred
from ...frontend.review.proposal import Edits, Proposal, Tab, proposal
from ...frontend.review.request_draft import draft_of
from ...sampling.errors import ModelError
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Phase
from ...sampling.request import SamplingRequest
from ...sampling.review import Review
from ..messages import ReviewsChanged
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.plain import Plain
from .widgets.queue import Queue

if TYPE_CHECKING:
    from .widgets.inquiry_panel import InquiryPanel
    from .widgets.review_panel import ReviewPanel

WIDE = 100
"""Columns from which the queue is shown beside the review; the same figure as in the app's breakpoints."""

ENDED_SHOWN = 30
"""Ended reviews that stay in the queue, below the open ones."""

EMPTY = (
    "No request is waiting.\n\nCall a tool in Servers (F2), or leave this open: a request appears here as soon as a "
    "server asks. Nothing is answered without you."
)


class InboxLooking(ModeScreen):
    """
    The queue, and what is selected of it.

    Attributes:
        selected: The id of the review or inquiry that is shown.
        orders: Server → the person's own order of the models for it, as long as the program runs.
    """

    selected: reactive[int | None] = reactive(None, init=False)

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self._edits: dict[int, Edits] = {}
        self._alike = Alike()
        self.orders: dict[str, tuple[str, ...]] = {}
        self.addressees: tuple[Assessment, ...] = ()
        self._panels: tuple[ReviewPanel, InquiryPanel] | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the queue and the selected review."""
        with Horizontal(id="inbox"):
            keys = self.port.key_of
            yield Queue(
                edited=self._is_edited,
                worst=self._worst,
                unfold_key=keys("unfold-alike"),
                pause_key=keys("pause-its-server"),
            )
            with Vertical(id="right"):
                yield Plain(EMPTY, id="empty")
                yield Plain("", id="effect")

    def on_mount(self) -> None:
        """Put the cursor into the queue, and let the ages tick."""
        if self.size.width >= WIDE:  # else it is folded, and the arrows shall scroll what is shown
            self.query_one(Queue).focus()
        self.set_interval(1.0, self._tick)
        self.refresh_all()
        self.call_after_refresh(self._add_panels)

    async def _add_panels(self) -> None:
        """Add the panels once the screen has been painted: they are heavy, and nothing waits yet."""
        from .widgets.inquiry_panel import InquiryPanel
        from .widgets.review_panel import ReviewPanel

        review = ReviewPanel(id="panel", key_of=self.port.key_of, meter_of=Meters(self.backend.models).of)
        inquiry = InquiryPanel(id="inquiry-panel", key_of=self.port.key_of)
        await self.query_one("#right").mount(review, inquiry, before="#effect")
        self._panels = (review, inquiry)
        self.refresh_all()

    @property
    def is_ready(self) -> bool:
        """Whether the panels are there; until then there is nothing to look at and nothing to decide."""
        return self._panels is not None

    @property
    def review_panel(self) -> "ReviewPanel":
        """What shows a review; only once the screen is ready."""
        assert self._panels is not None
        return self._panels[0]

    @property
    def inquiry_panel(self) -> "InquiryPanel":
        """What shows an inquiry; only once the screen is ready."""
        assert self._panels is not None
        return self._panels[1]

    def home(self) -> Widget | None:
        """The queue, where it is shown; else what can be read scrolls with the arrows."""
        queue = self.query_one(Queue)
        return queue if queue.display else None

    # --- what is shown ---

    @property
    def item(self) -> Review | Inquiry | None:
        """The selected review or inquiry."""
        return self.backend.desk.item(self.selected or 0)

    @property
    def review(self) -> Review | None:
        """The selected review; None while an inquiry is selected, too."""
        return self.backend.desk.reviews.get(self.selected or 0)

    @property
    def panel(self) -> "ReviewPanel | InquiryPanel":
        """What shows the selected one."""
        return self.inquiry_panel if isinstance(self.item, Inquiry) else self.review_panel

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self.panel.tab

    def edits(self, review: Review) -> Edits:
        """Return what the person has done to a review so far."""
        if review.id not in self._edits:
            model, reason = preferred(review.selection, self.orders.get(review.origin.server, ()))
            self._edits[review.id] = Edits(draft_of(review, model, reason))
        return self._edits[review.id]

    def refresh_all(self) -> None:
        """Show the queue and the selected review or inquiry anew."""
        self._show_queue()
        self.show_item()

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Show what changed."""
        self._show_queue()
        for number in message.ids & self._edits.keys():
            if self.backend.desk.reviews[number].phase is Phase.GENERATING:
                self._edits[number].others = ()  # they have been asked; asking again is for one
        if not self.is_ready:
            return
        panel = self.review_panel
        if self.selected in message.ids and not panel.sync_while_writing(self.review):
            self.show_item()
        elif self.item is not None and self.item.origin.group is not None:
            self._remark()  # what refusing it takes along may be different now

    def _show_queue(self) -> None:
        desk = self.backend.desk
        rows, alike = self._alike.fold(in_order(desk.items, ENDED_SHOWN), self.selected, self._is_edited)
        queue = self.query_one(Queue)
        queue.show(rows, alike)
        self._edits = {number: edits for number, edits in self._edits.items() if number in desk.reviews}
        if self.is_ready:
            self.inquiry_panel.forget(set(desk.inquiries))
        if self.selected is None and rows and rows[0].phase.is_open:  # the first arrival is shown; no later one is
            queue.selected = self.selected = rows[0].id
        self.set_class(not queue.ids, "-empty")

    def _tick(self) -> None:
        if not self.is_current:
            return
        self.query_one(Queue).refresh()
        if self.is_ready:
            self.panel.tick()

    def _is_edited(self, number: int) -> bool:
        if number in self._edits:
            return self._edits[number].is_edited(self.backend.desk.reviews[number])
        return self.is_ready and self.inquiry_panel.is_edited(number)

    @on(Queue.Selected)
    def _selected_in_queue(self, message: Queue.Selected) -> None:
        self.selected = message.review

    def watch_selected(self) -> None:
        """Show the other one; the row of identical ones stands for it now."""
        self.app.clear_notifications()
        self.look_away()
        self._show_queue()
        self.show_item()

    def look_away(self) -> None:
        """Hear that what was shown is no longer looked at."""

    def painted(self, *, by_hand: bool = False) -> None:
        """
        Hear that what is selected has been painted.

        Args:
            by_hand: It differs from before because the person edited it.
        """

    def proposal(self) -> Proposal:
        """Return what approving would do now."""
        item = self.item
        if item is None:
            return Proposal(None, None, obstacle="No request is selected.")
        if isinstance(item, Inquiry):
            return self.inquiry_panel.proposal(item)
        return proposal(item, self.edits(item), self.tab, self.addressees)

    def show_item(self) -> None:
        """Show the selected review or inquiry as it is now."""
        if not self.is_ready:
            return
        item = self.item
        self.set_class(isinstance(item, Inquiry), "-inquiry")
        panel = self.review_panel
        if item is None:
            panel.clear()
        elif isinstance(item, Inquiry):
            self.inquiry_panel.show(item, self._queue_position(item))
        else:
            panel.show(item, self.edits(item), self._queue_position(item))
        self._remark()
        self.call_after_refresh(self.painted)
        self.refresh_bindings()

    @property
    def waiting(self) -> list[int]:
        """What waits, in the order of the queue."""
        return [item.id for item in waiting(self.backend.desk.items)]

    def _queue_position(self, item: Review | Inquiry) -> str:
        ids = self.waiting
        return f"{ids.index(item.id) + 1} of {len(ids)}" if item.id in ids and len(ids) > 1 else ""

    def _remark(self) -> None:
        """Show beside the fields what the chosen model makes of the draft, and below what approving would do."""
        item = self.item
        effect = self.query_one("#effect", Plain)
        effect.display = item is not None
        if isinstance(item, Review):
            self._remark_on(item)
        if item is not None:
            effect.update(effect_lines(item, self.proposal(), self.backend.desk.items, self.port.key_of))

    def _remark_on(self, review: Review) -> None:
        edits = self.edits(review)
        built = edits.draft.build()
        problems = built if isinstance(built, list) else []
        request = review.asked if isinstance(built, list) else built
        self.addressees = tuple(self.addressee(name, request, review.origin.server) for name in edits.models)
        self.review_panel.remark(self.addressees, problems)

    def _worst(self, review: Review) -> Decimal | None:
        """Return what the proposed model may cost at most."""
        if review.selection is None:
            return None
        try:
            return self.backend.models.estimate(review.selection.model, review.asked).worst
        except ModelError:
            return None

    def addressee(self, name: str, request: SamplingRequest, server: str) -> Assessment:
        """Return where a model is, what asking it may cost, and what it can't carry of a server's request."""
        return assess(self.backend.models, request, name, server)

    # --- edits ---

    def on_review_panel_edited(self, message: "ReviewPanel.Edited") -> None:
        """Show what the edit means."""
        if self.review is not None and message.review == self.review.id:
            self.review_panel.sync()
            self._edited_by_hand()

    def on_inquiry_panel_edited(self, message: "InquiryPanel.Edited") -> None:
        """Show what the edit means."""
        if message.inquiry == self.selected:
            self._edited_by_hand()

    def _edited_by_hand(self) -> None:
        self._remark()
        self.query_one(Queue).refresh()
        self.call_after_refresh(self.painted, by_hand=True)

    def on_review_panel_shown(self) -> None:
        """Arm for what is shown now."""
        self._shown()

    def on_inquiry_panel_shown(self) -> None:
        """Arm for what is shown now."""
        self._shown()

    def _shown(self) -> None:
        self._remark()
        self.call_after_refresh(self.painted)
        self.refresh_bindings()

    def say(self, text: str) -> None:
        """Tell the person something, for a moment."""
        self.port.say(text)
