"""The Servers screen: the servers and what they offer, a form to use it, and what became of the calls."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from ...backend import Backend
from ...desk.invocations import Run
from ...frontend.presentation.primitives import Offer, words_of
from ...frontend.queue.order import waiting
from ...sampling.errors import ServerError
from ...sampling.visible import visible
from ...servers.state.server import Server, ServerState
from ..commands import COMMANDS, bindings, command
from ..dialogs.basic import Confirm
from ..dialogs.roots import EditRoots, what_it_means
from ..messages import ReviewsChanged, RunsChanged, ServersChanged
from ..port import AppPort
from ..widgets.view_tabs import ViewTabs
from .primitives import OfferCommands
from .sign_in import SignInCommands
from .supervision import SupervisionCommands
from .widgets.about_view import AboutView
from .widgets.invocation_view import MOST_RUNS, ReviewLink, RunList
from .widgets.log_view import LogView
from .widgets.notifications_view import NotificationsView
from .widgets.primitive_view import OfferView
from .widgets.server_tree import Place, ServerTree, server_label
from .widgets.trace_view import TraceView

TICK = 1.0
"""Seconds between two looks at the clock while something runs."""

VIEWS = (
    ("offer", "show-offer"),
    ("about", "show-about"),
    ("log", "show-log"),
    ("notifications", "show-notifications"),
    ("trace", "show-trace"),
)
"""The views of the right side, and the commands that show them."""


class ServersScreen(OfferCommands, SupervisionCommands, SignInCommands):
    """
    Servers on the left, the selected one's offers, facts, log, notifications or messages on the right.

    It starts calls and servers, and keeps nothing of them: invocations are the backend's, states are the supervisor's.
    """

    MODE = "servers"
    CSS_PATH = "servers.tcss"
    BINDINGS = bindings("servers")
    HELP: ClassVar[str] = (
        "Choose an offer on the left; fill in its form; call it. What it asks for appears in the Inbox."
    )

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self._place: Place | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._possible: frozenset[tuple[str, str]] = frozenset()

    def compose_body(self) -> ComposeResult:
        """Lay out the tree and the views."""
        keys = self.port.key_of
        with Horizontal(id="servers"):
            yield ServerTree()
            with Vertical(id="server-views"):
                yield ViewTabs([(view, command(name).label, keys(name)) for view, name in VIEWS])
                with ContentSwitcher(initial="offer-view"):
                    yield OfferView(keys("call-tool"))
                    yield AboutView()
                    yield LogView(keys("find"), keys("find-next"))
                    yield NotificationsView()
                    yield TraceView(keys("find"))

    def on_mount(self) -> None:
        """Show the servers as they are, and put the cursor on the first."""
        self._timer = self.set_interval(TICK, self._tick, pause=True)
        self.query_one(ServerTree).focus()
        self.refresh_all()

    def on_unmount(self) -> None:
        """Wait for nothing: the supervisor's owner stops every server."""
        for task in self._tasks:
            task.cancel()

    def home(self) -> Widget:
        """The tree."""
        return self.query_one(ServerTree)

    # --- showing ---

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
        if place is None:
            return ()
        return [
            run
            for run in self.backend.runs.runs.values()
            if run.server == place.server
            and (place.name is None or place.kind is None or run.is_of(place.kind, place.name))
        ]

    def refresh_all(self) -> None:
        """Show everything anew."""
        self._follow(True)
        self._show_servers()
        self._show_runs()

    def on_screen_suspend(self) -> None:
        """Read nothing that nobody sees."""
        self._follow(False)
        self._timer.pause()

    def _follow(self, following: bool) -> None:
        for view in (self.query_one(LogView), self.query_one(NotificationsView), self.query_one(TraceView)):
            view.following = following

    def on_servers_changed(self, message: ServersChanged) -> None:
        """Show their states."""
        self._show_servers()

    def on_runs_changed(self, message: RunsChanged) -> None:
        """Show how far they are."""
        self._show_runs()

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Show how far the requests are that the runs have caused."""
        self._show_runs()

    def on_server_tree_highlighted(self, message: ServerTree.Highlighted) -> None:
        """Show another server or offer."""
        self._place = message.place
        if message.place.name is not None:
            self._show_view("offer")
        self._show_place()
        self._show_runs()

    def on_server_tree_opened(self, message: ServerTree.Opened) -> None:
        """Go into an offer's form, as the person asked by pressing enter."""
        self._show_view("offer")
        self.call_after_refresh(self.query_one(OfferView).focus_form)

    def on_input_changed(self) -> None:
        """Look what is possible with what is typed: a template with these values may be watched already."""
        self._look_what_is_possible()

    def on_view_tabs_chosen(self, message: ViewTabs.Chosen) -> None:
        """Show the view whose tab was clicked."""
        self._show_view(message.view)

    def on_offer_view_call_wanted(self) -> None:
        """Use the offer whose button was clicked."""
        self.action_call_tool()

    def on_review_link_chosen(self, message: ReviewLink.Chosen) -> None:
        """Show a request in the Inbox."""
        self.port.show_review(message.review)

    def _show_servers(self) -> None:
        tree = self.query_one(ServerTree)
        tree.show(self.backend.supervisor.servers.values())
        if self._place is None:
            self._place = tree.place
        self.set_class(not self.backend.supervisor.servers, "-empty")
        self._show_place()

    def _show_place(self) -> None:
        """Show the selected server or offer as it is now."""
        server, offer = self.server, self.offer
        offer_view = self.query_one(OfferView)
        if server is None:
            offer_view.show_nothing()
            return
        if offer is not None:
            offer_view.show_offer(server, offer)
        else:
            offer_view.show_server(server, {one.id: self.port.key_of(one.id) for one in COMMANDS})
        self.query_one(AboutView).show(server)
        self.query_one(LogView).show(server.log)
        self.query_one(NotificationsView).show(server)
        self.query_one(TraceView).show(server.trace)
        self.query_one(ViewTabs).show_subject(server_label(server))
        self._look_what_is_possible()

    def _show_runs(self) -> None:
        self.query_one(RunList).show(self.runs, self.backend.desk.items)
        self._look_what_is_possible()

    def go_to_server(self, name: str) -> None:
        """Select a server, because the person asked for it."""
        self._place = Place(name)
        self.query_one(ServerTree).go_to(name)
        self._show_place()
        self._show_runs()

    def show_view(self, view: str) -> None:
        """Show one of the views of the right side."""
        self._show_view(view)

    def _show_view(self, view: str) -> None:
        tabs = self.query_one(ViewTabs)
        tabs.current = view
        self.query_one("#server-views ContentSwitcher", ContentSwitcher).current = f"{view}-view"
        tabs.leave_hidden(self.query_one(f"#{view}-view"), self.home())
        self._look_what_is_possible()

    def _tick(self) -> None:
        """Show the time of what is under way."""
        self.query_one(RunList).tick()
        if self.server is not None and self.query_one(ViewTabs).current == "about":
            self.query_one(AboutView).show(self.server)

    def _look_what_is_possible(self) -> None:
        """Bring footer and clock up to what is possible, what it is called, and what is under way now."""
        actions = (one.action for one in COMMANDS if self.check_action(one.action, ()))
        possible = frozenset((action, self.wording(action)) for action in actions)
        if possible != self._possible:
            self._possible = possible
            self.refresh_bindings()
        up = self.query_one(ViewTabs).current == "about" and self.server is not None and self.server.is_running
        if up or self._under_way is not None:
            self._timer.resume()
        else:
            self._timer.pause()

    # --- what can be done ---

    @property
    def _under_way(self) -> Run | None:
        """The newest of the shown runs that is under way."""
        return next((run for run in reversed(self.runs) if run.ended is None), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is possible now."""
        server = self.server if self.is_mounted else None
        if (possible := self.offer_action_is_possible(action)) is not None:
            return possible
        if (possible := self.supervision_action_is_possible(action)) is not None:
            return possible
        match action:
            case "call_tool":
                return server is not None and server.state is ServerState.READY and self.offer is not None
            case "cancel_call":
                return server is not None and self._under_way is not None
            case "start_server":
                return server is not None and (not server.is_running or server.state is ServerState.RESTARTING)
            case "stop_server" | "restart_server":
                return server is not None and server.is_running and not server.is_stopping
            case "go_to_request":
                return server is not None and self._request() is not None
            case "edit_roots":
                return server is not None
            case "sign_in":
                return server is not None and self.sign_in_is_possible()
        return super().check_action(action, parameters)

    def action_call_tool(self) -> None:
        """Use the selected offer with what its form holds, and bring the call into view."""
        form, place, offer = self.query_one(OfferView).form, self._place, self.offer
        if form is None or place is None or offer is None or not self.check_action("call_tool", ()):
            return
        self._show_view("offer")
        if self.use_offer(place.server, words_of(offer), form):
            self._show_runs()
            self.query_one(OfferView).follow_runs()

    def action_cancel_call(self) -> None:
        """Cancel the newest call that is under way."""
        if self._under_way is not None:
            self.backend.runs.cancel(self._under_way.id)

    def action_start_server(self) -> None:
        """Start the selected server."""
        if self._place is not None:
            self.backend.supervisor.start(self._place.server)

    def action_stop_server(self) -> None:
        """Stop the selected server."""
        if self._place is not None:
            self._end(self.backend.supervisor.stop, self._place.server, "stop")

    def action_restart_server(self) -> None:
        """Stop the selected server, and start it."""
        if self._place is not None:
            self._end(self.backend.supervisor.restart, self._place.server, "restart")

    def _end(self, verb: Callable[[str], Coroutine[None, None, None]], server: str, word: str) -> None:
        """Stop or restart a server; asks first when that would withdraw what waits for an answer."""
        waiting = sum(item.origin.server == server for item in self.backend.desk.pending)
        if not waiting:
            self._begin(verb, server)
            return
        waits = "1 of its requests waits" if waiting == 1 else f"{waiting} of its requests wait"
        self.port.ask(
            Confirm(f"{waits} for an answer, and would be withdrawn.", word),
            lambda yes: self._begin(verb, server) if yes else None,
        )

    def action_edit_roots(self) -> None:
        """Change the folders that the selected server may be told of."""
        server, path = self.server, self.backend.settings.path
        if server is not None:
            base = path.absolute().parent if path is not None else Path.cwd()
            self.port.ask(
                EditRoots(server.name, server.roots, base),
                lambda roots: self._begin(partial(self._set_roots, roots), server.name) if roots is not None else None,
            )

    async def _set_roots(self, roots: tuple[Path, ...], name: str) -> None:
        told = await self.backend.supervisor.set_roots(name, roots)
        server = self.backend.supervisor.servers[name]
        words = what_it_means(
            told=told, declared=server.roots_declared, modern=server.modern, running=server.is_running
        )
        self.notify(words, markup=False)

    def action_go_to_request(self) -> None:
        """Show the request that the call has caused, in the Inbox."""
        if (request := self._request()) is not None:
            self.port.show_review(request)

    def action_show_offer(self) -> None:
        """Show the selected offer."""
        self._show_view("offer")

    def action_show_about(self) -> None:
        """Show what is known of the server."""
        self._show_view("about")

    def action_show_notifications(self) -> None:
        """Show what the server told without being asked."""
        self._show_view("notifications")

    def action_show_log(self) -> None:
        """Show the server's log."""
        self._show_view("log")

    def _request(self) -> int | None:
        """Return the review to go to: the link that has the focus, else the first that waits, else the newest."""
        if self.query_one(ViewTabs).current == "trace":
            return self.traced_request()
        if isinstance(self.focused, ReviewLink):
            return self.focused.review
        runs = self.runs[-MOST_RUNS:]
        caused = [one for one in self.backend.desk.items if any(run.caused(one) for run in runs)]
        return next((one.id for one in (*waiting(caused), *reversed(caused))), None)

    def _begin(self, doing: Callable[[str], Coroutine[None, None, None]], server: str) -> None:
        """Have something done with a server that takes a while, without waiting for it."""

        async def do() -> None:
            try:
                await doing(server)
            except ServerError as error:
                self.notify(visible(f"{error.message} {error.hint}".strip()), severity="error", markup=False)

        task = asyncio.create_task(do())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
