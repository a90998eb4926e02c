"""
A pane: its title in the upper edge of its frame, which is another one where the focus is; and how wide it is.

The width of a pane at the left of a screen is chosen by the person: its right edge is dragged. It is remembered.
"""

from textual import events
from textual.app import RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ...frontend.remembered import Remembered

AROUND, CORNERS = 4, 2
"""Cells of the upper edge that no title takes: an edge and a blank at either side; and the corners where it has any."""

FOCUSED = "▸"
"""Stands before the title of the pane that has the focus: it is seen without colours, too."""

ROOM = 50
"""Cells that stay for what is at its right, unless that needs fewer."""


class PaneFrame(Vertical):
    """What is below the title: the other three edges, where there is room for them."""

    DEFAULT_CSS = """
    PaneFrame {
        height: 1fr; border: round $foreground 30%; border-top: none;
        &.-focused { border: heavy $accent; border-top: none; }
    }
    """


class PaneTitle(Static):
    """
    The upper edge of a pane, which is its first line; a `PaneFrame` follows it.

    Hues are in the edge: words in one are fainter than others on a terminal without colours.

    Whether the pane has the focus is not said by `:focus-within`: a style that depends on that is computed anew for
    every widget in the pane whenever the focus moves.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"pane-title--edge"}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    PaneTitle {
        height: 1; text-wrap: nowrap; text-style: bold; color: $foreground;
        & > .pane-title--edge { color: $foreground 30%; text-style: not bold; }
        &.-focused > .pane-title--edge { color: $accent; }
    }
    """

    def __init__(self, words: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        """
        Be the upper edge of a pane.

        Args:
            words: Our own; foreign ones are content that `line` has made.
        """
        super().__init__(Content(words), id=id, classes=classes)

    def on_mount(self) -> None:
        """Follow the focus."""
        self.watch(self.screen, "focused", self._focus_moved, init=self.screen.focused is not None)

    def say(self, words: Content) -> None:
        """Say something else; nothing is laid out anew."""
        if not isinstance(self.content, Content) or not words.is_same(self.content):
            self.update(words, layout=False)

    @property
    def room(self) -> int:
        """Cells that a title may take."""
        return max(self.size.width - AROUND - CORNERS * self._has_corners, 0)

    @property
    def _has_corners(self) -> bool:
        return not self.screen.has_class("-narrow")

    def render(self) -> RenderResult:
        """Draw the edge with the title in it."""
        focused, framed = self.has_class("-focused"), self._has_corners
        left, edge, right = ("┏", "━", "┓") if focused else ("╭", "─", "╮")
        words = self.content if isinstance(self.content, Content) else Content(str(self.content))
        words = words.truncate(self.room, ellipsis=True)
        style = self.get_visual_style("pane-title--edge")
        before = Content(left if framed else "").stylize(style) + Content(FOCUSED if focused else edge).stylize(style)
        after = edge * (self.size.width - before.cell_length - words.cell_length - 2 - framed) + right * framed
        return before + Content(" ") + words + Content(" ") + Content(after).stylize(style)

    def _focus_moved(self, focused: Widget | None) -> None:
        pane = self.parent
        if focused is not None and not focused.is_attached:  # an editor has the focus before it has its place
            self.call_after_refresh(lambda: self._focus_moved(self.screen.focused))
            return
        within = focused is not None and pane in focused.ancestors
        if isinstance(pane, Widget) and within != self.has_class("-focused"):
            edges = [self, *(one for one in pane.children if isinstance(one, PaneFrame))]
            for one in edges:
                one.set_class(within, "-focused", update=False)
            self.app.stylesheet.update_nodes(edges)
            self.refresh()


class SizedPane(Vertical):
    """Holds what it is given, in as many cells as the person likes."""

    WIDTHS: tuple[int, int] = (24, 120)
    """Cells at least and at most."""

    BESIDE = ROOM
    """Cells that stay for what is at its right."""

    def __init__(self, remembered: Remembered, width_name: str, *, id: str) -> None:
        """
        Be as wide as the style sheet says.

        Args:
            remembered: Holds the width.
            width_name: The name by which it is remembered.
        """
        super().__init__(id=id)
        self._remembered = remembered
        self._width_name = width_name
        self._is_dragged = False

    def why_no_width(self) -> str:
        """Return why it has no width of its own now."""
        return "It takes the whole width here." if self.screen.has_class("-narrow") else ""

    def on_mount(self) -> None:
        """Be as wide as the person has chosen."""
        self.use_width()

    def use_width(self) -> None:
        """Be as wide as is remembered, if anything is."""
        if (width := self._remembered.number(self._width_name, *self.WIDTHS)) is not None:
            self.set_width(width)

    def set_width(self, width: int) -> None:
        """Be that wide from now on, as far as that leaves room for the rest."""
        low, high = self.WIDTHS
        self.styles.width = max(low, min(width, high, self.app.size.width - self.BESIDE))

    def widen(self, by: int) -> None:
        """Be wider, or narrower, from now on."""
        self.set_width(self.outer_size.width + by)
        self.remember_width()

    def remember_width(self) -> None:
        """Be as wide the next time."""
        if (width := self.styles.width) is not None:
            self._remembered.set(self._width_name, round(width.value))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the edge."""
        if event.screen_x == self.region.right - 1 and not self.why_no_width():
            event.stop()
            self._is_dragged = True
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self._is_dragged:
            event.stop()
            self.set_width(event.screen_x - self.region.x + 1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of the edge."""
        if self._is_dragged:
            event.stop()
            self._is_dragged = False
            self.release_mouse()
            self.remember_width()
