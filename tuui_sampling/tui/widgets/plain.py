"""
`Plain`, the only widget that shows foreign text, and the same for lists, trees, tabs and titles.

Whatever a server, a model, a configuration file or an error carried is never markup, and never reaches the screen
without `visible()`. What that had to reveal is drawn in reverse, so that a mark can be told from the same characters
in the text, without colour.
"""

from rich.cells import cell_len
from textual.content import Content, Span
from textual.visual import VisualType
from textual.widgets import Static

from ...sampling.visible import Revealed, reveal, shorten

MARK_STYLE = "bold reverse"
"""How our marks are drawn: no colour is needed to see them."""

PLAIN_LIMIT = 20_000
"""Characters that a `Plain` shows before it cuts, saying so; a `Reader` is the widget for long texts."""

_STYLED_MARKS = 2_000
"""So many marks of one text are styled; more would only cost time, since then marks are all there is to see."""


def plain(text: str, *, limit: int | None = None) -> Content:
    """Return foreign text as content: revealed, never markup, cut after `limit` characters with its length said."""
    return styled_marks(reveal(text if limit is None else shorten(text, limit)))


def line(text: str, limit: int = 200) -> Content:
    """Return foreign text as content of one line, for rows, labels and titles."""
    return styled_marks(reveal(shorten(text, limit), multiline=False))


def styled_marks(revealed: Revealed) -> Content:
    """Return what was revealed as content, its marks in reverse."""
    return Content(
        revealed.text, spans=[Span(start, end, MARK_STYLE) for start, end in revealed.marked[:_STYLED_MARKS]]
    )


def middle_cut(text: Content, cells: int, at_least: int) -> Content:
    """
    Return a text cut in its middle: names of one kind differ at their ends.

    Args:
        at_least: Cells that it takes, though there are fewer.
    """
    room = max(cells, at_least)
    if text.cell_length <= room:
        return text
    end = len(text.plain)
    while end and cell_len(text.plain[end - 1 :]) <= (room - 1) // 2:
        end -= 1
    tail = text[end:]
    return text.truncate(room - 1 - tail.cell_length) + Content("…") + tail


class Plain(Static):
    """
    Foreign text as it is.

    A string is always raw text: markup in it is shown, not obeyed. `Content` (from `plain`, `line` or
    `Content.from_markup("… $name", name=value)` with revealed values) is shown as it was made.
    """

    def __init__(
        self,
        text: VisualType = "",
        *,
        multiline: bool = True,
        limit: int | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """
        Show `text`.

        Args:
            multiline: Else newlines are shown as `␤`.
            limit: Characters until it is cut; None means `PLAIN_LIMIT`.
        """
        self._multiline = multiline
        self._limit = PLAIN_LIMIT if limit is None else limit
        super().__init__(self._shown(text), markup=False, name=name, id=id, classes=classes, disabled=disabled)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show other text; the screen is laid out anew only where that takes more room, or less."""
        shown, before = self._shown(content), self.content
        if isinstance(shown, Content) and isinstance(before, Content) and shown.is_same(before):
            return
        super().update(shown, layout=False)
        if layout and not self._fits:
            self.refresh(layout=True)

    @property
    def _fits(self) -> bool:
        """Whether the text takes exactly the room that the widget has."""
        room, rules = self.content_size, self.styles.get_rules()
        if not room or not self.is_attached:
            return False
        is_auto = self.styles.width is not None and self.styles.width.is_auto
        width = self.visual.get_optimal_width(rules, self.app.size.width) if is_auto else room.width
        return width == room.width and self.visual.get_height(rules, room.width) == room.height

    def _shown(self, content: VisualType) -> VisualType:
        """Return raw text as content; content stays what it is."""
        if not isinstance(content, str):
            return content
        return plain(content, limit=self._limit) if self._multiline else line(content, self._limit)


class StatusLine(Plain):
    """
    Says all the time how things are. Why a key did nothing is pointed out here, where that stands here already.

    Attributes:
        in_other_words: Sentences that say the same as its beginning.
    """

    in_other_words: tuple[str, ...] = ()
    _told = ""
    _text: VisualType = ""

    def says(self, sentence: str) -> bool:
        """Whether a person reads that here."""
        is_here = sentence in self.in_other_words or _as_shown(sentence) in str(self.content)
        return is_here and self.is_on_screen

    def point_out(self, sentence: str) -> None:
        """Draw a sentence of it, or the first line that says the same, in reverse; with nothing, no longer."""
        self._told = sentence
        self.update(self._text)

    def _shown(self, content: VisualType) -> VisualType:
        self._text = content
        shown = super()._shown(content)
        if not self._told or not isinstance(shown, Content):
            return shown
        told = shown.plain.partition("\n")[0] if self._told in self.in_other_words else _as_shown(self._told)
        at = shown.plain.find(told)
        return shown if at < 0 else shown.stylize(MARK_STYLE, at, at + len(told))


def _as_shown(sentence: str) -> str:
    return reveal(sentence).text
