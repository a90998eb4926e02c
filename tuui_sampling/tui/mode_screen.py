"""What the screens have in common: the frame, the footer, and hearing of changes while they are shown."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea

from ..backend import Backend
from .commands import CommandSet
from .document.painted import look_again
from .document.pane import DocumentPane
from .messages import ReviewsChanged, ServersChanged
from .paint_after_others import paint_after_others
from .port import AppPort
from .terminal.type_ahead import is_editor
from .trouble import Trouble
from .widgets.footer import FooterKey, KeyFooter, footer_keys
from .widgets.header import MODES, Frame
from .widgets.line_input import LineInput
from .widgets.tour_line import tour_line


class ModeScreen(Screen[None]):
    """
    One of the screens between which the function keys switch.

    Screens show values of the backend and settle reviews; they hold no rule. While a screen is not the current one it
    hears of no change, and it shows everything anew when it comes back.

    Attributes:
        commands: What can be done on it.
        filter_line: Says what its list shows; None where nothing filters it.
    """

    commands: CommandSet[Any]
    filter_line: LineInput | None = None

    MODE: ClassVar[str]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = ""  # None would be the app's own: the first widget that can have it, shown or not

    def __init__(self, backend: Backend, port: AppPort) -> None:
        """
        Show nothing yet.

        Args:
            port: What the app does for its screens.
        """
        super().__init__()
        self.backend = backend
        self.port = port

    async def action_command(self, identifier: str) -> None:
        """Do what a key stands for, or say why it is not possible now."""
        await self.port.say.unless_done(self.commands, identifier)

    def _footer_keys(self) -> list[FooterKey]:
        """Return the keys that do something now."""
        sets, is_typing = (self.commands, self.port.commands), is_editor(self.focused)
        return footer_keys(self.active_bindings.values(), sets, narrow=self.has_class("-narrow"), is_typing=is_typing)

    def compose(self) -> ComposeResult:
        """Put the frame above and the footer below what the screen shows."""
        yield Frame(self.MODE, {mode: self.port.key_of(f"show-{mode}") for mode, _ in MODES})
        yield Trouble(self.backend.trouble, lambda: self.port.say.standing)
        yield from self.compose_body()
        yield from tour_line(self.port.commands.groups.tour, self.MODE, self.port.key_of)
        yield KeyFooter(self._footer_keys)

    def compose_body(self) -> ComposeResult:
        """Compose what is between the frame and the footer."""
        raise NotImplementedError

    def refresh_all(self) -> None:
        """Show everything anew; called when the screen is shown."""

    def on_mount(self) -> None:
        """Show the counts."""
        paint_after_others(self)
        self.refresh_frame()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.refresh_frame()
        self.refresh_all()
        look_again(self)

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Count anew; screens that show reviews add to this."""
        self.refresh_frame()

    def on_servers_changed(self, message: ServersChanged) -> None:
        """Count anew; screens that show servers add to this."""
        self.refresh_frame()

    def refresh_frame(self) -> None:
        """Show how much waits, how many servers are up and what is wrong; what was said and is no longer so goes."""
        self.query_one(Frame).show(self.backend, self.port.spending.total)
        self.query_one(Trouble).look()
        self.port.say.look()

    def land(self) -> None:
        """Show what matters most, because the person came here by a key of their own."""

    @property
    def covers(self) -> bool:
        """Whether something lies over what the screen shows, which can be left as an editor can."""
        return False

    def home(self) -> Widget | None:
        """Where the focus goes when it leaves everything else."""
        return None

    def watch_focused(self, old: Widget | None, new: Widget | None) -> None:
        """Tell the app, which knows whether that was the person's doing."""
        self.port.focus_moved(old, new)
        if isinstance(new, TextArea):
            self.watch(new, "read_only", self._read_only_changed, init=False)

    def _read_only_changed(self, read_only: bool) -> None:
        if read_only:
            self.port.focus_moved(self.focused, self.focused)

    def why_closed(self) -> str:
        """Return why an editor was closed, as the end of a sentence; empty where nothing more is to be said."""
        return ""

    def leave_editor(self) -> None:
        """Take the focus one step out, so that letters are commands again: to what can be scrolled, then home."""
        around = self.focused.ancestors if self.focused is not None else ()
        outer = (one.view if isinstance(one, DocumentPane) else one for one in around if isinstance(one, Widget))
        self.set_focus(next((one for one in outer if one.focusable and one is not self.focused), None) or self.home())
