"""What can be done about a server as a whole: hold back or refuse what it asks, look at its messages, search."""

import asyncio

from textual import work

from ...config.settings import key_variables
from ...frontend.files import CannotSave, destination, save
from ...sampling.visible import visible
from ...servers.state.server import Server
from ...servers.state.trace import TracedMessage
from ..dialogs.ask_path import AskPath
from ..mode_screen import ModeScreen
from ..widgets.plain import line
from ..widgets.view_tabs import ViewTabs
from .widgets.log_view import LogView
from .widgets.notifications_view import NotificationsView
from .widgets.trace_rows import TraceRows
from .widgets.trace_view import TraceView


class SupervisionCommands(ModeScreen):
    """The part of the Servers screen that deals with the selected server's admission, log and trace."""

    @property
    def server(self) -> Server | None:
        """The selected server."""
        raise NotImplementedError

    def go_to_server(self, name: str) -> None:
        """Select a server."""
        raise NotImplementedError

    def show_view(self, view: str) -> None:
        """Show one of the views of the right side."""
        raise NotImplementedError

    def supervision_action_is_possible(self, action: str) -> bool | None:
        """Whether one of the commands here is possible now; None when it is none of them."""
        if not self.is_mounted or self.server is None:
            return False if hasattr(SupervisionCommands, f"action_{action}") else None
        match action:
            case "pause_server" | "mute_server" | "show_trace":
                return True
            case "find":
                return self._view in ("log", "notifications", "trace")
            case "find_next":
                return self._view in ("log", "trace")
            case "other_side":
                return (message := self._message()) is not None and message.other is not None
            case "clear_trace" | "save_trace":
                return self._view == "trace" and len(self.server.trace) > 0
        return None

    def wording(self, action: str) -> str:
        """Say "resume" and "unmute" where that is what the keys do."""
        if self.server is not None and action == "pause_server" and self.server.paused:
            return "resume"
        if self.server is not None and action == "mute_server" and self.server.muted:
            return "unmute"
        return super().wording(action)

    @property
    def _view(self) -> str:
        return self.query_one(ViewTabs).current

    # --- admission ---

    def action_pause_server(self) -> None:
        """Hold back what the selected server asks, or let it through again."""
        if (server := self.server) is not None:
            self.backend.supervisor.pause(server.name, not server.paused)

    def action_mute_server(self) -> None:
        """Refuse what the selected server asks, or no longer."""
        if (server := self.server) is not None:
            self.backend.supervisor.mute(server.name, not server.muted)

    # --- searching ---

    def action_find(self) -> None:
        """Go to the search of the log, or to the filter of the notifications or the trace."""
        if self._view == "log":
            self.query_one(LogView).focus_search()
        elif self._view == "notifications":
            self.query_one(NotificationsView).focus_filter()
        elif self._view == "trace":
            self.query_one(TraceView).focus_filter()

    def action_find_next(self) -> None:
        """Find the next line of the log, or the next place in the message that is read."""
        if self._view == "log":
            self.query_one(LogView).find_next()
        elif self._view == "trace":
            self.query_one(TraceView).find_next()

    # --- the trace ---

    def on_trace_rows_selected(self) -> None:
        """Offer what is possible with another message."""
        self.refresh_bindings()

    def show_message(self, server: str, number: int) -> None:
        """Show a message of a server's trace, because the person asked for it."""
        self.go_to_server(server)
        self.action_show_trace()
        self.call_after_refresh(self.query_one(TraceView).select, number)

    def action_show_trace(self) -> None:
        """Show the messages that passed."""
        self.show_view("trace")
        self.query_one(TraceRows).focus()

    def action_other_side(self) -> None:
        """Go from a request to its answer, and back."""
        message = self._message()
        if message is not None and message.other is not None:
            if self.server is not None and self.server.trace.get(message.other) is None:
                self.notify("It is not kept any more.", markup=False)
                return
            self.query_one(TraceView).select(message.other)

    def traced_request(self) -> int | None:
        """Return the review or inquiry that the shown message has brought."""
        message, server = self._message(), self.server
        if message is None or server is None:
            return None
        items = (item for item in reversed(self.backend.desk.items) if item.origin.server == server.name)
        return next((item.id for item in items if server.trace.message_of(item) is message), None)

    def action_clear_trace(self) -> None:
        """Forget the messages that have passed."""
        self.query_one(TraceView).clear()
        self.refresh_bindings()

    def action_save_trace(self) -> None:
        """Save the messages to a file, with secrets masked."""
        if (server := self.server) is not None:
            self._save_trace(server)

    def _message(self) -> TracedMessage | None:
        """Return the message under the cursor of the trace, if the trace is shown."""
        return self.query_one(TraceView).selected if self._view == "trace" else None

    @work(exclusive=True, group="save")
    async def _save_trace(self, server: Server) -> None:
        keys = key_variables(self.backend.settings.models.values())
        data = await self.backend.supervisor.export_trace(server.name, keys)
        question = (
            f"Save the {len(server.trace):,} messages of {line(server.name, 64).plain} to a new file. "
            "The values of its environment and of your keys are masked in it; what else is secret you know best."
        )
        typed: str | None = "trace.jsonl"
        problem = ""
        while typed is not None:
            typed = await self.app.push_screen_wait(AskPath(question, typed, problem))
            if typed is None:
                return
            try:
                path = destination(typed)
                await asyncio.to_thread(save, path, data)
            except FileExistsError:
                problem = "There is such a file already: choose another name."
            except CannotSave as error:
                problem = f"It could not be saved: {error.reason}."
            else:
                self.notify(visible(f"Saved to {path}", limit=500), markup=False)
                return
