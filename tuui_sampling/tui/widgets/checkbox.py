"""Boxes to tick. An empty one is empty: Textual's own differ from ticked ones in their colour only."""

from rich.segment import Segment
from textual.content import ContentText
from textual.strip import Strip
from textual.widgets import Checkbox, SelectionList

TICKED, EMPTY = "X", " "


class Tick(Checkbox):
    """One box."""

    HELP = "Space or enter ticks and unticks."

    def __init__(self, label: ContentText, value: bool, *, compact: bool = False) -> None:
        """Show a box that is ticked or not."""
        self.BUTTON_INNER = TICKED if value else EMPTY
        super().__init__(label, value, compact=compact)

    def watch_value(self) -> None:
        """Show whether it is ticked, and tell of it."""
        self.BUTTON_INNER = TICKED if self.value else EMPTY
        super().watch_value()
        self.refresh()


class Several(SelectionList[int]):
    """Several boxes, one below the other; the first is where the cursor stands when one comes by."""

    HELP = "Arrows move, space ticks and unticks."

    def on_focus(self) -> None:
        """Stand somewhere, so that space does something at once."""
        if self.highlighted is None and self.option_count:
            self.highlighted = 0

    def render_line(self, y: int) -> Strip:
        """Draw a row, with an empty box where it is not ticked."""
        strip = super().render_line(y)
        place = self.scroll_offset.y + y
        if place >= self.option_count or self.get_option_at_index(place).value in self.selected:
            return strip
        return Strip(
            [Segment(EMPTY, one.style) if one.text == TICKED else one for one in list(strip)[:3]] + list(strip)[3:]
        )
