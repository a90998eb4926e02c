"""Holds the commands that work on every screen: going to another screen, leaving an editor, help, quitting."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from .commands import Command
from .terminal.type_ahead import has_text

if TYPE_CHECKING:
    from ..frontend.tour import Tour
    from .configuration import ConfigurationCommands
    from .mode_screen import ModeScreen
    from .widgets.leads_back import LeadsBack
    from .widgets.line_input import LineInput


NOTHING_OPENED = "Nothing is opened yet."


class Everywhere:
    """
    What can be done on every screen.

    Attributes:
        tour: Leads a newcomer from key to key; None where nobody wants one.
        configuration: What can be done about the configuration; None until there is a backend.
        show_under_way: Lists the calls that run, of all servers, with their requests; None until then.
    """

    tour: "Tour | None" = None
    configuration: "ConfigurationCommands | None" = None
    show_under_way: Callable[[], None] | None = None

    def __init__(
        self,
        app: App[None],
        mode_screen: "Callable[[], ModeScreen | None]",
        pending: Callable[[], int],
        keys_of: Callable[[str], str],
    ) -> None:
        """
        Act on an app.

        Args:
            mode_screen: Returns the screen that is shown, where it is one of those.
            pending: Returns how many requests wait.
            keys_of: Returns all keys of a command, as they are shown.
        """
        self._app = app
        self._mode_screen = mode_screen
        self._pending = pending
        self._keys_of = keys_of

    def show(self, mode: str) -> None:
        """Show a screen; on the screen that is shown already, the focus goes home."""
        if mode == self._app.current_mode and (screen := self._mode_screen()) is not None:
            screen.set_focus(screen.home())
            screen.land()
        else:
            self._app.switch_mode(mode)
            self._app.call_after_refresh(self._land, mode)

    def _land(self, mode: str) -> None:
        if (screen := self._mode_screen()) is not None and self._app.current_mode == mode:
            screen.land()

    # --- leaving ---

    @property
    def _is_in_editor(self) -> bool:
        return has_text(self._app.focused)

    @property
    def _has_tour(self) -> bool:
        return self.tour is not None and not self.tour.is_over

    @property
    def _is_covered(self) -> bool:
        screen = self._mode_screen()
        return screen is not None and screen.covers

    @property
    def _is_home(self) -> bool:
        screen, focused = self._mode_screen(), self._app.focused
        at_home = screen is None or focused is None or focused is screen.home()
        return at_home and not self._is_in_editor and not self._is_covered

    @property
    def _filter(self) -> "LineInput | None":
        line = screen.filter_line if (screen := self._mode_screen()) is not None else None
        return line if line is not None and line.value.split() else None

    @property
    def _leads_back(self) -> "LeadsBack | None":
        from .widgets.leads_back import LeadsBack  # the first paint needs none of it

        around = focused.ancestors if (focused := self._app.focused) is not None else ()
        return next((one for one in around if isinstance(one, LeadsBack) and one.way_back), None)

    def why_not_leave(self) -> str:
        """Return why the focus can't go one step out."""
        nothing = self._is_home and self._filter is None and not self._has_tour
        return "There is nothing to leave here: letters are commands already." if nothing else ""

    def leave_wording(self) -> str:
        """Return what leaving is called: the same key goes home from elsewhere, without a word in the footer."""
        if (line := self._filter) is not None and self._app.focused is line:
            return "show all"
        if self._is_covered or self._is_in_editor:
            return "close" if self._is_covered else "leave"
        if (back := self._leads_back) is not None:
            return back.way_back
        return "show all" if self._is_home and self._filter is not None else ""

    def leave(self) -> None:
        """Take the focus one step out; with nothing to leave, show again what a filter hides, else end the tour."""
        screen = self._mode_screen()
        if screen is None:
            return
        line = self._filter
        if line is not None and self._app.focused is line:
            line.end()
            screen.leave_editor()
        elif line is not None and self._is_home:
            line.end()
        elif self._is_home and self.tour is not None and self._has_tour:
            self.tour.end()
        elif (back := self._leads_back) is not None:
            back.go_back()
        else:
            screen.leave_editor()

    # --- about the configuration ---

    def why_not_configure(self) -> str:
        """Return why the configuration can't be read."""
        return NOTHING_OPENED if self.configuration is None else self.configuration.why_not()

    def reload(self) -> None:
        """Read the configuration again."""
        if self.configuration is not None:
            self.configuration.reload()

    def edit_configuration(self) -> None:
        """Open the configuration in the person's own editor."""
        if self.configuration is not None:
            self.configuration.edit()

    # --- about the program ---

    def list_under_way(self) -> None:
        """List the calls that run."""
        if self.show_under_way is not None:
            self.show_under_way()

    def search_commands(self) -> None:
        """Open the palette."""
        self._app.action_command_palette()

    def help(self) -> None:
        """Show every key that works here."""
        from .dialogs.help import HelpScreen, said_of_what_is_shown

        screen = self._mode_screen()
        here = [(screen.MODE.capitalize(), screen.commands.table)] if screen is not None else []
        shown = said_of_what_is_shown(screen) if screen is not None else []
        self._app.push_screen(HelpScreen([*here, ("Everywhere", COMMANDS)], shown, self._keys_of))

    def quit(self) -> None:
        """Leave; ask first when somebody would be refused by it."""
        from .dialogs.basic import Confirm

        pending = self._pending()
        if not pending or isinstance(self._app.screen, Confirm):
            self._app.exit()
            return
        waits, them = ("1 request waits", "it") if pending == 1 else (f"{pending} requests wait", "them")
        self._app.push_screen(
            Confirm(f"{waits} for an answer. Quitting stops the servers and withdraws {them}.", "quit"),
            lambda yes: self._app.exit() if yes else None,
        )


_Command = Command[Everywhere]

COMMANDS: tuple[Command[Everywhere], ...] = (
    _Command("show-inbox", "f1", "Inbox", "Show the requests that wait.", "everywhere", lambda its: its.show("inbox"), shown=False),
    _Command("show-servers", "f2", "Servers", "Show the servers and their tools.", "everywhere", lambda its: its.show("servers"), shown=False),
    _Command("show-history", "f3", "History", "Show what was decided before.", "everywhere", lambda its: its.show("history"), shown=False),
    _Command("show-under-way", "f7", "under way", "List the calls of all servers that run, with their requests, and go to one.", "everywhere", Everywhere.list_under_way, lambda its: NOTHING_OPENED if its.show_under_way is None else "", shown=False),
    _Command("show-policy", "f4", "Policy", "Show the rules and limits in force, and your own figures.", "everywhere", lambda its: its.show("policy"), shown=False),
    _Command("leave-editor", "escape", "leave", "Leave the editor; letters are commands again.", "everywhere", Everywhere.leave, Everywhere.why_not_leave, Everywhere.leave_wording),
    _Command("command-palette", "ctrl+p", "commands", "Search for a command by what it does.", "everywhere", Everywhere.search_commands, shown=False),
    _Command("reload", "f11", "reload", "Read the configuration again, and decide about servers that it has changed.", "everywhere", Everywhere.reload, Everywhere.why_not_configure, shown=False),
    _Command("edit-configuration", "f12", "edit configuration", "Open the configuration in $EDITOR, and take it over.", "everywhere", Everywhere.edit_configuration, Everywhere.why_not_configure, shown=False),
    _Command("help", "question_mark", "help", "Show every key and what it does here.", "everywhere", Everywhere.help),
    _Command("quit", "q,ctrl+q", "quit", "Stop every server, and leave; asks when a request waits.", "everywhere", Everywhere.quit, shown=False),
)  # fmt: skip
