"""Says in one line how a server is: a sign and a hue for each state, and the word, which needs neither to be known."""

from textual.content import Content

from ....frontend.presentation.format import counted
from ....servers.state.server import Server, ServerState
from ...widgets.plain import line

SIGNS = {
    ServerState.READY: "●",
    ServerState.STARTING: "◐",
    ServerState.RESTARTING: "◐",
    ServerState.STOPPING: "◐",
    ServerState.FAILED: "✗",
    ServerState.STOPPED: "○",
}
NOT_LISTENING, PAUSED = "◌", "⏸"
"""A server that can't be heard looks like none that is ready; what one asks that is paused is held back."""

HUES = {
    ServerState.READY: "success",
    ServerState.STARTING: "primary",
    ServerState.RESTARTING: "primary",
    ServerState.STOPPING: "primary",
    ServerState.FAILED: "error",
    ServerState.STOPPED: "muted",
    None: "warning",
}
"""The hue of each state, `$text-…` of the theme; None stands for one that is up, and yet does not do what it could."""

NAME_LENGTH = 80
"""Characters of a name that are shown at most; the tree cuts further, with a mark, where it is narrow."""


def sign_of(server: Server) -> str:
    """Return the sign of a server's state."""
    return NOT_LISTENING if _is_deaf(server) else SIGNS[server.state]


def hue_of(server: Server) -> str:
    """Return the hue of its sign."""
    is_up = server.state is ServerState.READY
    return HUES[None if is_up and (_is_deaf(server) or server.paused or server.muted) else server.state]


def _is_deaf(server: Server) -> bool:
    return server.state is ServerState.READY and server.not_listening is not None


def server_label(server: Server, misleads: str = "", *, brief: bool = False) -> Content:
    """
    Return a server in one line: sign, name, whether its requests are admitted, state, era, tools.

    Args:
        brief: Leave out era and tools.
        misleads: How its name does, in words.
    """
    parts = [server.state_words]
    if server.state is ServerState.READY and not brief:
        count = sum(not tool.problem for tool in server.tools)
        parts += ["modern" if server.modern else "legacy", counted(count, "tool")]
        if unusable := len(server.unusable):
            parts.append(f"{unusable} unusable")
    if server.muted:
        parts.insert(0, "muted")
    if server.paused:
        parts.insert(0, f"{PAUSED} held back: {server.held}" if server.held else f"{PAUSED} paused")
    sign = sign_of(server)
    if misleads:
        sign += " ⚠"
        parts.insert(0, line(misleads, NAME_LENGTH).plain)
    return Content.assemble(
        (f"{sign} ", f"bold $text-{hue_of(server)}"),
        line(server.name, NAME_LENGTH).stylize("bold"),
        (f"  {' · '.join(parts)}", "dim"),
    )
