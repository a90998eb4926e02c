"""What the three screens have in common: the frame, the footer, and hearing of changes while they are shown."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, TextArea

from ..backend import Backend
from ..servers.state.server import ServerState
from .commands import BY_ID
from .messages import ReviewsChanged, RunsChanged, ServersChanged
from .port import AppPort
from .widgets.header import Frame
from .widgets.plain import Plain


class ModeScreen(Screen[None]):
    """
    One of the screens between which the function keys switch.

    Screens show values of the backend and settle reviews; they hold no rule. While a screen is not the current one it
    hears of no change, and it shows everything anew when it comes back.
    """

    MODE: ClassVar[str]
    AUTO_FOCUS = None

    def __init__(self, backend: Backend, port: AppPort) -> None:
        """
        Show nothing yet.

        Args:
            port: What the app does for its screens.
        """
        super().__init__()
        self.backend = backend
        self.port = port

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that do something now, called what they do now: the footer shows these."""
        active = super().active_bindings
        return {key: one._replace(binding=self._worded(one.binding)) for key, one in active.items()}

    def _worded(self, binding: Binding) -> Binding:
        words, known = self.wording(binding.action), BY_ID.get(binding.id or "")
        has_room = known is None or not known.if_wide or not self.has_class("-narrow")
        return replace(binding, description=words or binding.description, show=binding.show and has_room)

    def wording(self, action: str) -> str:
        """Return what a command is called now, where that is not its label; else an empty string."""
        return ""

    def compose(self) -> ComposeResult:
        """Put the frame above and the footer below what the screen shows."""
        yield Frame(self.MODE, {mode: self.port.key_of(f"show-{mode}") for mode in ("inbox", "servers", "history")})
        if self.backend.trouble:
            yield Plain("\n".join(f"⚑ {words}" for words in self.backend.trouble), id="trouble")
        yield from self.compose_body()
        yield Footer(show_command_palette=False)

    def compose_body(self) -> ComposeResult:
        """Compose what is between the frame and the footer."""
        raise NotImplementedError

    def refresh_all(self) -> None:
        """Show everything anew; called when the screen is shown."""

    def on_mount(self) -> None:
        """Show the counts."""
        self.refresh_frame()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.refresh_frame()
        self.refresh_all()

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Count anew; screens that show reviews add to this."""
        self.refresh_frame()

    def on_servers_changed(self, message: ServersChanged) -> None:
        """Count anew; screens that show servers add to this."""
        self.refresh_frame()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Do nothing; the screen that shows runs does."""

    def refresh_frame(self) -> None:
        """Show how much waits and how many servers are up."""
        frame = self.query_one(Frame)
        servers = self.backend.supervisor.servers.values()
        frame.pending = len(self.backend.desk.pending)
        frame.servers = (sum(one.state is ServerState.READY for one in servers), len(servers))
        paused = [one.held for one in servers if one.paused]
        frame.held = sum(paused) if paused else None
        frame.muted = sum(one.muted for one in servers)
        frame.spent = self.port.spending.total

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
        outer = next((one for one in around if isinstance(one, Widget) and one.focusable), None)
        self.set_focus(outer or self.home())
