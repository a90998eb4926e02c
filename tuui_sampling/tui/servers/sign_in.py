"""What can be done about a server that wants a sign-in: see the page, and open it."""

from textual import work

from ...frontend.browser import open_page
from ...sampling.url_check import look_at
from ...sampling.visible import visible
from ...servers.state.server import Server
from ..mode_screen import ModeScreen
from ..widgets.view_tabs import ViewTabs


class SignInCommands(ModeScreen):
    """The part of the Servers screen that deals with the selected server's sign-in."""

    @property
    def server(self) -> Server | None:
        """The selected server."""
        raise NotImplementedError

    def show_view(self, view: str) -> None:
        """Show one of the views of the right side."""
        raise NotImplementedError

    def sign_in_is_possible(self) -> bool:
        """Whether the selected server waits for a sign-in."""
        return self.server is not None and self.server.sign_in_page is not None

    def action_sign_in(self) -> None:
        """Show the page that the server wants a sign-in on; where it is shown already, open it in the browser."""
        server = self.server
        if server is None or server.sign_in_page is None:
            return
        if self.query_one(ViewTabs).current != "about":
            self.show_view("about")
            return
        if obstacle := look_at(server.sign_in_page).obstacle:
            self.notify(visible(f"It is not opened from here: {obstacle}"), severity="error", markup=False)
            return
        self._open(server.sign_in_page)

    @work(exclusive=True, group="sign in")
    async def _open(self, page: str) -> None:
        if problem := await open_page(page):
            self.notify(visible(problem), severity="error", markup=False)
        else:
            self.notify("The page was opened in your browser.", markup=False)
