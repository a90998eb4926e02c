"""An answer while it is being written: what every wire's events are gathered in."""

from collections.abc import Sequence
from typing import Any

from ..sampling.request import TextBlock
from ..sampling.response import Response, Usage
from .provider import Event, TextDelta, ThinkingDelta, UsageUpdate
from .stop_sequences import StopCutter


class Answer:
    """
    The text, reasoning and usage so far. Each `add_…` returns the events that the caller should yield.

    Attributes:
        model: The id that the provider named.
        max_tokens: The most that were asked for.
        refused: What comes is the words of a refusal.
        stop_reason: None until the provider said why it stopped, or a stop sequence was found on our side.
        usage: The tokens counted so far; None while there is no count.
    """

    def __init__(self, model: str, max_tokens: int, stop_sequences: Sequence[str]) -> None:
        self.model = model
        self.max_tokens = max_tokens
        self.refused = False
        self.stop_reason: str | None = None
        self.usage: Usage | None = None
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._cutter = StopCutter(stop_sequences)

    @property
    def is_cut(self) -> bool:
        """Whether a stop sequence ended it on our side: nothing more is wanted."""
        return self._cutter.stopped

    def add_text(self, piece: object) -> list[Event]:
        """Add text; what is no text (a provider's null) counts as nothing."""
        events = self._show(self._cutter.feed(clean_text(piece)))
        if self._cutter.stopped:
            self.stop_reason = "stopSequence"
        return events

    def add_thinking(self, piece: object) -> list[Event]:
        """Add shown reasoning."""
        text = clean_text(piece)
        if not text:
            return []
        self._thinking.append(text)
        return [ThinkingDelta(text)]

    def count(self, usage: Usage) -> list[Event]:
        """Set the tokens counted so far."""
        if usage == self.usage:
            return []
        self.usage = usage
        return [UsageUpdate(usage)]

    def name_model(self, model: object) -> None:
        """Take the model's id from the provider, when it is one."""
        if isinstance(model, str) and model:
            self.model = clean_text(model)

    def flush(self) -> list[Event]:
        """Show what was held back as the possible begin of a stop sequence."""
        return self._show(self._cutter.flush())

    def response(self) -> Response:
        """Return the whole response."""
        return Response(
            blocks=(TextBlock("".join(self._text)),),
            model=self.model,
            stop_reason=self.stop_reason,
            usage=self.usage,
            thinking="".join(self._thinking),
        )

    def _show(self, text: str) -> list[Event]:
        if not text:
            return []
        self._text.append(text)
        return [TextDelta(text)]


def clean_text(value: object) -> str:
    """Return a provider's text with every lone surrogate as U+FFFD, since it can't be encoded; "" for no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


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
