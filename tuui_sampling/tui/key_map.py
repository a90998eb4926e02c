"""
Knows every key of every command: the table's own, and the person's in their place.

The tables of the screens are imported when somebody asks for one of their keys, so that the first paint does not wait
for those that it does not show.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from ..config.problems import printable
from ..config.settings import InterfaceSettings
from .commands import Table, shown_key
from .everywhere import COMMANDS as EVERYWHERE


def _inbox() -> Table:
    from .inbox.commands import COMMANDS

    return COMMANDS


def _servers() -> Table:
    from .servers.commands import COMMANDS

    return COMMANDS


def _history() -> Table:
    from .history.commands import COMMANDS

    return COMMANDS


def _policy() -> Table:
    from .policy.commands import COMMANDS

    return COMMANDS


_TABLES: tuple[Callable[[], Table], ...] = (lambda: EVERYWHERE, _inbox, _servers, _history, _policy)


def all_commands() -> Table:
    """Return every command of every place."""
    return [command for table in _TABLES for command in table()]


def _keys_in_turn() -> Iterator[tuple[str, str]]:
    for table in _TABLES:
        for command in table():
            yield command.id, command.key


class KeyMap:
    """The keys of the commands as they are, the person's own where there are any."""

    def __init__(self, own: Mapping[str, str]) -> None:
        """
        Read the person's own keys.

        Args:
            own: Command id → keys, separated by commas; as in `[interface.keys]`.
        """
        self.own = own
        self._replaced: set[str] = set()

    def change(self, own: Mapping[str, str]) -> dict[str, str]:
        """
        Take over the person's own keys anew, and return them for Textual.

        It writes them into its bindings, where they stay: what is no longer the person's own gets its key back by name.
        """
        self._replaced |= own.keys()
        self.own = own
        gone = self._replaced - own.keys()
        defaults = {name: key for name, key in _keys_in_turn() if name in gone} if gone else {}
        return defaults | dict(own)

    def key_of(self, identifier: str) -> str:
        """Return the first key of a command, as it is shown."""
        return self.keys_of(identifier).partition(" ")[0]

    def keys_of(self, identifier: str) -> str:
        """
        Return all keys of a command as they are shown, separated by spaces.

        Raises:
            KeyError: There is no such command.
        """
        keys = self.own.get(identifier) or next((key for name, key in _keys_in_turn() if name == identifier), None)
        if keys is None:
            raise KeyError(identifier)
        return " ".join(map(shown_key, keys.split(",")))


def interface_problems(settings: InterfaceSettings) -> dict[tuple[str, ...], str]:
    """Return what is wrong: path within `[interface]` → problem in words."""
    problems: dict[tuple[str, ...], str] = {
        ("keys", name): problem for name, problem in key_problems(settings.keys).items()
    }
    if settings.theme is not None:
        from textual.theme import BUILTIN_THEMES

        if settings.theme not in BUILTIN_THEMES:
            there_are = f"there are {', '.join(BUILTIN_THEMES)}"
            problems["theme",] = f'no theme is named "{printable(settings.theme)}"; {there_are}'
    return problems


def key_problems(keys: Mapping[str, str]) -> dict[str, str]:
    """
    Return what is wrong with the person's own keys: command id → problem in words.

    Args:
        keys: Command id → keys, separated by commas; as in `[interface.keys]`.
    """
    problems: dict[str, str] = {}
    if not keys:
        return problems
    commands = {one.id: one for one in all_commands()}
    taken = {(one.scope, key): one.id for one in commands.values() if one.id not in keys for key in one.key.split(",")}
    for identifier, wanted in keys.items():
        one = commands.get(identifier)
        if one is None:
            problems[identifier] = "no command has this name; the help (?) lists them"
            continue
        for key in wanted.split(","):
            clash = next((taken[at] for at in ((one.scope, key), ("everywhere", key)) if at in taken), None)
            if one.scope == "everywhere":
                clash = next((other for (_, taken_key), other in taken.items() if taken_key == key), clash)
            if not _is_key(key):
                problems[identifier] = f'"{key}" is not a key; write it like ctrl+g, f5, x or question_mark'
            elif one.decides and not re.match(r"ctrl\+|f\d", key):
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
