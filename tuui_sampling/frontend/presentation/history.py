"""The record in words: a review as a row of the History, and its entries as steps of a story. No widget, no file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ...history.ledger import Entry, Kind, Summary
from ...sampling.request import Json
from .content_blocks import as_blocks, content_text, members, request_text
from .format import dollars, pretty_json

OUTCOMES = {
    Kind.ANSWERED: "? answered",
    Kind.DELIVERED: "✓ delivered",
    Kind.UNDELIVERED: "✗ undelivered",
    Kind.REJECTED: "✗ rejected",
    Kind.ACCEPTED: "✓ accepted",
    Kind.DECLINED: "✗ declined",
    Kind.CANCELLED: "– cancelled",
    Kind.RETURNED: "✓ returned",
    Kind.REPLACED: "✎ replaced",
    Kind.SHARED: "✓ shared",
    Kind.REFUSED: "✗ refused",
    Kind.WITHDRAWN: "– withdrawn",
    Kind.FAILED: "✗ failed",
}

CUT_SHORT = "that program was cut short before it was known whether the server has taken it"
NOT_ENDED = "it is open in another running program, or that program was cut short"


@dataclass(frozen=True)
class Step:
    """
    One thing that happened to a review. All its texts are raw and may be foreign.

    Attributes:
        heading: What happened, in one line.
        text: What was asked or answered.
        before: What `text` was before somebody changed it; then the difference is what is worth seeing.
        problem: What went wrong.
    """

    at: datetime
    heading: str
    text: str = ""
    before: str | None = None
    problem: str = ""


def outcome_words(summary: Summary, *, open_word: str = "") -> str:
    """
    Return how a review ended.

    Args:
        open_word: What it does right now, such as "waits"; empty where nobody in this program knows it.
    """
    if summary.outcome is None:
        return f"… {open_word or 'not ended'}"
    return OUTCOMES[summary.outcome]


def whole_outcome_words(summary: Summary, *, open_word: str = "") -> str:
    """Return the same with what it may mean that there is no end: the record does not know who is still running."""
    words = outcome_words(summary, open_word=open_word)
    return words if summary.outcome is not None or open_word else f"{words}: {NOT_ENDED}"


def model_and_tokens(summary: Summary) -> list[str]:
    """Return the model's name, the tokens and the price, as far as they are known."""
    tokens = tokens_words(summary.input_tokens, summary.output_tokens)
    cost = dollars(summary.cost) if summary.cost is not None else ""
    return [part for part in (summary.model or "", tokens, cost) if part]


def tokens_words(tokens_in: Json, tokens_out: Json) -> str:
    """Return tokens as `640 → 41 tokens`; nothing when none were counted."""
    if tokens_in is None and tokens_out is None:
        return ""
    return f"{_count(tokens_in)} → {_count(tokens_out)} tokens"


def story(entries: Iterable[Entry]) -> list[Step]:
    """Return what happened to a review, in order."""
    told = _Story()
    tellers = {Kind.JUDGED: _judged, Kind.RETURNED: _returned}
    return [step for entry in entries for step in tellers.get(entry.kind, told.tell)(entry)]


@dataclass
class _Story:
    """Remembers what was asked and answered so far, so that changes can be told from it."""

    asked: str = ""
    kind: str = ""
    answers: dict[Any, str] = field(default_factory=dict)
    last_answer: str = ""

    def tell(self, entry: Entry) -> Iterator[Step]:
        """Yield the step of one entry."""
        match entry.kind:
            case Kind.RECEIVED:
                yield self._received(entry)
            case Kind.APPROVED:
                yield self._approved(entry)
            case Kind.SENT:
                sent = f"sent to {_word(entry.data, 'model')}{_attempt(entry.data)}"
                yield Step(entry.at, sent, problem=_reason(entry))
            case Kind.RESPONSE:
                yield self._response(entry)
            case Kind.RESPONSE_CHANGED:
                yield self._changed(entry)
            case Kind.HELD:
                yield Step(entry.at, "held back: the server is paused")
            case Kind.LET_IN:
                yield Step(entry.at, "let in: the server was resumed")
            case Kind.REFUSED if "action" not in entry.data:
                yield Step(entry.at, _turned_away(entry.data), problem=_reason(entry))
            case _ if "action" in entry.data:
                yield Step(entry.at, answer_heading(self.kind, entry.data), answer_words(entry.data))
            case Kind.DELIVERED | Kind.ANSWERED:
                yield self._delivered(entry)
            case Kind.REJECTED:
                gate = _word(entry.data, "gate")
                yield Step(entry.at, f"rejected at the {gate}", text=_reason(entry))
            case _:
                yield Step(entry.at, str(entry.kind), problem=_reason(entry))

    def _received(self, entry: Entry) -> Step:
        if is_inquiry(entry.data):
            self.kind = _word(entry.data, "kind")
        if "raw" in entry.data:
            self.asked = f"{_word(entry.data, 'raw')}\n… the rest was not kept"
        else:
            self.asked = asked_words(entry.data) if self.kind else request_text(entry.data.get("params"))
        tool = entry.data.get("tool")
        cause = f", for its tool {tool}" if isinstance(tool, str) else ""
        if entry.data.get("unsolicited") is True:
            cause = ", unsolicited: no call was under way"
        loop = members(entry.data.get("loop"))
        cause += f", turn {_count(loop.get('turn'))} of at most {_count(loop.get('most'))}" if loop else ""
        what = f" ({self.kind})" if self.kind else ""
        return Step(entry.at, f"{entry.server} asked{what}{cause}", text=self.asked)

    def _approved(self, entry: Entry) -> Step:
        data = entry.data
        where = ", ".join(map(_place, (data, *as_blocks(data.get("others")))))
        if not data.get("changed"):
            return Step(entry.at, f"approved as it was asked, for {where}")
        added = [one for one in as_blocks(data.get("attached")) if isinstance(one, str)]
        more = f", with {', '.join(added)}" if added else ""
        return Step(entry.at, f"approved with changes{more}, for {where}", request_text(data.get("params")), self.asked)

    def _response(self, entry: Entry) -> Step:
        data, result = entry.data, members(entry.data.get("result"))
        text = content_text(result.get("content"))
        self.answers[_candidate(data)] = self.last_answer = text
        usage = members(data.get("usage"))
        number = str(_candidate(data) or "")
        parts = [
            " ".join(("response", *filter(None, [number]), "of", _word(data, "model") or "?")),
            _word(result, "stopReason"),
            tokens_words(usage.get("input_tokens"), usage.get("output_tokens")),
            _price(data),
            "stopped by hand: partial" if data.get("stopped") is True else "",
        ]
        return Step(entry.at, " · ".join(part for part in parts if part), text, problem=_word(data, "error"))

    def _changed(self, entry: Entry) -> Step:
        text = content_text(members(entry.data.get("result")).get("content"))
        self.last_answer = text
        candidate = _candidate(entry.data)
        if candidate is None:
            return Step(entry.at, "answered by hand", text)
        return Step(entry.at, f"response {candidate} changed by hand", text, self.answers.get(candidate, ""))

    def _delivered(self, entry: Entry) -> Step:
        text = content_text(members(entry.data.get("result")).get("content"))
        if entry.kind is Kind.ANSWERED:
            return Step(entry.at, "answered", text, problem=CUT_SHORT)
        if earlier := _word(entry.data, "earlier"):
            return Step(entry.at, f"delivered, an earlier answer: {earlier}", text)
        if text == self.last_answer:
            return Step(entry.at, "delivered, exactly so")
        return Step(entry.at, "delivered", text)


def _place(data: Json) -> str:
    """Return which model, and where."""
    return " at ".join(part for part in (_word(members(data), "model"), _word(members(data), "host")) if part)


def _attempt(data: Mapping[str, Any]) -> str:
    attempt = data.get("attempt")
    return f", attempt {attempt}" if isinstance(attempt, int) and attempt > 1 else ""


def _price(data: Mapping[str, Any]) -> str:
    """Return what a response cost; nothing where the price was unknown, or is not a number."""
    try:
        amount = Decimal(_word(data, "cost"))
    except InvalidOperation:
        return ""
    return dollars(amount) if amount.is_finite() else ""


def _turned_away(data: Mapping[str, Any]) -> str:
    """Return that nobody saw it, and how many others the row stands for."""
    count = data.get("count")
    others = count - 1 if isinstance(count, int) else 0
    words = "refused on arrival, so nobody saw it"
    return f"{words}; so were {others:,} others within the second, which have no row of their own" if others else words


def _returned(entry: Entry) -> Iterator[Step]:
    words = "the tool says that it failed" if entry.data.get("is_error") is True else "the tool returned"
    yield Step(entry.at, words, content_text(entry.data.get("result")))


def _judged(entry: Entry) -> Iterator[Step]:
    """Yield what a rule decided; that a person is asked goes without saying."""
    if rule := _word(entry.data, "rule"):
        yield Step(entry.at, f"{_word(entry.data, 'verdict')} by rule: {rule}")


def _word(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _candidate(data: Mapping[str, Any]) -> int | None:
    value = data.get("candidate")
    return value if isinstance(value, int) else None


def _reason(entry: Entry) -> str:
    return _word(entry.data, "reason")


def _count(tokens: Json) -> str:
    return f"{tokens:,}" if isinstance(tokens, int) else "?"


VERBS = {
    ("roots", "accept"): "shared",
    ("roots", "decline"): "refused",
    ("roots", "cancel"): "refused",
    ("malformed request", "decline"): "rejected",
    ("malformed request", "cancel"): "refused as invalid",
    ("tool call", "accept"): "approved: the tool is called",
    ("tool call", "answer"): "not called: this is what the agent got",
    ("tool call", "decline"): "refused: the agent goes on without it",
    ("tool call", "cancel"): "refused, and the agent was stopped",
    ("", "accept"): "accepted",
    ("", "decline"): "declined",
    ("", "cancel"): "cancelled: dismissed without a yes or a no",
}


def is_inquiry(data: Mapping[str, Any]) -> bool:
    """Whether what was received is an elicitation or a request for roots; a sampling request has no `kind`."""
    return isinstance(data.get("kind"), str)


def asked_words(data: Mapping[str, Any]) -> str:
    """Return what an inquiry asked, as a text."""
    params = members(data.get("params"))
    others = {key: value for key, value in params.items() if key not in ("message", "url", "mode")}
    parts = [_text(params.get("message")), _text(params.get("url")), pretty_json(others) if others else ""]
    return "\n\n".join(part for part in parts if part) or str(data.get("kind", ""))


def answer_heading(kind: str, data: Mapping[str, Any]) -> str:
    """Return how an inquiry was answered, in a word or two."""
    action = _text(data.get("action"))
    return VERBS.get(
        (kind if kind in ("roots", "tool call", "malformed request") else "", action), action or "answered"
    )


def answer_words(data: Mapping[str, Any]) -> str:
    """Return what was given, as a text; empty where nothing was."""
    result = members(data.get("result"))
    if isinstance(roots := result.get("roots"), list):
        return "\n".join(_text(members(root).get("uri")) for root in roots)
    content: Json = result.get("content")
    return pretty_json(content) if content else _text(result.get("text"))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
