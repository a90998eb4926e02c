"""How a server is reached: by starting it, or by calling it. The one place that knows both kinds of transport."""

from collections.abc import Callable, Mapping

import httpx2

from .auth.oauth import ShowPage, SignIn
from .state.server import Server
from .transport.base import Tap, Transport
from .transport.guardian import Watch
from .transport.http import HttpTransport
from .transport.stdio import StdioTransport

Authorize = Callable[[str, ShowPage], httpx2.Auth]
"""Returns what signs in at a URL."""


def sign_in(url: str, show_page: ShowPage) -> httpx2.Auth:
    """Return what signs in at a URL with a person and a memory."""
    return SignIn(url, show_page).authorization


def transport_of(
    server: Server,
    environ: Mapping[str, str],
    tap: Tap,
    watch: Watch,
    show_page: ShowPage,
    authorize: Authorize = sign_in,
) -> Transport:
    """
    Return a transport that has not been entered yet.

    Args:
        show_page: Shows the person where to sign in, should the server ask for it. With an `Authorization` header in
            its settings it may ask, but that header is the answer.
    """
    settings = server.settings
    if settings.url is None:
        return StdioTransport(settings, environ, server.log, tap, watch)
    signs_in = all(name.casefold() != "authorization" for name in settings.headers)
    authorization = authorize(settings.url, show_page) if signs_in else None
    return HttpTransport(settings, server.log, tap, authorization)
