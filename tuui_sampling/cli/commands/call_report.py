"""What became of a call, as the exit code, as JSON, and in words."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from ...frontend.policy.notices import Notices, sentences
from ...frontend.presentation.format import usage_words
from ...policy.redaction.masking import NOTHING_MASKED, Masking
from ...sampling.inquiry import Inquiry
from ...sampling.item import Item
from ...sampling.phase import Phase
from ...sampling.request import Json, JsonObject
from ...sampling.review import Review
from ...sampling.visible import json_text, visible
from ...servers.state.server import ToolResult
from .. import exit_codes
from ..output import columns, fitted, one_line, say
from .finished_items import FinishedItems
from .item_json import inquiry_json, review_json

Decide = Literal["ask", "rules", "approve", "reject"]

FAILURES = {Phase.UNDELIVERED: "a response was not delivered", Phase.FAILED: "the model failed"}
"""The ends that are an error of the call, the most telling first."""


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
    What became of a call; of the reviews and inquiries as they end (see `finished_items.py`).

    Attributes:
        invalid: What was refused since it breaks the specification (-32602): nobody could be asked about it.
        refused: What was refused unseen since the server is muted, or as many as may wait were waiting.
        remarks: What in the result does not fit the specification.
        error: What kept us from a result, or what else went wrong, in words.
        code: The exit code, where it follows from something else than the reviews and the result.
        masking: Takes from the object what must not be printed.
    """

    order: Order
    protocol_version: str | None = None
    invalid: Sequence[str] = ()
    refused: Sequence[str] = ()
    remarks: Sequence[str] = ()
    result: ToolResult | None = None
    error: str | None = None
    code: int | None = None
    masking: Masking = NOTHING_MASKED

    def __post_init__(self) -> None:
        """Begin with no review and no inquiry."""
        as_json = self.order.as_json
        self._reviews = FinishedItems[Review]((lambda item: self.masking.json(review_json(item))) if as_json else None)
        self._inquiries = FinishedItems[Inquiry](
            (lambda item: self.masking.json(inquiry_json(item))) if as_json else None
        )
        self._ends: set[Phase] = set()
        self._is_rejected = False
        self._reasons: dict[Phase, tuple[int, str]] = {}

    def note(self, item: Item) -> None:
        """Look at a review or an inquiry that has changed; how a review ended is said at once."""
        if isinstance(item, Review) and self._reviews.note(item):
            say_review(item, self.masking)
            self._count(item)
        elif isinstance(item, Inquiry) and self._inquiries.note(item):
            self._ends.add(item.phase)

    def _count(self, review: Review) -> None:
        phase, outcome = review.phase, review.outcome
        self._ends.add(phase)
        # What nobody called for is not part of what was called.
        self._is_rejected |= phase is Phase.REJECTED and not review.origin.unsolicited
        if outcome is not None and phase in FAILURES:
            told = (review.id, outcome.reason)
            self._reasons[phase] = min(self._reasons.get(phase, told), told)

    @property
    def exit_code(self) -> int:
        """What the process is to end with."""
        if self.code is not None:
            return self.code
        if Phase.UNDELIVERED in self._ends:
            return exit_codes.SERVER
        if Phase.FAILED in self._ends:
            return exit_codes.MODEL
        failed = self._is_rejected or self.result is None or self.result.is_error
        return exit_codes.NOT_WELL if failed else exit_codes.OK

    @property
    def problem(self) -> str | None:
        """What `error` shows: the error, or else why a model gave no answer."""
        if self.error is not None:
            return self.error
        told = (f"{words}: {self._reasons[phase][1]}" for phase, words in FAILURES.items() if phase in self._reasons)
        return next(told, None)

    def as_json(self) -> Iterator[str]:
        """Yield the one object that `--json` prints, in pieces; what is hidden in it is escaped: it is safe to show."""
        value: dict[str, Json] = {
            "server": self.order.server,
            "tool": self.order.tool,
            "protocol_version": self.protocol_version,
            "reviews": self._reviews,
            "inquiries": self._inquiries,
            "invalid": list(self.invalid),
            "refused": list(self.refused),
            "is_error": self.result.is_error if self.result else None,
            "content": list(self.result.content) if self.result else None,
            "remarks": list(self.remarks),
            "raw": self.result.raw if self.result and self.remarks else None,
            "error": self.problem,
        }
        yield "{"
        for number, (name, member) in enumerate(value.items()):
            yield f"{',' if number else ''}\n  {json_text(name)}: "
            if isinstance(member, FinishedItems):
                yield from _listed(member)
            else:
                yield json_text(self.masking.json(member), indent=2).replace("\n", "\n  ")
        yield "\n}"


def _listed(items: FinishedItems[Any]) -> Iterator[str]:
    """Yield a list of items, indented as a member of an object."""
    mark = "["
    for item in items:
        yield mark + "\n    " + item.replace("\n", "\n    ")
        mark = ","
    yield "[]" if mark == "[" else "\n  ]"


class RetryMessages:
    """Says on standard error, once for each, why a model is called again and when."""

    def __init__(self, masking: Masking = NOTHING_MASKED) -> None:
        self._masking = masking
        self._told: dict[int, set[tuple[int, int]]] = {}

    def note(self, item: Item) -> None:
        """Look at a review that has changed."""
        for candidate in item.candidates if isinstance(item, Review) else ():
            for retry in candidate.retries:
                told = self._told.setdefault(item.id, set())
                if (candidate.number, retry.attempt) not in told:
                    told.add((candidate.number, retry.attempt))
                    seconds = max(0.0, retry.at - time.monotonic())
                    reason = one_line(self._masking.text(retry.reason))
                    say(f"#{item.id} {candidate.model}: {reason} Attempt {retry.attempt} follows in {seconds:.1f} s.")
        if item.ended is not None:
            self._told.pop(item.id, None)


class Noticing:
    """Says on standard error, once for each, what passed by a rule that says so, and which limit was reached."""

    def __init__(self) -> None:
        self._notices = Notices()

    def note(self, item: Item) -> None:
        """Look at something that has changed."""
        for sentence in sentences(self._notices.of(item)):
            say(one_line(sentence, 400))


def say_remarks(report: Report) -> None:
    """Say on standard error what was refused unseen, and what in the result breaks the specification."""
    for refused in report.invalid:
        say(f"refused as invalid (-32602): {one_line(refused, 200)}")
    for refused in report.refused:
        say(f"refused: {one_line(refused, 200)}")
    for remark in report.remarks:
        say(f"the result breaks the specification: {one_line(remark, 300)}")


def print_report(report: Report) -> None:
    """Print what standard output is for: the object, or the tool's content."""
    if report.order.as_json:
        for piece in report.as_json():
            sys.stdout.write(piece)
        print()
    elif report.result is not None:
        for block in report.result.content:
            _print_block(block)


def say_review(review: Review, masking: Masking = NOTHING_MASKED) -> None:
    """Say on standard error how a review ended; a failed model may quote what it was sent."""
    outcome = review.outcome
    if outcome is None:
        return
    parts = [f"at the {outcome.gate}" if outcome.gate else "", one_line(masking.text(outcome.reason))]
    parts += [
        one_line(words)
        for words in dict.fromkeys(f"by rule: {one.rule}" for one in review.decided.values() if one.passed)
    ]
    if outcome.response is not None:
        parts += [f"by {one_line(outcome.response.model, 100)}", one_line(outcome.response.stop_reason or "")]
    if (asked := review.asked.include_context) not in (None, "none"):  # here nobody can pick what to add
        parts.append(f"no context added (includeContext: {asked})")
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
