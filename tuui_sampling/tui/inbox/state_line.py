"""Shows how far a response is, and what it has used, in one line."""

from textual.content import Content

from ...frontend.presentation.candidates import Meter, retry_words, running_words, time_words, tokens_words
from ...frontend.presentation.format import dollars
from ...sampling.review import Candidate
from ...sampling.visible import visible


def state_line(candidate: Candidate, meter: Meter | None, *, edited: bool, stop_keys: str) -> Content:
    """
    Return the line that says how the response came to be.

    Args:
        stop_keys: Which key stops what, in words.
    """
    if candidate.is_streaming:
        return Content(
            " · ".join(["▍ " + time_words(candidate), *retry_words(candidate), *running_words(meter), stop_keys])
        )
    response = candidate.response
    parts = [visible(response.model if response else candidate.model, multiline=False, limit=60)]
    if candidate.stopped:
        parts.append("partial: you stopped it")
    elif candidate.error is not None:
        parts.append("partial: it was cut off" if response is not None else "no response")
    elif response is not None:
        parts.append(visible(response.stop_reason or "no stop reason", multiline=False, limit=40))
    parts += (
        [visible(f"an earlier answer: {candidate.earlier}", multiline=False, limit=80)] if candidate.earlier else []
    )
    parts += [tokens_words(meter.usage, meter.saved), dollars(meter.cost)] if meter is not None else []
    parts += [] if candidate.earlier else [time_words(candidate)]
    tries = len(candidate.retries) + 1
    parts += [f"{tries} attempts"] if tries > 1 else []
    text = Content(" · ".join(parts))
    return text + Content.from_markup(" · [b]✎ edited[/]") if edited else text
