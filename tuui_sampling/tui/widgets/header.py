"""What every screen has on top: where one is, and what waits. A part of the first paint, so it imports little."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content, Span
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from ..terminal.type_ahead import is_editor

if TYPE_CHECKING:
    from ...backend import Backend

MODES = (("inbox", "Inbox"), ("servers", "Servers"), ("history", "History"), ("policy", "Policy"))


class ModeTab(Static):
    """The name of a screen; a click shows it."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """The person wants that screen."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, mode: str, label: str, key: str) -> None:
        super().__init__(Content.from_markup("[dim]$key[/] $label", key=key, label=label), id=f"mode-{mode}")
        self.mode = mode

    def on_click(self) -> None:
        """Ask for the screen."""
        self.post_message(self.Chosen(self.mode))


_FAILED = re.compile(r"✗ \d+ (?:failed|undelivered)")


def _with_hues(words: str) -> Content:
    """Return words of ours with what failed in its hue."""
    return Content(words, spans=[Span(*one.span(), "bold $text-error") for one in _FAILED.finditer(words)])


class StateWords(Static):
    """A line in as many words as there is room for."""

    _wordings: tuple[Content, ...] = ()

    def say(self, *wordings: str) -> None:
        """Say the first of these that fits, else the last."""
        self._wordings = tuple(map(_with_hues, wordings))
        self.on_resize()

    def on_resize(self) -> None:
        """Look again what fits."""
        if self._wordings:
            fitting = (one for one in self._wordings if one.cell_length <= self.size.width)
            self.update(next(fitting, self._wordings[-1]), layout=False)


class Frame(Horizontal):
    """
    The top line.

    Attributes:
        pending: How many requests wait for a human, or for a model.
        servers: How many servers are ready, of how many.
        failed: How many servers have failed, and are not started again by themselves.
        held: How many requests are held back; None while no server is paused.
        muted: How many servers are muted.
        spent: US dollars of today.
        undelivered: How many responses no server has taken, and are kept.
    """

    pending: reactive[int] = reactive(0)
    servers: reactive[tuple[int, int]] = reactive((0, 0))
    failed: reactive[int] = reactive(0)
    held: reactive[int | None] = reactive(None)
    muted: reactive[int] = reactive(0)
    spent: reactive[Decimal] = reactive(Decimal())
    undelivered: reactive[int] = reactive(0)

    def __init__(self, mode: str, mode_keys: Mapping[str, str]) -> None:
        """
        Show the top line of a screen.

        Args:
            mode_keys: The keys that lead to each mode, as they are shown.
        """
        super().__init__(id="frame")
        self._mode = mode
        self._mode_keys = mode_keys

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static("tuui-sampling", id="frame-name")
        for mode, label in MODES:
            tab = ModeTab(mode, label, self._mode_keys.get(mode, ""))
            tab.set_class(mode == self._mode, "-current")
            yield tab
        yield StateWords("", id="frame-state")
        yield Static("", id="frame-mark")

    def _mark(self, focused: Widget | None) -> None:
        """Say whether letters are a text or commands."""
        editing = is_editor(focused)
        mark = self.query_one("#frame-mark", Static)
        if mark.has_class("-editing") != editing or not mark.content:  # each time, the whole screen is laid out anew
            mark.update(" EDIT " if editing else " COMMAND ")
            mark.set_class(editing, "-editing")

    def show(self, backend: "Backend", spent: Decimal) -> None:
        """Show how much waits, how many servers are up, and what was spent today."""
        from ...sampling.phase import Phase
        from ...servers.state.server import ServerState

        servers = backend.supervisor.servers.values()
        self.pending, self.spent = len(backend.desk.pending), spent
        self.servers = (sum(one.state is ServerState.READY for one in servers), len(servers))
        self.failed = sum(one.state is ServerState.FAILED for one in servers)
        paused = [one.held for one in servers if one.paused]
        self.held = sum(paused) if paused else None
        self.muted = sum(one.muted for one in servers)
        self.undelivered = sum(one.phase is Phase.UNDELIVERED for one in backend.desk.items)

    def watch_pending(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_servers(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_failed(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_held(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_muted(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_undelivered(self) -> None:
        """Show the count."""
        self._show_state()

    def watch_spent(self) -> None:
        """Show the sum."""
        self._show_state()

    def _show_state(self) -> None:
        if not self.is_mounted:
            return
        state = self.query_one(StateWords)
        state.say(self._words(), self._words(short=True), self._words(short=True, least=True))
        state.set_class(self.pending > 0, "-pending")
        state.set_class(self.undelivered > 0, "-failed")

    def _words(self, *, short: bool = False, least: bool = False) -> str:
        ready, all_of_them = self.servers
        held = "" if self.held is None else f" ⏸{self.held or ''}"
        lost = f" · ✗ {self.undelivered} undelivered" if self.undelivered else ""
        muted = f" · {self.muted} muted" if self.muted else ""
        servers = f"{all_of_them} server{'' if all_of_them == 1 else 's'}"
        up = f"{ready}/{all_of_them} up" if short else f"{ready} of {servers}"
        failed = f" ✗ {self.failed} failed" if self.failed else ""
        spent = f" · {self._spent_words}{'' if short else ' today'}" if self.spent and not least else ""
        up = "" if failed and least else f" · {up}"
        return f"{self.pending} pending{lost}{held}{muted}{up}{failed}{spent}"

    @property
    def _spent_words(self) -> str:
        from ...frontend.presentation.format import dollars

        return dollars(self.spent)

    def on_mount(self) -> None:
        """Show the counts from the start, and what letters are."""
        self._show_state()
        self.watch(self.screen, "focused", self._mark)
