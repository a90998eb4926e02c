"""Names what the groups of commands do with the Servers screen, so that none of them has to know it."""

from collections.abc import Sequence
from typing import Protocol

from textual.widget import Widget

from ...desk.invocations import Run
from ...frontend.presentation.primitives import Offer
from ...servers.state.server import Server
from .widgets.server_views import ServerViews
from .widgets.tree_pane import TreePane


class ServersView(Protocol):
    """What is shown of the servers."""

    @property
    def server(self) -> Server | None:
        """The selected server."""

    @property
    def offer(self) -> Offer | None:
        """The selected offer."""

    @property
    def runs(self) -> Sequence[Run]:
        """The runs that are shown, oldest first."""

    @property
    def focused(self) -> Widget | None:
        """What has the focus."""

    @property
    def views(self) -> ServerViews:
        """The right side."""

    @property
    def tree_pane(self) -> TreePane:
        """The left side."""

    def show_view(self, view: str) -> None:
        """Show one of the views of the right side."""

    def show_place(self) -> None:
        """Show the selected server or offer as it is now."""

    def show_runs(self) -> None:
        """Show the runs as they are now."""

    def refresh_bindings(self) -> None:
        """Bring the footer up to what is possible now."""
