"""Reads the settings that are tables themselves; otherwise as `values.py`."""

import math
from typing import Any

from ..reader import Section
from ..schema import table_schema
from ..setting import Kind
from .values import Flag, Texts

MAX_WHOLE = 2**63 - 1
"""TOML's own limit of whole numbers (https://toml.io/en/v1.0.0#integer), which Python does not have."""


class TextTable(Kind):
    """
    A table of strings.

    Args:
        expand: As in `Text`.
    """

    def __init__(self, *, expand: bool = False) -> None:
        self._expand = expand

    def read(self, section: Section, key: str) -> dict[str, str] | None:
        """Return the strings that are good by their keys, or None where it is not a table."""
        value = section.get(key)
        if not isinstance(value, dict):
            section.wrong_type("a table of strings", value, key)
            return None
        items = ((name, section.string(item, key, name, expand=self._expand)) for name, item in value.items())
        return {name: item for name, item in items if item is not None}

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "object", "additionalProperties": {"type": "string"}}


class TextsTable(Kind):
    """
    A table of arrays of strings.

    Args:
        empty_words: What is said where a key or a string is empty.
    """

    def __init__(self, empty_words: str) -> None:
        self._empty_words = empty_words

    def read(self, section: Section, key: str) -> dict[str, tuple[str, ...]]:
        """Return the arrays by their keys."""
        table = section.section(key)
        found = {name: Texts().read(table, name) or () for name in table.keys}
        for name, texts in found.items():
            if not name.strip() or any(not text.strip() for text in texts):
                table.problem(name, self._empty_words)
        return found

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "object", "additionalProperties": Texts().schema()}


class Flags(Kind):
    """
    A table whose values are true or false.

    Args:
        names: The keys that it may have.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.words = f"its keys: {', '.join(names)}"
        self._names = names

    def read(self, section: Section, key: str) -> dict[str, bool]:
        """Return those that are there."""
        table = section.section(key)
        for name in self._names:
            table.know(name)
        found = {name: Flag().read(table, name) for name in self._names if table.holds(name)}
        table.close()
        return {name: flag for name, flag in found.items() if flag is not None}

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        flags = {name: {"type": "boolean"} for name in self._names}
        return {"type": "object", "additionalProperties": False, "properties": flags}


class JsonTable(Kind):
    """A table of anything that JSON can hold."""

    def read(self, section: Section, key: str) -> dict[str, Any]:
        """Return the table."""
        table = section.section(key)
        return {name: self._json(table.get(name), table, name) for name in table.keys}

    def _json(self, value: Any, section: Section, key: str, *inner: str | int) -> Any:
        if isinstance(value, dict):
            return {name: self._json(one, section, key, *inner, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._json(one, section, key, *inner, index) for index, one in enumerate(value)]
        is_number = isinstance(value, float) and math.isfinite(value)
        if not is_number and not (isinstance(value, int) and abs(value) <= MAX_WHOLE) and not isinstance(value, str):
            words = "JSON has no such value: expected a string, a finite number, true or false"
            section.problem(key, words, *inner)
            return None
        return value

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "object"}


class Tables(Kind):
    """
    Tables with names of the user's choice, which `load.py` reads.

    Attributes:
        table: The dataclass that says what is in each.
        named: Whether there are several with names, or just this one.
    """

    def __init__(self, table: type[Any], *, named: bool) -> None:
        self.table = table
        self.named = named

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        inner = table_schema(self.table)
        return {"type": "object", "additionalProperties": inner} if self.named else inner
