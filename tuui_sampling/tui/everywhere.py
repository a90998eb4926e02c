"""Holds the commands that work on every screen: going to another screen, leaving an editor, help, quitting."""

from collections.abc import Callable

from textual.app import App
from textual.widgets import Input, TextArea

from ..frontend.tour import Tour
from .commands import Command
from .configuration import ConfigurationCommands
from .mode_screen import ModeScreen


class Everywhere:
    """
    What can be done on every screen.

    Attributes:
        tour: Leads a newcomer from key to key; None where nobody wants one.
    """

    tour: Tour | None = None

    def __init__(
        self,
        app: App[None],
        pending: Callable[[], int],
        keys_of: Callable[[str], str],
        configuration: ConfigurationCommands,
        show_under_way: Callable[[], None],
    ) -> None:
        """
        Act on an app.

        Args:
            pending: Returns how many requests wait.
            keys_of: Returns all keys of a command, as they are shown.
            configuration: What can be done about the configuration.
            show_under_way: Lists the calls that run, of all servers, with their requests.
        """
        self.configuration = configuration
        self.show_under_way = show_under_way
        self._app = app
        self._pending = pending
        self._keys_of = keys_of

    @property
    def _screen(self) -> ModeScreen | None:
        screen = self._app.screen
        return screen if isinstance(screen, ModeScreen) else None

    def show(self, mode: str) -> None:
        """Show a screen; on the screen that is shown already, the focus goes home."""
        if mode == self._app.current_mode and (screen := self._screen) is not None:
            screen.set_focus(screen.home())
            screen.land()
        else:
            self._app.switch_mode(mode)
            self._app.call_after_refresh(self._land, mode)

    def _land(self, mode: str) -> None:
        if self._screen is not None and self._app.current_mode == mode:
            self._screen.land()

    # --- leaving ---

    @property
    def _is_in_editor(self) -> bool:
        return isinstance(self._app.focused, Input | TextArea)

    @property
    def _has_tour(self) -> bool:
        return self.tour is not None and not self.tour.is_over

    @property
    def _is_covered(self) -> bool:
        return self._screen is not None and self._screen.covers

    def why_not_leave(self) -> str:
        """Return why the focus can't go one step out."""
        screen, focused = self._screen, self._app.focused
        is_home = screen is None or focused is None or focused is screen.home()
        nothing = is_home and not self._is_in_editor and not self._is_covered and not self._has_tour
        return "There is nothing to leave here: letters are commands already." if nothing else ""

    def leave_wording(self) -> str:
        """Return what leaving is called: the same key goes home from elsewhere, without a word in the footer."""
        return "close" if self._is_covered else "leave" if self._is_in_editor else ""

    def leave(self) -> None:
        """Take the focus one step out; with nothing to leave, the tour is ended."""
        screen = self._screen
        if screen is None:
            return
        at_home = self._app.focused in (None, screen.home()) and not self._is_in_editor and not self._is_covered
        if at_home and self.tour is not None and self._has_tour:
            self.tour.end()
        else:
            screen.leave_editor()

    # --- about the program ---

    def search_commands(self) -> None:
        """Open the palette."""
        self._app.action_command_palette()

    def help(self) -> None:
        """Show every key that works here."""
        from .dialogs.help import HelpScreen

        screen = self._screen
        here = [(screen.MODE.capitalize(), screen.commands.table)] if screen is not None else []
        self._app.push_screen(HelpScreen([*here, ("Everywhere", COMMANDS)], self._keys_of))

    def quit(self) -> None:
        """Leave; ask first when somebody would be refused by it."""
        from .dialogs.basic import Confirm

        pending = self._pending()
        if not pending or isinstance(self._app.screen, Confirm):
            self._app.exit()
            return
        waits = "1 request waits" if pending == 1 else f"{pending} requests wait"
        self._app.push_screen(
            Confirm(f"{waits} for an answer. Quitting stops the servers and withdraws them.", "quit"),
            lambda yes: self._app.exit() if yes else None,
        )


_Command = Command[Everywhere]

COMMANDS: tuple[Command[Everywhere], ...] = (
    _Command("show-inbox", "f1", "Inbox", "Show the requests that wait.", "everywhere", lambda its: its.show("inbox"), shown=False),
    _Command("show-servers", "f2", "Servers", "Show the servers and their tools.", "everywhere", lambda its: its.show("servers"), shown=False),
    _Command("show-history", "f3", "History", "Show what was decided before.", "everywhere", lambda its: its.show("history"), shown=False),
    _Command("show-under-way", "f7", "under way", "List the calls of all servers that run, with their requests, and go to one.", "everywhere", lambda its: its.show_under_way(), shown=False),
    _Command("show-policy", "f4", "Policy", "Show the rules and limits in force, and your own figures.", "everywhere", lambda its: its.show("policy"), shown=False),
    _Command("leave-editor", "escape", "leave", "Leave the editor; letters are commands again.", "everywhere", Everywhere.leave, Everywhere.why_not_leave, Everywhere.leave_wording),
    _Command("command-palette", "ctrl+p", "commands", "Search for a command by what it does.", "everywhere", Everywhere.search_commands, shown=False),
    _Command("reload", "f11", "reload", "Read the configuration again, and decide about servers that it has changed.", "everywhere", lambda its: its.configuration.reload(), lambda its: its.configuration.why_not(), shown=False),
    _Command("edit-configuration", "f12", "edit configuration", "Open the configuration in $EDITOR, and take it over.", "everywhere", lambda its: its.configuration.edit(), lambda its: its.configuration.why_not(), shown=False),
    _Command("help", "question_mark", "help", "Show every key and what it does here.", "everywhere", Everywhere.help),
    _Command("quit", "q,ctrl+q", "quit", "Stop every server, and leave; asks when a request waits.", "everywhere", Everywhere.quit, shown=False),
)  # fmt: skip
