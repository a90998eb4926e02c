"""What responses use, as they are written and afterwards: counted where the provider counts, else estimated."""

from ..frontend.presentation.candidates import Meter, written_tokens
from ..providers.models import Models
from ..sampling.errors import ModelError
from ..sampling.request import SamplingRequest
from ..sampling.response import Usage
from ..sampling.review import Candidate

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
            return Meter(candidate.usage, estimated=False, cost=candidate.cost) if candidate.usage is not None else None
        try:
            return self._running(candidate)
        except ModelError:  # it is not configured any more
            return None

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
