"""Draws the rows of a document as strips, and gives them back as text that can be copied."""

from collections.abc import Iterator
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from ...frontend.document.document import Document, Row
from ...frontend.document.passage import MARGIN, Style
from ...frontend.document.rows import ROOM
from ...frontend.presentation.json_kinds import Kind
from ..terminal.sixel import RESTORE, SAVE
from .contrast import readable

EDITED_MARK = "✎ edited"
"""Says in the name of a field that it is not as it was."""

BREAK = "¬"
"""Stands at the end of a row whose last word goes on in the next one."""

HUES: dict[str, str] = {
    Kind.KEY: "text-primary",
    Kind.STRING: "text-success",
    Kind.NUMBER: "text-accent",
    Kind.LITERAL: "text-accent",
    "user": "text-primary",
    "assistant": "text-success",
}
"""What JSON is made of, and who says something in a conversation; the variable of the theme that it is drawn in."""

ROLES = ("user", "assistant")

CSS = """
    & > .document--edited { color: $text-accent; text-style: bold; }
    & > .document--note { color: $text-warning; }
    & > .document--problem { color: $text-error; text-style: bold; }
    & > .document--muted { color: $text-muted; }
    & > .document--added { color: $text-success; }
    & > .document--removed { color: $text-error; }
    & > .document--noted { color: $text-warning; text-style: underline; }
"""
"""How rows look that have a colour of the theme."""

COMPONENTS = frozenset(
    f"document--{name}" for name in ("edited", "note", "noted", "problem", "muted", "added", "removed")
)
"""
Their component classes, and no more: whenever a class of a screen changes, Textual works each of them out anew for each
document in it.
"""

WITHOUT_COLOUR = {
    "heading": RichStyle(bold=True),
    "event": RichStyle(bold=True),
    "stressed": RichStyle(bold=True, reverse=True),
    "mark": RichStyle(bold=True, reverse=True),
    "found": RichStyle(bold=True, underline=True, reverse=True),
    "left-out": RichStyle(strike=True),
    "cursor": RichStyle(reverse=True),
}
"""How the others look, in the colours of the widget."""

Picture = list[Strip]
"""The rows of a picture."""


class RowPainter:
    """
    Draws rows in the styles of a widget.

    Attributes:
        plain: How the widget's own text looks.
        pictures: Name → the rows of each picture that has been drawn.
    """

    def __init__(self, widget: Widget) -> None:
        """Draw in the styles of `widget`, which has the component classes."""
        self._widget = widget
        self._styles: dict[str, RichStyle] = {}
        self.plain = RichStyle()
        self.pictures: dict[str, Picture] = {}

    def begin(self) -> None:
        """Begin to paint: Textual works the style of a widget out anew whenever it is asked, which no row needs."""
        self.plain = self._widget.rich_style

    def forget_styles(self) -> None:
        """Note that there is another theme."""
        self._styles.clear()

    def _style_of(self, name: str) -> RichStyle:
        if (style := self._styles.get(name)) is None:
            self._styles[name] = style = self._made(name)
        return style

    def _made(self, name: str) -> RichStyle:
        widget, component = self._widget, f"document--{name}"
        if (variable := HUES.get(name)) is not None:
            _, _, background, plain = widget.colors
            hue = Color.parse(widget.app.theme_variables[variable])
            return RichStyle(color=readable(hue, plain, background).rich_color)
        if component in COMPONENTS:
            return widget.get_component_rich_style(component)
        return widget.rich_style + WITHOUT_COLOUR.get(name, RichStyle())

    def strip(self, number: int, row: Row, width: int, *, has_cursor: bool) -> Strip:
        """Return a row as it is drawn."""
        base = self._style_of(row.style)
        if not row.sent and row.style is not Style.HEADING:
            base += self._style_of("left-out")
        margin = Segment(row.margin, base + self._style_of("cursor") if has_cursor else base)
        picture = self.pictures.get(row.picture) if row.picture else None
        if picture is not None and row.picture_row < len(picture):
            cells = [margin, *(one for one in picture[row.picture_row] if not one.control)]
            return Strip(cells).adjust_cell_length(width, self.plain)
        strip = Strip([margin, *self._segments(number, row, base)]).adjust_cell_length(width - 1, self.plain)
        end = Segment(BREAK if row.breaks else " ", self._style_of("muted"))
        return Strip([*strip, end], width).apply_offsets(0, number)

    def with_sequences(self, strips: list[Strip], rows: Iterator[Row], width: int) -> list[Strip]:
        """Return rows as they go to the terminal: with what draws pictures in the place of cells."""
        if not self.pictures:
            return strips
        drawn = [self._with_sequence(strip, row, width) for strip, row in zip(strips, rows, strict=False)]
        return [*drawn, *strips[len(drawn) :]]

    def _with_sequence(self, strip: Strip, row: Row, width: int) -> Strip:
        """
        Return a row with what draws a picture in the place of its cells; without it, where there is no room.

        That stands before the last cell: no cut through the cells before meets it, and one behind does not lose it.
        """
        picture = self.pictures.get(row.picture, [])
        room = width - MARGIN - 1
        if row.picture_row >= len(picture) or picture[row.picture_row].cell_length > room:
            return strip
        sequences = [one for one in picture[row.picture_row] if one.control]
        if not sequences or strip.cell_length < width:
            return strip
        before, after = strip.divide([width - 1, strip.cell_length])
        drawn = [Segment(f"{SAVE}\x1b[{room}D{one.text}{RESTORE}", None, one.control) for one in sequences]
        return Strip([*before, *drawn, *after], strip.cell_length)

    def _selected(self) -> RichStyle:
        """Return how selected text looks: where the theme names no colour for it, it keeps its own."""
        style = self._widget.screen.get_component_rich_style("screen--selection")
        names_a_colour = self._widget.screen.get_component_styles("screen--selection").color.a
        return style if names_a_colour else RichStyle(bgcolor=style.bgcolor)

    def _in_heading(self, text: str) -> Iterator[tuple[int, int, RichStyle]]:
        """Yield what of a field's name looks otherwise: who says it, its value, and that it is edited."""
        role = text.partition(" · ")[0]
        if role in ROLES:
            yield 0, len(role), self._style_of(role)
        if (colon := text.find(": ")) != -1:
            yield colon + 2, len(text), RichStyle(bold=False)
        if (edited := text.find(EDITED_MARK)) != -1:
            yield edited, edited + len(EDITED_MARK), self._style_of("edited")

    def _segments(self, number: int, row: Row, base: RichStyle) -> Iterator[Segment]:
        """Yield the text of a row in its styles."""
        stretches = [(start, end, self._style_of(kind)) for start, end, kind in row.kinds]
        stretches += [(start, end, self._style_of("noted")) for start, end in row.noted]
        stretches += [(start, end, self._style_of("mark")) for start, end in row.marked]
        stretches += [(start, end, self._style_of("stressed")) for start, end in row.stressed]
        stretches += [(start, end, self._style_of("found")) for start, end in row.found]
        if row.style is Style.HEADING:
            stretches += self._in_heading(row.text)
        selection = self._widget.text_selection
        if selection is not None and (span := selection.get_span(number)) is not None:
            start, end = span
            before = len(row.margin)
            end = len(row.text) if end == -1 else max(0, end - before)
            stretches.append((max(0, start - before), end, self._selected()))
        if not stretches:
            yield Segment(row.text, base)
            return
        edges = sorted({0, len(row.text), *(min(edge, len(row.text)) for one in stretches for edge in one[:2])})
        for low, high in pairwise(edges):
            style = base
            for start, end, added in stretches:
                if start <= low and high <= end:
                    style += added
            yield Segment(row.text[low:high], style)


def text_between(document: Document, start: Offset, end: Offset) -> str:
    """Return the text of some rows as it is shown, without the margins; rows of one line become that line again."""
    pieces: list[str] = []
    for number in range(max(0, start.y), min(end.y, document.count - 1) + 1):
        row = document.row(number)
        if row.place.start == ROOM:
            continue
        before = len(row.margin)
        low = max(0, start.x - before) if number == start.y else 0
        high = max(0, end.x - before) if number == end.y else len(row.text)
        goes_on = number > start.y and (row.place.offset > 0 or document.row(number - 1).breaks)
        pieces += ["" if goes_on or not pieces else "\n", row.text[low:high]]
    return "".join(pieces)


def field_text(document: Document, part: int, columns: int) -> str:
    """Return the text of a part, without its heading and the notes below it; where it has nothing else, those."""
    first, last = document.rows_of(part)
    own_passages = {
        number
        for number, one in enumerate(document.parts[part].passages)
        if one.style not in _ABOUT and not one.is_about
    }
    own = [row for row in range(first, last) if document.place(row).passage in own_passages]
    rows = own or [first, last - 1]
    return text_between(document, Offset(0, rows[0]), Offset(columns, rows[-1]))


_ABOUT = (Style.HEADING, Style.NOTE, Style.PROBLEM)
