"""Holds the commands that edit what is selected: texts, fields, and what is left out."""

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from ...desk.judging import searched
from ...frontend.presentation.candidates import label
from ...frontend.review.availability import editable
from ...frontend.review.redacting import MAX_NAMED, left_in
from ...frontend.review.reviewing import Reviewing
from ...sampling.request import TextBlock
from ...sampling.review import Candidate
from ..port import AppPort
from ..widgets.plain import line
from .responses import Responses
from .view import InboxView
from .widgets.queue_pane import QueuePane
from .widgets.redacting import Extent
from .widgets.selected_pane import SelectedPane

if TYPE_CHECKING:
    from ..document.field_editor import FieldEditor

PREVIEW = 100
"""Characters of a response that a choice of them shows."""


class Editing:
    """What can be edited of the selected review or inquiry."""

    def __init__(
        self,
        reviewing: Reviewing,
        responses: Responses,
        listed: QueuePane,
        pane: SelectedPane,
        view: InboxView,
        port: AppPort,
    ) -> None:
        self._reviewing = reviewing
        self._responses = responses
        self._listed = listed
        self._pane = pane
        self._view = view
        self._port = port

    def why_not_edit(self) -> str:
        """Return why the cursor can't be put into a text."""
        if self._listed.covers:
            return ""
        if isinstance(self._view.focused, Input | TextArea):
            return f"The cursor is in a text already; {self._port.key_of('leave-editor')} leaves it."
        return editable(self._reviewing.item)

    def edit(self) -> None:
        """
        Put the cursor into the first text; of responses that stand side by side, into the selected one.

        What the list lies over is shown before that: the letters that are typed next would go into something unseen.
        """
        if self._listed.covers:
            self._listed.turn()
            return
        review = self._reviewing.review
        if review is not None and self._reviewing.edits(review).comparing:
            self._responses.compare()
        self._pane.panel.focus_text()

    def edit_wording(self) -> str:
        """Return what editing is called now."""
        return "show" if self._listed.covers else "edit"

    def revert_field(self) -> None:
        """Put the original back into the focused field."""
        if not self._pane.panel.revert(self._view.focused):
            self._port.say.why_not("Put the cursor into a field first.")

    async def edit_outside(self) -> None:
        """Edit the focused text in the person's own editor."""
        held = self._pane.review_panel.outside_text if self._reviewing.review is not None else None
        if held is None:
            self._port.say.why_not("There is no text to edit here.")
            return
        text, problem = await self._port.edit_outside(held.value)
        if problem:
            self._port.say(problem)
        elif text is not None and text != held.value:
            held.replace(text)

    def leave_out(self) -> None:
        """Leave out the block, tool or tool use that the cursor is in, or put it back."""
        if not self._pane.review_panel.leave_out():
            self._port.say.why_not("Put the cursor into what is to be left out first.")

    async def redact(self, extent: Extent) -> None:
        """Replace secrets and personal data by placeholders: what the cursor is at, all of its field, or everything."""
        review = self._reviewing.review
        if review is not None:
            await searched(self._reviewing.request(review))  # a long one beside the event loop
        panel = self._pane.panel
        shown = panel.redactable
        is_done = shown is not None and shown.redact(extent)
        said = "" if is_done else "Nothing in this looks like a kind of secret or personal data that is known."
        left = left_in(self._reviewing.edits(review).draft) if review is not None and panel.tab == "request" else {}
        if left and (said or extent == "all"):
            fields = ", ".join([*left][:MAX_NAMED]) + (" and more" if len(left) > MAX_NAMED else "")
            key = self._port.key_of("leave-out")
            said = f"{sum(left.values())} can't be replaced where they stand, in {fields}: {key} leaves that out."
        if said:
            self._port.say(said)

    def put_back(self) -> None:
        """Put the value of the placeholder that the cursor is at, or of the next, back; or take it out again."""
        shown = self._pane.panel.redactable
        if shown is None or not shown.put_back():
            self._port.say.why_not("There is no placeholder here whose value could be put back.")

    def insert_response(self) -> None:
        """Insert the text of another response into the one that is shown, at the cursor."""
        from ..dialogs.basic import Choice, Choose

        review, panel = self._reviewing.review, self._pane.review_panel
        editor = panel.answer_editor() if panel.tab == "response" else None
        if review is None or editor is None:
            self._port.say.why_not("Show a response with a text first.")
            return
        edits = self._reviewing.edits(review)
        shown = None if edits.by_hand else edits.shown_candidate(review)
        texts = {str(one.number): _text(one) for one in review.candidates if one is not shown and _text(one)}
        if not texts:
            self._port.say.why_not("There is no other response with a text.")
            return
        choices = [
            Choice(number, line(label(candidate, None), 40).append(": ").append(line(texts[number], PREVIEW)))
            for candidate in review.candidates
            if (number := str(candidate.number)) in texts
        ]
        self._port.ask(
            Choose("Whose text is to be inserted at the cursor?", choices),
            lambda number: _insert(editor, texts[number]) if number is not None else None,
        )


def _text(candidate: Candidate) -> str:
    blocks = candidate.response.blocks if candidate.response is not None else ()
    return "\n\n".join(block.text for block in blocks if isinstance(block, TextBlock) and block.text)


def _insert(editor: "FieldEditor", text: str) -> None:
    if isinstance(editor.area, TextArea):
        editor.area.insert(text)
