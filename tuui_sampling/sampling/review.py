"""One request's life: where it came from, how far it has come, its candidates, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .errors import ModelError, ModelErrorKind
from .item import Item
from .origin import Loop, OfCall
from .phase import Gate, Phase
from .request import JsonObject, SamplingRequest
from .response import Response, Usage, total_usage
from .wire_errors import WireError


@dataclass(frozen=True)
class Ranked:
    """
    One configured model as a candidate for a request.

    Attributes:
        model: The configured name, a key of `[models]`.
        reasons: What speaks for its place or against it, in words, the weightiest first.
        excluded: It can't answer this request (a capability is missing), or may not (this server's allow-list).
        forbidden: The person's own configuration does not allow it for this server.
    """

    model: str
    reasons: tuple[str, ...] = ()
    excluded: bool = False
    forbidden: bool = False


@dataclass(frozen=True)
class Selection:
    """
    The model that is proposed for a request.

    Attributes:
        model: The configured name, a key of `[models]`.
        reason: Why, in words, such as ``hint "claude"``.
        ranking: Every configured model, the best first; the excluded ones last.
    """

    model: str
    reason: str
    ranking: tuple[Ranked, ...] = ()


@dataclass(frozen=True)
class Retry:
    """
    A call that failed and is made again by itself.

    Attributes:
        attempt: The number of the attempt that it waits for; 2 for the first retry.
        reason: Why the one before failed, in words.
        at: `time.monotonic()` of the next attempt.
    """

    attempt: int
    reason: str
    at: float


@dataclass
class PartialToolUse:
    """A tool use while it is being written."""

    name: str = ""
    arguments: list[str] = field(default_factory=list)


CALLING = "calling"
CALLED = "called"
FAILED_CALL = "it failed"
NOT_CALLED = "not called: the agent was ended"
CUT_SHORT = "the agent was ended while it ran: it may be done all the same"
LOST = "called, without a result: it may be done all the same"
"""Verdicts of an agent's step that more than one place has to know; all others are words for the person alone."""


@dataclass
class AgentStep:
    """
    One step of an agent: what its model said, or a call of a tool.

    Attributes:
        text: The words of its model; of a call the tool's result, or what stands in its place.
        server: Of the tool; empty where it is the model.
        arguments: As they were sent; None before that was decided.
        verdict: What became of a call, in words; empty while it waits.
    """

    text: str = ""
    server: str = ""
    tool: str = ""
    arguments: JsonObject | None = None
    verdict: str = ""


@dataclass
class Candidate:
    """
    One response to a review, being written or complete.

    Attributes:
        number: 1 for the first; stays the same when others follow.
        model: The configured name of the model that was asked.
        request: What was sent.
        text: What has arrived so far.
        started: `time.monotonic()` at the call.
        elapsed: Seconds from the call to the end, once it has ended.
        response: The whole response, once it is complete (or partial, see `error`).
        error: Why there is no whole response. With `text`, the response is partial and is marked so.
        stopped: The person stopped it.
        tool_uses: What has arrived so far of tool uses, by their place in the response.
        retries: The failures before this attempt; the last one may still wait.
        cost: US dollars for `usage`; None while there is none, or when the price is unknown.
        steps: What an agent has done so far; empty of any other model.
        left_running: The code of an agent that was ended has not come to its end.
        earlier: Says where it comes from, when it is an answer of the record to the same request.
    """

    number: int
    model: str
    request: SamplingRequest
    started: float
    parts: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    usage: Usage | None = None
    elapsed: float | None = None
    response: Response | None = None
    error: ModelError | None = None
    stopped: bool = False
    tool_uses: dict[int, PartialToolUse] = field(default_factory=dict)
    retries: list[Retry] = field(default_factory=list)
    cost: Decimal | None = None
    steps: list[AgentStep] = field(default_factory=list)
    left_running: bool = False
    earlier: str = ""

    @property
    def text(self) -> str:
        """What has arrived so far."""
        return "".join(self.parts)

    @property
    def has_arrived(self) -> bool:
        """Whether anything of an answer has come: text, reasoning or tool uses."""
        return bool(self.parts or self.thinking or self.tool_uses)

    @property
    def is_streaming(self) -> bool:
        """Whether more may come."""
        return self.elapsed is None

    @property
    def is_whole(self) -> bool:
        """Whether the model ended it by itself, and all of it was understood."""
        return self.response is not None and self.error is None and not self.stopped and not self.response.is_partial


@dataclass(frozen=True)
class Outcome:
    """
    How a review ended.

    Attributes:
        phase: One of the final phases.
        gate: Where it was rejected, else None.
        response: What was returned, when it was delivered.
        reason: The person's words, or ours.
        edited: Whether the request or the response differs from what was asked or answered.
        usage: Tokens of all its candidates together, None when none were counted.
        model: The model that answered, by the name the response carries.
        cost: US dollars for all its candidates together; None when no price of them is known.
        failure: What kind of failure it failed with; None where it did not fail, or not with a model.
        error: What the server gets instead of the constant of its phase: a limit, and when to try again.
    """

    phase: Phase
    gate: Gate | None = None
    response: Response | None = None
    reason: str = ""
    edited: bool = False
    usage: Usage | None = None
    model: str | None = None
    cost: Decimal | None = None
    failure: ModelErrorKind | None = None
    error: WireError | None = None


@dataclass(kw_only=True)
class Review(Item):
    """
    One sampling request under review.

    Attributes:
        asked: The request as the server sent it.
        outbound: The request as it was last approved; `asked` before that.
        selection: The proposed model and why; None when no model is configured.
        loop: The tool loop that it is a turn of; None when it names no tools.
        of_call: Its place among the requests of the call of ours that caused it; None where that call is not known.
        cause: The review whose agent called the tool that caused it; None where no agent did.
        redacted: Placeholder → what was replaced by it, before anybody saw the request or by the person; never written.
        redacts: The kinds of what is replaced in all that the person adds, as in what was asked.
        digest: `asked_digest()` of `asked`, computed once: a request may be large.
    """

    asked: SamplingRequest
    outbound: SamplingRequest
    selection: Selection | None = None
    candidates: list[Candidate] = field(default_factory=list)
    outcome: Outcome | None = None
    loop: Loop | None = None
    of_call: OfCall | None = None
    digest: str = ""
    cause: "Review | None" = field(default=None, repr=False)
    redacted: Mapping[str, str] = field(default_factory=dict, repr=False)
    redacts: frozenset[str] = frozenset()

    @property
    def depth(self) -> int:
        """How many agents are above it."""
        return self.cause.depth + 1 if self.cause is not None else 0

    @property
    def gate(self) -> Gate | None:
        """The gate that waits for a decision; None while a model writes and after the end."""
        return {Phase.REQUEST: Gate.REQUEST, Phase.RESPONSE: Gate.RESPONSE}.get(self.phase)

    @property
    def candidate(self) -> Candidate | None:
        """The newest candidate."""
        return self.candidates[-1] if self.candidates else None

    @property
    def usage(self) -> Usage | None:
        """Tokens of all candidates together; None when no provider counted any."""
        return total_usage(candidate.usage for candidate in self.candidates)

    @property
    def cost(self) -> Decimal | None:
        """US dollars for all candidates together, as far as their prices are known; None when none is."""
        known = [candidate.cost for candidate in self.candidates if candidate.cost is not None]
        return sum(known, Decimal()) if known else None


def unread_of(response: Response | None, error: ModelError | None) -> tuple[str, ...]:
    """Return what a provider sent and could not, or not wholly, be read: of a response, else of why there is none."""
    if response is not None:
        return response.unread
    return error.unread if error is not None else ()
