"""
One table of the configuration, read key by key.

A wrong value is reported and replaced by the default, so that reading goes on and every problem is found in one run.
Keys that nobody asked for are unknown.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from .problems import Report, suggestion
from .toml_lines import KeyPath

MOST_SECONDS = 86_400.0
"""A day; longer timeouts are never meant."""

LONGEST_NAME = 64
"""Characters in the name of a server or a model: it has to fit on a screen beside others."""

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{")

Value = TypeVar("Value")
OptionalWhole = TypeVar("OptionalWhole", int, None)


class Section:
    """
    One table.

    Args:
        environ: Where `${NAME}` is looked up.
    """

    def __init__(self, table: Mapping[str, Any], key_path: KeyPath, report: Report, environ: Mapping[str, str]) -> None:
        self.key_path = key_path
        self._table = table
        self._report = report
        self._environ = environ
        self._known: list[str] = []

    def problem(self, key: str, message: str, *inner: str) -> None:
        """Report a problem of one of this table's keys; `inner` leads to what is inside it."""
        self._report.add((*self.key_path, key, *inner), message)

    def problem_here(self, message: str) -> None:
        """Report a problem of the table as a whole."""
        self._report.add(self.key_path, message)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there, in the order of the file."""
        return tuple(self._table)

    def holds(self, key: str) -> bool:
        """Whether the key is there, whatever its value is."""
        return key in self._table

    def matches(self, key: str, pattern: re.Pattern[str]) -> bool:
        """Whether the value is a string of this form."""
        value = self._table.get(key)
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    def text(self, key: str, *, required: bool = False, expand: bool = False) -> str | None:
        """Return a string with something in it, or None; with `expand`, `${NAME}` is taken from the environment."""
        value = self._get(key)
        if value is None:
            if required:
                self.problem(key, "is missing")
            return None
        text = self._string(value, (*self.key_path, key), expand=expand)
        if text is not None and not text.strip():
            self.problem(key, "is empty")
            return None
        return text

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong_type((*self.key_path, key), "true or false", value)
        return default

    def seconds(self, key: str, default: float) -> float:
        """Return a number of seconds, above 0."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong_type((*self.key_path, key), "a number of seconds", value)
            return default
        if not math.isfinite(value) or not 0 < value <= MOST_SECONDS:
            self.problem(key, f"expected seconds, above 0 and at most {MOST_SECONDS:.0f}")
            return default
        return float(value)

    def fraction(self, key: str) -> float | None:
        """Return a number from 0 to 1, or None."""
        value = self._number(key, "a number from 0 to 1", most=1)
        return None if value is None else float(value)

    def amount(self, key: str, *, most: int, required: bool = False) -> Decimal | None:
        """Return an amount of money from 0 to `most`, as it is written; or None."""
        if required and not self.holds(key):
            self.problem(key, "is missing")
        value = self._number(key, "an amount in US dollars", most=most)
        return None if value is None else Decimal(str(value))

    def _number(self, key: str, expected: str, *, most: int) -> float | None:
        value = self._get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong_type((*self.key_path, key), expected, value)
            return None
        if not 0 <= value <= most:  # NaN is none of that either
            self.problem(key, f"expected {expected}, at least 0 and at most {most}")
            return None
        return value

    def whole(self, key: str, default: OptionalWhole, *, most: int) -> int | OptionalWhole:
        """Return a whole number from 1 to `most`."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_type((*self.key_path, key), "a whole number", value)
            return default
        if not 1 <= value <= most:
            self.problem(key, f"expected a whole number from 1 to {most}")
            return default
        return value

    def choice(self, key: str, allowed: tuple[Value, ...], default: "Value | Required[Value]") -> Value:
        """Return one of the allowed strings."""
        fallback = default.placeholder if isinstance(default, Required) else default
        value = self._get(key)
        if value is None and isinstance(default, Required):
            self.problem(key, f"is missing; expected one of {_listed(allowed)}")
        elif isinstance(value, str):
            for name in allowed:
                if value == name:
                    return name
            self.problem(key, f"expected one of {_listed(allowed)}")
        elif value is not None:
            self._wrong_type((*self.key_path, key), f"one of {_listed(allowed)}", value)
        return fallback

    def texts(self, key: str, *, expand: bool = False) -> tuple[str, ...]:
        """Return an array of strings."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._wrong_type((*self.key_path, key), "an array of strings", value)
            return ()
        items = (self._string(item, (*self.key_path, key, index), expand=expand) for index, item in enumerate(value))
        return tuple(item for item in items if item is not None)

    def text_table(self, key: str, *, expand: bool = False) -> dict[str, str]:
        """Return a table of strings."""
        value = self._get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong_type((*self.key_path, key), "a table of strings", value)
            return {}
        items = ((name, self._string(item, (*self.key_path, key, name), expand=expand)) for name, item in value.items())
        return {name: item for name, item in items if item is not None}

    def flags(self, key: str, allowed: tuple[str, ...]) -> dict[str, bool]:
        """Return a table whose keys are among the allowed ones and whose values are true or false."""
        table = self.section(key)
        found = {name: table.flag(name, False) for name in allowed if table.holds(name)}
        table._known.extend(allowed)
        table.close()
        return found

    def json_table(self, key: str) -> dict[str, Any]:
        """Return a table of anything that JSON can hold."""
        table = self.section(key)
        return {name: table._json(table._get(name), (*table.key_path, name)) for name in table.keys}

    def _json(self, value: Any, key_path: KeyPath) -> Any:
        if isinstance(value, dict):
            return {name: self._json(inner, (*key_path, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._json(inner, (*key_path, index)) for index, inner in enumerate(value)]
        if not isinstance(value, str | bool | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            self._report.add(key_path, "JSON has no such value: expected a string, a finite number, true or false")
            return None
        return value

    def section(self, key: str) -> "Section":
        """Return a table inside this one; an empty one where there is none."""
        value = self._get(key)
        if value is not None and not isinstance(value, dict):
            self._wrong_type((*self.key_path, key), f"a table, [{key}]", value)
        table = value if isinstance(value, dict) else {}
        return Section(table, (*self.key_path, key), self._report, self._environ)

    def named_sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Yield the tables inside the table `key` with their names, in the order of the file."""
        value = self._get(key)
        if value is not None and not isinstance(value, dict):
            self._wrong_type((*self.key_path, key), f"tables such as [{key}.NAME]", value)
            return
        for name, table in (value or {}).items():
            key_path = (*self.key_path, key, name)
            if not isinstance(table, dict):
                self._wrong_type(key_path, f"a table, [{key}.NAME]", table)
                continue
            if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
                self._report.add(key_path, f"a name has 1 to {LONGEST_NAME} characters, all of them visible")
            yield name, Section(table, key_path, self._report, self._environ)

    def refuse(self, keys: tuple[str, ...], message: str) -> None:
        """Report these keys, where they are present, with a message of their own."""
        for key in self._table:
            if key.casefold() in keys:
                self._get(key)
                self.problem(key, message)

    def check(self, key: str, value: str | None, problem_of: Callable[[str], str]) -> None:
        """Report what `problem_of` finds wrong with a value, in words that do not quote it."""
        if value is not None and (message := problem_of(value)):
            self.problem(key, message)

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                self.problem(key, f"unknown key{suggestion(key, self._known)}")

    def _get(self, key: str) -> Any:
        self._known.append(key)
        return self._table.get(key)

    def _string(self, value: object, key_path: KeyPath, *, expand: bool) -> str | None:
        if not isinstance(value, str):
            self._wrong_type(key_path, "a string", value)
            return None
        if "\0" in value:
            self._report.add(key_path, "holds a NUL character")
            return None
        return self._expanded(value, key_path) if expand else value

    def _expanded(self, value: str, key_path: KeyPath) -> str:
        """Replace `${NAME}`; a problem names the variable, never its value."""

        def replacement(match: re.Match[str]) -> str:
            if match[0] == "$${":
                return "${"
            name = match["name"]
            if name is None:
                self._report.add(key_path, "expected ${NAME}; write $${ for a literal ${")
            elif name not in self._environ:
                self._report.add(key_path, f"the environment variable {name} is not set")
            return self._environ.get(name or "", "")

        return _VARIABLE.sub(replacement, value)

    def _wrong_type(self, key_path: KeyPath, expected: str, value: object) -> None:
        quotes = " (put it in quotes)" if expected == "a string" and not isinstance(value, list | dict) else ""
        self._report.add(key_path, f"expected {expected}, got {_kind(value)}{quotes}")


class Required(Generic[Value]):
    """Marks a choice that must be made; the placeholder stands in for it when it was not."""

    def __init__(self, placeholder: Value) -> None:
        self.placeholder = placeholder


def _listed(allowed: tuple[object, ...]) -> str:
    return ", ".join(f'"{name}"' for name in allowed)


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a whole number", float: "a number", str: "a string"}
    names |= {list: "an array", dict: "a table"}
    return names.get(type(value), "a date or time")
