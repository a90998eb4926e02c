"""Reads the events of one answer; each wire has its own reading."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from ...sampling.request import Json
from ..credentials import Callee
from ..error_bodies import error_in
from ..errors import in_band
from ..provider import Event
from .response_builder import Answer

SAYS_NOTHING = frozenset(
    {
        *("type", "id", "object", "created", "created_at", "model", "role", "status", "index", "item_id", "event_id"),
        *("output_index", "content_index", "summary_index", "sequence_number", "response_id", "obfuscation", "name"),
        *("system_fingerprint", "service_tier", "provider", "timestamp", "request_id", "logprobs"),
    }
)
"""Members that hold nothing of an answer, whatever they say."""


class Reading(ABC):
    """
    One answer that is being read.

    Attributes:
        answer: What it is gathered in.
    """

    def __init__(self, answer: Answer, callee: Callee) -> None:
        """Begin an answer; `callee` is for the words of its failures."""
        self.answer = answer
        self._callee = callee

    def event(self, data: Json) -> Iterable[Event]:
        """
        Put one event of the wire into the answer, or a document in place of a stream, and return what to yield.

        Raises:
            ModelError: The event says that the call failed.
        """
        if not isinstance(data, Mapping) or (error := error_in(data)) is not None:
            error = error_in(data) if not isinstance(data, Mapping) else error
            if error is not None:
                raise in_band(error, self._callee)
            self.answer.misread()
            return ()
        return self._event(dict(data))

    @abstractmethod
    def _event(self, data: dict[str, Any]) -> Iterable[Event]:
        """Put one event that reports no error into the answer."""

    def end(self) -> Iterable[Event]:
        """Compare what was gathered with what the provider said is final, after the end of the stream."""
        return ()

    def pass_over(self, data: Json) -> None:
        """Leave out what is not known: that is told where it may hold something of the answer."""
        if says_something(data):
            self.answer.misread()


def says_something(value: Json) -> bool:
    """Whether a value that nobody knows may hold a part of an answer."""
    if isinstance(value, Mapping):
        return any(says_something(inner) for member, inner in value.items() if member not in SAYS_NOTHING)
    if isinstance(value, list):
        return any(says_something(item) for item in value)
    return value not in (None, "", False) and not isinstance(value, bool)
