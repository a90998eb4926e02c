"""The first gate's view: every part of a request, each text and parameter editable in place, each loss noted beside."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from ...sampling.note import Note, Severity
from ...sampling.request import AudioBlock, Block, ImageBlock, Json, TextBlock, ToolResultBlock, ToolUseBlock
from ...sampling.review import Review
from ..draft import (
    INCLUDE,
    LABELS,
    MAX_TOKENS,
    METADATA,
    STOP_SEQUENCES,
    SYSTEM,
    TEMPERATURE,
    Draft,
    FieldProblem,
    block_field,
)
from ..plain import Plain
from ..pretty import pretty_json
from ..words import octets
from .block_editor import EditorScroll, TextBlockEditor
from .line_input import LineInput
from .origin_line import cause_line

AT_REST = 0.05
"""Seconds for which a layout has to stay the same to count as the one that is looked at."""

PLACEHOLDERS = {
    SYSTEM: "none; type to add one",
    TEMPERATURE: "not asked",
    STOP_SEQUENCES: 'none; a JSON list, such as ["END"]',
    INCLUDE: "not asked",
}


class FieldFrame(Vertical):
    """
    One field: its label, its editor, and below it what must be known about it.

    Attributes:
        field: Its name in the parameters.
        seen: How much of it has been on the screen, 0 to 1.
    """

    def __init__(self, name: str, label: Content, editor: Widget) -> None:
        self._beside = isinstance(editor, Input)
        super().__init__(classes="field -parameter" if self._beside else "field")
        self.field = name
        self._label = label
        self._heading = Plain(label, classes="label")
        self.editor = editor
        self.seen = 0.0
        self._remarks = Plain("", classes="remarks")

    def compose(self) -> ComposeResult:
        """Put the label above (or beside) the editor."""
        with Horizontal(classes="parameter") if self._beside else Vertical():
            yield self._heading
            yield self.editor
        yield self._remarks

    def remark(self, problem: str | None, notes: list[Note], *, edited: bool) -> None:
        """Show what is wrong, what gets lost, and whether it was edited."""
        parts = [f"✗ expected: {problem}"] if problem else []
        parts += [("✗ " if note.severity is Severity.BLOCK else "⚑ ") + note.text for note in notes]
        self._remarks.update("\n".join(parts))
        self._remarks.display = bool(parts)
        self._remarks.set_class(bool(problem) or any(note.severity is Severity.BLOCK for note in notes), "-problem")
        self.set_class(edited, "-edited")
        mark = Content.from_markup(" [b]✎ edited[/] [dim]F4 puts the original back[/]") if edited else Content("")
        self._heading.update(self._label if self._beside else self._label + mark)


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

    def __init__(self, review: Review, draft: Draft, *, editable: bool) -> None:
        """
        Show a request.

        Args:
            draft: Holds the texts, and receives the edits.
        """
        super().__init__(can_focus=True)
        self._review = review
        self._draft = draft
        self._editable = editable
        self._model_line = Plain("", id="model-line")
        self._other_notes = Plain("", id="request-notes", classes="remarks")
        self._remarked = False
        self._layout_timer: Timer | None = None
        self._known_layout: list[tuple[Region, Size]] = []

    def compose(self) -> ComposeResult:
        """Lay out the request, in the order in which a model would read it."""
        asked = self._review.asked
        yield Plain(cause_line(self._review), id="cause-line")
        yield self._model_line
        yield self._other_notes
        yield self._text_field(SYSTEM, Content("system prompt"))
        for index, message in enumerate(asked.messages):
            for position, block in enumerate(message.blocks):
                name = block_field(index, message, position)
                label = Content.from_markup("$role [dim]$field[/]", role=message.role, field=name)
                if isinstance(block, TextBlock):
                    yield self._text_field(name, label)
                else:
                    yield FieldFrame(name, label, Plain(describe_block(block), classes="media"))
                yield from _extras(block.extra)
            yield from _extras(message.extra)
        for name in (MAX_TOKENS, TEMPERATURE, STOP_SEQUENCES, INCLUDE):
            yield self._parameter(name)
        yield self._text_field(METADATA, Content("metadata [JSON]"))
        yield from self._rest()

    def _rest(self) -> Iterator[Widget]:
        """Yield what is shown but not edited: preferences, tools, and what the specification does not name."""
        asked = self._review.asked
        if asked.preferences is not None:
            preferences = asked.preferences
            words = [f"hints: {', '.join(preferences.hint_names)}"] if preferences.hint_names else []
            for label, value in (
                ("cost", preferences.cost_priority),
                ("speed", preferences.speed_priority),
                ("intelligence", preferences.intelligence_priority),
            ):
                words += [f"{label} {value:g}"] if value is not None else []
            yield FieldFrame("modelPreferences", Content("preferences"), Plain(" · ".join(words), classes="media"))
        for name, shown in (("tools", asked.tools), ("toolChoice", asked.tool_choice)):
            if shown is not None:
                yield FieldFrame(name, Content(name), Plain(pretty_json(shown), classes="media"))
        yield from _extras(asked.extra)

    def _text_field(self, name: str, label: Content) -> FieldFrame:
        editor = TextBlockEditor(
            self._draft.original(name),
            value=self._draft.text(name),
            placeholder=PLACEHOLDERS.get(name, ""),
            read_only=not self._editable,
        )
        return FieldFrame(name, label, editor)

    def _parameter(self, name: str) -> FieldFrame:
        entry = LineInput(
            self._draft.text(name), placeholder=PLACEHOLDERS.get(name, ""), disabled=not self._editable, compact=True
        )
        return FieldFrame(name, Content(f"{LABELS[name]:<16}"), entry)

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
        if not self._remarked:
            return  # the remarks will push fields down that are in view only for a moment
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
        for name, frame in frames.items():
            own = [note for note in notes if note.field == name]
            frame.remark(expected.get(name), own, edited=name in self._draft.edits)
        others = [f"⚑ {note.field}: {note.text}" for note in notes if note.field not in frames]
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
        frames = [frame for frame in self.query(FieldFrame) if focused is not None and focused in frame.walk_children()]
        if not frames:
            return False
        frame = frames[0]
        if isinstance(frame.editor, TextBlockEditor):
            frame.editor.revert()
        elif isinstance(frame.editor, Input):
            frame.editor.value = self._draft.original(frame.field)
        return True

    def first_editor(self) -> Widget | None:
        """Return the first text of the conversation, else the first editor."""
        editors = [frame.editor for frame in self.query(FieldFrame) if frame.field.startswith("messages")]
        texts = [editor for editor in editors if isinstance(editor, TextBlockEditor)]
        return texts[0] if texts else None


def _weight(frame: FieldFrame, draft: Draft) -> int:
    """Return how much there is to see of a field: nothing of one that is empty, and a little of what is no text."""
    if isinstance(frame.editor, Plain):
        return 40
    text = draft.text(frame.field)
    return len(text) + 20 if text else 0


def scrolled_through(editor: TextBlockEditor) -> float:
    """Return how much of an editor's text has been in its window."""
    area = editor.text_area
    if area is None:
        return editor.reader.seen if editor.reader is not None else 0.0
    height = area.virtual_size.height
    return min(1.0, (area.scroll_offset.y + area.size.height) / height) if height else 0.0


def describe_block(block: Block) -> str:
    """Return a block that is no text in words: type, size and digest for media, JSON for tool use."""
    match block:
        case ImageBlock() | AudioBlock():
            kind = "image" if isinstance(block, ImageBlock) else "audio"
            return f"{kind} · {block.mime_type} · {octets(len(block.content))} · sha256 {block.sha256[:12]}…"
        case ToolUseBlock():
            return f"tool_use {block.name} ({block.id})\n{pretty_json(block.input)}"
        case ToolResultBlock():
            return f"tool_result for {block.tool_use_id}\n{pretty_json(list(block.content))}"
    return block.text


def _extras(extra: Json) -> Iterator[Plain]:
    if extra:
        yield Plain(f"also: {pretty_json(extra)}", classes="muted extra")
