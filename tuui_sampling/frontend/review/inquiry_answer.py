"""What a person's answer to an inquiry is now, and what giving it would do. Pure values, no widget."""

import hashlib
import json
from dataclasses import dataclass

from ...sampling.decision import Settle
from ...sampling.inquiry import (
    Action,
    FormElicitation,
    Inquiry,
    InquiryOutcome,
    Malformed,
    Reply,
    RootsRequest,
    ToolCall,
    UrlElicitation,
    answered,
    reply_json,
)
from ...sampling.phase import Gate, Phase
from ...sampling.request import Json, JsonObject
from ...sampling.visible import visible
from ...sampling.wire_errors import INVALID_PARAMS, ROOTS_REJECTED, USER_REJECTED
from ..presentation.format import counted, pretty_json, reindented
from .proposal import Proposal


@dataclass(frozen=True)
class Unready:
    """There is no answer yet; `problem` says what is missing, in words that may be foreign."""

    problem: str


def inquiry_proposal(inquiry: Inquiry, answer: Reply | Unready, *, in_view: bool) -> Proposal:
    """
    Return what approving would do.

    Args:
        in_view: The question is what is on the screen, not the messages.
    """
    if inquiry.gate is None:
        return Proposal(None, None, obstacle="This question has ended.")
    if not in_view:
        return Proposal(Gate.REQUEST, None, obstacle="Look at the question first.", way="show-request")
    if isinstance(answer, Unready):
        return Proposal(Gate.REQUEST, None, obstacle=visible(answer.problem, multiline=False, limit=300))
    return Proposal(Gate.REQUEST, Settle(answer), _effect(inquiry, answer), digest=_digest(inquiry, answer))


def negative(inquiry: Inquiry, action: Action, reason: str = "") -> Settle:
    """Return the decision that says no (`decline`) or nothing (`cancel`); only an agent is told a reason."""
    return Settle(Reply(action, text=reason if isinstance(inquiry.asked, ToolCall) else ""))


def _effect(inquiry: Inquiry, reply: Reply) -> str:
    match inquiry.asked:
        case FormElicitation():
            count = len(reply.content or {})
            sends = f"sends {count} value{'s'[: count != 1]} to the server" if count else "accepts, and sends no value"
            return "; ".join(filter(None, (sends, nested_remark(reply))))
        case UrlElicitation(in_error=True):
            return "agrees to the visit; the server is told nothing, so call the tool again after it"
        case UrlElicitation():
            return "tells the server that you agree to visit the page; opens nothing"
        case RootsRequest(configured):
            return f"shares {len(reply.roots)} of {counted(len(configured), 'root')} with the server"
        case ToolCall() as asked:
            if reply.action == "answer":
                return "calls nothing: the agent gets your text as the tool's result"
            edited = " with your arguments" if reply.content != asked.arguments else ""
            return f"calls {visible(asked.server, limit=60)} › {visible(asked.tool, limit=100)}{edited}"
        case Malformed():
            return ""


def _digest(inquiry: Inquiry, reply: Reply) -> str:
    result = json.dumps(reply_json(inquiry.asked, reply), sort_keys=True, default=dict)
    return hashlib.sha256(result.encode("utf-8", "surrogatepass")).hexdigest()


# --- the messages ---


def raw_text(inquiry: Inquiry, answer: Reply | Unready) -> str:
    """Return what the server sent, and what it gets or would get, as the messages that they are."""
    if isinstance(inquiry.asked, ToolCall):
        return f"The call that the agent wants:\n{reindented(inquiry.origin.raw)}"
    parts = ["What the server sent, as it came:", reindented(inquiry.origin.raw)]
    outcome = inquiry.answer
    reply = outcome.reply if outcome is not None else answer
    if isinstance(reply, Reply):
        parts += ["", "What it gets:" if outcome else "What it would get:", _sent(inquiry, reply)]
    elif isinstance(reply, Unready):
        parts += ["", f"What it would get can't be said yet: {reply.problem}"]
    return "\n".join(parts)


def _sent(inquiry: Inquiry, reply: Reply) -> str:
    """Return an answer as the server gets it."""
    origin = inquiry.origin
    if isinstance(inquiry.asked, UrlElicitation) and inquiry.asked.in_error:
        return "Nothing: it has answered the call already, with this as its error."
    if isinstance(inquiry.asked, RootsRequest) and reply.action != "accept":
        error: Json = ROOTS_REJECTED._asdict()
        return "Nothing." if origin.modern else pretty_json({"jsonrpc": "2.0", "id": origin.request_id, "error": error})
    if isinstance(inquiry.asked, Malformed) and (origin.modern or inquiry.asked.method != "elicitation/create"):
        number = USER_REJECTED.code if reply.action == "decline" else INVALID_PARAMS
        return "Nothing." if origin.modern else f"An error: {number}."
    result = reply_json(inquiry.asked, reply)
    if origin.modern:
        return f"With the call, when it is made again:\n{pretty_json({'inputResponses': {origin.request_id: result}})}"
    return pretty_json({"jsonrpc": "2.0", "id": origin.request_id, "result": result})


# --- how far it is ---


def state_word(inquiry: Inquiry) -> str:
    """Return how far an inquiry is, in a word or two."""
    outcome = inquiry.answer
    if outcome is None or outcome.reply is None:
        return inquiry.kind if inquiry.phase.is_open else str(inquiry.phase)
    if inquiry.phase is Phase.UNDELIVERED:
        return f"{answered(inquiry.asked, outcome.reply)}, undelivered"
    if isinstance(inquiry.asked, ToolCall) and said_no(inquiry):
        return "refused" if outcome.reply.action == "decline" else "agent stopped"
    return answered(inquiry.asked, outcome.reply)


def said_no(inquiry: Inquiry) -> bool:
    """Whether it was answered, but not with a yes."""
    reply = inquiry.answer.reply if inquiry.answer is not None else None
    return reply is not None and reply.action not in ("accept", "answer")


def how_it_ended(inquiry: Inquiry) -> str:
    """Return what the server has now, or why it has nothing."""
    outcome = inquiry.answer or InquiryOutcome(inquiry.phase)
    asked = inquiry.asked
    if outcome.phase is not Phase.DELIVERED or outcome.reply is None:
        return outcome.reason
    if isinstance(asked, ToolCall):
        return {"accept": "the agent has its result", "answer": "the agent has your text"}.get(
            outcome.reply.action, "it was not called"
        )
    if isinstance(asked, Malformed):
        return f"{asked.message}; nothing of it went to a model"
    if isinstance(asked, RootsRequest):
        shared = len(outcome.reply.roots)
        return (
            f"the server knows {shared} of {counted(len(asked.configured), 'root')}"
            if not said_no(inquiry)
            else "the server knows none"
        )
    done = "; the server says that it is done" if inquiry.completed else ""
    if isinstance(asked, UrlElicitation) and asked.in_error:
        return f"{'call the tool again after the visit' if not said_no(inquiry) else 'the call has failed'}{done}"
    return f"the server has “{outcome.reply.action}”{done}"


def checked_content(asked: FormElicitation, content: JsonObject) -> Reply | Unready:
    """
    Return the answer that carries a form's values, if they are what this elicitation may be answered with.

    https://modelcontextprotocol.io/specification/2025-11-25/schema#elicitresult: texts, numbers, yes or no, lists of
    texts; nothing nested, unless the server has asked for it all the same.
    """
    properties = asked.schema.get("properties", {})
    for name in _nested(content):
        if name not in properties:
            return Unready(f"{name}: a text, a number, yes or no, or a list of texts")
    return Reply("accept", content)


def nested_remark(reply: Reply) -> str:
    """Return which values of an answer are not flat, as those of the specification are; empty when all are."""
    names = [visible(name, multiline=False, limit=60) for name in _nested(reply.content or {})]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    verb = "is" if len(names) == 1 else "are"
    return f"{', '.join(names[:3])}{more} {verb} nested, which only this server's form asks for" if names else ""


def _nested(content: JsonObject) -> list[str]:
    """Return the names of values that the specification does not have in an answer."""

    def is_flat(value: Json) -> bool:
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return value is None or texts or isinstance(value, str | int | float | bool)

    return [name for name, value in content.items() if not is_flat(value)]
