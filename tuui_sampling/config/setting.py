"""
Declares a setting: its help, unit, limits and place in the file, beside its type and default in a dataclass.

The reader (`reader.py`), the manual (`example.py`) and the schema for editors (`schema.py`) all work from this.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from typing import Any

from .reader import Section

_METADATA = "setting"
_fields: dict[type[Any], dict[str, dataclasses.Field[Any]]] = {}
"""Those of each dataclass that was asked about: they are looked up for every value that is read."""


class Kind:
    """
    How the value of a setting is written: it reads it, and describes it to an editor and to a person.

    Attributes:
        words: The choices, or the limits with their unit, for the manual; empty where the type says all.
        expected: What is said to be expected where the setting is missing.
    """

    words: str = ""
    expected: str = ""

    def read(self, section: Section, key: str) -> Any:
        """Return the value of a key that is there, or None where it is wrong; what is wrong is reported."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value as it stands in the file."""
        raise NotImplementedError


class Required:
    """
    When a setting must be there.

    Attributes:
        when: Another key of the table and the values of it that ask for this one; None means always.
        unless: A key that stands in for this one.
    """

    def __init__(self, when: tuple[str, tuple[str, ...]] | None = None, unless: str | None = None) -> None:
        self.when = when
        self.unless = unless

    def applies(self, section: Section) -> bool:
        """Whether this table must have the setting."""
        if self.unless is not None and section.holds(self.unless):
            return False
        return self.when is None or section.get(self.when[0]) in self.when[1]


class Setting:
    """
    What a setting is.

    Attributes:
        kind: How its value is written.
        help: What it means, as a sentence without its full stop.
        key: Its key in the table; a dot leads to a table inside.
        required: When it must be there; None means never.
        default_words: What happens without it, for the manual, where that is not a value.
        check: Returns what is wrong with a value, in words that do not quote it.
        belongs_to: Which tables it belongs to, where not to all of its kind (`OnlyWith`).
        example: Its value in the manual.
        at_start: Another value of it holds from the next start of its server, and not from the moment it is read.
    """

    def __init__(
        self,
        kind: Kind,
        help: str,
        *,
        key: str,
        required: Required | None,
        default_words: str,
        check: "Check | None",
        belongs_to: "OnlyWith | None",
        example: Any,
        at_start: bool,
    ) -> None:
        self.kind = kind
        self.help = help
        self.key = key
        self.required = required
        self.default_words = default_words
        self.check = check
        self.belongs_to = belongs_to
        self.example = example
        self.at_start = at_start

    @property
    def description(self) -> str:
        """What it means, with its choices or limits, as sentences."""
        sentences = (self.help, self.kind.words)
        return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences if sentence)


Check = Callable[[Any], Iterable[str]]
"""Returns what is wrong with a value that was read."""


class OnlyWith:
    """
    Says that a setting belongs only to tables that have another key, or have it not.

    Attributes:
        key: The other key.
        present: Whether the other key must be there, or must not be.
        words: What is said otherwise.
    """

    def __init__(self, key: str, *, present: bool, words: str) -> None:
        self.key = key
        self.present = present
        self.words = words


def setting(
    kind: Kind,
    help: str,
    *,
    default: Any = None,
    factory: Callable[[], Any] | None = None,
    key: str = "",
    required: Required | None = None,
    default_words: str = "",
    check: Check | None = None,
    belongs_to: OnlyWith | None = None,
    example: Any = None,
    at_start: bool = False,
    secret: bool = False,
) -> Any:
    """
    Return the field of a dataclass that is a setting; see `Setting` for what the arguments mean.

    Args:
        key: The field's own name when left out.
        secret: Its value is left out of the dataclass's `repr`.
    """
    declared = Setting(
        kind,
        help,
        key=key,
        required=required,
        default_words=default_words,
        check=check,
        belongs_to=belongs_to,
        example=example,
        at_start=at_start,
    )
    metadata: Mapping[str, Setting] = {_METADATA: declared}
    if factory is not None:
        return dataclasses.field(default_factory=factory, metadata=metadata, repr=not secret)
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def settings_of(table: type[Any]) -> dict[str, Setting]:
    """Return the settings that a dataclass declares, by the names of its fields."""
    found: dict[str, Setting] = {}
    for name, field in _fields_of(table).items():
        if declared := field.metadata.get(_METADATA):
            declared.key = declared.key or name
            found[name] = declared
    return found


def _fields_of(table: type[Any]) -> dict[str, dataclasses.Field[Any]]:
    if table not in _fields:
        _fields[table] = {field.name: field for field in dataclasses.fields(table)}
    return _fields[table]


def default_of(table: type[Any], name: str) -> Any:
    """Return the default of a field of a dataclass; None where it has none."""
    field = _fields_of(table)[name]
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def read_values(table: type[Any], section: Section, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    Return the values of all settings that a dataclass declares, by the names of its fields.

    Absent and wrong ones have their defaults; what is wrong is reported, and so is what nobody asked for.

    Args:
        without: Fields that are read by other means.
    """
    values: dict[str, Any] = {}
    tables: dict[str, Section] = {}
    declared = settings_of(table)
    for one in declared.values():
        _refuse_misplaced(one, section)
    for name, one in declared.items():
        if name in without:
            section.know(one.key)
            continue
        outer, dot, key = one.key.rpartition(".")
        inner = tables.setdefault(outer, section.section(outer)) if dot else section
        value = _value(one, inner, key)
        values[name] = default_of(table, name) if value is None else value
    for inner in tables.values():
        inner.close()
    section.close()
    return values


def _value(declared: Setting, section: Section, key: str) -> Any:
    """Read one setting; one that a table inside must have is only missed where that table is there."""
    if not section.holds(key):
        section.know(key)
        if declared.required is not None and section.is_there and declared.required.applies(section):
            expected = declared.kind.expected
            section.problem(key, f"is missing; expected {expected}" if expected else "is missing")
        return None
    value = declared.kind.read(section, key)
    if value is not None and declared.check is not None:
        for problem in declared.check(value):
            section.problem(key, problem)
    return value


def _refuse_misplaced(declared: Setting, section: Section) -> None:
    rule = declared.belongs_to
    if rule is not None and section.holds(rule.key) is not rule.present:
        section.refuse(declared.key.__eq__, rule.words)
