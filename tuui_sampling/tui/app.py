"""The Textual application: four modes over one backend. It holds what all screens share, and no rule."""

import os
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial

from textual import constants, events, work
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from ..backend import Backend
from ..config.paths import state_dir
from ..frontend.presentation.costs import Spending
from ..frontend.reloading import Reloading
from ..frontend.remembered import Remembered
from ..frontend.review.arming import Arming
from ..frontend.review.reviewing import Reviewing
from ..sampling.errors import LedgerError
from ..sampling.item import Item
from ..sampling.visible import visible
from .commands import CommandSet, bindings
from .configuration import ConfigurationCommands
from .everywhere import COMMANDS as EVERYWHERE
from .everywhere import Everywhere
from .faults import ClosedScreen, Faults, Report
from .inbox.screen import InboxScreen
from .key_map import KeyMap
from .messages import Changes, ReviewsChanged, RunsChanged, ServersChanged
from .mode_screen import ModeScreen
from .port import Answered, Pictures
from .terminal.line_filter import filters_for
from .terminal.state import TerminalState, typing_clock
from .terminal.title import TerminalTitle
from .terminal.type_ahead import ClosedEditor, TypeAhead, is_typed
from .theme import ChosenTheme
from .under_way import show_under_way
from .widgets.header import ModeTab
from .widgets.plain import line


class TuuiApp(App[None]):
    """
    The program's face.

    Attributes:
        arming: Says whether an approval counts.
        terminal: Says whether anything can be approved on it.
        spending: What was spent today.
        pictures: How pictures get to the terminal.
    """

    TITLE = "tuui-sampling"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings(EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own declaration

    def __init__(
        self,
        backend: Backend,
        *,
        started: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        report: Report | None = None,
        reloading: Reloading | None = None,
    ) -> None:
        """
        Make the face of a backend.

        Args:
            reloading: Takes the configuration over anew; None where there is no file of it.
            started: Called once the first screen has been painted; starts the servers when left out.
            clock: Seconds, for the arming of approvals.
            report: Writes down where something failed; when left out, what fails ends the program, as in a test.
        """
        super().__init__()
        self.backend = backend
        self.arming = Arming(clock)
        self.terminal = TerminalState(self)
        self._typed_at = typing_clock(clock)
        self.remembered = Remembered(state_dir() / "interface.json")
        self._theme = ChosenTheme(self, self.remembered)
        self.spending = Spending()
        self.pictures = Pictures(backend.settings.interface.images, self.write_to_terminal)
        self._started = started or backend.supervisor.start_all
        self._filters_for_terminal = filters_for(os.environ.get("TERM", ""))
        self._keys = KeyMap(backend.settings.interface.keys)
        self._configuration = ConfigurationCommands(self, reloading, self._use_settings)
        shown, keys = partial(show_under_way, self, backend), self._keys.keys_of
        everywhere = Everywhere(self, lambda: len(backend.desk.pending), keys, self._configuration, shown)
        self._commands = CommandSet(EVERYWHERE, everywhere)
        self._type_ahead = TypeAhead(self, self._dispatch)
        self._closed_editor = ClosedEditor(clock)
        self._reviewing = Reviewing(backend.desk, backend.models)
        self._views = {"inbox": self._inbox_screen, **_later_views(backend, self)}
        closed = partial(ClosedScreen, backend, self)
        self._faults = Faults(self, self._views, closed, self.say, report, clock)
        self._newest = 0
        self._terminal_title = TerminalTitle(self.write_to_terminal)
        self._changes = Changes(self._tell)

    # --- the life of the app ---

    def on_mount(self) -> None:
        """Show the Inbox, and start listening."""
        self.backend.desk.subscribe(self.spending.note)
        self.backend.desk.subscribe(self._review_changed)
        self.backend.supervisor.subscribe(lambda server: self._changes.servers.add(server.name))
        self.backend.runs.subscribe(lambda run: self._changes.runs.add(run.id))
        for mode, view in self._views.items():
            self.add_mode(mode, view)
        self._use_settings()
        self.switch_mode("inbox")
        self.call_after_refresh(self._started)
        self.run_worker(self._configuration.watch(), group="configuration file")
        self._count_what_was_spent()

    @work
    async def _count_what_was_spent(self) -> None:
        with suppress(LedgerError):  # the record tells of its troubles itself
            self.spending.begin(sum((await self.backend.ledger.spent(self.spending.since)).values(), Decimal()))
        self._tell(ReviewsChanged(frozenset()))

    def _inbox_screen(self) -> ModeScreen:
        return InboxScreen(self.backend, self, self._reviewing)

    def on_unmount(self) -> None:
        """Give the terminal its title back, and stop telling."""
        self._changes.close()
        self._terminal_title.give_back()

    def _use_settings(self) -> None:
        """Take over what is configured of the screen, also anew."""
        interface = self.backend.settings.interface
        self.set_keymap(self._keys.change(interface.keys))
        self._theme.use(interface.theme or "")
        self.pictures = Pictures(interface.images, self.write_to_terminal)
        self._show_title()

    def get_driver_class(self) -> type[Driver]:
        """Never wait for a terminal that takes nothing: servers would wait, too."""
        usual = super().get_driver_class()
        if constants.DRIVER is not None or usual.__name__ != "LinuxDriver":  # the person's choice, or another system
            return usual
        from .terminal.driver import PatientDriver

        return PatientDriver

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
        elif isinstance(event, events.MouseDown):
            self._closed_editor.clicked()
        await super().on_event(event)

    # --- what fails ---

    def _handle_exception(self, error: Exception) -> None:
        """Mend what fails, where that can be done."""
        if not self._faults.mend(error):
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """End the program with a fault that can't be mended."""
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
            why = self.screen.why_closed() if isinstance(self.screen, ModeScreen) else ""
            self.say(f"The editor was closed{why}. Letters are commands again after a second without a key, or esc.")
        else:
            self.arming.act(event.time)
            await super().on_event(event)

    def focus_moved(self, old: Widget | None, new: Widget | None) -> None:
        """Hear that something else has the focus; it is nobody's doing while no key is under way."""
        if self.app_focus and not self._type_ahead.may_move_the_focus:
            self._closed_editor.focus_moved(old, new)

    def say(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """Tell the person something, for a moment, in place of what was said before."""
        self.clear_notifications()
        self.notify(line(text, 300).plain, severity=severity, markup=False)

    def tell(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """Tell the person something, for a moment, below what was said before."""
        self.notify(visible(text, limit=1_000), severity=severity, markup=False)

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

    def why_not_configure(self) -> str:
        """Return why there is no configuration to read or to change."""
        return self._configuration.why_not()

    def edit_configuration(self, line: int | None = None) -> None:
        """Open the configuration in `$EDITOR`, and take it over."""
        self._configuration.edit(line)

    async def change_configuration(self, change: Callable[[str], str]) -> str:
        """Change the text of the configuration, and take it over; returns what went wrong, in words."""
        return await self._configuration.change(change)

    async def edit_outside(self, text: str, line: int | None = None) -> tuple[str | None, str]:
        """Let the person edit a text in `$EDITOR`: the text, or None when nothing was edited; and what went wrong."""
        from .external_editor import edit_text

        return await edit_text(self, text, line)

    # --- changes ---

    def _review_changed(self, review: Item) -> None:
        self._changes.reviews.add(review.id)
        if review.id > self._newest:
            self._newest = review.id
            if self.backend.settings.interface.bell and not self.app_focus:
                self.bell()

    def _tell(self, message: ReviewsChanged | ServersChanged | RunsChanged) -> None:
        """Tell the screen that is shown; the others catch up when they are."""
        for screen in reversed(self.screen_stack):
            screen.post_message(message)
        if isinstance(message, ReviewsChanged):
            self._show_title()

    def _show_title(self) -> None:
        self._terminal_title.show(len(self.backend.desk.pending), wanted=self.backend.settings.interface.title)

    def write_to_terminal(self, sequence: str) -> None:
        """Write a sequence of our own making to the terminal, past the screen."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # --- commands ---

    @property
    def commands(self) -> CommandSet[Everywhere]:
        """The commands that work on every screen."""
        return self._commands

    def key_of(self, identifier: str) -> str:
        """Return the key of a command as it is shown, the user's own where there is one."""
        return self._keys.key_of(identifier)

    async def action_command(self, identifier: str) -> None:
        """Do what a key stands for, or say why it is not possible now."""
        why_not = await self.commands.run(identifier)
        if why_not and not self.arming.in_a_burst:  # what the first key of a burst brought about is worth more
            self.say(why_not)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put every command that is possible now into the palette."""
        for place in (screen, self):
            if isinstance(place, ModeScreen | TuuiApp):
                for command in place.commands.possible():
                    label = place.commands.wording(command.id) or command.label
                    yield SystemCommand(f"{label}  {self.key_of(command.id)}", command.help, _runner(place, command.id))
        yield SystemCommand("theme", "Choose other colours.", self.action_change_theme)
        yield SystemCommand("screenshot", SCREENSHOT, lambda: self.call_later(_save_screenshot, self))

    def show_review(self, review_id: int) -> None:
        """Show a review in the Inbox, because the person asked for it."""
        self.switch_mode("inbox")
        self.call_after_refresh(lambda: self.screen.open(review_id) if isinstance(self.screen, InboxScreen) else None)

    async def show_message(self, server: str, number: int | None) -> None:
        """Show a server, and a message of its trace where one is named, because the person asked for it."""
        from .servers.screen import ServersScreen

        await self.switch_mode("servers")
        if isinstance(self.screen, ServersScreen):
            self.screen.show_message(server, number)

    def on_mode_tab_chosen(self, message: ModeTab.Chosen) -> None:
        """Show the screen whose name was clicked."""
        self.switch_mode(message.mode)

    def action_help_quit(self) -> None:
        """Say how to leave: this is what ^C does while it copies nothing and stops nothing."""
        self.say(f"{self.key_of('quit')} quits; it asks when a request waits.")

    async def action_quit(self) -> None:
        """Leave; ask first when somebody would be refused by it."""
        await self.commands.run("quit")


SCREENSHOT = "Save a picture of what is on the screen; asks first, since all that is shown goes into the file."


def _save_screenshot(app: TuuiApp) -> None:
    from .dialogs.save import save_as

    picture = app.export_screenshot().encode("utf-8", "replace")  # before the question lies over it
    question = "Save a picture of the screen. It holds all that is shown: prompts, answers, names."
    app.begin(save_as(app, question, "tuui-sampling.svg", picture), "save")


def _later_views(backend: Backend, app: TuuiApp) -> dict[str, Callable[[], ModeScreen]]:
    """Return what makes the views that are imported when they are first shown, after the first paint."""

    def servers() -> ModeScreen:
        from .servers.screen import ServersScreen

        return ServersScreen(backend, app)

    def history() -> ModeScreen:
        from .history.screen import HistoryScreen

        return HistoryScreen(backend, app)

    def policy() -> ModeScreen:
        from .policy.screen import PolicyScreen

        return PolicyScreen(backend, app)

    return {"servers": servers, "history": history, "policy": policy}


def _runner(place: ModeScreen | TuuiApp, identifier: str) -> Callable[[], None]:
    def run() -> None:
        place.call_later(place.action_command, identifier)

    return run
