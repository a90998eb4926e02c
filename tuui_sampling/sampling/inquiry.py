"""
What a person is asked besides a model's words: an elicitation (a form, or a web page to visit), the roots, whether an
agent may call a tool, and how to refuse a request that breaks the specification.

https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation and …/client/roots. Like a sampling request,
each waits for a human, who may accept it with an answer, decline it, or dismiss it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .item import Item
from .phase import Gate, Phase
from .request import Json, JsonObject


@dataclass(frozen=True)
class FormElicitation:
    """
    The server asks for values.

    Attributes:
        schema: `requestedSchema`: an object of primitive members, in a restricted JSON Schema.
        extra: Members of the parameters that are none of the above.
    """

    message: str
    schema: JsonObject
    extra: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class UrlElicitation:
    """
    The server asks the person to visit a page. Nothing here ever opens it by itself.

    Attributes:
        elicitation_id: Names it in `notifications/elicitation/complete`.
        in_error: It came in the error that answered a call of ours (-32042): no reply goes to the server, and the call
            has to be made again after the visit.
    """

    message: str
    url: str
    elicitation_id: str | None = None
    extra: JsonObject = field(default_factory=dict)
    in_error: bool = False


@dataclass(frozen=True)
class Root:
    """A folder or file that a server may work on, as a `file://` URI."""

    uri: str
    name: str | None = None


@dataclass(frozen=True)
class RootsRequest:
    """
    The server asks which folders it may work on.

    Attributes:
        configured: What the configuration gives it; the person may share less.
    """

    configured: tuple[Root, ...]


@dataclass(frozen=True)
class ToolCall:
    """
    An agent that answers a review wants to call a tool of a configured server.

    Attributes:
        arguments: As its model wrote them.
        schema: The tool's `inputSchema`, as its server listed it.
        description: What its server says of the tool.
        annotations: The tool's hints, as its server claims them.
        review: The id of the review that the agent answers.
        step: 1 for the first answer of its model.
        agent: The name of the agent in the configuration.
        asker: The server whose request it answers.
        said: What its model has said with it. Foreign text.
    """

    server: str
    tool: str
    arguments: JsonObject
    review: int
    step: int
    max_steps: int
    schema: JsonObject = field(default_factory=dict)
    description: str = ""
    annotations: JsonObject = field(default_factory=dict)
    agent: str = ""
    asker: str = ""
    said: str = ""

    @property
    def message(self) -> str:
        """Who wants what, in words."""
        who = " ".join(filter(None, ("The agent", self.agent)))
        whose = f" of {self.asker}" if self.asker else ""
        step = f"Step {self.step} of at most {self.max_steps}." if self.step else "Its model was not asked yet."
        return f"{who}, which answers #{self.review}{whose}, wants this call. {step}"

    @property
    def is_read_only(self) -> bool:
        """Whether its server claims that it changes nothing."""
        return self.annotations.get("readOnlyHint") is True


@dataclass(frozen=True)
class Malformed:
    """
    A request that breaks the specification, and was let in to be looked at: it can be refused, and nothing else.

    Attributes:
        params: Its parameters, whatever they are.
        place: Where it breaks the specification, such as ``messages[2].content``.
        problem: What is wrong there, without the value.
        message: The same in words, with the value.
    """

    method: str
    params: Json
    place: str
    problem: str
    message: str


Asked = FormElicitation | UrlElicitation | RootsRequest | ToolCall | Malformed

Action = Literal["accept", "decline", "cancel", "answer"]


@dataclass(frozen=True)
class Reply:
    """
    What the person answered.

    Attributes:
        action: `decline` says no, `cancel` says nothing; for roots both become an error. Of an agent's tool call:
            `decline` lets it go on without, `cancel` stops the agent, `answer` takes the tool's place. Of a malformed
            request: `decline` says that the person has rejected it, `cancel` that it is invalid.
        content: The values of a form, or the arguments of a call; None for a page and for anything but `accept`.
        text: Why a call was refused, which the agent reads; or what stands in the place of its result.
        roots: What is shared, when roots were asked for.
    """

    action: Action
    content: JsonObject | None = None
    roots: tuple[Root, ...] = ()
    text: str = ""


NO_OBJECT = "The arguments are not a JSON object."
"""What an agent gets whose model wrote no arguments: nobody is asked about such a call."""


@dataclass(frozen=True)
class Called:
    """
    What an agent gets of a call.

    Attributes:
        content: The blocks of the tool's result, or of what stands in its place.
        stopped: The person has stopped the agent instead.
    """

    content: tuple[JsonObject, ...] = ()
    is_error: bool = False
    structured_content: object = None
    stopped: bool = False

    @classmethod
    def of(cls, text: str, *, is_error: bool = False) -> "Called":
        """Return words of ours, or of the person's, in the place of a result."""
        return cls(({"type": "text", "text": text},), is_error)

    @property
    def text(self) -> str:
        """The texts of the result, each on a line of its own."""
        return "\n".join(str(block.get("text", "")) for block in self.content if block.get("type") == "text")

    @property
    def marked_text(self) -> str:
        """The texts of the result, marked where it is an error, for what has no other mark of that."""
        return f"ERROR: {self.text}" if self.is_error else self.text


@dataclass(frozen=True)
class InquiryOutcome:
    """
    How an inquiry ended.

    Attributes:
        phase: DELIVERED when it was answered (also with a no), else WITHDRAWN or FAILED.
        reply: What was answered.
        reason: Why there was no answer.
    """

    phase: Phase
    reply: Reply | None = None
    reason: str = ""


@dataclass(kw_only=True)
class Inquiry(Item):
    """
    One elicitation or roots request that waits for a human. Only the desk changes it; everyone else reads.

    Attributes:
        completed: The server said that what was to be done on the page is done; this may come after the answer.
    """

    asked: Asked
    answer: InquiryOutcome | None = None
    completed: bool = False

    @property
    def gate(self) -> Gate | None:
        """The gate that waits for a decision; None after the end."""
        return Gate.REQUEST if self.phase is Phase.REQUEST else None

    @property
    def kind(self) -> str:
        """What it is, in words."""
        match self.asked:
            case FormElicitation():
                return "form"
            case UrlElicitation():
                return "page to visit"
            case RootsRequest():
                return "roots"
            case ToolCall():
                return "tool call"
            case Malformed():
                return "malformed request"


def kind_of_message(method: str, params: Json) -> str | None:
    """Return the `Inquiry.kind` of a message that nobody has read yet; None for what is not an inquiry."""
    if method == "roots/list":
        return "roots"
    if method != "elicitation/create":
        return None
    return "page to visit" if isinstance(params, Mapping) and params.get("mode") == "url" else "form"


def answered(asked: Asked, reply: Reply) -> str:
    """Return how an inquiry was answered, in the words of the record."""
    if isinstance(asked, RootsRequest):
        return "shared" if reply.action == "accept" else "refused"
    if isinstance(asked, ToolCall) and reply.action in ("accept", "answer"):
        return "called" if reply.action == "accept" else "replaced"
    if isinstance(asked, Malformed):
        return "rejected" if reply.action == "decline" else "refused"
    return {"accept": "accepted", "decline": "declined", "cancel": "cancelled"}[reply.action]


def is_edited(asked: Asked, reply: Reply) -> bool:
    """Whether an answer gives something else than was proposed: other values than the defaults, or not all folders."""
    if reply.action != "accept":
        return False
    match asked:
        case FormElicitation():
            members = asked.schema.get("properties", {}).items()
            proposed = {name: one["default"] for name, one in members if isinstance(one, Mapping) and "default" in one}
            # A box that nobody has ticked says no, whether or not that was proposed.
            given = {
                name: value for name, value in (reply.content or {}).items() if name in proposed or value is not False
            }
            return given != proposed
        case RootsRequest():
            return reply.roots != asked.configured
        case ToolCall():
            return reply.content != asked.arguments
        case UrlElicitation() | Malformed():
            return False


def asked_json(asked: Asked) -> dict[str, Json]:
    """Return what was asked as the specification's parameters."""
    match asked:
        case FormElicitation():
            value: dict[str, Json] = {"message": asked.message, "requestedSchema": asked.schema}
            return value | dict(asked.extra)
        case UrlElicitation():
            value = {"mode": "url", "message": asked.message, "url": asked.url}
            if asked.elicitation_id is not None:
                value["elicitationId"] = asked.elicitation_id
            return value | dict(asked.extra)
        case RootsRequest():
            return {}
        case ToolCall():
            return {
                "name": asked.tool,
                "arguments": asked.arguments,
                "review": asked.review,
                "step": asked.step,
                "maxSteps": asked.max_steps,
            }
        case Malformed():
            return {"message": asked.message, "method": asked.method, "params": asked.params}


def reply_json(asked: Asked, reply: Reply) -> dict[str, Json]:
    """Return an answer as the specification's result."""
    if isinstance(asked, RootsRequest):
        return {"roots": [{"uri": root.uri} | ({"name": root.name} if root.name else {}) for root in reply.roots]}
    result: dict[str, Json] = {"action": reply.action}
    if reply.content is not None:
        result["content"] = reply.content
    if reply.text:
        result["text"] = reply.text
    return result
