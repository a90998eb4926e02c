"""The blocks of a response, each as it can be edited: texts, tool uses with their arguments, and what is only shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ....frontend.forms.arguments import NoObject, parse_arguments
from ....frontend.forms.check import SchemaCheck
from ....frontend.review.response_edits import AnswerEdits, arguments_text
from ....sampling.request import Block, ToolUseBlock
from ....sampling.wire import block_json
from ...widgets.foreign_text_editor import TextBlockEditor
from ...widgets.part_widgets import part_widgets
from ...widgets.plain import Plain, line

CheckOf = Callable[[str], SchemaCheck | None]

SHOWN_NAMES = 8
"""Listed tools that are named where the model named another."""


class AnswerPart(Vertical):
    """
    One block of a response.

    Attributes:
        position: Its place in the response, or `NEW_TEXT`.
        seen: How much of it has been on the screen, 0 to 1.
    """

    DEFAULT_CSS = "AnswerPart { height: auto; margin-bottom: 1; }"

    @dataclass
    class Edited(Message):
        """The person edited the block; the edits have it already."""

    @dataclass
    class Scrolled(Message):
        """More of it is in view."""

    def __init__(self, edits: AnswerEdits, position: int) -> None:
        super().__init__()
        self.edits = edits
        self.position = position
        self.seen = 0.0

    def on_mount(self) -> None:
        """Tell when its texts are scrolled."""
        for editor in self.editors:
            for scrolled in (editor.text_area, editor.reader):
                if scrolled is not None:
                    self.watch(scrolled, "scroll_y", self._tell, init=False)

    def _tell(self) -> None:
        self.post_message(self.Scrolled())

    @property
    def editors(self) -> tuple[TextBlockEditor, ...]:
        """What can be edited of it."""
        return tuple(self.query(TextBlockEditor))

    @property
    def weight(self) -> int:
        """How much there is to see of it."""
        return 20 + sum(len(editor.value) for editor in self.editors)

    def measure(self, bottom: int) -> None:
        """Add what is in view to what has been seen; `bottom` is the last row in view."""
        region = self.virtual_region
        share = min(1.0, max(0.0, (bottom - region.y) / region.height)) if region.height else 0.0
        scrolled = [scrolled_through(editor) for editor in self.editors if editor.is_mounted]
        self.seen = max(self.seen, min([share, *scrolled]))

    def revert(self, focused: Widget) -> bool:
        """Put the original back into the editor that has the focus; False when none has."""
        for editor in self.editors:
            if focused in editor.walk_children(with_self=True):
                editor.revert()
                return True
        return False


class TextPart(AnswerPart):
    """A text of a response."""

    def __init__(
        self, edits: AnswerEdits, position: int, original: str, label: str, placeholder: str, *, editable: bool
    ) -> None:
        super().__init__(edits, position)
        self._original = original
        self._label = label
        self._editor = TextBlockEditor(
            original, value=edits.texts.get(position, original), placeholder=placeholder, read_only=not editable
        )

    def compose(self) -> ComposeResult:
        """Put the label above the text."""
        yield Plain(self._label, classes="label")
        yield self._editor

    @on(TextBlockEditor.Edited)
    def _text_edited(self, message: TextBlockEditor.Edited) -> None:
        message.stop()
        if self.edits.set_text(self.position, message.editor.value, self._original):
            self.post_message(self.Edited())


class ShownPart(AnswerPart):
    """A block that is only shown."""

    def __init__(self, edits: AnswerEdits, position: int, block: Block) -> None:
        super().__init__(edits, position)
        self._block = block

    def compose(self) -> ComposeResult:
        """Show it as a picture, or in words."""
        yield from part_widgets(block_json(self._block))


class Turn(Static):
    """Leaves a tool use out, or puts it back, when it is clicked."""

    ALLOW_SELECT = False

    @dataclass
    class Clicked(Message):
        """It was clicked."""

    def on_click(self) -> None:
        """Tell."""
        self.post_message(self.Clicked())


class ToolUsePart(AnswerPart):
    """A tool use: its name (to be corrected where no such tool is listed), its id, and its arguments as JSON."""

    DEFAULT_CSS: ClassVar[str] = """
    ToolUsePart {
        .tool-use-heading { height: auto; }
        .tool-use-heading Plain { width: 1fr; }
        Turn { width: auto; color: $text-muted; }
        .tool-name EditArea { max-height: 3; }
        &.-left-out TextBlockEditor { opacity: 50%; }
        &.-left-out .tool-use-name { text-style: strike; }
    }
    """

    def __init__(
        self,
        edits: AnswerEdits,
        position: int,
        block: ToolUseBlock,
        check_of: CheckOf,
        *,
        listed: frozenset[str],
        editable: bool,
        key: str,
    ) -> None:
        """
        Show a tool use.

        Args:
            check_of: Returns what holds arguments against a tool's schema; None for a tool that is not listed.
            listed: The tools that the model may use.
            key: What leaves it out, as shown.
        """
        super().__init__(edits, position)
        self._block = block
        self._check_of = check_of
        self._listed = listed
        self._editable = editable
        self._key = key
        self._heading = Plain("", classes="label tool-use-name")
        self._turn = Turn("")
        self._problems = Plain("", classes="remarks")
        self._name_editor: TextBlockEditor | None = None
        if block.name not in listed:
            name = edits.names.get(position, block.name)
            self._name_editor = TextBlockEditor(block.name, value=name, read_only=not editable, classes="tool-name")
        original = arguments_text(block)
        value = edits.texts.get(position, original)
        self._arguments = TextBlockEditor(
            original, value=value, placeholder="{}", read_only=not editable, classes="tool-arguments"
        )

    def compose(self) -> ComposeResult:
        """Put the name and the id above the arguments, and what is wrong with them below."""
        with Horizontal(classes="tool-use-heading"):
            yield self._heading
            yield self._turn
        if self._name_editor is not None:
            yield Plain("its name", classes="muted")
            yield self._name_editor
            yield Plain("its arguments", classes="muted")
        yield self._arguments
        yield self._problems

    def on_mount(self) -> None:
        """Say what is wrong with it."""
        self._remark()

    @property
    def left_out(self) -> bool:
        """Whether it is not returned."""
        return self.position in self.edits.left_out

    def turn(self) -> None:
        """Leave it out, or put it back."""
        if self._editable:
            self.edits.turn(self.position)
            self._remark()
            self.post_message(self.Edited())

    @on(Turn.Clicked)
    def _turn_clicked(self, message: Turn.Clicked) -> None:
        message.stop()
        self.turn()

    @on(TextBlockEditor.Edited)
    def _part_edited(self, message: TextBlockEditor.Edited) -> None:
        message.stop()
        text = message.editor.value
        if message.editor is self._name_editor:
            changed = self.edits.set_name(self.position, text, self._block.name)
        else:
            changed = self.edits.set_text(self.position, text, arguments_text(self._block))
        if changed:
            self._remark()
            self.post_message(self.Edited())

    def _remark(self) -> None:
        """Show the name as it is now, and what is wrong."""
        name = self.edits.names.get(self.position, self._block.name)
        edited = self.position in self.edits.texts or self.position in self.edits.names
        words = Content.from_markup(
            "tool_use [b]$name[/] [dim]$id[/]", name=line(name, 80).plain, id=line(self._block.id, 40).plain
        )
        self._heading.update(words + Content.from_markup(" [b]✎ edited[/]") if edited else words)
        self.set_class(self.left_out, "-left-out")
        turn = f"✗ left out · {self._key} puts it back" if self.left_out else f"{self._key} leaves it out"
        self._turn.update(Content(turn if self._editable else "✗ left out" if self.left_out else ""))
        problems = [] if self.left_out else self._wrong(name)
        self._problems.update("\n".join(problems))
        self._problems.display = bool(problems)
        self._problems.set_class(any(problem.startswith("✗") for problem in problems), "-problem")

    def _wrong(self, name: str) -> list[str]:
        wrong = [] if name in self._listed else [f"✗ no such tool: {self._names()}"]
        try:
            arguments = parse_arguments(self._arguments.value)
        except NoObject as problem:
            return [*wrong, f"✗ arguments: {problem}"]
        check = self._check_of(name)
        return wrong + [f"⚑ {problem}" for problem in check.problems(arguments)] if check is not None else wrong

    def _names(self) -> str:
        names = sorted(self._listed)
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        return f"there is {', '.join(names[:SHOWN_NAMES])}{more}" if names else "none was offered"


def scrolled_through(editor: TextBlockEditor) -> float:
    """Return how much of an editor's text has been in its window."""
    area = editor.text_area
    if area is None:
        return editor.reader.seen if editor.reader is not None else 0.0
    height = area.virtual_size.height
    return min(1.0, (area.scroll_offset.y + area.size.height) / height) if height else 0.0
