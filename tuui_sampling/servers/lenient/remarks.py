"""Names a member of a message that does not fit, with its value: what every remark and every refusal is made of."""

import json
from collections.abc import Mapping, Sequence

from ...sampling.request import Json

MAX_VALUE = 80
"""Characters of a value that are quoted."""

MAX_REMARKS = 20
"""Remarks about one message; there may be more."""


def quoted(value: object) -> str:
    """Return a foreign value as JSON, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        text = repr(type(value).__name__)
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "…"


def place(steps: Sequence[int | str]) -> str:
    """Return where in a message something is, such as ``tools[2].inputSchema.type``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def expected(where: str, what: str, value: object, *, missing: bool = False) -> str:
    """Return in words that a member is not what it has to be."""
    return f"{where} is missing: expected {what}" if missing else f"{where} is {quoted(value)}: expected {what}"


class Members:
    """
    Reads the members of an object, and remarks on those that are not what they should be.

    Attributes:
        remarks: What did not fit, in words.
        is_object: It is one; else it counts as empty.
    """

    def __init__(self, value: Json, where: str = "") -> None:
        """
        Read an object.

        Args:
            where: Its own place in the message.
        """
        self.remarks: list[str] = []
        self._where = where
        self._value: Mapping[str, Json] = value if isinstance(value, Mapping) else {}
        self.is_object = isinstance(value, Mapping)
        if not self.is_object:
            self.remark(expected(where or "the whole", "an object", value))

    def remark(self, words: str) -> None:
        """Add a remark, unless there are many."""
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(words)

    def at(self, key: str) -> str:
        """Return the place of a member."""
        return f"{self._where}.{key}".lstrip(".")

    def text(self, key: str) -> str | None:
        """Return an optional text; None where there is none."""
        value = self._value.get(key)
        if value is not None and not isinstance(value, str):
            self.remark(expected(self.at(key), "text", value))
        return value if isinstance(value, str) else None

    def flag(self, key: str) -> bool:
        """Return an optional yes or no; no where it says nothing."""
        value = self._value.get(key, False)
        if not isinstance(value, bool):
            self.remark(expected(self.at(key), "true or false", value))
        return value is True

    def whole_number(self, key: str) -> int | None:
        """Return an optional whole number; 5.0 is one."""
        value = self._value.get(key)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.remark(expected(self.at(key), "a whole number", value))
            return None
        return value

    def object(self, key: str, *, needed: bool = False) -> dict[str, Json]:
        """Return an object; an empty one where there is none."""
        value = self._value.get(key)
        if isinstance(value, Mapping):
            return dict(value)
        if needed or value is not None:
            self.remark(expected(self.at(key), "an object", value, missing=key not in self._value))
        return {}

    def items(self, key: str, *, needed: bool = True) -> list[Json]:
        """Return a list; an empty one where there is none."""
        value = self._value.get(key)
        if isinstance(value, list):
            return value
        if needed or value is not None:
            self.remark(expected(self.at(key), "a list", value, missing=key not in self._value))
        return []

    def __contains__(self, key: str) -> bool:
        """Whether there is such a member, whatever it is."""
        return key in self._value

    def get(self, key: str) -> Json:
        """Return a member as it is; None where there is none."""
        return self._value.get(key)
