"""
Reads the values of settings, one class for each way in which a value is written; `setting.py` says what these share.

Every class reports what is wrong with a value at its own place in the file, so that all problems are told in one run.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..problems import suggestion
from ..reader import Section
from ..setting import Kind


def listed(names: Iterable[str]) -> str:
    """Return names in quotes, with commas."""
    return ", ".join(f'"{name}"' for name in names)


class Text(Kind):
    """
    A string with something in it.

    Args:
        expand: `${NAME}` in it is taken from the environment.
        pattern: What an editor can say of its form.
    """

    def __init__(self, *, expand: bool = False, pattern: str = "") -> None:
        self._expand = expand
        self._pattern = pattern

    def read(self, section: Section, key: str) -> str | None:
        """Return the string, or None."""
        text = section.string(section.get(key), key, expand=self._expand)
        if text is not None and not text.strip():
            section.problem(key, "is empty")
            return None
        return text

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "string", "minLength": 1} | ({"pattern": self._pattern} if self._pattern else {})


def url_text() -> Text:
    """Return the kind of a URL; before variables are put in, an editor can say little of its form."""
    return Text(expand=True, pattern=r"^[hH][tT][tT][pP][sS]?://|\$\{")


class Flag(Kind):
    """True or false."""

    def read(self, section: Section, key: str) -> bool | None:
        """Return the value, or None."""
        value = section.get(key)
        if isinstance(value, bool):
            return value
        section.wrong_type("true or false", value, key)
        return None

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "boolean"}


class Choice(Kind):
    """
    One of some strings.

    Args:
        choices: Each with what it means, which may be empty.
        other: The form of other strings that are allowed besides, and what they are.
    """

    def __init__(self, choices: Mapping[str, str], other: tuple[re.Pattern[str], str] | None = None) -> None:
        self.expected = f"one of {listed(choices)}"
        named = [f'"{name}"' + (f" ({meaning})" if meaning else "") for name, meaning in choices.items()]
        self.words = ", ".join([*named, *([other[1]] if other else [])])
        self._choices = tuple(choices)
        self._other = other

    def read(self, section: Section, key: str) -> str | None:
        """Return the choice, or None."""
        value = section.get(key)
        if not isinstance(value, str):
            section.wrong_type(self.expected, value, key)
        elif value in self._choices or (self._other is not None and self._other[0].fullmatch(value)):
            return value
        else:
            section.problem(key, f"expected {self.expected}{suggestion(value, self._choices)}")
        return None

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        if self._other is None:
            return {"enum": list(self._choices)}
        return {"anyOf": [{"enum": list(self._choices)}, {"type": "string", "pattern": f"^{self._other[0].pattern}$"}]}


class Number(Kind):
    """
    A number within limits.

    Args:
        expected: What is expected, where something else is found.
        least: The smallest one; it is itself excluded with `above`.
        most: The largest one.
        words: Its unit and limits, for the manual.
        exact: Money is read as it is written, not as the nearest binary fraction.
        range_words: What is said of a number outside of the limits.
    """

    def __init__(
        self,
        expected: str,
        *,
        least: float = 0,
        most: float,
        words: str,
        range_words: str = "",
        above: bool = False,
        exact: bool = False,
    ) -> None:
        self.words = words
        self._expected = expected
        self._least = least
        self._most = most
        self._above = above
        self._exact = exact
        self._range_words = range_words or f"{expected}, at least {least} and at most {most}"

    def read(self, section: Section, key: str) -> float | Decimal | None:
        """Return the number, or None."""
        value = section.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            section.wrong_type(self._expected, value, key)
            return None
        if not self._least <= value <= self._most or (self._above and value == self._least):  # NaN is not within, too
            section.problem(key, f"expected {self._range_words}")
            return None
        return Decimal(str(value)) if self._exact else float(value)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        least = {"exclusiveMinimum" if self._above else "minimum": self._least}
        return {"type": "number", **least, "maximum": self._most}


def seconds(most: int = 86_400) -> Number:
    """Return the kind of a number of seconds; a day is the limit, because longer timeouts are never meant."""
    return Number(
        "a number of seconds",
        most=most,
        above=True,
        words=f"seconds, at most {most:,}",
        range_words=f"seconds, above 0 and at most {most}",
    )


def fraction() -> Number:
    """Return the kind of a number from 0 to 1."""
    return Number("a number from 0 to 1", most=1, words="a number from 0 to 1")


def dollars(most: int) -> Number:
    """Return the kind of an amount in US dollars."""
    return Number("an amount in US dollars", most=most, words="", exact=True)


class Whole(Kind):
    """
    A whole number from 1.

    Args:
        most: The largest one.
        unit: What is counted.
    """

    def __init__(self, most: int, unit: str) -> None:
        self.words = f"1 to {most:,} {unit}"
        self._most = most

    def read(self, section: Section, key: str) -> int | None:
        """Return the number, or None."""
        value = section.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            section.wrong_type("a whole number", value, key)
            return None
        if not 1 <= value <= self._most:
            section.problem(key, f"expected a whole number from 1 to {self._most}")
            return None
        return value

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "integer", "minimum": 1, "maximum": self._most}


class Texts(Kind):
    """
    An array of strings.

    Args:
        expand: As in `Text`.
    """

    def __init__(self, *, expand: bool = False) -> None:
        self._expand = expand

    def read(self, section: Section, key: str) -> tuple[str, ...] | None:
        """Return the strings that are good, or None where it is not an array."""
        value = section.get(key)
        if not isinstance(value, list):
            section.wrong_type("an array of strings", value, key)
            return None
        items = (section.string(item, key, index, expand=self._expand) for index, item in enumerate(value))
        return tuple(item for item in items if item is not None)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "array", "items": {"type": "string"}}
