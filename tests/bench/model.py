"""Answers at once, as the bare client of the comparison does: what is measured is the house, not a model's work."""

from collections.abc import AsyncGenerator

from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.providers.credentials import Credential
from tuui_sampling.providers.provider import Event, Finished
from tuui_sampling.sampling.note import Note
from tuui_sampling.sampling.request import SamplingRequest, TextBlock
from tuui_sampling.sampling.response import Response, Usage

ANSWER = "The Rhine."


class AtOnce:
    """A model that has its answer ready, made as a user makes one of his own."""

    host = "this computer"

    def __init__(self, settings: ModelSettings, credential: Credential) -> None:
        self._response = Response((TextBlock(ANSWER),), "bare", "endTurn", Usage(16, 4))

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Carry everything."""
        return ()

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """Yield the whole answer."""
        yield Finished(self._response)

    async def aclose(self) -> None:
        """Do nothing."""
