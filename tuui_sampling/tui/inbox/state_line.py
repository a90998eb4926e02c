"""Shows how far a response is, and what it has used, in one line where there is room."""

import sys

from textual.content import Content

from ...frontend.presentation.candidates import Meter, retry_words, running_words, time_words, tokens_words
from ...frontend.presentation.format import dollars
from ...sampling.review import Candidate
from ...sampling.visible import visible

SEPARATOR = " · "
"""
No `Content`: one that knows its width makes each line that Textual 8.2.8 joins with it wider than it is, by that width.
So much at the end of the row is never drawn then, and what was there before stays (`Content.join`).
"""


def state_line(
    candidate: Candidate, meter: Meter | None, *, edited: bool, stop_keys: str, width: int = sys.maxsize
) -> Content:
    """
    Return the line that says how the response came to be.

    Args:
        stop_keys: Which key stops what, in words.
        width: Cells of a line.
    """
    if candidate.is_streaming:
        running = ["▍ " + time_words(candidate), *retry_words(candidate), *running_words(meter), stop_keys]
        return _in_lines([Content(one) for one in running], width)
    response = candidate.response
    model = Content(visible(response.model if response else candidate.model, multiline=False, limit=60))
    said: list[str] = []
    stop = ""
    if candidate.stopped:
        said.append("partial: you stopped it")
    elif candidate.error is not None:
        said.append("partial: it was cut off" if response is not None else "no response")
    elif response is not None:
        stop = visible(response.stop_reason or "no stop reason", multiline=False, limit=40)
    said += [visible(f"an earlier answer: {candidate.earlier}", multiline=False, limit=80)] if candidate.earlier else []
    said += [tokens_words(meter.usage, meter.saved), dollars(meter.cost)] if meter is not None else []
    said += [] if candidate.earlier else [time_words(candidate)]
    tries = len(candidate.retries) + 1
    said += [f"{tries} attempts"] if tries > 1 else []
    parts = [Content(one) for one in said]
    parts += [Content.from_markup("[b]✎ edited[/]")] if edited else []
    # The model and the stop reason stand below the answer, too: they give way.
    choices = [[model, *([Content(stop)] if stop else []), *parts], [model, *parts], parts]
    return next((_joined(one) for one in choices if one and _cells(one) <= width), _in_lines(choices[0], width))


def _joined(parts: list[Content]) -> Content:
    return Content(SEPARATOR).join(parts)


def _cells(parts: list[Content]) -> int:
    return sum(one.cell_length + len(SEPARATOR) for one in parts) - len(SEPARATOR)


def _in_lines(parts: list[Content], width: int) -> Content:
    """Return parts beside each other, and below where there is no room: none is broken for its last letter."""
    lines: list[list[Content]] = [[]]
    for part in parts:
        if lines[-1] and _cells([*lines[-1], part]) > width:
            lines.append([])
        lines[-1].append(part)
    return Content("\n").join(_joined(one) for one in lines)
