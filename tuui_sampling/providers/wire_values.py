"""Reads values out of what a provider sent, whatever is there instead."""

from typing import Any

MAX_COUNT_DIGITS = 15
"""No answer has more tokens than this many digits can say."""


def dig(value: Any, *path: str | int) -> Any:
    """Follow attributes, keys and indices into a provider's event; None where something is not there."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            value = getattr(value, step, None)
    return value


def token_count(value: object) -> int:
    """Return a provider's count of tokens, also where it is written as a text or as 5.0; 0 for what is none."""
    is_digits = isinstance(value, str) and len(value) <= MAX_COUNT_DIGITS and value.isascii() and value.isdigit()
    if is_digits or (isinstance(value, float) and value.is_integer()):
        value = int(value)  # type: ignore[call-overload]
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**MAX_COUNT_DIGITS
    return value if isinstance(value, int) and is_count else 0
