"""Reads the values that only rules have: a size, hours of the day, and until when; otherwise as `values.py`."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from ..reader import Section
from ..setting import Kind
from .values import Texts, listed

_SIZE = re.compile(r"(\d{1,9}) ?(B|KB|MB)")
_UNITS = {"B": 1, "KB": 1_000, "MB": 1_000_000}
_BETWEEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_AGE = re.compile(r"(\d{1,5}) ?(minutes?|hours?|days?)")

SESSION = "session"
"""What `expires` says of a rule that ends with the program."""


class Size(Kind):
    """How large something may be."""

    words = 'such as "8 KB"; of B, KB and MB'

    def read(self, section: Section, key: str) -> int | None:
        """Return the bytes, or None."""
        match = _SIZE.fullmatch(value) if isinstance(value := section.get(key), str) else None
        if match is None:
            section.problem(key, 'expected a size such as "8 KB"')
            return None
        return int(match[1]) * _UNITS[match[2]]

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "string", "pattern": f"^{_SIZE.pattern}$"}


class Age(Kind):
    """How old something may be."""

    words = 'such as "7 days"; of minutes, hours and days'

    def read(self, section: Section, key: str) -> timedelta | None:
        """Return the time, or None."""
        match = _AGE.fullmatch(value) if isinstance(value := section.get(key), str) else None
        if match is None:
            section.problem(key, 'expected an age such as "7 days"')
            return None
        unit = f"{match[2].rstrip('s')}s"
        return timedelta(**{unit: int(match[1])})

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "string", "pattern": f"^{_AGE.pattern}$"}


class Between(Kind):
    """Hours of the day in local time; they may go over midnight."""

    words = 'such as "01:00-05:00", in local time'

    def read(self, section: Section, key: str) -> tuple[time, time] | None:
        """Return the beginning and the end, or None."""
        match = _BETWEEN.fullmatch(value) if isinstance(value := section.get(key), str) else None
        if match is None:
            section.problem(key, 'expected hours such as "01:00-05:00"')
            return None
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        if begin == end:
            section.problem(key, "begins when it ends, so it can match nothing")
            return None
        return begin, end

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "string", "pattern": f"^{_BETWEEN.pattern}$"}


class Until(Kind):
    """The last day, or the end of the session."""

    words = f'a date, which is the last day, or "{SESSION}"'

    def read(self, section: Section, key: str) -> date | str | None:
        """Return the date, or the word; None where it is neither."""
        value = section.get(key)
        if value == SESSION:
            return SESSION
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        section.problem(key, f'expected a date such as 2027-01-31, or "{SESSION}"')
        return None

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "string"}


class Choices(Texts):
    """
    An array of some strings.

    Args:
        choices: Those that it may hold.
    """

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__()
        self.words = f"of {listed(choices)}"
        self._choices = choices

    def read(self, section: Section, key: str) -> tuple[str, ...] | None:
        """Return the strings that are good, or None where it is not an array or an empty one."""
        texts = super().read(section, key)
        for position, text in enumerate(texts or ()):
            if text not in self._choices:
                report = section.context.report
                report.add(
                    (*section.key_path, key, position), "there is none of this name", meant=(text, self._choices)
                )
        if texts == ():
            section.problem(key, "is empty, so it says nothing")
        return texts or None

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "array", "items": {"enum": list(self._choices)}, "minItems": 1}
