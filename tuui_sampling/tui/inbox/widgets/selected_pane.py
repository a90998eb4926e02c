"""Shows what is selected of the queue: a review or an inquiry, and below it what approving would do."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from ....backend import Backend
from ....frontend.presentation.candidates import Meters
from ....frontend.review.availability import NOTHING, stands
from ....frontend.review.consequences import Keys, effect_lines
from ....frontend.review.proposal import Proposal, proposal
from ....frontend.review.reviewing import Reviewing
from ....frontend.review.rules_ahead import RulesAhead
from ....sampling.inquiry import Inquiry
from ....sampling.review import Review
from ...widgets.plain import StatusLine
from ..empty import EMPTY
from .inquiry_panel import InquiryPanel
from .panel_messages import PanelShown
from .panel_title import PanelTitle
from .review_panel import ReviewPanel


class SelectedPane(Vertical):
    """
    The right side of the Inbox.

    Attributes:
        review_panel: Shows a review.
        inquiry_panel: Shows an inquiry.
        before_closing: Called before it goes.
    """

    def __init__(self, backend: Backend, reviewing: Reviewing, key_of: Keys) -> None:
        """
        Show nothing yet.

        Args:
            key_of: Returns the key of a command, as it is shown.
        """
        super().__init__(id="right")
        self._backend = backend
        self._reviewing = reviewing
        self._key_of = key_of
        self._rules = RulesAhead(backend.desk, self._begin, lambda: self.post_message(PanelShown()))
        self._together: tuple[tuple[int, ...], tuple[int, ...]] = (), ()
        self.review_panel = ReviewPanel(id="panel", key_of=key_of, meter_of=Meters(backend.models).of)
        self.inquiry_panel = InquiryPanel(id="inquiry-panel", key_of=key_of)
        self.before_closing: Callable[[], object] = lambda: None

    def compose(self) -> ComposeResult:
        """Say that nothing waits, or show what does, and below it what approving would do."""
        servers, policy = (self._key_of(f"show-{screen}") for screen in ("servers", "policy"))
        empty = StatusLine(EMPTY.format(servers=servers, policy=policy), id="empty")
        empty.in_other_words = (NOTHING,)
        yield empty
        yield self.review_panel
        yield self.inquiry_panel
        yield StatusLine("", id="effect")

    def on_mount(self) -> None:
        """Let what depends on the time tick, while it does; the place is another one in another list."""
        self._ticking = self.set_interval(1.0, self._tick, pause=True)
        self._reviewing.listing.ordered = self.show_place

    def on_unmount(self) -> None:
        """Do what is left to do."""
        self.before_closing()

    def _tick(self) -> None:
        if self.screen.is_current:
            self.panel.tick()

    @property
    def panel(self) -> ReviewPanel | InquiryPanel:
        """What shows the selected one."""
        return self.inquiry_panel if isinstance(self._reviewing.item, Inquiry) else self.review_panel

    @property
    def is_painted(self) -> bool:
        """Whether what is selected is on the screen."""
        return self.panel.is_painted

    def proposal(self) -> Proposal:
        """Return what approving would do now."""
        item = self._reviewing.item
        if item is None:
            return Proposal(None, None, obstacle=NOTHING)
        if isinstance(item, Inquiry):
            now = self.inquiry_panel.proposal(item).with_key(self._key_of)
        else:
            now = proposal(item, self._reviewing.edits(item), self.panel.tab, self._reviewing.addressees)
            now = self._reviewing.shared(item, now.with_key(self._key_of))
        return self._rules.told(item, now, self._key_of("approve"))

    def _begin(self, asking: Coroutine[Any, Any, None]) -> None:
        self.run_worker(asking, group="rules", exclusive=True)

    def show(self) -> None:
        """Show the selected review or inquiry as it is now."""
        item, reviewing = self._reviewing.item, self._reviewing
        # Not by a class of this one, for which Textual looks up the styles of everything within anew.
        self.inquiry_panel.display = isinstance(item, Inquiry)
        self.review_panel.styles.display = "none" if isinstance(item, Inquiry) else None
        if item is not None and item.phase.is_open:
            self._ticking.resume()
        else:
            self._ticking.pause()
        if item is None:
            self.review_panel.clear()
            return
        self.show_place()
        if isinstance(item, Inquiry):
            self.inquiry_panel.show(item)
        else:
            self.review_panel.show(item, reviewing.edits(item))

    def show_place(self) -> None:
        """Show where the selected one stands among what the list shows."""
        if (item := self._reviewing.item) is None:
            return
        position = self._reviewing.position(item)
        folded = position and self.screen.has_class("-narrow")
        self.panel.query_one(PanelTitle).place(position, f"{self._key_of('toggle-queue')} lists them" if folded else "")

    def note_others(self) -> None:
        """Show what the others that wait mean for the selected one: its place, and whom a decision takes along."""
        if (item := self._reviewing.item) is not None:
            self.show_place()
            if item.origin.group is not None or self._is_for_others_now() or not item.phase.is_open:
                self.remark()

    def _is_for_others_now(self) -> bool:
        """Whether the answer of the selected one is for others than when this was last asked."""
        before, self._together = self._together, self._for_others()
        return before != self._together

    def _for_others(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the identical requests that get the answer to the selected one, and those that do not."""
        if (review := self._reviewing.review) is None or not review.phase.is_open:
            return (), ()
        return self._reviewing.identical(review)

    def remark(self) -> None:
        """Show beside the fields what the chosen model makes of the draft, and below what approving would do."""
        item = self._reviewing.item
        effect = self.query_one("#effect", StatusLine)
        effect.display = item is not None
        if isinstance(item, Review):
            problems = self._reviewing.address(item)
            self.review_panel.remark(self._reviewing.addressees, problems)
        if item is not None:
            alike = sum(map(len, self._for_others()))
            items = self._backend.desk.items
            awaits = self._reviewing.awaiting_turn == item.id
            now = self.proposal()
            effect.in_other_words = () if item.phase.is_open else (stands(item),)
            effect.update(effect_lines(item, now, items, self._key_of, identical=alike, awaits_turn=awaits))

    def look_at_text(self) -> None:
        """Put the cursor into the first text of the review, once it is laid out."""
        self.call_after_refresh(self.review_panel.focus_text)
