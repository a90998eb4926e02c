"""Makes one tiny real request, which proves that a model can be called, or that it sees."""

import re
import time
from dataclasses import dataclass

from ...providers.models import Models
from ...providers.provider import Finished
from ...sampling.request import ImageBlock, Message, SamplingRequest, TextBlock
from ...sampling.response import Response

PING = SamplingRequest((Message("user", (TextBlock("Answer with the one word: pong"),)),), max_tokens=16)
"""What is sent."""

RED_SQUARE = (
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBA"
    "QEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC"
)
"""A PNG of 64 × 64 red pixels."""

LOOK = SamplingRequest(
    (Message("user", (ImageBlock(RED_SQUARE, "image/png"), TextBlock("Answer with one word: which colour is this?"))),),
    max_tokens=16,
)
"""What is sent to find out whether a model sees: one that answers without having seen the picture won't guess it."""


@dataclass(frozen=True)
class Pong:
    """What came back, and how many seconds that took."""

    response: Response
    seconds: float


def has_seen(response: Response) -> bool:
    """Return whether an answer to `LOOK` is right."""
    return re.search(r"\bred\b", response.text, re.IGNORECASE) is not None


async def ping(models: Models, name: str, request: SamplingRequest = PING) -> Pong:
    """
    Send the request to a model and return its answer.

    Raises:
        ModelError: There is no whole answer.
    """
    started = time.monotonic()
    # A stream that ends without a response has raised.
    responses = [event.response async for event in models.stream(name, request) if isinstance(event, Finished)]
    return Pong(responses[-1], time.monotonic() - started)
