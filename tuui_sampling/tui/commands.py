"""
Declares what a command is: its key, what it does, whether it is possible now, why not, and what it is called now.

Each place has one table of them (`everywhere.py`, `inbox/commands.py`, `servers/commands.py`, `history/commands.py`,
`policy/commands.py`);
footer, palette, help and the user's key map read those. A command acts on *groups*, which its screen holds:

1. A group is a plain class that is handed what it needs (values, other groups, the app's port, a protocol of its view).
2. The screen makes its groups once, in a frozen dataclass, and hands that to `CommandSet` with the table of the place.
3. A row of the table names the key, and three functions of the groups: `run`, `why_not` (a sentence, or "" where it is
   possible) and `wording` (what the footer calls it now; "" leaves it out). The last two may be left out.

Keys were chosen to collide with nothing: decisions are chords that no `TextArea` or `Input` uses (a bare letter must
never approve anything), that tmux (`ctrl+b`) and flow control (`ctrl+s`, `ctrl+q`) leave alone, and that a terminal
can send (`ctrl+h`, `ctrl+i`, `ctrl+j`, `ctrl+m` are backspace, tab and enter). Letters work where no editor has the
focus.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Generic, Literal, TypeVar

from textual.binding import Binding
from textual.keys import key_to_character

Scope = Literal["everywhere", "inbox", "servers", "history", "policy"]

Groups = TypeVar("Groups")


def always(groups: object) -> str:
    """Return no reason why not: for what is possible at any time."""
    return ""


@dataclass(frozen=True)
class Command(Generic[Groups]):
    """
    One thing that the person can do.

    Attributes:
        id: Names it in the user's `[interface.keys]`.
        key: The default keys, separated by commas.
        label: For the footer: one or two words.
        help: One sentence, for the tooltip, the palette and the help.
        scope: Where its keys work.
        run: Does it; called only when it is possible.
        why_not: Says why it is not possible now, as a sentence; nothing where it is.
        wording: What the footer calls it now; nothing leaves it out. The label, when left out.
        shown: In the footer.
        if_wide: There only where it has room for more than the most important ones.
        decides: No bare key may be given to it: a request could type it, or a person who means something else.
    """

    id: str
    key: str
    label: str
    help: str
    scope: Scope
    run: Callable[[Groups], Awaitable[None] | None]
    why_not: Callable[[Groups], str] = always
    wording: Callable[[Groups], str] | None = None
    shown: bool = True
    if_wide: bool = False
    decides: bool = False


Table = Sequence[Command[Any]]


def bindings(table: Table) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Return the key bindings of one place; what they call is `action_command`."""
    return [
        Binding(one.key, f"command('{one.id}')", one.label, show=one.shown, tooltip=one.help, id=one.id)
        for one in table
    ]


class CommandSet(Generic[Groups]):
    """The commands of one place, with the groups that they act on."""

    def __init__(
        self, table: Sequence[Command[Groups]], groups: Groups, *, unless: Callable[[], str] = lambda: ""
    ) -> None:
        """
        Make the commands of one place.

        Args:
            unless: Says why none of them is possible now; asked before each.
        """
        self.table = table
        self.groups = groups
        self._unless = unless
        self._by_id = {one.id: one for one in table}
        self._places = {one.id: place for place, one in enumerate(table)}

    def __contains__(self, identifier: object) -> bool:
        """Whether there is a command with that id."""
        return identifier in self._by_id

    def place(self, identifier: str) -> int:
        """Return where in the table a command stands, from 0."""
        return self._places[identifier]

    def why_not(self, identifier: str) -> str:
        """Return why a command is not possible now, as a sentence; nothing where it is."""
        return self._unless() or self._by_id[identifier].why_not(self.groups)

    def is_possible(self, identifier: str) -> bool:
        """Whether a command is possible now."""
        return not self.why_not(identifier)

    def wording(self, identifier: str) -> str:
        """Return what the footer calls a command now; nothing where it leaves it out. It must be possible."""
        one = self._by_id[identifier]
        return one.label if one.wording is None else one.wording(self.groups)

    def possible(self) -> Iterable[Command[Groups]]:
        """Yield what is possible now, in the order of the table."""
        return (one for one in self.table if self.is_possible(one.id))

    def shown(self, identifier: str, *, narrow: bool) -> str:
        """Return what the footer says of a command; nothing where it does not show it."""
        one = self._by_id[identifier]
        has_place = one.shown and not (narrow and one.if_wide)
        return self.wording(identifier) if has_place and self.is_possible(identifier) else ""

    async def run(self, identifier: str) -> str:
        """Do it where it is possible; returns why not, as a sentence."""
        why_not = self.why_not(identifier)
        if not why_not and isawaitable(doing := self._by_id[identifier].run(self.groups)):
            await doing
        return why_not


def shown_key(key: str) -> str:
    """Return a key as people write it: `^G`, `F5`, `?`, `esc`."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return _SHOWN.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)


def is_character(key: str) -> bool:
    """Whether a key writes something where there is a text."""
    shown = key_to_character(key) or shown_key(key)  # Textual does not know the characters of all names
    return len(shown) == 1 and shown.isascii() and shown.isprintable()


_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "at": "@",
    "full_stop": ".",
    "plus": "+",
    "comma": ",",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "escape": "esc",
    "right": "→",
}
