"""
Reads one table of the configuration key by key.

A wrong value is reported and replaced by the default, so that reading goes on and every problem is found in one run.
Keys that nobody asked for are unknown.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .problems import Report
from .toml.lines import KeyPath

MAX_NAME = 64
"""Characters in the name of a server or a model: it has to fit on a screen beside others."""

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


def variables_of(value: object, key_path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield the variables of the environment that the texts of a table may be filled with, as `${NAME}`, and where."""
    if isinstance(value, str):
        yield from ((key_path, match["name"]) for match in _VARIABLE.finditer(value) if match["name"])
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from variables_of(inner, (*key_path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from variables_of(inner, (*key_path, place))


class Context:
    """
    What all tables of one file share.

    Attributes:
        environ: Where `${NAME}` is looked up.
        folder: The folder of the file, which relative paths are relative to.
        models: The names of the models, which other tables refer to.
    """

    def __init__(self, report: Report, environ: Mapping[str, str], folder: Path) -> None:
        self.report = report
        self.environ = environ
        self.folder = folder
        self.models: tuple[str, ...] = ()


class Section:
    """
    One table.

    Attributes:
        is_there: Whether the file has it.
        variables: The variables of the environment that values of it were taken from, and where.
    """

    def __init__(self, table: Mapping[str, Any], key_path: KeyPath, context: Context, *, is_there: bool = True) -> None:
        self.key_path = key_path
        self.context = context
        self.is_there = is_there
        self.variables: list[tuple[KeyPath, str]] = []
        self._table = table
        self._known: dict[str, None] = {}

    def problem(self, key: str, message: str, *inner: str | int) -> None:
        """Report a problem of one of this table's keys; `inner` leads to what is inside it."""
        self.context.report.add((*self.key_path, key, *inner), message)

    def problem_here(self, message: str) -> None:
        """Report a problem of the table as a whole."""
        self.context.report.add(self.key_path, message)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there, in the order of the file."""
        return tuple(self._table)

    def holds(self, key: str) -> bool:
        """Whether the key is there, whatever its value is."""
        return key in self._table

    def get(self, key: str) -> Any:
        """Return the value as it stands in the file, or None; the key is known from now on."""
        self._known[key] = None
        return self._table.get(key)

    def know(self, key: str) -> None:
        """Take note that there may be such a key; of a dotted one, its first part."""
        self._known[key.partition(".")[0]] = None

    def section(self, key: str) -> "Section":
        """Return a table inside this one; an empty one where there is none."""
        value = self.get(key)
        if value is not None and not isinstance(value, dict):
            self.wrong_type(f"a table, [{key}]", value, key)
        table = value if isinstance(value, dict) else {}
        return Section(table, (*self.key_path, key), self.context, is_there=isinstance(value, dict))

    def named_sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Yield the tables inside the table `key` with their names, in the order of the file."""
        value = self.get(key)
        if value is not None and not isinstance(value, dict):
            self.wrong_type(f"tables such as [{key}.NAME]", value, key)
            return
        for name, table in (value or {}).items():
            if not isinstance(table, dict):
                self.wrong_type(f"a table, [{key}.NAME]", table, key, name)
                continue
            if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
                self.problem(key, f"a name has 1 to {MAX_NAME} characters, all of them visible", name)
            yield name, Section(table, (*self.key_path, key, name), self.context)

    def refuse(self, is_refused: Callable[[str], bool], message: str) -> None:
        """Report the keys that are refused, where they are present, with a message of their own."""
        for key in self._table:
            if is_refused(key):
                self._known[key] = None
                self.problem(key, message)

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                self.context.report.add((*self.key_path, key), "unknown key", meant=(key, self._known))

    def string(self, value: object, key: str, *inner: str | int, expand: bool = False) -> str | None:
        """Return a value that has to be a string; with `expand`, `${NAME}` is taken from the environment."""
        if not isinstance(value, str):
            self.wrong_type("a string", value, key, *inner)
            return None
        if "\0" in value:
            self.problem(key, "holds a NUL character", *inner)
            return None
        return self._expanded(value, (*self.key_path, key, *inner)) if expand else value

    def _expanded(self, value: str, key_path: KeyPath) -> str | None:
        """Replace `${NAME}`; None where that can't be done. A problem names the variable, never its value."""
        environ, report = self.context.environ, self.context.report
        missing = False

        def replacement(match: re.Match[str]) -> str:
            nonlocal missing
            if match[0] == "$${":
                return "${"
            name = match["name"]
            if name is None:
                report.add(key_path, "expected ${NAME}; write $${ for a literal ${")
                missing = True
                return ""
            self.variables.append((key_path, name))
            if name not in environ:
                report.add(key_path, f"the environment variable {name} is not set")
                missing = True
            return environ.get(name, "")

        expanded = _VARIABLE.sub(replacement, value)
        return None if missing else expanded

    def wrong_type(self, expected: str, value: object, key: str, *inner: str | int) -> None:
        """Report that a value is of another type than it has to be."""
        quotes = " (put it in quotes)" if expected == "a string" and not isinstance(value, list | dict) else ""
        self.problem(key, f"expected {expected}, got {_type_in_words(value)}{quotes}", *inner)


def _type_in_words(value: object) -> str:
    names = {bool: "a boolean", int: "a whole number", float: "a number", str: "a string"}
    names |= {list: "an array", dict: "a table"}
    return names.get(type(value), "a date or time")
