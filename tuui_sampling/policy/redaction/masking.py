"""
Masks what was found in whatever is kept or printed: the record, saved traces, logs, and what `--json` prints.

A mask has no number: unlike a placeholder it is not sent, and nothing is ever put back into its place.
"""

from collections.abc import Collection, Mapping

from ...config.policy.rules import REDACTED
from ...sampling.derived.beside import paced
from ...sampling.derived.json_cost import NO_TEXT
from ...sampling.derived.lazy_list import JSON_LISTS, LazyList
from ...sampling.request import Json
from ..fields import is_word
from ..finding import Hit
from ..leaks.learnt import hits_in
from .placeholders import replace_hits

_DATA = ("data", "blob")
"""Members that hold base64, where the object says so; that is not text."""


class Masking:
    """
    Masks findings.

    Attributes:
        kinds: What is masked; the configuration's `mask`.
    """

    def __init__(self, kinds: Collection[str]) -> None:
        self.kinds = tuple(kinds)

    def text(self, text: str) -> str:
        """Return a text with every finding masked; the same object where there is none."""
        return replace_hits(text, self.kinds, _mask) if self.kinds else text

    def json(self, value: Json) -> Json:
        """Return a JSON value with every finding in its texts and keys masked; the same object where there is none."""
        return self._json(value) if self.kinds else value

    def _json(self, value: Json) -> Json:
        if isinstance(value, str):  # nearly always nothing is found
            return replace_hits(value, self.kinds, _mask) if hits_in(value) else value
        if isinstance(value, (dict, Mapping)):  # a `dict` is known at once
            return self._members(value)
        if isinstance(value, JSON_LISTS):
            items = {place: new for place, inner in enumerate(paced(value)) if (new := self._json(inner)) is not inner}
            if items and isinstance(value, LazyList):
                return value.replaced(items)
            return [items.get(place, inner) for place, inner in enumerate(value)] if items else value
        return value

    def _members(self, value: Mapping[str, Json]) -> Mapping[str, Json]:
        kept = _DATA if "mimeType" in value else ()
        members: dict[str, Json] = {}
        keys: dict[str, str] = {}
        for key, inner in value.items():
            if type(inner) not in NO_TEXT and key not in kept and (new := self._json(inner)) is not inner:
                members[key] = new
            if not is_word(key) and (name := self.text(key)) is not key:
                keys[key] = name
        return _renamed({**value, **members}, keys) if keys or members else value


def _renamed(value: Mapping[str, Json], keys: Mapping[str, str]) -> dict[str, Json]:
    """Return an object with other keys in its order; those that are the same then are numbered."""
    renamed: dict[str, Json] = {}
    for key, inner in value.items():
        name = free = keys.get(key, key)
        number = 2
        while free in renamed or (free != key and free in value):
            free, number = f"{name} {number}", number + 1
        renamed[free] = inner
    return renamed


NOTHING_MASKED = Masking(())


def is_masked(value: Json) -> bool:
    """Whether something of a JSON value was masked, so that it is not what it was."""
    if isinstance(value, str):
        return any(f"⟦{kind}⟧" in value for kind in REDACTED)
    if isinstance(value, Mapping):
        return any(map(is_masked, (*value, *value.values())))
    return isinstance(value, list | tuple) and any(map(is_masked, value))


def _mask(hit: Hit, _value: str) -> str:
    return f"⟦{hit.kind}⟧"
