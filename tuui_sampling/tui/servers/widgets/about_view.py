"""What is known of one server."""

import shlex
import signal
import time
from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.visual import VisualType
from textual.widgets import Static

from ....frontend.presentation.format import duration
from ....sampling.checks.url_check import look_at
from ....servers.state.server import Server, ServerState
from ...widgets.key_values import Facts
from ...widgets.plain import Plain, line, plain
from .server_label import sign_of

LABELS = (
    "state",
    "reason",
    "what to do",
    "sign-in",
    "calls itself",
    "protocol",
    "process",
    "up for",
    "restarts",
    "its requests",
    "timeout",
    "too late",
    "last exit",
    "host",
    "headers",
    "command",
    "folder",
    "environment",
    "roots",
)


class AboutView(VerticalScroll):
    """State, reason, versions, process, command line and instructions of a server."""

    DEFAULT_CSS = """
    AboutView {
        height: 1fr; padding: 0 1;
        .about-title { margin-top: 1; color: $text-muted; }
    }
    """
    HELP = "What is known of the server. The values of its environment and its headers are never shown."

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(id="about-view")
        self._instructions = ""

    def compose(self) -> ComposeResult:
        """Lay out the facts and the instructions."""
        yield Facts(*LABELS)
        yield Static("its instructions, which no model is given", classes="about-title", markup=False)
        yield Plain("", id="about-instructions")

    def show(self, server: Server) -> None:
        """Show a server as it is now."""
        self.query_one(Facts).show(facts_of(server))
        instructions = server.instructions or ""
        self.query_one(".about-title").display = bool(instructions)
        if instructions != self._instructions:
            self._instructions = instructions
            self.query_one("#about-instructions", Plain).update(instructions)


def facts_of(server: Server) -> dict[str, VisualType]:
    """Return what is known of a server, by the labels of `LABELS`."""
    settings = server.settings
    ready = server.state is ServerState.READY
    title = " ".join(part for part in (server.title, server.version) if part)
    return {
        "state": f"{sign_of(server)} {server.state_words}",
        "reason": plain(server.reason, limit=2_000) if server.reason else "",
        "what to do": server.hint,
        "sign-in": _sign_in(server.sign_in_page) if server.sign_in_page else "",
        "calls itself": line(title, 300) if title else "",
        "protocol": _protocol(server),
        "process": str(server.pid or ""),
        "up for": duration(time.monotonic() - server.since) if ready else "",
        "restarts": str(server.restarts or ""),
        "its requests": _admission(server),
        "timeout": f"gave up a request after {server.waited:.0f} s" if server.waited is not None else "",
        "too late": _too_late(server),
        "last exit": _exit(server.exit_code),
        "host": plain(settings.host, limit=300) if settings.host else "",
        "headers": _names(settings.headers),
        "command": plain(shlex.join(settings.shown_command), limit=2_000) if settings.command else "",
        "folder": str(settings.cwd or ""),
        "environment": _names((*settings.env, *settings.inherit_env)),
        "roots": plain("\n".join(map(str, server.roots)), limit=4_000) if server.roots else "",
    }


def _protocol(server: Server) -> str:
    if server.protocol_version is None:
        return "" if server.settings.protocol == "auto" else f"{server.settings.protocol} only"
    return f"{'modern' if server.modern else 'legacy'} {server.protocol_version}"


def _too_late(server: Server) -> str:
    counts = ((server.late_replies, "of its answers"), (server.late_answers, "of yours"))
    return ", ".join(f"{count:,} {whose}" for count, whose in counts if count)


def _admission(server: Server) -> str:
    parts = [f"held back: {server.held}"] if server.paused else []
    parts += ["muted"] if server.muted else []
    parts += ["malformed requests are let in"] if server.lets_in_malformed else []
    parts += [f"{server.refused:,} refused"] if server.refused else []
    return " · ".join(parts)


def _sign_in(page: str) -> VisualType:
    """Return where the server wants a sign-in, and the whole address, to be copied where no browser is."""
    seen = look_at(page)
    words = [seen.host or "no host", *seen.warnings, *([seen.obstacle] if seen.obstacle else [])]
    return plain(f"{' — '.join(words)}\n{page}", limit=4_000)


def _names(names: Iterable[str]) -> str:
    shown = ", ".join(names)
    return f"{shown} (values are not shown)" if shown else ""


def _exit(code: int | None) -> str:
    if code is None or code >= 0:
        return "" if code is None else f"with code {code}"
    known = next((one.name for one in signal.Signals if one == -code), "")
    return f"by signal {-code} {known}".strip()
