"""One response, whole: as it streams in, then block by block, to be edited."""

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from ....frontend.presentation.candidates import streamed_text
from ....frontend.review.proposal import BY_HAND, UNWRITTEN, Edits
from ....frontend.review.response_edits import NEW_TEXT, AnswerEdits
from ....sampling.request import TextBlock, ToolUseBlock
from ....sampling.response import Response
from ....sampling.review import Candidate
from ...widgets.foreign_text_editor import EditorScroll, TextBlockEditor
from ...widgets.plain import Plain
from .response_blocks import AnswerPart, ShownPart, TextPart, ToolUsePart

STREAM_LIMIT = 1_000_000
"""Characters of a response that are shown while it is being written."""


class AnswerBody(EditorScroll):
    """
    What is shown of one response.

    Attributes:
        parts: Its blocks, in the model's order; none while it is being written.
    """

    def __init__(self, edits: Edits, leave_out_key: str) -> None:
        """
        Show nothing yet.

        Args:
            leave_out_key: What leaves out a tool use, as shown.
        """
        super().__init__(id="response-body", can_focus=True)
        self._edits = edits
        self._key = leave_out_key
        self._stream = Plain("", limit=STREAM_LIMIT)
        self._seen: dict[tuple[int, int], float] = {}
        self._number: int | None = None
        self.parts: list[AnswerPart] = []

    def on_mount(self) -> None:
        """Measure what is seen as it is scrolled into view."""
        self.watch(self, "scroll_y", self.measure, init=False)

    @on(AnswerPart.Scrolled)
    def _scrolled(self, message: AnswerPart.Scrolled) -> None:
        message.stop()
        self.measure()

    def show_nothing(self, words: str) -> None:
        """Say why there is no response."""
        self._fill(None, [Plain(words, classes="muted")])

    def show_stream(self, candidate: Candidate) -> None:
        """Show a response that is being written."""
        self._stream = Plain(streamed_text(candidate), limit=STREAM_LIMIT)
        self._fill(None, [self._stream])

    def follow(self, candidate: Candidate) -> None:
        """Show what has arrived since."""
        at_the_end = self.is_vertical_scroll_end
        self._stream.update(streamed_text(candidate))
        if at_the_end:  # whoever scrolled up to read stays there
            self.scroll_end(animate=False)

    def show_own(self, *, editable: bool) -> None:
        """Show the person's own answer."""
        self._fill(BY_HAND, list(self._parts(UNWRITTEN, self._edits.of(BY_HAND), frozenset(), editable=editable)))
        self.scroll_home(animate=False)

    def show_answer(self, candidate: Candidate, *, editable: bool) -> None:
        """Show a response that has been written."""
        pieces: list[Widget] = []
        if candidate.thinking:
            pieces.append(Plain("thinking (not returned to the server)", classes="label"))
            pieces.append(Plain("".join(candidate.thinking), classes="muted thinking"))
        if candidate.response is not None:
            edits, tools = self._edits.of(candidate.number), self._edits.tools(candidate)
            pieces += self._parts(candidate.response, edits, tools, editable=editable)
        self._fill(candidate.number, pieces)
        self.scroll_home(animate=False)

    def _parts(
        self, response: Response, edits: AnswerEdits, tools: frozenset[str], *, editable: bool
    ) -> Iterator[AnswerPart]:
        texts = sum(isinstance(block, TextBlock) for block in response.blocks)
        own = response is UNWRITTEN
        label = "Your answer" if own else "answer" if texts < 2 else "text"
        hint = "Write what the server is to get as the model's answer." if own else "Write the answer."
        if not texts and editable:
            yield TextPart(edits, NEW_TEXT, "", label, "No text; type to add one.", editable=editable)
        for position, block in enumerate(response.blocks):
            match block:
                case TextBlock():
                    yield TextPart(edits, position, block.text, label, hint, editable=editable)
                case ToolUseBlock():
                    yield ToolUsePart(
                        edits,
                        position,
                        block,
                        self._edits.check,
                        listed=tools,
                        editable=editable,
                        key=self._key,
                    )
                case _:
                    yield ShownPart(edits, position, block)

    def _fill(self, number: int | None, pieces: list[Widget]) -> None:
        self.measure()
        self._number = number
        self.parts = [piece for piece in pieces if isinstance(piece, AnswerPart)]
        for part in self.parts:
            part.seen = self._seen.get((number or 0, part.position), 0.0)
        self.remove_children()
        self.mount_all(pieces)

    # --- for whoever types, and for the approval ---

    def text_editor(self, focused: Widget | None) -> TextBlockEditor | None:
        """Return the text that has the focus, else the first one."""
        editors = [editor for part in self.parts if isinstance(part, TextPart) for editor in part.editors]
        around = focused.ancestors_with_self if focused is not None else ()
        return next((editor for editor in editors if editor in around), editors[0] if editors else None)

    def first_editor(self) -> TextBlockEditor | None:
        """Return the first thing that can be edited: a text that is there, rather than one that could be added."""
        written = [part for part in self.parts if part.position != NEW_TEXT and part.editors]
        return next((part.editors[0] for part in [*written, *self.parts] if part.editors), None)

    def part_with(self, focused: Widget | None) -> AnswerPart | None:
        """Return the block that has the focus."""
        around = focused.ancestors_with_self if focused is not None else ()
        return next((part for part in self.parts if part in around), None)

    @property
    def seen(self) -> float:
        """How much of the response has been on the screen, 0 to 1."""
        self.measure()
        total = sum(part.weight for part in self.parts)
        return sum(part.weight * part.seen for part in self.parts) / total if total else 1.0

    def measure(self) -> None:
        """Add what is in view to what has been seen."""
        if not self.is_mounted or self._number is None:
            return
        bottom = self.scroll_offset.y + self.size.height
        for part in self.parts:
            if part.is_mounted:
                part.measure(bottom)
                self._seen[self._number, part.position] = part.seen
