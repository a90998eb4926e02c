"""A text with links that may move: a click follows the one that was painted where the mouse was pressed."""

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from ..widgets.plain import Plain
from .painted_rows import PaintedRows, pressed_at

Links = tuple[tuple[int, str], ...]
"""Of one line: where each piece of it ends, in cells, and the action that a click on it is; empty where it is none."""


class PaintedLinks(Plain):
    """The text."""

    def on_mount(self) -> None:
        """Remember nothing yet."""
        self._painted: PaintedRows[Links] = PaintedRows()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines, and remember their links."""
        strips = super().render_lines(crop)
        for y, strip in enumerate(strips, crop.y):
            self._painted.painted(y, _links(strip))
        return strips

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note what the mouse was pressed on: it may stand elsewhere when that is handled."""
        self._painted.press(event.y, pressed_at(self, event))

    async def on_click(self, event: events.Click) -> None:
        """Follow the link that the mouse was pressed on."""
        now = str(event.style.meta.get("@click", ""))
        links = self._painted.meant(((self.size.width, now),)) or ()
        action = next((action for end, action in links if event.x < end), "")
        if action != now:
            event.prevent_default()
            event.stop()
            if action:
                await self.run_action(action)


def _links(strip: Strip) -> Links:
    ends, x = [], 0
    for segment in strip:
        x += segment.cell_length
        meta = segment.style.meta if segment.style is not None else {}
        ends.append((x, str(meta.get("@click", ""))))
    return tuple(ends)
