"""Holds what lists have in common: the keys of those that draw their own rows, and hues beside a cursor."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.strip import Strip

from ..pointer.painted_options import PaintedOptions

ROW_KEYS = (
    Binding("up,k", "move(-1)", "up", show=False),
    Binding("down,j", "move(1)", "down", show=False),
    Binding("home", "move(-1000000)", "first", show=False),
    Binding("end", "move(1000000)", "last", show=False),
    Binding("pageup", "move(-10)", "page up", show=False),
    Binding("pagedown", "move(10)", "page down", show=False),
)
"""What each calls is `action_move` of the list, with rows."""


class HuedList(PaintedOptions):
    """A list with hues. The row of the cursor has one colour of text: the hues can't be read on its background."""

    LINES: ClassVar[int] = 1
    """Lines of each row."""

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        strip = super().render_line(y)
        if (y + self.scroll_offset.y) // self.LINES != self.highlighted:
            return strip
        cursor = self.get_component_rich_style("option-list--option-highlighted")
        plain = Style(color=cursor.color)
        segments = [Segment(text, (style or Style()) + plain, control) for text, style, control in strip]
        return Strip(segments, strip.cell_length)
