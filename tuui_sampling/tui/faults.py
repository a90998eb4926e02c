"""
Keeps the program alive when something of its own fails: the view that failed is built anew, and the person is told.

Textual ends the program on any exception in a widget, an action or a message handler, and with it the servers and all
that waits. What fails here costs the view: it is built anew, and only when it fails again at once is it closed.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar

from textual._context import active_message_pump
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import WorkerFailed

from ..backend import Backend
from .commands import CommandSet
from .mode_screen import ModeScreen
from .port import AppPort
from .widgets.plain import Plain

IN_A_ROW = 60.0
"""Seconds within which a second fault of the same view closes it."""

REMOVAL = 2.0
"""Seconds in which what failed has to go; it may never answer again, and is left behind then."""

BETWEEN = "failed"
"""The mode that is shown while a view is taken away."""

Report = Callable[[Exception], str]
"""Writes down where something failed, and returns where that can be read, as the end of a sentence."""


class ClosedScreen(ModeScreen):
    """Stands in the place of a view that failed twice in a row."""

    BINDINGS: ClassVar = [Binding("enter", "reopen", "show it again")]

    def __init__(self, backend: Backend, port: AppPort, mode: str, reopen: Callable[[], object]) -> None:
        """
        Stand in for a view.

        Args:
            mode: The name of its mode.
            reopen: Shows it again.
        """
        self.MODE = mode  # type: ignore[misc]  # which view it stands for is known only now
        super().__init__(backend, port)
        self.commands = CommandSet((), None)
        self._reopen = reopen

    def compose_body(self) -> ComposeResult:
        """Say what happened, and what can be done."""
        yield Plain(
            "This view failed twice in a row, and is closed. What waits goes on waiting, servers go on running, and "
            "the other views can be used.\n\nenter shows it again."
        )

    def action_reopen(self) -> None:
        """Show the view again."""
        self._reopen()


class Faults:
    """Repairs what fails, view by view."""

    def __init__(
        self,
        app: App[None],
        views: Mapping[str, Callable[[], Screen[None]]],
        closed: Callable[[str, Callable[[], object]], Screen[None]],
        say: Callable[..., None],
        report: Report | None,
        clock: Callable[[], float],
    ) -> None:
        """
        Watch over the views of an app.

        Args:
            views: Makes the view of each mode.
            closed: Makes what stands in the place of a view: its mode, and what shows it again.
            say: Tells the person something, with its severity.
            report: When left out, nothing is repaired.
            clock: Seconds.
        """
        self._app = app
        self._views = views
        self._closed = closed
        self._say = say
        self._report = report
        self._clock = clock
        self._last: tuple[str, float] = ("", float("-inf"))
        self._going: list[Screen[object]] | None = None
        self._failed_again = False
        self._task: asyncio.Task[None] | None = None

    def repair(self, error: Exception) -> bool:
        """Take care of a fault; False when there is no view yet that could be built anew."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        app, view = self._app, self._app.current_mode
        report = self._report
        if report is None or not app.is_running or view not in (*self._views, BETWEEN):
            return False
        screen = _failing_screen()
        if self._going is not None:  # what is taken away may fail on its way; what takes its place must not
            self._failed_again = self._failed_again or (screen is not None and screen not in self._going)
        elif screen is not None and screen not in app.screen_stack:
            report(error)
        else:
            now, before = self._clock(), self._last
            self._last = (view, now)
            twice = before[0] == view and now - before[1] < IN_A_ROW
            what = "failed again ({}), and is closed" if twice else "failed ({}), and is made anew"
            words = f"This view {what.format(type(error).__name__)}: {report(error)}"
            self._going = app.screen_stack
            self._task = asyncio.create_task(self._replace(view, words, close=twice), name="repair")
        return True

    async def _replace(self, view: str, words: str, *, close: bool) -> None:
        """Take a view away, with the dialogs over it, and put another one of it in its place."""
        self._failed_again = False
        try:
            await self._show_anew(view, self._standing_in(view) if close else self._views[view])
            if self._failed_again and not close:
                await self._show_anew(view, self._standing_in(view))
        finally:
            self._going = None
        self._say(words, severity="error")

    def _standing_in(self, view: str) -> Callable[[], Screen[None]]:
        return lambda: self._closed(view, lambda: self._reopen(view))

    def _reopen(self, view: str) -> None:
        self._going = self._app.screen_stack
        self._task = asyncio.create_task(self._replace(view, "It is shown again.", close=False), name="reopen")

    async def _show_anew(self, view: str, make: Callable[[], Screen[None]]) -> None:
        app = self._app
        app.add_mode(BETWEEN, Screen)
        await app.switch_mode(BETWEEN)
        with suppress(TimeoutError):
            await asyncio.wait_for(_awaited(app.remove_mode(view)), REMOVAL)
        app.add_mode(view, make)
        await app.switch_mode(view)
        with suppress(TimeoutError):
            await asyncio.wait_for(_awaited(app.remove_mode(BETWEEN)), REMOVAL)


async def _awaited(removal: object) -> None:
    await removal  # type: ignore[misc]  # Textual's own awaitable is not a coroutine


def _failing_screen() -> Screen[object] | None:
    """Return the screen of what is at work now; None where that is the app itself."""
    pump = active_message_pump.get(None)
    if not isinstance(pump, DOMNode) or isinstance(pump, App):
        return None
    return next((one for one in pump.ancestors_with_self if isinstance(one, Screen)), None)
