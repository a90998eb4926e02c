"""A request and its answer in the plain terminal: everything that will be sent, with everything hidden revealed."""

import json
from collections.abc import Iterator

from ..providers.registry import Models
from ..sampling.errors import ModelError
from ..sampling.note import Note, Severity
from ..sampling.request import AudioBlock, Block, ImageBlock, SamplingRequest, TextBlock, ToolUseBlock
from ..sampling.response import Response
from ..sampling.returnable import callable_tools, why_not_returnable
from ..sampling.review import Candidate, Review
from ..sampling.visible import reveal, visible
from ..sampling.wire import block_json, request_params
from .words import one_line

LABEL = 16
"""Columns of the labels; foreign text never begins to the left of them."""


def request_text(review: Review, request: SamplingRequest, model: str | None, models: Models) -> str:
    """Return the first gate: where the request comes from, where it would go, and what it holds."""
    origin = review.origin
    tool = f" › {one_line(origin.tool, 100)}" if origin.tool else ""
    lines = [
        f"── #{review.id} request from {one_line(origin.server)}{tool} ──",
        *_line("", "unsolicited: it came while no call of yours was under way" if origin.unsolicited else ""),
        *_line("model", _model(review, model, models)),
        *_line("loop", f"turn {review.loop.turn} of at most {review.loop.most}" if review.loop else ""),
        *_line("edited", "by you; what you see is what is sent" if request != review.asked else ""),
    ]
    for key, value in request_params(request).items():
        if key not in ("messages", "systemPrompt"):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines += _line(one_line(key, 40), shown)
    if request.system_prompt is not None:
        lines += _line("system", request.system_prompt)
    for message in request.messages:
        for block in message.blocks:
            lines += _line(message.role, _block_text(block))
        for key, value in message.extra.items():
            lines += _line(one_line(key, 40), json.dumps(value, ensure_ascii=False))
    for note in notes_on(request, model, models):
        lines += _line(str(note.severity), f"{note.field}: {note.text}")
    for notice in review.notices:
        lines += _line("problem", notice)
    return "\n".join(lines)


def response_text(review: Review, candidate: Candidate, response: Response, *, edited: bool) -> str:
    """
    Return the second gate: what a model answered, and how it ended.

    Args:
        response: What would be returned: the candidate's response, or the person's version of it.
        edited: It is the person's version.
    """
    seconds = f" after {candidate.elapsed:.1f} s" if candidate.elapsed is not None else ""
    if candidate.is_whole:
        stopped = response.stop_reason or ""
    else:
        stopped = "before its end: this is not a whole response" if candidate.response is not None else ""
    named = candidate.model if candidate.response is None else candidate.response.model
    lines = [
        f"── #{review.id} response {candidate.number} ──",
        *_line("model", f"{named}{seconds}"),
        *_line("stopped", stopped),
    ]
    if candidate.usage is not None:
        lines += _line("tokens", f"{candidate.usage.input_tokens:,} in, {candidate.usage.output_tokens:,} out")
    if candidate.cost is not None:
        lines += _line("cost", f"${candidate.cost:f}")
    if edited:
        lines += _line("edited", "by you; what you see is what is returned")
    for block in response.blocks if edited or candidate.response is not None else ():
        lines += _response_lines(block)
    for remark in response.remarks:
        lines += _line("remark", remark)
    if candidate.response is not None or edited:
        lines += _line("blocked", why_not_returnable(response, callable_tools(review.asked, candidate.request)))
    for retry in candidate.retries:
        lines += _line("retried", f"attempt {retry.attempt}, because: {retry.reason}")
    if candidate.error is not None:
        lines += _line("failed", f"{candidate.error.message} {candidate.error.hint}".strip())
    for notice in review.notices:
        lines += _line("problem", notice)
    return "\n".join(lines)


def notes_on(request: SamplingRequest, model: str | None, models: Models) -> tuple[Note, ...]:
    """Return what the model can't carry of the request; a model that can't be called as configured blocks it."""
    try:
        return models.notes(model, request) if model is not None else ()
    except ModelError as error:
        return (Note("model", f"{error.message} {error.hint}".strip(), Severity.BLOCK),)


def _model(review: Review, model: str | None, models: Models) -> str:
    if model is None or review.selection is None:
        return "none is configured, so this can't be approved"
    try:
        host = models.host(model)
    except ModelError as error:
        host = error.message
    return f"{model} at {host} ({review.selection.reason})"


def _block_text(block: Block) -> str:
    match block:
        case TextBlock():
            return block.text
        case ImageBlock() | AudioBlock():
            return f"[{block.mime_type}, {len(block.content):,} bytes, SHA-256 {block.sha256}]"
    return json.dumps(block_json(block), ensure_ascii=False)


def _response_lines(block: Block) -> Iterator[str]:
    if isinstance(block, ToolUseBlock):
        yield from _line("tool call", block.name)
        arguments = json.dumps(block.input, ensure_ascii=False, indent=2) if block.broken_input is None else ""
        yield from _line("arguments", arguments or block.broken_input or "(empty)")
    else:
        yield from _line("response", _block_text(block) or "(empty)")


def _line(label: str, text: str) -> Iterator[str]:
    """Yield a labelled text, its further lines below its first, and what had to be revealed in it."""
    if not text:
        return
    revealed = reveal(text)
    for number, line in enumerate(revealed.text.split("\n")):
        yield f"{visible(label) if number == 0 else '':<{LABEL}} {line}"
    if revealed.summary:
        yield f"{'hidden':<{LABEL}} {revealed.summary}"
