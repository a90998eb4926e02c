"""A list of options that may move: a click chooses the one that was painted where the mouse was pressed."""

from collections.abc import Iterable, Sequence

from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from .painted_rows import PaintedRows, pressed_at


class PaintedOptions(OptionList):
    """The list."""

    def __init__(self, *, id: str | None = None) -> None:
        """Hold nothing; texts are no markup."""
        super().__init__(id=id, markup=False)
        self._painted: PaintedRows[str] = PaintedRows()
        self._names: Sequence[str] = ()

    def show(self, options: Iterable[tuple[str, Content]]) -> None:
        """
        Show other options.

        Args:
            options: What names each, also when it stands elsewhere, and how it is drawn. One without a name is a
                heading, which can't be chosen.
        """
        options = list(options)
        self._names = [name for name, _ in options]
        self.set_options(Option(prompt, disabled=not name) for name, prompt in options)

    def render_line(self, y: int) -> Strip:
        """Draw a line, and remember of which option."""
        line = self.scroll_offset.y + y
        index = self._lines[line][0] if line < len(self._lines) else -1
        self._painted.painted(y, self._names[index] if 0 <= index < len(self._names) else None)
        return super().render_line(y)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note what the mouse was pressed on: it may stand elsewhere when that is handled."""
        offset = event.get_content_offset(self)
        self._painted.press(offset.y if offset is not None else -1, pressed_at(self, event))

    def on_click(self, event: events.Click) -> None:
        """Choose what the mouse was pressed on, where another stands there by now."""
        index = event.style.meta.get("option")
        now = self._names[index] if index is not None and index < len(self._names) else None
        meant = self._painted.meant(now)
        if meant == now:
            return
        event.prevent_default()
        if meant and meant in self._names:
            self.highlighted = self._names.index(meant)
            self.action_select()
