"""
Every command, once: its id, its key, its label, its help. Footer, palette, help and the user's key map read this table.

Keys were chosen to collide with nothing: decisions are chords that no `TextArea` or `Input` uses (a bare letter must
never approve anything), that tmux (`ctrl+b`) and flow control (`ctrl+s`, `ctrl+q`) leave alone, and that a terminal
can send (`ctrl+h`, `ctrl+i`, `ctrl+j`, `ctrl+m` are backspace, tab and enter). Letters work where no editor has the
focus.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding
from textual.theme import BUILTIN_THEMES

from ..config.problems import printable
from ..config.settings import InterfaceSettings

Scope = Literal["everywhere", "inbox", "servers", "history"]


@dataclass(frozen=True)
class Command:
    """
    One thing that the person can do.

    Attributes:
        id: Names it in the user's `[interface.keys]`; its action is `action_` with `-` as `_`.
        key: The default keys, separated by commas.
        label: For the footer: one or two words.
        help: One sentence, for the tooltip, the palette and the help.
        shown: In the footer.
        if_wide: There only where it has room for more than the most important ones.
    """

    id: str
    key: str
    label: str
    help: str
    scope: Scope
    shown: bool = True
    if_wide: bool = False

    @property
    def action(self) -> str:
        """The name of its action."""
        return self.id.replace("-", "_")


COMMANDS: tuple[Command, ...] = (
    # the Inbox: decisions
    Command("approve", "ctrl+g", "approve", "Send what is shown: the request to the model, the response or your answer to the server.", "inbox"),
    Command("reject", "ctrl+r", "reject", "Refuse: the server gets -1 “User rejected sampling request”, or “decline” for a question.", "inbox"),
    Command("reject-with-reason", "X", "reject…", "Refuse, and note a reason for the history; it is not sent.", "inbox", shown=False),
    Command("dismiss-question", "D", "dismiss", "Close a question without a yes or a no; the server gets “cancel”.", "inbox"),
    Command("open-page", "o", "open page", "Open the page that a server wants visited in your browser.", "inbox"),
    Command("choose-model", "ctrl+l,m", "model", "Choose the model that shall answer.", "inbox"),
    Command("answer-by-hand", "ctrl+t,h", "by hand", "Write the answer yourself: you are the model.", "inbox"),
    Command("regenerate", "f5", "again", "Ask the model again; earlier responses are kept.", "inbox"),
    Command("ask-several", "a", "ask several", "Choose several models that are sent the request at once; nothing is sent yet.", "inbox"),
    Command("stop", "s", "stop", "Stop the response that is being written; what has arrived stays.", "inbox"),
    Command("stop-all", "S", "stop all", "Stop every response that is being written; what has arrived stays.", "inbox"),
    Command("send-again", "f6", "send again", "Send a response again that the server has not taken.", "inbox"),
    Command("back-to-request", "b", "back", "Go back to the request; responses are kept.", "inbox"),
    # the Inbox: editing and looking
    Command("edit", "e,enter", "edit", "Put the cursor into the first text.", "inbox"),
    Command("revert-field", "f4", "revert", "Put the original back into the field that has the focus.", "inbox", shown=False),
    Command("external-editor", "ctrl+o", "$EDITOR", "Edit the text that has the focus in $VISUAL or $EDITOR.", "inbox", shown=False),
    Command("leave-out", "f8", "leave out", "Leave out the block or the tool that the cursor is in, or put it back.", "inbox", shown=False),
    Command("insert-response", "plus,f9", "insert…", "Insert the text of another response at the cursor.", "inbox", shown=False),
    Command("compare", "c", "compare", "Show the responses side by side, or only one again.", "inbox", shown=False),
    Command("save-media", "w", "save", "Save a picture, a sound or other data of this request to a file.", "inbox", shown=False),
    Command("next-request", "ctrl+n,right_square_bracket", "next", "Show the next request that waits.", "inbox", shown=False),
    Command("previous-request", "left_square_bracket", "previous", "Show the request before this one.", "inbox", shown=False),
    Command("toggle-queue", "l", "queue", "Show or hide the list of requests (in a narrow terminal).", "inbox", shown=False),
    Command("unfold-alike", "right", "unfold", "List each of the identical requests that share a row (×2), or fold them into one again.", "inbox"),
    Command("show-request", "1", "Request", "Show the request.", "inbox", shown=False),
    Command("show-response", "2", "Response", "Show the response.", "inbox", shown=False),
    Command("show-changes", "3", "Changes", "Show what was changed.", "inbox", shown=False),
    Command("show-raw", "4", "Raw", "Show the JSON-RPC messages.", "inbox", shown=False),
    Command("pause-its-server", "p", "pause", "Hold back what this request's server asks from now on, or let it through again.", "inbox", shown=False),
    Command("show-message", "t", "trace", "Show the message that brought this request, in its server's trace.", "inbox", shown=False),
    Command("next-candidate", "full_stop", "next response", "Show the next response of this request.", "inbox", shown=False),
    Command("previous-candidate", "comma", "earlier response", "Show the response before this one.", "inbox", shown=False),
    # the Servers
    Command("call-tool", "ctrl+g", "call", "Call the tool, get the prompt or read the resource, with what the form holds.", "servers"),
    Command("cancel-call", "ctrl+r", "cancel call", "Cancel the call that is under way.", "servers"),
    Command("start-server", "s", "start", "Start the selected server.", "servers"),
    Command("stop-server", "x", "stop", "Stop the selected server and everything that it started.", "servers"),
    Command("restart-server", "r", "restart", "Stop the selected server, and start it again.", "servers", if_wide=True),
    Command("sign-in", "l", "sign in", "Show the page that the selected server wants a sign-in on; then open it in your browser.", "servers"),
    Command("edit-roots", "R", "folders", "Change the folders that the selected server may be told of.", "servers", shown=False),
    Command("pause-server", "p", "pause", "Hold back what the selected server asks, or let it through again.", "servers"),
    Command("mute-server", "m", "mute", "Refuse what the selected server asks, or no longer.", "servers", shown=False),
    Command("go-to-request", "i", "its request", "Show the request that the call has caused, or the message has brought, in the Inbox.", "servers"),
    Command("toggle-subscription", "u", "watch", "Have the server tell when the selected resource changes, or no longer.", "servers"),
    Command("save-result", "w", "save", "Save what a call returned to a file.", "servers"),
    Command("logging-level", "v", "log level", "Choose the least that the selected server shall log.", "servers", shown=False),
    Command("show-offer", "1", "Use", "Show the form of what is selected, and its result.", "servers", shown=False),
    Command("show-about", "2", "About", "Show what is known of the selected server.", "servers", shown=False),
    Command("show-log", "3", "Log", "Show what the selected server wrote beside the protocol.", "servers", shown=False),
    Command("show-notifications", "4", "Notifications", "Show what the selected server told: its log messages, and what has changed.", "servers", shown=False),
    Command("show-trace", "5", "Trace", "Show the messages that passed between the selected server and us.", "servers", shown=False),
    Command("find", "slash", "search", "Search the log, or filter the notifications or the trace.", "servers"),
    Command("find-next", "n", "find next", "Find the next place in the log, or in the message that is read.", "servers", shown=False),
    Command("other-side", "o", "other side", "Go from a request to its answer, and back.", "servers"),
    Command("save-trace", "W", "save trace", "Save the messages to a file, with secrets masked.", "servers", if_wide=True),
    Command("clear-trace", "C", "clear", "Forget the messages that have passed.", "servers", if_wide=True),
    # the History
    Command("search", "slash", "search", "Put the cursor into the search.", "history"),
    Command("load-more", "f5", "more", "Load older reviews, and what is new.", "history"),
    Command("show-costs", "c", "costs", "Show what calls have cost, by server, by model and by day.", "history"),
    Command("new-record", "N", "new record", "Begin a new record where the old one was moved, deleted or cut short.", "history", shown=False),
    # everywhere
    Command("show-inbox", "f1", "Inbox", "Show the requests that wait.", "everywhere", shown=False),
    Command("show-servers", "f2", "Servers", "Show the servers and their tools.", "everywhere", shown=False),
    Command("show-history", "f3", "History", "Show what was decided before.", "everywhere", shown=False),
    Command("leave-editor", "escape", "leave", "Leave the editor; letters are commands again.", "everywhere"),
    Command("command-palette", "ctrl+p", "commands", "Search for a command by what it does.", "everywhere", shown=False),
    Command("help", "question_mark", "help", "Show every key and what it does here.", "everywhere"),
    Command("quit", "q,ctrl+q", "quit", "Stop every server, and leave; asks when a request waits.", "everywhere", shown=False),
)  # fmt: skip


def bindings(scope: Scope) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Return the key bindings of one scope, each with its id and tooltip."""
    return [
        Binding(
            command.key,
            command.action,
            command.label,
            show=command.shown,
            tooltip=command.help,
            id=command.id,
        )
        for command in COMMANDS
        if command.scope == scope
    ]


DECISIONS = ("approve", "reject", "regenerate", "call-tool")
"""Commands that no bare key may be given: a request could type it, or a person who means something else."""


def key_problems(keys: Mapping[str, str]) -> dict[str, str]:
    """
    Return what is wrong with the person's own keys: command id → problem in words.

    Args:
        keys: Command id → keys, separated by commas; as in `[interface.keys]`.
    """
    problems: dict[str, str] = {}
    taken = {(one.scope, key): one.id for one in COMMANDS if one.id not in keys for key in one.key.split(",")}
    for identifier, wanted in keys.items():
        one = BY_ID.get(identifier)
        if one is None:
            problems[identifier] = "no command has this name; the help (?) lists them"
            continue
        for key in wanted.split(","):
            clash = next((taken[at] for at in ((one.scope, key), ("everywhere", key)) if at in taken), None)
            if one.scope == "everywhere":
                clash = next((other for (_, taken_key), other in taken.items() if taken_key == key), clash)
            if not _is_key(key):
                problems[identifier] = f'"{key}" is no key; write it like ctrl+g, f5, x or question_mark'
            elif identifier in DECISIONS and not re.match(r"ctrl\+|f\d", key):
                problems[identifier] = f'"{key}" is too easily pressed for this: choose a ctrl chord or a function key'
            elif clash is not None:
                problems[identifier] = f'"{key}" belongs to {clash} already'
            taken.setdefault((one.scope, key), identifier)
    return problems


def _is_key(key: str) -> bool:
    """Whether a terminal can send a key of that name."""
    *modifiers, name = key.split("+")
    known = len(name) == 1 or name in _NAMED_KEYS or re.fullmatch(r"f([1-9]|1\d|2[0-4])", name)
    return bool(known) and all(modifier in ("ctrl", "alt", "shift") for modifier in modifiers)


_NAMED_KEYS = frozenset(
    [
        "enter",
        "escape",
        "tab",
        "space",
        "backspace",
        "delete",
        "insert",
        "home",
        "end",
        "pageup",
        "pagedown",
        "up",
        "down",
        "left",
        "right",
        "question_mark",
        "slash",
        "backslash",
        "full_stop",
        "comma",
        "semicolon",
        "colon",
        "minus",
        "plus",
        "equals_sign",
        "underscore",
        "left_square_bracket",
        "right_square_bracket",
        "exclamation_mark",
        "quotation_mark",
        "number_sign",
        "dollar_sign",
        "percent_sign",
        "ampersand",
        "apostrophe",
        "left_parenthesis",
        "right_parenthesis",
        "asterisk",
        "less_than_sign",
        "greater_than_sign",
        "at",
        "circumflex_accent",
        "grave_accent",
        "left_curly_bracket",
        "vertical_line",
        "right_curly_bracket",
        "tilde",
    ]
)


def command(identifier: str) -> Command:
    """
    Return the command with that id.

    Raises:
        KeyError: There is none.
    """
    return BY_ID[identifier]


def shown_key(key: str) -> str:
    """Return a key as people write it: `^G`, `F5`, `?`, `esc`."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return _SHOWN.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)


_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "plus": "+",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "right": "→",
}

BY_ID = {one.id: one for one in COMMANDS}


def interface_problems(settings: InterfaceSettings) -> dict[tuple[str, ...], str]:
    """Return what is wrong: path within `[interface]` → problem in words."""
    problems: dict[tuple[str, ...], str] = {
        ("keys", name): problem for name, problem in key_problems(settings.keys).items()
    }
    if settings.theme is not None and settings.theme not in BUILTIN_THEMES:
        there_are = f"there are {', '.join(BUILTIN_THEMES)}"
        problems["theme",] = f'no theme is named "{printable(settings.theme)}"; {there_are}'
    return problems
