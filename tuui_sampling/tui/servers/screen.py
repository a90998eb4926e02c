"""Shows the Servers: what they are and what they offer, a form to use it, and what became of the calls."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from ...backend import Backend
from ...config.paths import state_dir
from ...desk.invocations import Run
from ...frontend.presentation.primitives import Offer
from ...frontend.review.drafts import DraftFolder
from ...servers.state.server import Server
from ..commands import CommandSet, bindings
from ..messages import ReviewsChanged, RunsChanged, ServersChanged
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.view_tabs import ViewTabs
from .attempts import Attempts
from .commands import COMMANDS, ServersGroups
from .form_drafts import FormDrafts
from .messages import MessageCommands
from .primitives import Primitives
from .sign_in import SignIn
from .supervision import Supervision
from .widgets.invocation_view import ReviewLink, RunList
from .widgets.primitive_form import OfferForm
from .widgets.server_tree import ServerTree
from .widgets.server_views import ServerViews
from .widgets.tree_labels import Place
from .widgets.tree_pane import TreePane

TICK = 1.0
"""Seconds between two looks at the clock while something runs."""

LABELS = {one.id: one.label for one in COMMANDS}


NOT_YET = "The servers are not shown yet."


class ServersScreen(ModeScreen):
    """
    Servers on the left, the selected one's offers, facts, log, notifications or messages on the right.

    It starts calls and servers, and keeps nothing of them: invocations are the backend's, states are the supervisor's.
    """

    MODE = "servers"
    CSS_PATH = "servers.tcss"
    BINDINGS = bindings(COMMANDS)
    HELP = "Choose a tool or the like on the left; fill in its form; call it. What it asks for appears in the Inbox."

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self._place: Place | None = None
        self.tree_pane = TreePane(port.remembered, port.arming)
        self.filter_line = self.tree_pane.line
        self.views = ServerViews(LABELS, port.key_of, FormDrafts(DraftFolder(state_dir() / "drafts")))
        self._possible: frozenset[tuple[str, str]] = frozenset()
        self._attempts = Attempts(port)
        self.groups = ServersGroups(
            self,
            port,
            Primitives(backend, self, port, self._attempts),
            Supervision(backend, self, port, self._attempts),
            MessageCommands(backend, self, port),
            SignIn(self, port),
        )
        self.commands = CommandSet(COMMANDS, self.groups, unless=lambda: "" if self.is_mounted else NOT_YET)

    def compose_body(self) -> ComposeResult:
        """Lay out the tree and the views."""
        yield Horizontal(self.tree_pane, self.views, id="servers")

    def on_mount(self) -> None:
        """Show the servers as they are, and put the cursor on the first."""
        self._timer = self.set_interval(TICK, self._tick, pause=True)
        self.query_one(ServerTree).focus()
        self.refresh_all()

    def on_unmount(self) -> None:
        """Wait for nothing: the supervisor's owner stops every server."""
        self._attempts.cancel()
        self.groups.primitives.cancel()

    def home(self) -> Widget:
        """The tree."""
        return self.query_one(ServerTree)

    def leave_editor(self) -> None:
        """Go to the tree: around a form there is only what scrolls, where the arrows would choose no other tool."""
        self.set_focus(self.home())

    async def action_command(self, identifier: str) -> None:
        """Do what a key stands for to the row that was shown when it was typed, or say why that is not possible."""
        if identifier.startswith("show-") or not self.tree_pane.says_early():
            await super().action_command(identifier)

    @property
    def server(self) -> Server | None:
        """The selected server."""
        return self.backend.supervisor.servers.get(self._place.server) if self._place else None

    @property
    def offer(self) -> Offer | None:
        """The selected offer."""
        return self.query_one(ServerTree).offer(self._place) if self._place else None

    @property
    def runs(self) -> Sequence[Run]:
        """The runs of the selected offer, or of the selected server; oldest first."""
        place = self._place
        return [run for run in self.backend.runs.runs.values() if place is not None and place.holds(run)]

    def refresh_all(self) -> None:
        """Show everything anew."""
        self.views.follow(True)
        self._show_servers()
        self.show_runs()

    def on_screen_suspend(self) -> None:
        """Read nothing that nobody sees."""
        self.views.follow(False)
        self._timer.pause()

    def on_servers_changed(self, message: ServersChanged) -> None:
        """Show their states."""
        self._show_servers()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Show how far they are."""
        self.show_runs()

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Show how far the requests are that the runs have caused."""
        self.show_runs()

    def on_server_tree_highlighted(self, message: ServerTree.Highlighted) -> None:
        """Show another server or offer."""
        self._place = message.place
        if message.place.name is not None:
            self.show_view("offer")
        self.show_place()
        self.show_runs()

    def on_server_tree_opened(self, message: ServerTree.Opened) -> None:
        """Go into an offer's form, as the person asked by pressing enter."""
        self.show_view("offer")
        self.call_after_refresh(self.views.offer.focus_form)

    def on_input_changed(self) -> None:
        """Look what is possible with what is typed: a template with these values may be subscribed to already."""
        self._look_what_is_possible()

    def on_offer_form_completion_wanted(self, message: OfferForm.CompletionWanted) -> None:
        """Have the server complete what is typed."""
        message.stop()
        self.groups.primitives.complete(message)

    def on_trace_rows_selected(self) -> None:
        """Offer what is possible with another message."""
        self.refresh_bindings()

    def on_view_tabs_chosen(self, message: ViewTabs.Chosen) -> None:
        """Show the view whose tab was clicked."""
        self.show_view(message.view)

    def on_offer_view_call_wanted(self) -> None:
        """Use the offer whose button was clicked."""
        self.groups.primitives.call()

    def on_review_link_chosen(self, message: ReviewLink.Chosen) -> None:
        """Show a request in the Inbox."""
        self.port.show_review(message.review)

    def _show_servers(self) -> None:
        tree = self.query_one(ServerTree)
        tree.show(self.backend.supervisor.servers.values())
        if self._place is None or self._place.server not in self.backend.supervisor.servers:
            self._place = tree.place
            self.show_runs()
        self.set_class(not self.backend.supervisor.servers, "-empty")
        self.show_place()

    def show_place(self) -> None:
        """Show the selected server or offer as it is now."""
        self.views.show(self.server, self.offer)
        self._look_what_is_possible()

    def show_runs(self) -> None:
        self.query_one(RunList).show(self.runs, self.backend.desk.items)
        self._look_what_is_possible()

    def show_message(self, server: str, number: int | None) -> None:
        """Show a server, and a message of its trace where one is named, because the person asked for it."""
        self.go_to_server(server)
        if number is None:
            return
        self.groups.messages.show_trace()
        self.call_after_refresh(self.views.trace.select, number)

    def go_to_server(self, name: str) -> None:
        """Select a server, because the person asked for it."""
        self._place = Place(name)
        self.query_one(ServerTree).go_to(name)
        self.show_place()
        self.show_runs()

    def show_view(self, view: str) -> None:
        """Show one of the views of the right side."""
        self.views.switch(view, self.home())
        self._look_what_is_possible()

    def _tick(self) -> None:
        """Show the time of what is under way."""
        self.query_one(RunList).tick()
        if self.server is not None and self.views.current == "about":
            self.views.about.show(self.server)

    def _look_what_is_possible(self) -> None:
        """Bring footer and clock up to what is possible, what it is called, and what is under way now."""
        possible = frozenset((one.id, self.commands.wording(one.id)) for one in self.commands.possible())
        if possible != self._possible:
            self._possible = possible
            self.refresh_bindings()
        up = self.views.current == "about" and self.server is not None and self.server.is_running
        if up or self.groups.primitives.under_way is not None:
            self._timer.resume()
        else:
            self._timer.pause()
