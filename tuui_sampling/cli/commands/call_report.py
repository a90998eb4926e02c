"""What became of a call, as the exit code, as JSON, and in words."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from ...desk.handle import asked_model
from ...desk.record_rows import call_json, loop_json
from ...frontend.presentation.format import usage_words
from ...sampling.inquiry import Inquiry, answered
from ...sampling.item import Item
from ...sampling.phase import Phase
from ...sampling.request import Json, JsonObject
from ...sampling.response import cost_json
from ...sampling.review import AgentStep, Candidate, Review, Selection
from ...sampling.visible import json_text, visible
from ...sampling.wire import usage_json
from ...servers.state.server import ToolResult
from .. import exit_codes
from ..output import columns, fitted, one_line, say

Decide = Literal["ask", "rules", "approve", "reject"]


@dataclass(frozen=True)
class Order:
    """
    What was asked on the command line.

    Attributes:
        arguments: The tool's arguments as they were typed.
        linger: Seconds to stay once the tool has returned, for what the server asks without being called.
    """

    server: str
    tool: str
    arguments: str
    decide: Decide
    model: str | None
    as_json: bool
    linger: float = 0.0


@dataclass
class Report:
    """
    What became of a call.

    Attributes:
        reviews: Every sampling request that came, in the order of arrival.
        inquiries: The same of elicitations and requests for roots.
        invalid: What was refused since it breaks the specification (-32602): nobody could be asked about it.
        refused: What was refused unseen since the server is muted, or as many as may wait were waiting.
        remarks: What in the result does not fit the specification.
        error: What kept us from a result, or what else went wrong, in words.
        code: The exit code, where it follows from something else than the reviews and the result.
    """

    order: Order
    protocol_version: str | None = None
    reviews: dict[int, Review] = field(default_factory=dict)
    inquiries: dict[int, Inquiry] = field(default_factory=dict)
    invalid: Sequence[str] = ()
    refused: Sequence[str] = ()
    remarks: Sequence[str] = ()
    result: ToolResult | None = None
    error: str | None = None
    code: int | None = None

    def note(self, item: Item) -> None:
        """Remember a review or an inquiry; it is looked at when all is over."""
        if isinstance(item, Review):
            self.reviews.setdefault(item.id, item)
        elif isinstance(item, Inquiry):
            self.inquiries.setdefault(item.id, item)

    @property
    def exit_code(self) -> int:
        """What the process shall end with."""
        if self.code is not None:
            return self.code
        ends = {item.phase for item in (*self.reviews.values(), *self.inquiries.values())}
        if Phase.UNDELIVERED in ends:
            return exit_codes.SERVER
        if Phase.FAILED in ends:
            return exit_codes.MODEL
        # What nobody called for is no part of what was called.
        is_rejected = any(one.phase is Phase.REJECTED and not one.origin.unsolicited for one in self.reviews.values())
        failed = is_rejected or self.result is None or self.result.is_error
        return exit_codes.NOT_WELL if failed else exit_codes.OK

    @property
    def problem(self) -> str | None:
        """What `error` shows: the error, or else why a model gave no answer."""
        if self.error is not None:
            return self.error
        for phase, words in ((Phase.UNDELIVERED, "a response was not delivered"), (Phase.FAILED, "the model failed")):
            for review in self.reviews.values():
                if review.phase is phase and review.outcome is not None:
                    return f"{words}: {review.outcome.reason}"
        return None

    def as_json(self) -> str:
        """Return the one object that `--json` prints; what is hidden in it is escaped, so it is safe to show."""
        value = {
            "server": self.order.server,
            "tool": self.order.tool,
            "protocol_version": self.protocol_version,
            "reviews": [_review_json(review) for review in self.reviews.values()],
            "inquiries": [_inquiry_json(inquiry) for inquiry in self.inquiries.values()],
            "invalid": list(self.invalid),
            "refused": list(self.refused),
            "is_error": self.result.is_error if self.result else None,
            "content": list(self.result.content) if self.result else None,
            "remarks": list(self.remarks),
            "raw": self.result.raw if self.result and self.remarks else None,
            "error": self.problem,
        }
        return json_text(value, indent=2)


class Retelling:
    """Says on standard error, once for each, why a model is called again and when."""

    def __init__(self) -> None:
        self._told: set[tuple[int, int, int]] = set()

    def note(self, item: Item) -> None:
        """Look at a review that has changed."""
        for candidate in item.candidates if isinstance(item, Review) else ():
            for retry in candidate.retries:
                key = (item.id, candidate.number, retry.attempt)
                if key not in self._told:
                    self._told.add(key)
                    seconds = max(0.0, retry.at - time.monotonic())
                    reason = one_line(retry.reason)
                    say(f"#{item.id} {candidate.model}: {reason} Attempt {retry.attempt} follows in {seconds:.1f} s.")


def say_oddities(report: Report) -> None:
    """Say on standard error what was refused unseen, and what in the result is not as it should be."""
    for refused in report.invalid:
        say(f"refused as invalid (-32602): {one_line(refused, 200)}")
    for refused in report.refused:
        say(f"refused: {one_line(refused, 200)}")
    for remark in report.remarks:
        say(f"the result is not as it should be: {one_line(remark, 300)}")


def print_report(report: Report) -> None:
    """Print what standard output is for: the object, or the tool's content."""
    if report.order.as_json:
        print(report.as_json())
    elif report.result is not None:
        for block in report.result.content:
            _print_block(block)


def say_reviews(report: Report) -> None:
    """Say on standard error how each review ended."""
    for review in report.reviews.values():
        outcome = review.outcome
        if outcome is None:
            continue
        parts = [f"at the {outcome.gate}" if outcome.gate else "", one_line(outcome.reason)]
        parts += [
            one_line(words)
            for words in dict.fromkeys(f"by rule: {one.rule}" for one in review.decided.values() if one.passed)
        ]
        if outcome.response is not None:
            parts += [f"by {one_line(outcome.response.model, 100)}", one_line(outcome.response.stop_reason or "")]
        parts.append("edited" if outcome.edited else "")
        if outcome.usage is not None:
            parts.append(usage_words(outcome.usage))
        parts.append(f"${outcome.cost:f}" if outcome.cost is not None else "")
        say(f"#{review.id} {review.phase}: {', '.join(filter(None, parts))}".removesuffix(": "))


def _print_block(block: Json) -> None:
    """Print a block of the tool's result, revealed: it may end on a terminal by way of a pipe. `--json` is exact."""
    if not isinstance(block, Mapping):
        print(one_line(json_text(block)))
    elif block.get("type") == "text":
        text = str(block.get("text", ""))
        print(fitted(visible(text), columns(sys.stdout)))
    else:
        print(one_line(_described(block)))


def _described(block: JsonObject) -> str:
    kind = block.get("type")
    data = block.get("data")
    if isinstance(data, str):
        digest = sha256(data.encode("utf-8", "replace")).hexdigest()
        return f"[{kind} {block.get('mimeType', '')}, {len(data)} characters of base64, SHA-256 of them {digest}]"
    return json_text(block)


def _review_json(review: Review) -> Json:
    outcome, asked = review.outcome, asked_model(review)
    response = outcome.response if outcome else None
    return {
        "id": review.key,
        "outcome": review.phase,
        "gate": outcome.gate if outcome else None,
        "rules": {gate.value: decided.rule for gate, decided in review.decided.items()},
        "reason": outcome.reason if outcome else "",
        "model": outcome.model if outcome else None,
        "model_asked": asked.model if asked else None,
        "choice": _choice_json(review.selection),
        "loop": loop_json(review.loop) if review.loop else None,
        "of_call": call_json(review.of_call) if review.of_call else None,
        "called_by_agent_of": review.cause.key if review.cause else None,
        "stop_reason": response.stop_reason if response else None,
        "edited": outcome.edited if outcome else False,
        "usage": usage_json(outcome.usage) if outcome else None,
        "cost": cost_json(outcome.cost) if outcome else None,
        "candidates": [_candidate_json(candidate) for candidate in review.candidates],
    }


def _choice_json(selection: Selection | None) -> Json:
    """Return the model that was proposed, and why; the person may have asked another."""
    if selection is None:
        return None
    ranking: list[Json] = [
        {
            "model": ranked.model,
            "reasons": list(ranked.reasons),
            "excluded": ranked.excluded,
            "forbidden": ranked.forbidden,
        }
        for ranked in selection.ranking
    ]
    return {"model": selection.model, "reason": selection.reason, "ranking": ranking}


def _step_json(step: AgentStep) -> Json:
    """Return what an agent said, or what it called and what became of that."""
    if not step.tool:
        return {"text": step.text}
    call: dict[str, Json] = {"server": step.server, "tool": step.tool, "arguments": step.arguments}
    return call | {"verdict": step.verdict, "text": step.text}


def _candidate_json(candidate: Candidate) -> Json:
    return {
        "number": candidate.number,
        "model_asked": candidate.model,
        "model": candidate.response.model if candidate.response else None,
        "stop_reason": candidate.response.stop_reason if candidate.response else None,
        "error": candidate.error.message if candidate.error else None,
        "remarks": list(candidate.response.remarks) if candidate.response else [],
        "partial": candidate.response is not None and not candidate.is_whole,
        "text": candidate.response.text if candidate.response else None,
        "unread": list(candidate.response.unread) if candidate.response else [],
        "stopped": candidate.stopped,
        "retries": [{"attempt": retry.attempt, "reason": retry.reason} for retry in candidate.retries],
        "usage": usage_json(candidate.usage),
        "cost": cost_json(candidate.cost),
        "earlier": candidate.earlier or None,
        "steps": [_step_json(step) for step in candidate.steps],
    }


def _inquiry_json(inquiry: Inquiry) -> Json:
    reply = inquiry.answer.reply if inquiry.answer else None
    return {
        "id": inquiry.key,
        "kind": inquiry.kind,
        "server": inquiry.origin.server,
        "outcome": answered(inquiry.asked, reply) if reply else inquiry.phase,
    }
