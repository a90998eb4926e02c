"""What responses use, as they are written and afterwards: counted where the provider counts, else estimated."""

from ..providers.registry import Models
from ..sampling.errors import ModelError
from ..sampling.response import Usage
from ..sampling.review import Candidate
from .candidate_words import Meter, written_tokens


class Meters:
    """Reads the tokens and the cost of any response."""

    def __init__(self, models: Models) -> None:
        """Read with these models' prices."""
        self._models = models

    def of(self, candidate: Candidate) -> Meter | None:
        """Return what a response has used so far; None when that is not known and never will be."""
        if not candidate.is_streaming:
            return Meter(candidate.usage, estimated=False, cost=candidate.cost) if candidate.usage is not None else None
        counted = candidate.usage or Usage(0, 0)
        written = written_tokens(candidate)
        estimated = written > counted.output_tokens
        usage = Usage(
            counted.input_tokens,
            max(written, counted.output_tokens),
            counted.cached_input_tokens,
            counted.cache_write_tokens,
        )
        try:
            cost = self._models.cost(candidate.model, usage, None)
        except ModelError:  # it is not configured any more
            cost = None
        return Meter(usage, estimated=estimated, cost=cost)
