"""How the person is told, in the plain terminal, that a server wants a sign-in."""

import sys

from ...sampling.checks.url_check import look_at
from ...servers.state.server import OpenPage, Server
from ..output import one_line, say


def sign_in_on_terminal() -> OpenPage | None:
    """Return what tells the person; None where no terminal shows what we say."""
    return tell if sys.stderr.isatty() else None


def tell(server: Server, page: str) -> None:
    """Say where to sign in. The page is not opened from here: the address can be clicked or copied."""
    say(f"{sign_in_words(server, page)}. Open in a browser:")
    say(f"  {one_line(page)}")


def sign_in_words(server: Server, page: str) -> str:
    """Return in words what a server wants, and what in the page's address may deceive."""
    seen = look_at(page)
    where = seen.host or "a page without a host"
    warnings = "".join(f" — {warning}" for warning in (*seen.warnings, seen.obstacle) if warning)
    return f"{one_line(server.name)} wants you to sign in at {one_line(where)}{one_line(warnings)}"
