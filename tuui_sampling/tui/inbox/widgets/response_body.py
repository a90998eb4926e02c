"""One response, whole, as a document: as it streams in, then to be read and edited a field at a time."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import partial

from rich.cells import split_graphemes
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ....frontend.document.document import Document
from ....frontend.document.meter import meter_words, unseen_words
from ....frontend.document.passage import Part, Passage, Style
from ....frontend.document.response import ResponseParts, remarks_of, step_passages, stream_parts
from ....frontend.document.rows import Place
from ....frontend.presentation.media import media_of
from ....frontend.review.found import in_answer, is_short, notes_of
from ....frontend.review.proposal import BY_HAND, UNWRITTEN, Edits
from ....frontend.review.redacting import redact_answer, restore_answer, values_of_answer
from ....policy.finding import Finding
from ....policy.redaction.placeholders import put_back_by_itself
from ....sampling.phase import Phase
from ....sampling.review import Candidate, Review
from ...document.editing import OutsideText, field_under_cursor, open_editor, outside_text
from ...document.field_editor import Editable, FieldEditor
from ...document.pane import DocumentPane
from ...document.pictures import look_at
from .redacting import Extent, bring_into_view, cursor_place, wanted, word_under_cursor


class ResponseBody(Vertical):
    """
    What is shown of one response.

    Attributes:
        parts: What can be edited of it; None while it is being written, and where there is none.
    """

    class Changed(Message):
        """The person edited it; the edits have it already."""

    class Seen(Message):
        """More of it has been seen, or another one is shown."""

    def __init__(self, review: Review, edits: Edits, key_of: Callable[[str], str]) -> None:
        """
        Show nothing yet.

        Args:
            key_of: Returns the key of a command as it is shown.
        """
        super().__init__(id="response-body")
        self._key_of = key_of
        self._hold(review, edits)
        self.pane = DocumentPane()

    def show(self, review: Review, edits: Edits) -> None:
        """Show nothing yet of another review in the place of this one."""
        self.workers.cancel_node(self)
        self._hold(review, edits)
        self.pane.load(list[Part]())

    def _hold(self, review: Review, edits: Edits) -> None:
        self._review = review
        self._edits = edits
        self._candidate: Candidate | None = None
        self._shown: tuple[object, ...] | None = None
        self._documents: dict[int | None, Document] = {}
        self._editable = False
        self.parts: ResponseParts | None = None

    def compose(self) -> ComposeResult:
        """Hold nothing but the document."""
        yield self.pane

    def sync(self, candidate: Candidate | None) -> None:
        """Bring it up to a candidate's and the edits' present state; without a candidate, it may be the own answer."""
        self._candidate = candidate
        self._editable = self._review.phase in (Phase.REQUEST, Phase.RESPONSE)
        number = BY_HAND if self._edits.by_hand else candidate.number if candidate else None
        streaming = candidate is not None and candidate.is_streaming
        late = candidate is not None and candidate.left_running  # which is said after its end
        kind = (number, streaming, number is None and self._review.phase.is_open, late)
        if not self._editable:
            self.pane.close_editor()
        if kind == self._shown:
            if streaming and candidate is not None:
                self.pane.view.become(stream_parts(candidate), follow=True)
            return
        same = self._shown is not None and self._shown[0] == number and number is not None
        self._shown = kind
        self.pane.close_editor()
        self.parts = None
        if candidate is None and not self._edits.by_hand:
            self._show_parts(None, [Part("", (Passage(_nothing_yet(self._review), Style.MUTED, counts=False),))])
        elif streaming and candidate is not None:
            self._show_parts(number, stream_parts(candidate))
        elif candidate is not None and candidate.response is None:
            self._show_parts(number, stream_parts(candidate)[:1])
        else:
            self.parts = self._parts_of(candidate)
            self._search(self.parts)
            if same and candidate is not None:  # what was seen while it was written stays seen
                self.pane.view.become(stream_parts(candidate))
                self.pane.view.become(self.parts)
            else:
                self._show_parts(number, self.parts)
            self._look_at_data(self.parts)
        self.post_message(self.Seen())

    def _parts_of(self, candidate: Candidate | None) -> ResponseParts:
        """Return what is shown of a response that has been written, or of the person's own."""
        edits = self._edits
        parts = partial(
            ResponseParts,
            redacted=self._review.redacted,
            put_back=edits.put_back,
            by_itself=put_back_by_itself(self._review.asked, self._review.redacted),
            put_key=self._key_of("put-back"),
        )
        if candidate is None:
            return parts(UNWRITTEN, edits.of(BY_HAND), frozenset(), edits.check, is_own=True)
        assert candidate.response is not None
        return parts(
            candidate.response,
            edits.of(candidate.number),
            edits.tools(candidate),
            edits.check,
            tuple(step_passages(candidate)),
            "".join(candidate.thinking),
            revert=self._key_of("revert-field"),
            leave_out=self._key_of("leave-out"),
        )

    def _show_parts(self, number: int | None, parts: ResponseParts | list[Part]) -> None:
        """Show parts from the top; what has been seen of this response before stays seen."""
        known = self._documents.get(number)
        if known is None or number is None:
            known = self._documents[number] = Document(parts, split_graphemes)
        else:
            known.become(parts)
        self.pane.view.show(known)

    @work(exclusive=True)
    async def _look_at_data(self, parts: ResponseParts) -> None:
        """Look at all data beside the event loop, one piece after the other, and show what it is."""
        for position, block in enumerate(parts.response.blocks):
            name = f"content[{position}]"
            if media_of(block) is not None:
                known = await look_at(self.pane, name, partial(media_of, block))
                parts.looked = {**parts.looked, name: known}
                number = parts.number_of(name)
                if self.parts is parts and number is not None:
                    self.pane.view.change(number)

    # --- what is found in it ---

    def _search(self, parts: ResponseParts) -> None:
        """Find what a person should know of, in a long response beside the event loop."""
        response = parts.edits.apply(parts.response)
        if is_short(response):
            self._remark(parts, in_answer(parts.response, parts.edits))
        else:
            self._search_long(parts)

    @work(exclusive=True, group="findings")
    async def _search_long(self, parts: ResponseParts) -> None:
        found = await asyncio.to_thread(in_answer, parts.response, deepcopy(parts.edits))
        if parts is self.parts:
            self.pane.view.change(*self._remark(parts, found))

    def _remark(self, parts: ResponseParts, found: Iterable[Finding]) -> list[int]:
        """Tell what was found; returns the parts of which something else is told than before."""
        before, parts.remarks = parts.remarks, remarks_of(notes_of(found))
        changed = (name for name in {*before, *parts.remarks} if before.get(name) != parts.remarks.get(name))
        return sorted(number for name in changed if (number := parts.number_of(name)) is not None)

    # --- editing ---

    def number_of(self, name: str) -> int | None:
        """Return the part of a field; None when there is none."""
        return self.parts.number_of(name) if self.parts is not None else None

    @property
    def first(self) -> str:
        """The field that is edited first."""
        return self.parts.first if self.parts is not None else ""

    def editable(self, name: str) -> Editable | None:
        """Return a field as it can be edited; None when it can't."""
        parts = self.parts
        if parts is None or not self._editable or not parts.is_editable(name):
            return None
        placeholder = "Write the answer." if parts.is_text(name) else "{}"
        return Editable(name, parts.text(name), parts.original(name), parts.is_one_line(name), placeholder)

    @on(DocumentPane.EditWanted)
    def _edit_wanted(self, message: DocumentPane.EditWanted) -> None:
        message.stop()
        self.edit_field()

    def edit_field(self, name: str = "") -> FieldEditor | None:
        """Open the editor of a field, else of the one under the cursor, else of the first; None without any."""
        number = BY_HAND if self._candidate is None else self._candidate.number
        return open_editor(self.pane, self, self._edits.answer_undo.setdefault(number, {}), name)

    @property
    def outside_text(self) -> OutsideText | None:
        """The text that is edited in the person's own editor."""
        return outside_text(self.pane, self, self._take)

    def answer_editor(self) -> FieldEditor | None:
        """Open the editor of the text of the answer that the cursor is in, else of its first; None without any."""
        if self.parts is None:
            return None
        name = field_under_cursor(self.pane)
        return self.edit_field(name if self.parts.is_text(name) else self.parts.first_text)

    @on(DocumentPane.Edited)
    def _text_edited(self, message: DocumentPane.Edited) -> None:
        message.stop()
        parts = message.parts
        assert isinstance(parts, ResponseParts)
        if self.parts is not None and parts.edits is self.parts.edits:
            self._take(message.field, message.value)
        else:  # it was typed just before something else was shown
            parts.set(message.field, message.value)

    def _take(self, name: str, text: str) -> None:
        if self.parts is not None and self.parts.set(name, text):
            self._changed(name)

    def _changed(self, *names: str) -> None:
        parts = self.parts
        assert parts is not None
        self._search(parts)
        edited, document = [parts.number_of(name) for name in names], self.pane.view.document
        others = (number for number in range(len(parts)) if number not in edited)
        self.pane.view.change(*(number for number in others if parts[number] != document.texts.part(number)))
        for number in edited:
            if number is not None:
                self.pane.text_changed(number)
        self.post_message(self.Changed())

    def revert(self) -> bool:
        """Put the original back into the field under the cursor; False when it is in none."""
        parts, name = self.parts, field_under_cursor(self.pane)
        if parts is None or not self._editable or not parts.is_editable(name):
            return False
        if self.pane.editor is not None:
            self.pane.editor.revert()
        elif not self.pane.view.has_focus:
            return False
        else:
            self._take(name, parts.original(name))
        return True

    def leave_out(self) -> bool:
        """Leave out the tool use under the cursor, or put it back; False when it is in none."""
        name = field_under_cursor(self.pane)
        if self.parts is None or not self._editable or not self.parts.turn(name):
            return False
        self._changed(name)
        bring_into_view(self.pane, cursor_place(self.pane))
        return True

    # --- redacting ---

    def redact(self, extent: Extent) -> bool:
        """Replace what was found by placeholders; whether there was anything."""
        parts = self.parts
        if parts is None or not self._editable:
            return False
        values = list(values_of_answer(parts.response, parts.edits))
        near = wanted(self.pane, values, extent, parts.number_of)
        if near is None:
            return False
        known = {**self._review.redacted, **self._edits.draft.redacted}
        changed, used = redact_answer(parts.response, parts.edits, self._review.asked, known, near[0])
        self._edits.put_back |= dict.fromkeys(used, False)  # else it would be put back at once
        return self._replaced(changed, near[1])

    def put_back(self) -> bool:
        """Put the value of the placeholder under the cursor, or of the next, back, or take it out again."""
        parts = self.parts
        if parts is None or not self._editable:
            return False
        redacted = self._review.redacted
        near = word_under_cursor(self.pane, {**parts.edits.redacted, **redacted})
        if near is None:
            return False
        word, field, place = near
        if word not in redacted:  # it stands for what the model wrote: what is shown is what is returned
            return self._replaced(restore_answer(parts.response, parts.edits, field, word), place)
        choices = self._edits.put_back
        choices[word] = not choices.get(word, word in put_back_by_itself(self._review.asked, redacted))
        return self._replaced([field], place)

    def _replaced(self, changed: Sequence[str], place: Place) -> bool:
        self.pane.close_editor()
        number = BY_HAND if self._candidate is None else self._candidate.number
        for name in changed:
            self._edits.answer_undo.get(number, {}).pop(name, None)  # it is of another text
        if changed:
            self._changed(*changed)
            bring_into_view(self.pane, place)
        return bool(changed)

    # --- what has been seen ---

    @on(DocumentPane.Seen)
    def _seen(self, message: DocumentPane.Seen) -> None:
        message.stop()
        self.post_message(self.Seen())

    @property
    def unseen(self) -> str:
        """What of the answer that is shown has not been on the screen, in words; empty when everything has."""
        return unseen_words(self.pane.view.document)

    @property
    def meter(self) -> str:
        """How much has not been seen, in a few words; empty while no answer is shown."""
        return meter_words(self.pane.view.document) if self.parts is not None else ""


def _nothing_yet(review: Review) -> str:
    if review.phase.is_open:
        return "No response yet. Approve the request, or answer by hand."
    return "This request ended without a response."
