"""Shows one server from five sides: what it offers, what is known of it, its log, its notifications, its messages."""

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from ....frontend.presentation.primitives import Offer, words_of
from ....servers.state.server import Server
from ...widgets.panes import PaneFrame, PaneTitle
from ...widgets.plain import line
from ...widgets.view_tabs import ViewTabs
from ..form_drafts import FormDrafts
from .about_view import AboutView
from .log_view import LogView
from .notifications_view import NotificationsView
from .primitive_view import OfferView
from .server_label import server_label
from .trace_view import TraceView

VIEWS = {
    "offer": "show-offer",
    "about": "show-about",
    "log": "show-log",
    "notifications": "show-notifications",
    "trace": "show-trace",
}
"""The views, and the commands that show them."""


class ServerViews(Vertical):
    """
    The right side of the Servers screen.

    Attributes:
        offer: The form of the selected offer, and its runs.
        about: What is known of the server.
        log: What it wrote beside the protocol.
        notifications: What it told without being asked.
        trace: The messages that passed.
    """

    def __init__(self, labels: Mapping[str, str], key_of: Callable[[str], str], drafts: FormDrafts) -> None:
        """
        Show no server yet.

        Args:
            labels: What the commands that show the views are called.
            key_of: Returns the key of a command, as it is shown.
            drafts: Keeps what is typed into forms.
        """
        super().__init__(id="server-views")
        self._title = PaneTitle()
        self._tabs = ViewTabs([(view, labels[name], key_of(name)) for view, name in VIEWS.items()])
        self.offer = OfferView(key_of("call-tool"), drafts, key_of("fill-in-form"))
        self.about = AboutView()
        self.log_lines = LogView(key_of("find"), key_of("find-next"))
        self.notifications = NotificationsView()
        self.trace = TraceView(key_of("find"))
        self._key_of = key_of

    def compose(self) -> ComposeResult:
        """Lay out the title, the tabs and the views."""
        yield self._title
        with PaneFrame():
            yield self._tabs
            with ContentSwitcher(initial="offer-view"):
                yield from (self.offer, self.about, self.log_lines, self.notifications, self.trace)

    @property
    def current(self) -> str:
        """The name of the view that is shown."""
        return self._tabs.current

    def switch(self, view: str, home: Widget) -> None:
        """
        Show one of the views.

        Args:
            home: Gets the focus, if what has it is hidden by that.
        """
        self._tabs.current = view
        self.query_one(ContentSwitcher).current = f"{view}-view"
        self._tabs.leave_hidden(self.query_one(f"#{view}-view"), home)

    def follow(self, following: bool) -> None:
        """Read what the server writes and sends, or nothing while nobody sees it."""
        for view in (self.log_lines, self.notifications, self.trace):
            view.following = following

    def show(self, server: Server | None, offer: Offer | None) -> None:
        """Show a server and one of its offers as they are now; or that there are none."""
        if server is None:
            self.offer.show_nothing()
            return
        if offer is not None:
            self.offer.show_offer(server, offer)
        else:
            self.offer.show_server(server, self._key_of)
        self.about.show(server)
        self.log_lines.show(server.log)
        self.notifications.show(server)
        self.trace.show(server.trace)
        of = line(f" › {words_of(offer).name}") if offer is not None else ""
        self._title.say(server_label(server, brief=True) + of)
