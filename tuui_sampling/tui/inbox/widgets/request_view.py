"""The first gate's view: a request as one document, each field editable in place, each loss noted below its field."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ....frontend.context.attached import CONTEXT_FIELDS
from ....frontend.document.blocks import Picture
from ....frontend.document.meter import meter_words, unseen_words
from ....frontend.document.passage import Passage, Remark, Style
from ....frontend.document.request import ONE_ROW, RequestParts
from ....frontend.document.rows import Place
from ....frontend.presentation.media import media_in, media_of
from ....frontend.review.proposal import Edits
from ....frontend.review.redacting import redact_draft, replaced_by, restore_draft, values_of
from ....frontend.review.request_draft import FieldProblem
from ....frontend.review.request_fields import (
    INCLUDE,
    STOP_SEQUENCES,
    SYSTEM,
    TEMPERATURE,
    TOOL_CHOICE,
    block_field,
    is_editable,
)
from ....sampling.derived.beside import beside_the_loop
from ....sampling.note import Note, Severity
from ....sampling.request import AudioBlock, ImageBlock, TextBlock, ToolResultBlock
from ....sampling.review import Review
from ...document.editing import OutsideText, field_under_cursor, open_editor, outside_text
from ...document.field_editor import Editable, FieldEditor
from ...document.pane import DocumentPane
from ...document.pictures import Decode, look_at
from ...document.view import DocumentView
from .origin_line import cause_line
from .redacting import Extent, bring_into_view, cursor_place, wanted, word_under_cursor

PLACEHOLDERS = {
    SYSTEM: "no system prompt; type to add one",
    TEMPERATURE: "not set",
    STOP_SEQUENCES: 'no stop sequences; a JSON list, such as ["END"]',
    INCLUDE: "not set",
    TOOL_CHOICE: "not set, which means auto; or required, or none",
}
REPLACING = "type here to send a text of yours in its place"


MAX_REMEMBERED = 5_000
"""Fields of a request that are remembered as seen; of one that has more, none is."""


class RequestView(Vertical):
    """
    A request and its draft.

    Attributes:
        parts: What is shown of it.
        pane: Where it is shown.
    """

    DEFAULT_CLASSES = "request-view"

    @dataclass
    class Changed(Message):
        """The person edited a field; the draft has it already."""

        review: int

    class Ready(Message):
        """The request is there: it can be remarked on."""

    class Seen(Message):
        """More of it has been seen."""

    def __init__(self, review: Review, edits: Edits, *, editable: bool, key_of: Callable[[str], str]) -> None:
        """
        Show a request.

        Args:
            edits: Their draft holds the texts, and receives the edits.
            key_of: Returns the key of a command as it is shown.
        """
        self._key_of = key_of
        self._hold(review, edits, editable=editable)
        super().__init__()
        self.pane = DocumentPane(self.parts)

    def show(self, review: Review, edits: Edits, *, editable: bool) -> None:
        """Show another request in the place of this one, from the top; nothing of it has been seen."""
        self._hold(review, edits, editable=editable)
        self.pane.load(self.parts)
        self._look_at_data()

    def _hold(self, review: Review, edits: Edits, *, editable: bool) -> None:
        self._review = review
        self._edits = edits
        self._editable = editable
        self.parts = RequestParts(
            edits.draft,
            self._about("", ()),
            revert=self._key_of("revert-field"),
            leave_out=self._key_of("leave-out"),
            attach=self._key_of("attach"),
            known=edits.known,
        )
        self._known: dict[str, Picture] = {}
        self.parts.looked = self._known

    def compose(self) -> ComposeResult:
        """Hold nothing but the document."""
        yield self.pane

    def on_mount(self) -> None:
        """Tell that there is something to remark on, and look at the pictures."""
        self.post_message(self.Ready())
        self._look_at_data()

    @property
    def view(self) -> DocumentView:
        """The rows of the document."""
        return self.pane.view

    # --- what has been seen ---

    @on(DocumentPane.Seen)
    def _seen(self, message: DocumentPane.Seen) -> None:
        message.stop()
        self.post_message(self.Seen())

    @property
    def unseen(self) -> str:
        """What has not been on the screen, in words; empty when everything has."""
        return unseen_words(self.view.document)

    @property
    def seen_fields(self) -> frozenset[str]:
        """The fields that have been seen wholly, as the server sent them."""
        document, parts = self.view.document, self.parts
        if not document.is_complete or len(parts) > MAX_REMEMBERED:
            return frozenset()
        unseen = {part.field for part, _rows in document.unseen_parts()}
        return frozenset(parts[number].field for number in range(len(parts))) - unseen - {*self._edits.draft.edits}

    @property
    def meter(self) -> str:
        """How much has not been seen, in a few words."""
        return meter_words(self.view.document)

    # --- what must be known about it ---

    def remark(self, model: str, problems: Sequence[FieldProblem], notes: Sequence[Note]) -> None:
        """Show the model, and below each field what must be known about it."""
        remarks: dict[str, list[Remark]] = {}
        others: list[Passage] = []
        for style, field, text in _remarks(self._edits, problems, notes):
            if self.parts.number_of(field) is None:
                others.append(Passage(f"{field}: {text}", style))
            else:
                remarks.setdefault(field, []).append(Remark(text, style))
        about = self._about(model, others)
        before = self.parts.remarks
        changed = [name for name in {*before, *remarks} if before.get(name) != remarks.get(name)]
        numbers = [number for name in changed if (number := self.parts.number_of(name)) is not None]
        if about != self.parts.about:
            numbers.append(0)
        self.parts.about, self.parts.remarks = about, remarks
        if numbers:
            self.view.change(*sorted(numbers))

    def _about(self, model: str, others: Sequence[Passage]) -> Sequence[Passage]:
        """Return what stands above the request; the model is told below it as well, so it need not be seen here."""
        lines = [cause_line(self._review).plain, *model.split("\n")]
        return [*(Passage(line, Style.MUTED, counts=False) for line in lines if line), *others]

    # --- editing ---

    @property
    def field(self) -> str:
        """The field that the cursor is in; empty when it is in none."""
        return field_under_cursor(self.pane)

    @on(DocumentPane.EditWanted)
    def _edit_wanted(self, message: DocumentPane.EditWanted) -> None:
        message.stop()
        self.edit_field()

    def show_known(self) -> None:
        """Show the messages that are known; they count as seen all the same."""
        self.parts.shows_known = True
        if numbers := self.parts.known_numbers():
            self.view.change(*numbers)

    def edit_field(self) -> FieldEditor | None:
        """
        Open the editor of the field under the cursor, else of the first text; None where nothing can be edited.

        Messages that are known are shown first: nobody edits what they don't see.
        """
        if self.view.has_focus and self.parts.folds(self.field):
            self.show_known()
            return None
        return open_editor(self.pane, self, self._edits.undo) if self._editable else None

    @property
    def outside_text(self) -> OutsideText | None:
        """The text that is edited in the person's own editor."""
        return outside_text(self.pane, self, self._take) if self._editable else None

    def number_of(self, name: str) -> int | None:
        """Return the part of a field; None when there is none."""
        return self.parts.number_of(name)

    @property
    def first(self) -> str:
        """The first text of the conversation; where it has none, the field that would replace what it has."""
        messages = self._edits.draft.asked.messages
        known = self._edits.known
        index = min(known.same, len(messages) - 1) if known is not None and not self.parts.shows_known else 0
        message = messages[index]
        texts = (
            block_field(index, message, position)
            for position, _block in enumerate(message.blocks)
            if self._edits.draft.text(block_field(index, message, position))
        )
        return next(texts, block_field(index, message, 0))

    def editable(self, name: str) -> Editable | None:
        """Return a field as it can be edited; None when it can't."""
        if not is_editable(name):
            return None
        draft = self._edits.draft
        original = draft.original(name)
        placeholder = PLACEHOLDERS.get(name, REPLACING if name.startswith("messages[") and not original else "")
        return Editable(name, draft.text(name), original, one_line=name in ONE_ROW, placeholder=placeholder)

    @on(DocumentPane.Edited)
    def _text_edited(self, message: DocumentPane.Edited) -> None:
        message.stop()
        parts = message.parts
        assert isinstance(parts, RequestParts)
        if parts is self.parts:
            self._take(message.field, message.value)
        else:  # it was typed just before another request was shown
            parts.draft.set(message.field, message.value)

    def _take(self, name: str, text: str) -> None:
        draft = self._edits.draft
        if draft.text(name) != text:
            draft.set(name, text)
            self._changed(name)

    def _changed(self, *names: str) -> None:
        known = self._edits.known
        if known is not None and not self.parts.shows_known and known.seen.intersection(names):
            self.show_known()  # the row that stands for them would stand for others now
        for name in names:
            if (number := self.parts.number_of(name)) is not None:
                self.pane.text_changed(number)
        self.post_message(self.Changed(self._review.id))

    def set_editable(self, editable: bool) -> None:
        """Let the fields be edited, or only be read."""
        self._editable = editable
        if not editable:
            self.pane.close_editor()

    def revert(self) -> bool:
        """Put the original back into the field under the cursor; False when it is in none."""
        name, draft = self.field, self._edits.draft
        if not self._editable or not name or not (self.pane.editor is not None or self.view.has_focus):
            return False
        if name in draft.left_out:
            self._turn(name)
        elif self.pane.editor is not None:
            self.pane.editor.revert()
        elif name in draft.edits:
            draft.edits.pop(name)
            self._changed(name)
        return True

    def leave_out(self) -> bool:
        """Leave the block or the tool under the cursor out, or put it back; False when it is in none."""
        name = self.field
        if not self._editable or not name.startswith(("messages[", "tools[", "context[")):
            return False
        if self.parts.folds(name):
            self.show_known()  # first it has to be seen which block that is
        else:
            self._turn(name)
            bring_into_view(self.pane, cursor_place(self.pane))
        return True

    def redact(self, extent: Extent) -> bool:
        """Replace what was found by placeholders; whether there was anything."""
        draft = self._edits.draft
        near = wanted(self.pane, list(values_of(draft)), extent, self.number_of) if self._editable else None
        return near is not None and self._replaced(redact_draft(draft, self._review.redacted, near[0]), near[1])

    def put_back(self) -> bool:
        """Put back what the placeholder under the cursor, or the next, stands for; whether there was any."""
        draft = self._edits.draft
        near = word_under_cursor(self.pane, replaced_by(draft)) if self._editable else None
        return near is not None and self._replaced(restore_draft(draft, near[1], near[0]), near[2])

    def _replaced(self, changed: Sequence[str], place: Place) -> bool:
        self.pane.close_editor()
        for name in changed:
            self._edits.undo.pop(name, None)  # it is of another text
        if changed:
            self._changed(*changed)
            bring_into_view(self.pane, place)
        return bool(changed)

    def show_added(self, fields: Sequence[str]) -> None:
        """Show what the person has added, none of which has been seen, from its beginning."""
        self._changed(*fields)
        number = self.parts.number_of(fields[0])
        if number is not None:
            self.view.show_part(number)
        self._look_at_data()

    def _turn(self, name: str) -> None:
        left_out = set(self._edits.draft.left_out)
        self._edits.draft.turn(name)
        self._changed(*sorted(left_out ^ self._edits.draft.left_out))

    # --- pictures ---

    @work(exclusive=True)
    async def _look_at_data(self) -> None:
        """Look at all data beside the event loop, one piece after the other, and show what it is."""
        review, edits = self._review, self._edits
        for name, field, decode in await beside_the_loop(len(review.origin.raw), lambda: list(_data_in(review, edits))):
            if name in self._known:
                continue
            self._known[name] = await look_at(self.pane, name, decode)
            if (number := self.parts.number_of(field)) is not None:
                self.view.change(number)


def _data_in(review: Review, edits: Edits) -> Iterator[tuple[str, str, Decode]]:
    """Yield each piece of data: its name, its field, and what decodes it."""
    for field in CONTEXT_FIELDS:
        added = edits.draft.added(field)
        if added is not None and not isinstance(added.block, TextBlock):
            yield field, field, lambda block=added.block: media_of(block)  # type: ignore[misc]
    for index, message in enumerate(review.asked.messages):
        for position, block in enumerate(message.blocks):
            field = block_field(index, message, position)
            if isinstance(block, ImageBlock | AudioBlock):
                yield field, field, lambda block=block: media_of(block)  # type: ignore[misc]
            elif isinstance(block, ToolResultBlock):
                for number, item in enumerate(block.content):
                    held = item.get("resource") if item.get("type") == "resource" else item
                    if isinstance(held, dict) and ("data" in held or "blob" in held):
                        yield f"{field}.content[{number}]", field, lambda item=item: media_in(item)  # type: ignore[misc]


def _remarks(edits: Edits, problems: Sequence[FieldProblem], notes: Sequence[Note]) -> Iterator[tuple[Style, str, str]]:
    """Yield the style, the field and the words of everything that must be known."""
    for problem in problems:
        yield Style.PROBLEM, problem.field, f"expected: {problem.text}"
    for note in notes:
        style = Style.PROBLEM if note.severity is Severity.BLOCK else Style.NOTE
        field = edits.draft.field_of(note.field)
        member = note.field.removeprefix(f"{field}.") if note.field.startswith(f"{field}.") else ""
        yield style, field, f"{member}: {note.text}" if member else note.text
