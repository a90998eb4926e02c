"""Reads values out of what a provider sent, whatever is there instead."""

from typing import Any


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
    """Return a provider's count of tokens; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
