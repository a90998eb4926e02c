"""JSON for people."""

import json

from ..sampling.request import Json


def pretty_json(value: Json) -> str:
    """Return a value as indented JSON; foreign text in it still has to go through `visible()`."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=dict)


def reindented(raw: str) -> str:
    """Return a message with one member a line where that changes nothing but white space, else as it came."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return pretty_json(value) if compact == raw.strip() else raw
