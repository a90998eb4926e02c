"""
What a human may decide: one closed union.

At the first gate (the request) the answers are `Approve`, `Answer` and `Reject`. At the second gate (the response)
`Answer` returns a response to the server, `Approve` asks a model again, `Reopen` goes back to the request, and
`Reject` rejects. `Stop` ends a response that is still being written; what has arrived stays as a candidate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .inquiry import Reply
from .request import SamplingRequest
from .response import Response


@dataclass(frozen=True)
class Approve:
    """
    Send this request to this model.

    Attributes:
        model: The configured name of the model (a key of `[models]`).
        digest: `outbound_digest()` of what was on the screen; the desk computes it again before it sends.
        others: More models that are sent the same request at once; the digest covers them, too.
        attached: Where what the person has added to the request is from, in words; for the record.
        redacted: Placeholder → what the person has replaced by it; never written or sent.
        also: The ids of identical requests that wait: they get the response, too, where a rule returns it.
    """

    request: SamplingRequest
    model: str
    digest: str
    others: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    redacted: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    also: tuple[int, ...] = field(default=(), compare=False)

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is sent the request."""
        return (self.model, *self.others)


@dataclass(frozen=True)
class Answer:
    """
    Return this response to the server.

    Attributes:
        candidate: The number of the candidate that it came from, or None when a human wrote it from nothing.
        also: The ids of identical requests that wait, which get the same response.
        put_back: The placeholders in it whose values are put back when it is returned; None for those of personal data
            that the server itself has written.
    """

    response: Response
    candidate: int | None = None
    also: tuple[int, ...] = ()
    put_back: frozenset[str] | None = None


@dataclass(frozen=True)
class Reject:
    """
    Refuse. The server gets -1 "User rejected sampling request".

    Attributes:
        reason: For the history only; never sent.
    """

    reason: str = ""


@dataclass(frozen=True)
class Reopen:
    """Go back from the response to the request; candidates are kept."""


@dataclass(frozen=True)
class Stop:
    """
    Stop what is being written; what has arrived stays as a partial candidate.

    Attributes:
        candidate: The number of the only candidate to stop; None stops all that are being written.
    """

    candidate: int | None = None


@dataclass(frozen=True)
class SendAgain:
    """Send a response again that the server has not taken."""


@dataclass(frozen=True)
class Settle:
    """Answer an inquiry (an elicitation, or a request for roots)."""

    reply: Reply


Decision = Approve | Answer | Reject | Reopen | Stop | SendAgain | Settle
