"""What the command line says on standard error. Every foreign text goes through `visible()` on its way."""

import sys

from ..config.load import ConfigError
from ..sampling.visible import visible
from ..servers.server import Server

SHOWN_LOG_LINE = 200
"""Characters of a server's last words that are shown."""


def complain(message: str) -> None:
    """Say what is wrong, on one line that begins with our name."""
    say(f"tuui-sampling: {message}")


def complain_of_configuration(error: ConfigError) -> None:
    """Say every problem with its place, one on each line, and what can be done."""
    complain("the configuration can't be used")
    say(error.message)
    if error.hint:
        say(error.hint)


def say(text: str) -> None:
    """Write lines to standard error, with everything hidden in them revealed."""
    print(visible(text), file=sys.stderr, flush=True)


def one_line(text: str, limit: int | None = None) -> str:
    """Return foreign text as a part of a line of ours."""
    return visible(text, multiline=False, limit=limit)


def why_not_running(server: Server) -> tuple[str, str]:
    """Return why a server did not start or ended, and what can be done; with its last words where there are any."""
    reason = one_line(server.reason or f"it is {server.state}")
    last = server.log.last("stderr")
    if last is not None:
        return reason, f"it said: {one_line(last.strip(), SHOWN_LOG_LINE)}"
    return reason, one_line(server.hint)
