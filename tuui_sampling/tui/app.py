"""
The Textual application: paints an empty Inbox at once, then shows a backend. It holds what all screens share.

Nothing is imported here that the empty Inbox does not show: `views.py`, and with it the rest of the program, is
imported when there is a backend to show.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.await_remove import AwaitRemove
from textual.dom import DOMNode
from textual.driver import Driver
from textual.errors import NoWidget
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from ..config.paths import state_dir
from ..config.settings import InterfaceSettings
from ..frontend.remembered import Remembered
from ..frontend.review.arming import Arming
from .commands import CommandSet, bindings
from .everywhere import COMMANDS as EVERYWHERE
from .everywhere import Everywhere
from .inbox.empty import EmptyInbox
from .key_map import KeyMap
from .port import Answered, Pictures
from .terminal.line_filter import filters_for, is_colourless
from .terminal.state import TerminalState, non_blocking, typing_clock
from .terminal.title import TerminalTitle
from .terminal.type_ahead import ClosedEditor, TypeAhead, is_editor, is_typed
from .theme import ChosenTheme
from .widgets.header import MODES, ModeTab

if TYPE_CHECKING:
    from ..backend import Backend
    from ..frontend.presentation.costs import Spending
    from ..frontend.reloading import Reloading
    from .configuration import ConfigurationCommands
    from .faults import Report
    from .mode_screen import ModeScreen
    from .saying import Saying
    from .views import Views

STYLES = ("app.tcss", "inbox/layout.tcss")
"""What the first paint needs; each screen brings its own, when it is first shown."""


Started = Callable[[], None] | None
"""Called once the first view of a backend has been painted."""


class TuuiApp(App[None]):
    """
    The program's face.

    Attributes:
        painted: Set once the empty Inbox has been painted; what is shown may be imported and opened then.
        arming: Says whether an approval counts.
        terminal: Says whether anything can be approved on it.
        commands: Those that work on every screen.
        remembered: What the person has chosen about the screen.
        spending: What was spent today; there once there is something to show, as the next.
        configuration: What can be done about the configuration.
        pictures: How pictures get to the terminal.
    """

    spending: "Spending"
    configuration: "ConfigurationCommands"

    TITLE = "tuui-sampling"
    CSS_PATH = [Path(__file__).parent / name for name in STYLES]  # noqa: RUF012 - Textual's own declaration
    BINDINGS = bindings(EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own declaration

    def __init__(
        self,
        interface: InterfaceSettings,
        servers: int = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        report: "Report | None" = None,
    ) -> None:
        """
        Make a face that nothing is behind yet.

        Args:
            servers: How many there will be.
            clock: Seconds, for the arming of approvals.
            report: Writes down where something failed; when left out, what fails ends the program, as in a test.
        """
        super().__init__()
        self.animation_level = "none"  # each step of a scroll would be laid out and painted while servers wait
        self.painted = asyncio.Event()
        self.arming = Arming(clock)
        self.terminal = TerminalState(self)
        self.remembered = Remembered(state_dir() / "interface.json")
        self._theme = ChosenTheme(self, self.remembered)
        self._typed_at = typing_clock(clock)
        self._interface = interface
        self._server_count = servers
        self._clock, self._report = clock, report
        self.no_color = is_colourless(os.environ)  # style sheets ask for that, too: `:nocolor`
        self._filters_for_terminal = filters_for(os.environ, self.console.color_system)
        self._keys = KeyMap(interface.keys)
        self._everywhere = Everywhere(self, self._mode_screen, self._pending, self._keys.keys_of)
        self.commands = CommandSet(EVERYWHERE, self._everywhere)
        self._terminal_title = TerminalTitle(self.write_to_terminal)
        self._type_ahead = TypeAhead(self, self._dispatch)
        self._closed_editor = ClosedEditor(clock)
        self._views: Views | None = None
        self._first = "inbox"

    # --- the life of the app ---

    def get_default_screen(self) -> Screen[None]:
        """Begin with an empty Inbox, unless there is something to show already."""
        if self._views is not None:
            return Screen()
        keys = {mode: self.key_of(f"show-{mode}") for mode, _ in MODES}
        return EmptyInbox(keys, self.commands, self.remembered, self._server_count, self.painted.set)

    def on_mount(self) -> None:
        """Show what is there, or hold back what is typed until there is something to show."""
        self._use_settings()
        if self._views is not None:
            self.switch_mode(self._first)
            self._views.begin()
        else:
            self._type_ahead.hold(but=partial(_quits, self))

    def show(self, backend: "Backend", started: Started = None, reloading: "Reloading | None" = None) -> None:
        """
        Show a backend, now or once the app runs.

        Args:
            started: Called once its Inbox has been painted; starts the servers when left out.
            reloading: Takes the configuration over anew; None where there is no file of it.
        """
        from .configuration import ConfigurationCommands
        from .under_way import show_under_way
        from .views import Views

        own = self.configuration = ConfigurationCommands(self, reloading, self._use_settings)
        self._views = Views(self, self, backend, own, self._show_title, started, self._report, self._clock)
        self._everywhere.configuration = own
        self._everywhere.show_under_way = partial(show_under_way, self, backend, self._views.show_call)
        self.spending = self._views.spending
        if self.is_running:
            self.call_later(self._take_the_place_of_the_empty_one, self._views)

    async def _take_the_place_of_the_empty_one(self, views: "Views") -> None:
        await self.switch_mode(self._first)
        views.begin()
        await self._type_ahead.release()

    def _pending(self) -> int:
        return len(self._views.backend.desk.pending) if self._views is not None else 0

    def on_unmount(self) -> None:
        """Give the terminal its title back, and stop telling."""
        if self._views is not None:
            self._views.close()
        self._terminal_title.give_back()

    def _use_settings(self) -> None:
        """Take over what is configured of the screen, also anew."""
        self._interface = interface = self._interface if self._views is None else self._views.interface
        self.set_keymap(self._keys.change(interface.keys))
        self._theme.use(interface.theme or "")
        self.pictures = Pictures(interface.images, self.write_to_terminal)
        self._show_title()

    def _show_title(self) -> None:
        self._terminal_title.show(self._pending(), wanted=self._interface.title)

    def get_driver_class(self) -> type[Driver]:
        """Never wait for a terminal that takes nothing: servers would wait, too."""
        return non_blocking(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add the last line of defence: no control character of a text gets to the terminal."""
        return [*super().get_line_filters(), *self._filters_for_terminal]

    async def on_event(self, event: events.Event) -> None:
        """Let the arming see every key before anything else does, and let no text get lost that is typed ahead."""
        if isinstance(event, events.Key | events.Paste):
            if not event.is_forwarded:
                key = event.key if isinstance(event, events.Key) else ""
                self.arming.typed(event.time, self._typed_at(event), key=key, is_text=is_typed(event))
                await self._type_ahead.typed(event)
                return
            self.arming.act(event.time)
            self._type_ahead.came_back(event)
        elif isinstance(event, events.MouseDown) and not event.is_forwarded:
            self._closed_editor.clicked()
            self.pressed_at = event.time  # see `pointer/painted_rows.py`
        clicked = _clicked(self, event)  # before it counts as forwarded
        await super().on_event(event)
        self._type_ahead.clicked(clicked)

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        """Let go of widgets that are removed; Textual does so only in parts."""
        if self._views is not None:
            self._views.let_go(nodes)
        return super()._prune(*nodes, parent=parent)

    async def _shutdown(self) -> None:
        self.workers.cancel_all()  # before the views are taken apart that they would show something in
        await super()._shutdown()

    # --- what fails ---

    def _handle_exception(self, error: Exception) -> None:
        """Mend what fails, where that can be done."""
        if self._views is None or not self._views.faults.repair(error):
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """End the program with a fault that can't be repaired."""
        super()._handle_exception(error)

    async def _dispatch_message(self, message: Message) -> None:
        """Go on after a fault in an action: Textual stops the app's own loop after one."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._handle_exception(error)

    async def _dispatch(self, event: events.Key | events.Paste) -> None:
        """Give a key to what has the focus, unless it was meant for an editor that is there no more."""
        if self._closed_editor.swallows(event, self.focused):
            why = screen.why_closed() if (screen := self._mode_screen()) is not None else ""
            self.say(f"The editor was closed{why}. Letters are commands again after a second without a key.")
        elif isinstance(event, events.Paste) and not is_editor(self.focused):
            self.say(f"Nothing was pasted ({len(event.text):,} characters): no editor is open that could take it.")
        else:
            self.arming.act(event.time)
            await super().on_event(event)

    def focus_moved(self, old: Widget | None, new: Widget | None) -> None:
        """Hear that something else has the focus; it is nobody's doing while no key is under way."""
        if self.app_focus and not self._type_ahead.may_move_the_focus:
            self._closed_editor.focus_moved(old, new)

    @cached_property
    def say(self) -> "Saying":
        """Tells the person something."""
        from .saying import Saying

        return Saying(self, self.arming)

    def notify(self, message: str, **how: Any) -> None:
        """Say what a widget says: that is about what was done in it."""
        self.say(message, severity=how.get("severity", "information"))

    def ask(self, question: Screen[Answered], then: Callable[[Answered | None], object]) -> None:
        """Ask a short question; `then` is called with the answer, or with None."""

        def answered(answer: Answered | None) -> None:
            then(answer)

        self.push_screen(question, answered)

    async def answer_to(self, question: Screen[Answered]) -> Answered | None:
        """Ask a short question, and wait for the answer; only in work that `begin` has begun."""
        return await self.push_screen_wait(question)

    def begin(self, work: Coroutine[None, None, None], group: str) -> None:
        """Do something that takes a while; it takes the place of what is under way in the same group."""
        self.run_worker(work, group=group, exclusive=True)

    async def edit_outside(self, text: str, line: int | None = None) -> tuple[str | None, str]:
        """Let the person edit a text in `$EDITOR`: the text, or None when nothing was edited; and what went wrong."""
        from .external_editor import edit_text

        return await edit_text(self, text, line)

    def write_to_terminal(self, sequence: str) -> None:
        """Write a sequence of our own making to the terminal, past the screen."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # --- commands ---

    def key_of(self, identifier: str) -> str:
        """Return the key of a command as it is shown, the user's own where there is one."""
        return self._keys.key_of(identifier)

    async def action_command(self, identifier: str) -> None:
        """Do what a key stands for, or say why it is not possible now."""
        await self.say.unless_done(self.commands, identifier)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put every command that is possible now into the palette."""
        from .palette import palette

        return palette(self, self, (self._mode_screen(), self))

    def _mode_screen(self) -> "ModeScreen | None":
        return self._views.mode_screen if self._views is not None else None

    def show_review(self, review_id: int) -> None:
        """Show a review in the Inbox, because the person asked for it."""
        assert self._views is not None
        self._views.show_review(review_id)

    async def show_message(self, server: str, number: int | None) -> None:
        """Show a server, and a message of its trace where one is named, because the person asked for it."""
        assert self._views is not None
        await self._views.show_message(server, number)

    def on_mode_tab_chosen(self, message: ModeTab.Chosen) -> None:
        """Show the screen whose name was clicked, as soon as it is there."""
        if self._views is not None:
            self.say.acted()
            self.switch_mode(message.mode)
        else:
            self._first = message.mode

    def action_help_quit(self) -> None:
        """Say how to leave: this is what ^C does while it copies nothing and stops nothing."""
        self.say(f"{self.key_of('quit')} quits; it asks when a request waits.")

    async def action_quit(self) -> None:
        """Leave; ask first when somebody would be refused by it."""
        await self.commands.run("quit")


def _clicked(app: App[None], event: events.Event) -> Widget | None:
    """Return what the mouse was released over, where an event that comes from the terminal says that."""
    if not isinstance(event, events.MouseUp) or event.is_forwarded:
        return None
    try:
        return app.screen.get_widget_at(event.x, event.y)[0]
    except NoWidget:
        return None


def _quits(app: App[None], event: events.Key | events.Paste) -> bool:
    """Whether an event is the key that leaves; it needs no backend."""
    active = app.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
    return active is not None and active.binding.id == "quit"
