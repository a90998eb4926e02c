"""Holds the commands about what was logged and what passed: searching, going from message to message, saving."""

from ...backend import Backend
from ...config.settings import key_variables
from ...frontend.presentation.format import counted
from ...servers.state.server import Server
from ...servers.state.trace import TracedMessage
from ..port import AppPort
from ..widgets.plain import line
from .view import ServersView
from .widgets.invocation_view import RunView
from .widgets.result_view import ResultView


class MessageCommands:
    """What can be done with the selected server's log, notifications and messages."""

    def __init__(self, backend: Backend, view: ServersView, port: AppPort) -> None:
        self._backend = backend
        self._view = view
        self._port = port

    # --- searching ---

    def find(self) -> None:
        """Go to the search or filter of what has the focus: of what the servers offer, where that is the tree."""
        if (focused := self._view.focused) is not None and self._view.tree_pane in focused.ancestors:
            self._view.tree_pane.filter()
            return
        match self._view.views.current:
            case "log":
                self._view.views.log_lines.pane.action_search()
            case "notifications":
                self._view.views.notifications.focus_filter()
            case "trace":
                self._view.views.trace.focus_filter()
            case _ if (result := self._result_in_focus) is not None:
                result.action_search()
            case _:
                self._view.tree_pane.filter()

    @property
    def _result_in_focus(self) -> ResultView | None:
        """The result of the call that the focus is in, if there is one."""
        around = self._view.focused.ancestors_with_self if self._view.focused is not None else ()
        within = next((one for one in around if isinstance(one, RunView)), None)
        return within.query_one_optional(ResultView) if within is not None and not within.folded else None

    def why_not_find_next(self) -> str:
        """Return why there is no next place to find."""
        return "" if self._view.views.current in ("log", "trace") else "The log and the trace are searched by words."

    def find_next(self) -> None:
        """Find the next line of the log, or the next place in the message that is read."""
        if self._view.views.current == "log":
            self._view.views.log_lines.pane.action_search_on(False)
        else:
            self._view.views.trace.find_next()

    # --- the trace ---

    @property
    def _message(self) -> TracedMessage | None:
        """The message under the cursor of the trace, if the trace is shown."""
        return self._view.views.trace.selected if self._view.views.current == "trace" else None

    def request(self) -> int | None:
        """Return the review or inquiry that the shown message has brought."""
        message, server = self._message, self._view.server
        if message is None or server is None:
            return None
        items = (item for item in reversed(self._backend.desk.items) if item.origin.server == server.name)
        return next((item.id for item in items if server.trace.message_of(item) is message), None)

    def show_log(self) -> None:
        """Show what the server wrote, and go there: it can be scrolled and searched."""
        self._view.show_view("log")
        self._view.views.log_lines.pane.view.focus()

    def show_notifications(self) -> None:
        """Show what the server told, and go there."""
        self._view.show_view("notifications")
        self._view.views.notifications.focus_rows()

    def show_trace(self) -> None:
        """Show the messages that passed."""
        self._view.show_view("trace")
        self._view.views.trace.focus_rows()

    def why_no_other_side(self) -> str:
        """Return why there is no other side to go to."""
        if (message := self._message) is None:
            return "No message of the trace is selected."
        return "" if message.other is not None else "It has no other side: nothing answers it as yet, or ever."

    def show_other_side(self) -> None:
        """Go from a request to its answer, and back."""
        message, server = self._message, self._view.server
        if message is None or message.other is None or server is None:
            return
        if server.trace.get(message.other) is None:
            self._port.say("It is not kept any more.")
        else:
            self._view.views.trace.select(message.other)

    def why_no_trace(self) -> str:
        """Return why there are no messages to save or to forget."""
        if self._view.views.current != "trace" or (server := self._view.server) is None:
            return "The trace is not shown."
        return "" if len(server.trace) else "No message has passed."

    def clear_trace(self) -> None:
        """Forget the messages that have passed."""
        self._view.views.trace.clear()
        self._view.refresh_bindings()

    def save_trace(self) -> None:
        """Save the messages to a file, with secrets masked."""
        if (server := self._view.server) is not None:
            self._port.begin(self._save_trace(server), "save")

    async def _save_trace(self, server: Server) -> None:
        from ..dialogs.save import save_as

        keys = key_variables(self._backend.settings.models.values())
        data = await self._backend.supervisor.export_trace(server.name, keys)
        question = (
            f"Save {counted(len(server.trace), 'message')} of {line(server.name, 64).plain} to a file. "
            "The values of its environment and of your keys are masked in it; what else is secret you know best."
        )
        await save_as(self._port, question, "trace.jsonl", data)
