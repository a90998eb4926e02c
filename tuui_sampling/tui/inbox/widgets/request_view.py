"""The first gate's view: every part of a request, each text and parameter editable in place, each loss noted beside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from ....frontend.presentation.format import pretty_json
from ....frontend.presentation.tools import tool_words
from ....frontend.review.request_draft import Draft, FieldProblem
from ....frontend.review.request_fields import (
    INCLUDE,
    LABELS,
    MAX_TOKENS,
    METADATA,
    STOP_SEQUENCES,
    SYSTEM,
    TEMPERATURE,
    TOOL_CHOICE,
    block_field,
    tool_field,
)
from ....sampling.note import Note, Severity
from ....sampling.request import Json, ModelPreferences
from ....sampling.review import Review
from ...widgets.foreign_text_editor import EditorScroll, TextBlockEditor
from ...widgets.line_input import LineInput
from ...widgets.media_view import MediaView
from ...widgets.plain import Plain, line
from .field_frame import FieldFrame
from .origin_line import cause_line
from .request_blocks import BlockFrames
from .tool_view import ToolView

AT_REST = 0.05
"""Seconds for which a layout has to stay the same to count as the one that is looked at."""

PLACEHOLDERS = {
    SYSTEM: "none; type to add one",
    TEMPERATURE: "not asked",
    STOP_SEQUENCES: 'none; a JSON list, such as ["END"]',
    INCLUDE: "not asked",
    TOOL_CHOICE: "not asked, which means auto; or required, or none",
}


class RequestView(EditorScroll):
    """
    A request and its draft.

    Attributes:
        seen: How much of it has been on the screen, 0 to 1.
    """

    DEFAULT_CLASSES = "request-view"
    seen: reactive[float] = reactive(0.0)

    @dataclass
    class Changed(Message):
        """The person edited a field; the draft has it already."""

        review: int

    class Ready(Message):
        """All fields are there: they can be remarked on."""

    @dataclass
    class Seen(Message):
        """More of the request has been looked at."""

        review: int
        share: float

    def __init__(self, review: Review, draft: Draft, *, editable: bool, key_of: Callable[[str], str]) -> None:
        """
        Show a request.

        Args:
            draft: Holds the texts, and receives the edits.
            key_of: Returns the key of a command, as it is shown.
        """
        super().__init__(can_focus=True)
        self._review = review
        self._draft = draft
        self._editable = editable
        self._key_of = key_of
        self._model_line = Plain("", id="model-line")
        self._other_notes = Plain("", id="request-notes", classes="remarks")
        self._remarked = False
        self._layout_timer: Timer | None = None
        self._known_layout: list[tuple[Region, Size]] = []

    @property
    def _frames(self) -> BlockFrames:
        return BlockFrames(self._draft, self._editable, self._key_of)

    def compose(self) -> ComposeResult:
        """Lay out the request, in the order in which a model would read it."""
        asked = self._review.asked
        frames = self._frames
        yield Plain(cause_line(self._review), id="cause-line")
        yield self._model_line
        yield self._other_notes
        yield self._frames.field(SYSTEM, Content("system prompt"), frames.editor(SYSTEM, PLACEHOLDERS[SYSTEM]))
        for index, message in enumerate(asked.messages):
            for position, block in enumerate(message.blocks):
                yield frames.frame(block_field(index, message, position), message.role, block)
                yield from _extras(block.extra)
            yield from _extras(message.extra)
        yield from self._tools()
        for name in (MAX_TOKENS, TEMPERATURE, STOP_SEQUENCES, INCLUDE):
            yield self._parameter(name)
        yield self._frames.field(METADATA, Content("metadata [JSON]"), frames.editor(METADATA))
        if asked.preferences is not None:
            preferences = Plain(_preferences_words(asked.preferences), classes="media")
            yield self._frames.field("modelPreferences", Content("preferences"), preferences)
        yield from _extras(asked.extra)

    def _tools(self) -> Iterator[Widget]:
        """Yield the tools that the model may use, and whether it must."""
        asked = self._review.asked
        if not asked.wants_tools:
            return
        tools = asked.tools or ()
        count = "1 tool" if len(tools) == 1 else f"{len(tools)} tools"
        words = f"The model may call {count}, which the server runs. {self._key_of('leave-out')} leaves one out."
        yield self._frames.field("tools", Content("tools"), Plain(words if tools else "none", classes="media muted"))
        for position, tool in enumerate(tools):
            name, field = line(tool_words(tool).name, 80).plain, tool_field(position)
            label = Content.from_markup("tool [b]$name[/] [dim]$field[/]", name=name, field=field)
            yield self._frames.field(field, label, ToolView(tool))
        yield self._parameter(TOOL_CHOICE)

    def _parameter(self, name: str) -> FieldFrame:
        entry = LineInput(
            self._draft.text(name), placeholder=PLACEHOLDERS.get(name, ""), disabled=not self._editable, compact=True
        )
        return self._frames.field(name, Content(f"{LABELS[name]:<16}"), entry)

    # --- what has been looked at ---

    def on_mount(self) -> None:
        """Start measuring what has been seen."""
        self.watch(self, "scroll_y", self.measure, init=False)
        self.watch(self, "virtual_size", self._measure_later, init=False)
        for editor in self.query(TextBlockEditor):
            for part in (editor.text_area, editor.reader):
                if part is not None:
                    self.watch(part, "scroll_y", self.measure, init=False)
                    self.watch(part, "virtual_size", self._measure_later, init=False)
        self.post_message(self.Ready())

    def on_resize(self) -> None:
        """Measure again: more may be in view."""
        self._measure_later()

    @on(MediaView.Settled)
    def _picture_settled(self) -> None:
        self._measure_later()

    def _measure_later(self) -> None:
        """Measure once the layout is at rest: texts are wrapped in steps, and what is in view between is not seen."""
        if self._layout_timer is not None:
            self._layout_timer.stop()
        self._layout_timer = self.set_timer(AT_REST, self._measure_at_rest)

    def _measure_at_rest(self) -> None:
        layout = [(frame.virtual_region, frame.editor.virtual_size) for frame in self.query(FieldFrame)]
        if layout == self._known_layout:
            self.measure()
        else:
            self._known_layout = layout
            self._measure_later()

    def measure(self) -> None:
        """Add what is in view now to what has been seen; each field weighs as much as its text is long."""
        if not self._remarked or not all(one.is_settled for one in self.query(MediaView)):
            return  # the remarks and pictures will push fields down that are in view only for a moment
        bottom = self.scroll_offset.y + self.size.height
        seen = total = 0.0
        for frame in self.query(FieldFrame):
            weight = _weight(frame, self._draft)
            top, height = frame.virtual_region.y, frame.virtual_region.height
            share = min(1.0, max(0.0, (bottom - top) / height)) if height else 0.0
            if isinstance(frame.editor, TextBlockEditor):
                share = min(share, scrolled_through(frame.editor))
            frame.seen = max(frame.seen, share)
            seen += weight * frame.seen
            total += weight
        share = seen / total if total else 1.0
        if share > self.seen:
            self.seen = share
            self.post_message(self.Seen(self._review.id, share))

    # --- what happens ---

    @on(TextBlockEditor.Edited)
    def _text_edited(self, message: TextBlockEditor.Edited) -> None:
        message.stop()
        self._edited(message.editor, message.editor.value)

    @on(Input.Changed)
    def _parameter_edited(self, message: Input.Changed) -> None:
        message.stop()
        self._edited(message.input, message.value)

    def _edited(self, editor: Widget, text: str) -> None:
        frame = next(one for one in editor.ancestors if isinstance(one, FieldFrame))
        if self._draft.text(frame.field) != text:
            self._draft.set(frame.field, text)
            self.post_message(self.Changed(self._review.id))

    def remark(self, model: Content, problems: list[FieldProblem], notes: tuple[Note, ...]) -> None:
        """Show the model, and beside each field what must be known about it. Before `Ready`, there are no fields."""
        self._model_line.update(model)
        expected = {problem.field: problem.text for problem in problems}
        frames = {frame.field: frame for frame in self.query(FieldFrame)}
        here = [(self._draft.field_of(note.field), note) for note in notes]
        for name, frame in frames.items():
            own = [note for field, note in here if field == name]
            left_out = name in self._draft.left_out
            frame.remark(expected.get(name), own, edited=name in self._draft.edits, left_out=left_out)
        others = [
            f"{'✗' if note.severity is Severity.BLOCK else '⚑'} {field}: {note.text}"
            for field, note in here
            if field not in frames
        ]
        others += [f"✗ {field}: expected: {text}" for field, text in expected.items() if field not in frames]
        self._other_notes.update("\n".join(others))
        self._other_notes.display = bool(others)
        if frames and not self._remarked:
            self._remarked = True
            self._measure_later()

    def set_editable(self, editable: bool) -> None:
        """Let the fields be edited, or only be read."""
        self._editable = editable
        for editor in self.query(TextBlockEditor):
            editor.set_read_only(not editable)
        for entry in self.query(Input):
            entry.disabled = not editable

    def revert(self, focused: Widget | None) -> bool:
        """Put the original back into the field that has the focus; False when none has."""
        frame = self._frame_around(focused)
        if frame is None:
            return False
        if frame.field in self._draft.left_out:
            self._turn(frame)
        elif isinstance(frame.editor, TextBlockEditor):
            frame.editor.revert()
        elif isinstance(frame.editor, Input):
            frame.editor.value = self._draft.original(frame.field)
        return True

    def leave_out(self, focused: Widget | None) -> bool:
        """Leave the block or the tool that has the focus out, or put it back; False when none has."""
        frame = self._frame_around(focused)
        if frame is None or not self._editable or not frame.field.startswith(("messages[", "tools[")):
            return False
        self._turn(frame)
        return True

    def _turn(self, frame: FieldFrame) -> None:
        self._draft.turn(frame.field)
        self.post_message(self.Changed(self._review.id))

    def _frame_around(self, focused: Widget | None) -> FieldFrame | None:
        around = focused.ancestors_with_self if focused is not None else ()
        frame = next((one for one in around if isinstance(one, FieldFrame)), None)
        return frame if frame is not None and self in frame.ancestors else None

    def first_editor(self) -> Widget | None:
        """Return the first text of the conversation; where it has none, the editor that would replace what it has."""
        editors = [frame.editor for frame in self.query(FieldFrame) if frame.field.startswith("messages")]
        texts = [editor for editor in editors if isinstance(editor, TextBlockEditor)]
        return next((one for one in texts if one.original), texts[0] if texts else None)


def _weight(frame: FieldFrame, draft: Draft) -> int:
    """Return how much there is to see of a field: nothing of one that is empty, and a little of what is no text."""
    if isinstance(frame.editor, Plain | ToolView):
        return 40
    text = draft.text(frame.field)
    return (len(text) + 20 if text else 0) + (40 if frame.shows else 0)


def scrolled_through(editor: TextBlockEditor) -> float:
    """Return how much of an editor's text has been in its window."""
    area = editor.text_area
    if area is None:
        return editor.reader.seen if editor.reader is not None else 0.0
    height = area.virtual_size.height
    return min(1.0, (area.scroll_offset.y + area.size.height) / height) if height else 0.0


def _preferences_words(preferences: ModelPreferences) -> str:
    words = [f"hints: {', '.join(preferences.hint_names)}"] if preferences.hint_names else []
    for label, value in (
        ("cost", preferences.cost_priority),
        ("speed", preferences.speed_priority),
        ("intelligence", preferences.intelligence_priority),
    ):
        words += [f"{label} {value:g}"] if value is not None else []
    return " · ".join(words)


def _extras(extra: Json) -> Iterator[Plain]:
    if extra:
        yield Plain(f"also: {pretty_json(extra)}", classes="muted extra")
