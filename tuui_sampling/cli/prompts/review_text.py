"""A request and its answer in the plain terminal: everything that will be sent, with everything hidden revealed."""

import json
from collections.abc import Iterator

from ...desk.assess import assess
from ...frontend.presentation.agent_steps import arguments_words, left_behind, step_words
from ...frontend.presentation.format import usage_words
from ...frontend.queue.order import call_words
from ...providers.models import Models
from ...sampling.errors import ModelError
from ...sampling.remarks import remarks_on
from ...sampling.request import AudioBlock, Block, ImageBlock, SamplingRequest, TextBlock, ToolUseBlock
from ...sampling.response import Response, callable_tools, why_not_returnable
from ...sampling.review import Candidate, Review
from ...sampling.wire import block_json, request_params
from ..output import labelled, one_line


def request_text(review: Review, request: SamplingRequest, model: str | None, models: Models) -> str:
    """Return the first gate: where the request comes from, where it would go, and what it holds."""
    origin = review.origin
    tool = f" › {one_line(origin.tool, 100)}" if origin.tool else ""
    lines = [
        f"── #{review.id} request from {one_line(origin.server)}{tool} ──",
        *labelled("", "unsolicited: it came while no call of yours was under way" if origin.unsolicited else ""),
        *labelled("model", _model(review, model, models)),
        *labelled("call", call_words(review.of_call) if review.of_call else ""),
        *labelled("loop", f"turn {review.loop.turn} of at most {review.loop.most}" if review.loop else ""),
        *labelled("edited", "by you; what you see is what is sent" if request != review.asked else ""),
    ]
    for key, value in request_params(request).items():
        if key not in ("messages", "systemPrompt"):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines += labelled(one_line(key, 40), shown)
    if request.system_prompt is not None:
        lines += labelled("system", request.system_prompt)
    for message in request.messages:
        for block in message.blocks:
            lines += labelled(message.role, _block_text(block))
        for key, value in message.extra.items():
            lines += labelled(one_line(key, 40), json.dumps(value, ensure_ascii=False))
    assessment = assess(models, request, model, review.origin.server) if model is not None else None
    for note in assessment.notes if assessment is not None else ():
        lines += labelled(str(note.severity), f"{note.field}: {note.text}")
    for remark in remarks_on(review.asked):
        lines += labelled("odd", remark)
    for notice in review.notices:
        lines += labelled("problem", notice)
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
        *labelled("model", f"{named}{seconds}"),
        *labelled("stopped", stopped),
    ]
    if candidate.usage is not None:
        lines += labelled("used", usage_words(candidate.usage))
    if candidate.cost is not None:
        lines += labelled("cost", f"${candidate.cost:f}")
    if edited:
        lines += labelled("edited", "by you; what you see is what is returned")
    for step in candidate.steps:
        lines += labelled("agent", f"{step_words(step)} {arguments_words(step) if step.tool else ''}".rstrip())
        lines += labelled("", step.text)
    lines += labelled("agent", left_behind(candidate))
    for block in response.blocks if edited or candidate.response is not None else ():
        lines += _response_lines(block)
    for remark in response.remarks:
        lines += labelled("remark", remark)
    if candidate.response is not None or edited:
        lines += labelled("blocked", why_not_returnable(response, callable_tools(review.asked, candidate.request)))
    for retry in candidate.retries:
        lines += labelled("retried", f"attempt {retry.attempt}, because: {retry.reason}")
    if candidate.error is not None:
        lines += labelled("failed", f"{candidate.error.message} {candidate.error.hint}".strip())
    for notice in review.notices:
        lines += labelled("problem", notice)
    return "\n".join(lines)


def _model(review: Review, model: str | None, models: Models) -> str:
    if model is None or review.selection is None:
        return "none is configured, so this can't be approved"
    try:
        host = models.place(model)
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
        yield from labelled("tool call", block.name)
        arguments = json.dumps(block.input, ensure_ascii=False, indent=2) if block.broken_input is None else ""
        yield from labelled("arguments", arguments or block.broken_input or "(empty)")
    else:
        yield from labelled("response", _block_text(block) or "(empty)")
