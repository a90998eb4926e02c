"""One tiny real request, which proves that a model can be called."""

import time
from dataclasses import dataclass

from ...providers.models import Models
from ...providers.provider import Finished
from ...sampling.request import Message, SamplingRequest, TextBlock
from ...sampling.response import Response

PING = SamplingRequest((Message("user", (TextBlock("Answer with the one word: pong"),)),), max_tokens=16)
"""What is sent."""


@dataclass(frozen=True)
class Pong:
    """What came back, and how many seconds that took."""

    response: Response
    seconds: float


async def ping(models: Models, name: str) -> Pong:
    """
    Send the request to a model and return its answer.

    Raises:
        ModelError: There is no whole answer.
    """
    started = time.monotonic()
    # A stream that ends without a response has raised.
    responses = [event.response async for event in models.stream(name, PING) if isinstance(event, Finished)]
    return Pong(responses[-1], time.monotonic() - started)
