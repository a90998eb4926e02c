"""Lists the commands of the Servers screen, each with what it does, why it is not possible, and what it is called now."""

from dataclasses import dataclass

from ..commands import Command
from ..port import AppPort
from .messages import MessageCommands
from .primitives import Primitives
from .sign_in import SignIn
from .supervision import Supervision
from .view import ServersView


@dataclass(frozen=True)
class ServersGroups:
    """What the commands of the Servers screen act on."""

    view: ServersView
    port: AppPort
    primitives: Primitives
    supervision: Supervision
    messages: MessageCommands
    sign_in: SignIn

    def request(self) -> int | None:
        """Return the request that the shown message has brought, or that a shown call has caused."""
        return self.messages.request() if self.view.views.current == "trace" else self.primitives.caused()

    def why_no_request(self) -> str:
        """Return why there is no request to go to."""
        return "" if self.request() is not None else "Nothing shown here has brought a request."

    def go_to_request(self) -> None:
        """Show the request that the call has caused, or the message has brought, in the Inbox."""
        if (request := self.request()) is None:
            return
        self.port.show_review(request)
        if not_known := self.primitives.why_not_certain(request):
            self.port.say(not_known)


_Command = Command[ServersGroups]

COMMANDS: tuple[Command[ServersGroups], ...] = (
    _Command("call-tool", "ctrl+g", "call", "Call the tool, get the prompt or read the resource, with what the form holds.", "servers", lambda its: its.primitives.call(), lambda its: its.primitives.why_not_call(), lambda its: its.primitives.call_wording(), decides=True),
    _Command("cancel-call", "ctrl+r", "cancel call", "Cancel the call that is selected, else the newest that is under way.", "servers", lambda its: its.primitives.cancel_call(), lambda its: its.primitives.why_not_cancel()),
    _Command("fill-in-form", "d", "fill in", "Fill the form in with what you had typed into it before the program ended.", "servers", lambda its: its.primitives.fill_in(), lambda its: its.primitives.why_not_fill_in()),
    _Command("start-server", "s", "start", "Start the selected server.", "servers", lambda its: its.supervision.start(), lambda its: its.supervision.why_not_start()),
    _Command("stop-server", "x", "stop", "Stop the selected server and everything that it started.", "servers", lambda its: its.supervision.stop(), lambda its: its.supervision.why_not_end() or its.supervision.why_not_about_it()),
    _Command("restart-server", "r", "restart", "Stop the selected server, and start it again.", "servers", lambda its: its.supervision.restart(), lambda its: its.supervision.why_not_end() or its.supervision.why_not_about_it(), if_wide=True),
    _Command("sign-in", "l", "sign in", "Show the page that the selected server wants a sign-in on; then open it in your browser.", "servers", lambda its: its.sign_in.begin(), lambda its: its.sign_in.why_not()),
    _Command("edit-roots", "R", "roots", "Change the roots of the selected server: the folders that it may be told of.", "servers", lambda its: its.supervision.edit_roots(), lambda its: its.supervision.why_none() or its.supervision.why_not_about_it(), shown=False),
    _Command("pause-server", "p", "pause", "Hold back what the selected server asks, or let it through again.", "servers", lambda its: its.supervision.pause(), lambda its: its.supervision.why_none() or its.supervision.why_not_about_it(), lambda its: its.supervision.pause_wording()),
    _Command("mute-server", "m", "mute", "Refuse what the selected server asks, or no longer.", "servers", lambda its: its.supervision.mute(), lambda its: its.supervision.why_none() or its.supervision.why_not_about_it(), lambda its: its.supervision.mute_wording(), shown=False),
    _Command("let-in-malformed", "L", "let malformed in", "Have requests of the selected server that break the specification shown to you as text, to be rejected; or refused at once.", "servers", lambda its: its.supervision.let_in(), lambda its: its.supervision.why_none() or its.supervision.why_not_about_it(), lambda its: its.supervision.let_in_wording(), shown=False),
    _Command("go-to-request", "i", "its request", "Show the request that the call has caused, or the message has brought, in the Inbox.", "servers", lambda its: its.go_to_request(), lambda its: its.why_no_request()),
    _Command("toggle-subscription", "u", "subscribe", "Have the server tell when the selected resource changes, or no longer.", "servers", lambda its: its.primitives.toggle_subscription(), lambda its: its.primitives.why_not_subscribe(), lambda its: its.primitives.subscription_wording()),
    _Command("save-result", "w", "save", "Save what a call returned to a file.", "servers", lambda its: its.primitives.save_result(), lambda its: its.primitives.why_not_save()),
    _Command("logging-level", "v", "log level", "Choose the lowest level that the selected server is to log.", "servers", lambda its: its.primitives.choose_level(), lambda its: its.primitives.why_no_level(), shown=False),
    _Command("show-offer", "1", "Use", "Show the form of what is selected, and its result.", "servers", lambda its: its.view.show_view("offer"), shown=False),
    _Command("show-about", "2", "About", "Show what is known of the selected server.", "servers", lambda its: its.view.show_view("about"), shown=False),
    _Command("show-log", "3", "Log", "Show what the selected server wrote beside the protocol.", "servers", lambda its: its.messages.show_log(), shown=False),
    _Command("show-notifications", "4", "Notifications", "Show the notifications of the selected server: its log messages, and what has changed.", "servers", lambda its: its.messages.show_notifications(), shown=False),
    _Command("show-trace", "5", "Trace", "Show the messages that passed between the selected server and us.", "servers", lambda its: its.messages.show_trace(), lambda its: its.supervision.why_none(), shown=False),
    _Command("find", "slash", "search", "Search or filter what has the focus: the log, the notifications, the trace, a result; else what the servers offer.", "servers", lambda its: its.messages.find(), lambda its: its.supervision.why_none()),
    _Command("find-next", "n", "find next", "Find the next place in the log, or in the message that is read.", "servers", lambda its: its.messages.find_next(), lambda its: its.supervision.why_none() or its.messages.why_not_find_next(), shown=False),
    _Command("other-side", "o", "other side", "Go from a request to its answer, and back.", "servers", lambda its: its.messages.show_other_side(), lambda its: its.messages.why_no_other_side()),
    _Command("save-trace", "W", "save trace", "Save the messages to a file, with secrets masked.", "servers", lambda its: its.messages.save_trace(), lambda its: its.messages.why_no_trace(), if_wide=True),
    _Command("clear-trace", "C", "clear", "Forget the messages that have passed.", "servers", lambda its: its.messages.clear_trace(), lambda its: its.messages.why_no_trace(), if_wide=True),
    _Command("narrow-tree", "less_than_sign", "narrower list", "Make the tree of servers narrower; that is remembered.", "servers", lambda its: its.view.tree_pane.widen(-4), lambda its: its.view.tree_pane.why_no_width(), shown=False),
    _Command("widen-tree", "greater_than_sign", "wider list", "Make the tree of servers wider; that is remembered.", "servers", lambda its: its.view.tree_pane.widen(4), lambda its: its.view.tree_pane.why_no_width(), shown=False),
)  # fmt: skip
