"""The person in the model's place: no model is called, they write the answer themselves."""

from collections.abc import AsyncGenerator

from ..sampling.note import Note
from ..sampling.request import SamplingRequest, TextBlock
from ..sampling.response import HUMAN_MODEL, Response
from .provider import Event, Finished


class HumanProvider:
    """Ends at once with an empty response, which the person fills in at the second gate."""

    host = "this computer"

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Return nothing: the person sees the whole request, so nothing is lost."""
        return ()

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """Yield one empty response."""
        yield Finished(Response(blocks=(TextBlock(""),), model=HUMAN_MODEL, stop_reason="endTurn"))

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
