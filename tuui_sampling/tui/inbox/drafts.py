"""Holds the command that restores a draft, and writes drafts down while the person edits."""

from ...desk.desk import Desk
from ...frontend.review.drafts import Draft, DraftFolder, kept_edits, restore_edits
from ...frontend.review.reviewing import Reviewing
from ...sampling.decision import Decision, Reject, Settle
from ...sampling.inquiry import FormElicitation, Inquiry
from ...sampling.item import Item
from ...sampling.phase import Phase
from ...sampling.request import JsonObject
from ...sampling.review import Review
from ..delay import Delay
from ..port import AppPort
from .view import InboxView
from .widgets.selected_pane import SelectedPane

DELAY = 0.4
"""Seconds after an edit until it is written down, with those that follow it."""


class Drafts:
    """What was edited and not decided, on the disk."""

    def __init__(
        self,
        reviewing: Reviewing,
        desk: Desk,
        folder: DraftFolder,
        pane: SelectedPane,
        view: InboxView,
        port: AppPort,
    ) -> None:
        self._reviewing = reviewing
        self._desk = desk
        self._folder = folder
        self._pane = pane
        self._view = view
        self._port = port
        self._offered: dict[int, Draft | None] = {}
        self._edited: set[int] = set()
        self._timer: Delay | None = None
        pane.before_closing = self.write

    # --- writing ---

    def note(self, number: int) -> None:
        """Note that something was edited: it is written down soon."""
        self._edited.add(number)
        if self._timer is None:
            self._timer = Delay(self._pane, DELAY, self.write)

    def write(self) -> None:
        """Write down what was edited."""
        self._timer = None
        edited, self._edited = self._edited, set()
        for number in edited:
            item = self._desk.item(number)
            if item is None:
                continue
            content = self._content(item)
            if content is not None:
                self._folder.save(item, content)
            elif self._offered.get(number) is None:
                self._folder.delete(item)

    def _content(self, item: Review | Inquiry) -> JsonObject | None:
        """Return what there is now of something; None where nothing was edited."""
        if isinstance(item, Inquiry):
            return self._pane.inquiry_panel.held(item.id)
        edits = self._reviewing.edits(item)
        return kept_edits(edits, item) if self._reviewing.is_edited(item.id) or edits.by_hand else None

    def decided(self, number: int, decision: Decision) -> None:
        """Delete the draft of something that is decided; what was not sent is kept: the same may be asked again."""
        item = self._desk.item(number)
        is_answer = isinstance(decision, Settle) and decision.reply.action == "accept"
        if item is not None and isinstance(decision, Reject | Settle) and not is_answer and self.unsent(item):
            self._edited.add(number)
            self.write()
            return
        self._edited.discard(number)
        self._offered.pop(number, None)
        if item is not None:
            self._folder.delete(item)

    def unsent(self, item: Item) -> str:
        """Return what of the person's own a refusal leaves unsent, as the subject of a sentence; empty for nothing."""
        if isinstance(item, Review):
            return self._reviewing.edits(item).unsent if self._reviewing.is_edited(item.id) else ""
        is_form = isinstance(item, Inquiry) and isinstance(item.asked, FormElicitation)
        return "What you filled in" if is_form and self._pane.inquiry_panel.is_edited(item.id) else ""

    # --- restoring ---

    def offer(self) -> None:
        """Look whether something is kept of the selected one, and say so there."""
        item = self._reviewing.item
        if item is None or not item.phase.is_undecided or item.phase is Phase.READING:
            return
        if not self._offered:
            self._folder.tidy()
        if item.id not in self._offered:
            draft = self._folder.load(item)
            is_there = draft is not None and draft.holds(self._content(item))  # in a view that was made anew
            self._offered[item.id] = None if is_there else draft
        draft = self._offered[item.id]
        words = (
            ""
            if draft is None
            else f"↺ A draft of {draft.words} is kept: {self._port.key_of('restore-draft')} restores it"
        )
        self._pane.panel.offer(words)

    def why_not(self) -> str:
        """Return why no draft can be restored."""
        item = self._reviewing.item
        return "" if item is not None and self._offered.get(item.id) is not None else "No draft of it is kept."

    def restore(self) -> None:
        """Do again what was kept of the selected one."""
        item = self._reviewing.item
        draft = self._offered.get(item.id) if item is not None else None
        if item is None or draft is None:
            return
        if isinstance(item, Review):
            restored = restore_edits(self._reviewing.edits(item), item, draft.content)
            self._pane.review_panel.show_anew()
        else:
            restored = self._pane.inquiry_panel.restore(item.id, draft.content)
        self._offered[item.id] = None
        self.note(item.id)
        self._view.show_item()
        self._port.say("The draft is restored." if restored else "All of the draft is there already.")
