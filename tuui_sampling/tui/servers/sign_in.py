"""Holds the command about a server that wants a sign-in: see the page, and open it."""

from ...frontend.browser import open_page
from ...frontend.review.availability import not_opened
from ...sampling.checks.url_check import look_at
from ..port import AppPort
from .view import ServersView


class SignIn:
    """What can be done about the selected server's sign-in."""

    def __init__(self, view: ServersView, port: AppPort) -> None:
        self._view = view
        self._port = port

    def why_not(self) -> str:
        """Return why there is nothing to sign in to."""
        server = self._view.server
        if server is None:
            return "No server is selected."
        return "" if server.sign_in_page is not None else f"{server.name} wants no sign-in now."

    def begin(self) -> None:
        """Show the page that the server wants a sign-in on; where it is shown already, open it in the browser."""
        server = self._view.server
        if server is None or server.sign_in_page is None:
            return
        if self._view.views.current != "about":
            self._view.show_view("about")
            return
        if obstacle := look_at(server.sign_in_page).obstacle:
            self._port.say.why_not(not_opened(obstacle))
            return
        self._port.begin(self._open(server.sign_in_page), "sign in")

    async def _open(self, page: str) -> None:
        if problem := await open_page(page):
            self._port.say(problem, severity="error")
        else:
            self._port.say("The page was opened in your browser.")
