"""Shows a backend: makes each view when it is first shown, tells it of changes, and builds it anew when it fails."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from functools import partial

from textual.app import App
from textual.dom import DOMNode

from ..backend import Backend
from ..config.settings import InterfaceSettings
from ..desk.invocations import Run
from ..frontend.presentation.costs import Spending
from ..frontend.review.reviewing import Reviewing
from ..sampling.errors import LedgerError
from ..sampling.item import Item
from .configuration import ConfigurationCommands
from .faults import ClosedScreen, Faults, Report
from .inbox.screen import InboxScreen
from .let_go import keep_no_lines, let_go
from .messages import Changes, ReviewsChanged, RunsChanged, ServersChanged
from .mode_screen import ModeScreen
from .paint_after_others import paint_what_has_changed
from .port import AppPort


class Views:
    """
    The four views of one backend.

    Attributes:
        backend: What they show.
        spending: What was spent today.
        faults: Repairs what fails.
    """

    def __init__(
        self,
        app: App[None],
        port: AppPort,
        backend: Backend,
        configuration: ConfigurationCommands,
        counted: Callable[[], None],
        started: Callable[[], None] | None,
        report: Report | None,
        clock: Callable[[], float],
    ) -> None:
        """
        Add the views of a backend to an app, and listen; the app does the rest, once it runs.

        Args:
            configuration: Watches over its file.
            counted: Called when another number of requests may wait.
            started: Called once the first view has been painted; starts the servers when left out.
            report: Writes down where something failed; when left out, nothing is repaired.
            clock: Seconds.
        """
        self.backend = backend
        self.spending = Spending()
        self._app = app
        self._port = port
        self._configuration = configuration
        self._counted = counted
        self._started = started or backend.supervisor.start_all
        self._reviewing = Reviewing(backend.desk, backend.models)
        port.say.stays = self._reviewing.stays
        if (tour := port.commands.groups.tour) is not None:
            tour.selected = lambda: self._reviewing.item
        self._newest = 0
        views = {
            "inbox": self._inbox_screen,
            "servers": self._servers_screen,
            "history": self._history_screen,
            "policy": self._policy_screen,
        }
        closed = partial(ClosedScreen, backend, port)
        self.faults = Faults(app, views, closed, port.say, report, clock)
        self._changes = Changes(self._tell, port.say.tell)
        for mode, view in views.items():
            app.add_mode(mode, view)
        self._listen()
        keep_no_lines()
        paint_what_has_changed()

    def _listen(self) -> None:
        self.backend.desk.subscribe(self.spending.note)
        self.backend.desk.subscribe(self._review_changed)
        self.backend.supervisor.subscribe(lambda server: self._changes.servers.add(server.name))
        self.backend.runs.subscribe(lambda run: self._changes.runs.add(run.id))

    def begin(self) -> None:
        """Begin what goes on behind the views, once the app has switched to one of them."""
        self._app.call_after_refresh(self._started)
        self._app.run_worker(self._configuration.watch(), group="configuration file")
        self._app.run_worker(self._count_what_was_spent())

    async def _count_what_was_spent(self) -> None:
        """Add what was spent today before this session."""
        with suppress(LedgerError):  # the record tells of its troubles itself
            self.spending.begin(sum((await self.backend.ledger.spent(self.spending.since)).values(), Decimal()))
        self._tell(ReviewsChanged(frozenset()))

    def let_go(self, nodes: Iterable[DOMNode]) -> None:
        """Let go of what is about to be removed."""
        for node in nodes:
            let_go(self._app, node)

    def close(self) -> None:
        """Stop telling."""
        self._changes.close()

    @property
    def interface(self) -> InterfaceSettings:
        """What is configured of the screen now."""
        return self.backend.settings.interface

    # --- the views ---

    @property
    def mode_screen(self) -> ModeScreen | None:
        """The one that is shown, where nothing lies over it."""
        screen = self._app.screen
        return screen if isinstance(screen, ModeScreen) else None

    def _inbox_screen(self) -> ModeScreen:
        return InboxScreen(self.backend, self._port, self._reviewing)

    # The others are imported when they are first shown, or by a thread before that.

    def _servers_screen(self) -> ModeScreen:
        from .servers.screen import ServersScreen

        return ServersScreen(self.backend, self._port)

    def _history_screen(self) -> ModeScreen:
        from .history.screen import HistoryScreen

        return HistoryScreen(self.backend, self._port)

    def _policy_screen(self) -> ModeScreen:
        from .policy.screen import PolicyScreen

        return PolicyScreen(self.backend, self._port)

    def show_review(self, review_id: int) -> None:
        """Show a review in the Inbox."""
        app = self._app
        app.switch_mode("inbox")
        app.call_after_refresh(lambda: app.screen.open(review_id) if isinstance(app.screen, InboxScreen) else None)

    async def show_message(self, server: str, number: int | None) -> None:
        """Show a server, and a message of its trace where one is named."""
        from .servers.screen import ServersScreen

        await self._app.switch_mode("servers")
        if isinstance(self._app.screen, ServersScreen):
            self._app.screen.show_message(server, number)

    async def show_call(self, call: Run) -> None:
        """Show a call among those of its server; what is done then is about that one."""
        from .servers.screen import ServersScreen
        from .servers.widgets.invocation_view import RunList

        await self.show_message(call.server, None)
        if isinstance(screen := self._app.screen, ServersScreen):
            screen.show_view("offer")
            screen.query_one(RunList).go_to(call)

    # --- changes ---

    def _review_changed(self, review: Item) -> None:
        self._changes.note(review)
        if review.id > self._newest:
            self._newest = review.id
            if self.backend.settings.interface.bell and not self._app.app_focus:
                self._app.bell()

    def _tell(self, message: ReviewsChanged | ServersChanged | RunsChanged) -> None:
        """Tell the screen that is shown; the others catch up when they are."""
        for screen in reversed(self._app.screen_stack):
            screen.post_message(message)
        if isinstance(message, ReviewsChanged):
            self._counted()


def import_other_views() -> None:
    """Import the views that are not shown first."""
    from .history import screen as history  # noqa: F401
    from .policy import screen as policy  # noqa: F401
    from .servers import screen as servers  # noqa: F401
