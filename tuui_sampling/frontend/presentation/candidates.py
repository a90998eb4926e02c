"""What is said of a response: in its heading, in the line above it, and as it is being written."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from ...providers.models import Models
from ...sampling.errors import ModelError
from ...sampling.request import SamplingRequest
from ...sampling.response import Response, Usage
from ...sampling.review import Candidate, unread_of
from ...sampling.visible import visible
from .format import dollars, stopwatch

CHARACTERS_PER_TOKEN = 4
"""Of what a model writes, roughly; only for the figures that are shown until it has counted."""

MAX_ATTEMPTS = 3
"""How often a call is made at most: retries are limited to two."""


@dataclass(frozen=True)
class Meter:
    """
    What a response has used so far.

    Attributes:
        usage: Its tokens.
        estimated: The provider has not counted them yet.
        cost: US dollars; None when the price is unknown.
        saved: US dollars that the provider's cache has saved of it; None when that is not known, or nothing.
    """

    usage: Usage
    estimated: bool
    cost: Decimal | None
    saved: Decimal | None = None


MeterOf = Callable[[Candidate], Meter | None]
"""Returns what a response has used so far; None when nothing is known of it."""


def written_tokens(candidate: Candidate) -> int:
    """Return roughly how many tokens have arrived."""
    calls = sum(len(piece) for call in candidate.tool_uses.values() for piece in (call.name, *call.arguments))
    characters = len(candidate.text) + sum(map(len, candidate.thinking)) + calls
    return -(-characters // CHARACTERS_PER_TOKEN)


def sign(candidate: Candidate) -> str:
    """Return how far it is, in one character."""
    if candidate.earlier:
        return "↺"
    if candidate.is_streaming:
        return "…"
    if candidate.response is None:
        return "✗"
    return "◑" if not candidate.is_whole else "∅" if candidate.response.is_empty else "✓"


def label(candidate: Candidate, meter: Meter | None) -> str:
    """Return a response's heading among others: number, model, how far it is, its time, tokens and cost."""
    words = f"{candidate.number} {visible(candidate.model, multiline=False, limit=20)} {sign(candidate)}"
    figures = [] if candidate.earlier else [time_words(candidate), *_brief(meter)]
    return " ".join([words, " · ".join(figures)]).rstrip()


def _brief(meter: Meter | None) -> list[str]:
    if meter is None:
        return []
    about = "≈" if meter.estimated else ""
    return [f"{about}{meter.usage.output_tokens} tok"] + ([] if meter.cost is None else [dollars(meter.cost)])


def time_words(candidate: Candidate) -> str:
    if candidate.elapsed is None:
        return stopwatch(time.monotonic() - candidate.started)
    return f"{candidate.elapsed:.1f} s"


def unread_lines(response: Response | None, error: ModelError | None) -> list[str]:
    """Return what the provider wrote and nobody understood, for the Raw tab; nothing where all was understood."""
    unread = unread_of(response, error)
    return ["What the provider sent and could not, or not wholly, be read:", *unread] if unread else []


def retry_words(candidate: Candidate) -> list[str]:
    """Return which attempt of a call is made, and what it waits for; nothing of the first."""
    if not candidate.retries:
        return []
    last = candidate.retries[-1]
    wait = last.at - time.monotonic()
    when = f" in {wait:.0f} s" if wait > 0 else ""
    return [f"attempt {last.attempt} of {MAX_ATTEMPTS}{when}: {visible(last.reason, multiline=False, limit=60)}"]


def running_words(meter: Meter | None) -> list[str]:
    if meter is None:
        return []
    about = "≈ " if meter.estimated else ""
    return [f"{about}{meter.usage.output_tokens} tokens", dollars(meter.cost)]


def tokens_words(usage: Usage, saved: Decimal | None = None) -> str:
    less = f", {dollars(saved)} saved" if saved is not None else ""
    cached = f" ({usage.cached_input_tokens} cached{less})" if usage.cached_input_tokens else ""
    about = "≈ " if usage.estimated else ""
    return f"{about}{usage.input_tokens} tokens in{cached}, {usage.output_tokens} out"


REMEMBERED = 50
"""Requests whose estimates are kept: a long one takes a moment to estimate, and is read thirty times a second."""


class Meters:
    """Reads the tokens and the cost of any response."""

    def __init__(self, models: Models) -> None:
        """Read with these models' prices."""
        self._models = models
        self._inputs: dict[tuple[str, int], tuple[SamplingRequest, int]] = {}

    def of(self, candidate: Candidate) -> Meter | None:
        """Return what a response has used so far; None when that is not known and never will be."""
        if not candidate.is_streaming:
            return self._ended(candidate, candidate.usage) if candidate.usage is not None else None
        try:
            return self._running(candidate)
        except ModelError:  # it is not configured any more
            return None

    def _ended(self, candidate: Candidate, usage: Usage) -> Meter:
        """Return what has been counted."""
        return Meter(usage, estimated=False, cost=candidate.cost, saved=self._saved(candidate, usage))

    def _saved(self, candidate: Candidate, usage: Usage) -> Decimal | None:
        """Return what reading from the provider's cache has saved; None when that is not known, or nothing."""
        if not usage.cached_input_tokens or candidate.cost is None:
            return None
        answered_by = candidate.response.model if candidate.response is not None else None
        try:
            uncached = self._models.cost(candidate.model, replace(usage, cached_input_tokens=0), answered_by)
        except ModelError:  # it is not configured any more
            return None
        return uncached - candidate.cost if uncached is not None and uncached > candidate.cost else None

    def _running(self, candidate: Candidate) -> Meter:
        """Return what has been counted, and an estimate of what has not been yet."""
        counted = candidate.usage or Usage(0, 0)
        written = written_tokens(candidate)
        usage = Usage(
            counted.input_tokens or self._input(candidate),
            max(written, counted.output_tokens),
            counted.cached_input_tokens,
            counted.cache_write_tokens,
        )
        cost = self._models.cost(candidate.model, usage, None)
        return Meter(usage, estimated=written > counted.output_tokens, cost=cost)

    def _input(self, candidate: Candidate) -> int:
        request = candidate.request
        place = (candidate.model, id(request))  # the request is kept, so that its id stays its own
        if place not in self._inputs:
            if len(self._inputs) >= REMEMBERED:
                self._inputs.clear()
            self._inputs[place] = (request, self._models.estimate(candidate.model, request).input_tokens)
        return self._inputs[place][1]
