"""One field of a request: its label, what it shows, its editor, and below it what must be known about it."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from ....sampling.note import Note, Severity
from ...widgets.foreign_text_editor import TextBlockEditor
from ...widgets.plain import Plain


class FieldFrame(Vertical):
    """
    One field.

    Attributes:
        field: Its name in the parameters.
        editor: What edits it, or shows it.
        shows: What is shown above the editor, which then only replaces it.
        seen: How much of it has been on the screen, 0 to 1.
    """

    def __init__(
        self,
        name: str,
        label: Content,
        editor: Widget,
        shows: Sequence[Widget] = (),
        *,
        key_of: Callable[[str], str],
    ) -> None:
        """
        Show one field.

        Args:
            key_of: Returns the key of a command, as it is shown.
        """
        self._beside = isinstance(editor, Input)
        super().__init__(classes="field -parameter" if self._beside else "field")
        self.field = name
        self._key_of = key_of
        self._label = label
        self._heading = Plain(label, classes="label")
        self.editor = editor
        self.shows = shows
        self.seen = 0.0
        self._remarks = Plain("", classes="remarks")

    def compose(self) -> ComposeResult:
        """Put the label above (or beside) the editor."""
        with Horizontal(classes="parameter") if self._beside else Vertical():
            yield self._heading
            yield from self.shows
            yield self.editor
        yield self._remarks

    def remark(self, problem: str | None, notes: list[Note], *, edited: bool, left_out: bool) -> None:
        """Show what is wrong, what gets lost, whether it was edited, and whether it is sent at all."""
        parts = [f"✗ expected: {problem}"] if problem else []
        parts += [("✗ " if note.severity is Severity.BLOCK else "⚑ ") + note.text for note in notes]
        self._remarks.update("\n".join(parts))
        self._remarks.display = bool(parts)
        self._remarks.set_class(bool(problem) or any(note.severity is Severity.BLOCK for note in notes), "-problem")
        self.set_class(edited, "-edited")
        self.set_class(left_out, "-left-out")
        label = self._label.stylize("strike") if left_out else self._label
        self._heading.update(label if self._beside else label + self._mark(edited, left_out))

    def _mark(self, edited: bool, left_out: bool) -> Content:
        if left_out:
            return Content.from_markup(
                " [b]✎ left out: not sent[/] [dim]$key puts it back[/]", key=self._key_of("leave-out")
            )
        if not edited:
            return Content("")
        words = "✎ your text is sent instead" if self._is_replaced else "✎ edited"
        return Content.from_markup(
            " [b]$words[/] [dim]$key puts the original back[/]", words=words, key=self._key_of("revert-field")
        )

    @property
    def _is_replaced(self) -> bool:
        """Whether an edit stands in the place of data, which has no text of its own."""
        return bool(self.shows) and isinstance(self.editor, TextBlockEditor) and not self.editor.original
