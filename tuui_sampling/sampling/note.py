"""Notes: what the person must know about a field of a request before they approve it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a note weighs."""

    NOTE = "note"
    """It goes through, but not as asked (a parameter is left out, for instance)."""
    BLOCK = "block"
    """It can't be sent to this model until something is changed."""


@dataclass(frozen=True)
class Note:
    """
    One loss or oddity, on the field that it concerns.

    Attributes:
        field: The parameter's name in the specification (`temperature`), or a path (`messages[0].content[1]`).
        text: What happens to it, in words, such as "ignored by this model".
    """

    field: str
    text: str
    severity: Severity = Severity.NOTE
