"""Takes the texts from rows of the record, where a rule wants them not kept: what stays is their size and digest."""

import hashlib
import json
from collections.abc import Mapping

from ..sampling.derived.lazy_list import LazyList
from ..sampling.request import Json

_STRUCTURE = ("role", "type", "mimeType", "stopReason", "model", "includeContext", "mode")
"""Members whose words are the specification's or the provider's, and no content."""

_OPAQUE = ("input", "arguments", "structuredContent", "metadata", "_meta", "inputSchema", "requestedSchema")
"""Members that may hold anything, names and numbers included."""

_FOREIGN = ("params", "result", "raw", "unread", "broken_input", "remarks")
"""Members of a row that carry what a server, a model or a person has written."""


def without_texts(data: Mapping[str, Json]) -> dict[str, Json]:
    """Return the data of an entry without the texts in it."""
    return {key: _without(value, key) if key in _FOREIGN else value for key, value in data.items()} | {"withheld": True}


def _without(value: Json, key: str) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if key in _STRUCTURE else _mark(value)
    if key in _OPAQUE or (key == "content" and isinstance(value, Mapping) and "type" not in value):  # values of a form
        return _mark(json.dumps(value, sort_keys=True, ensure_ascii=False, default=dict))
    if isinstance(value, Mapping):
        return {inner: _without(one, inner) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one, key) for one in value]
    if isinstance(value, LazyList):
        return LazyList(value, lambda one: _without(one, key))
    return value


def _mark(text: str) -> str:
    written = text.encode("utf-8", "surrogatepass")
    return f"⟦not kept: {len(written):,} bytes, sha256 {hashlib.sha256(written).hexdigest()}⟧" if written else ""
