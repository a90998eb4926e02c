"""What the ledger holds: entries (what happened, one by one) and summaries (what became of a review)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

SpentBy = Literal["server", "model", "day"]
"""What costs are summed up by."""

Mask = Callable[[Any], Any]
"""Returns a JSON value without what must not be kept; the same object where nothing of that is in it."""


Late = Callable[[], Mapping[str, Any]]
"""Returns what of an entry's data takes a while to work out."""


def unmasked(value: Any) -> Any:
    """Keep everything."""
    return value


JUDGED = "judged"
"""The member of an entry's data for what was judged just before; such an entry is read as two."""


DIGEST = "digest"
"""
The member of an entry's data for a digest of ours. It is not masked: nothing foreign stands there, each is new, and
searching it takes longer than searching a short request.
"""

BROKEN_OFF = "broken off"
"""Stands for the model where costs are summed up by model, and no answer came to name it."""


class Kind(StrEnum):
    """
    What happened to a review, and what the `data` of such an entry holds.

    =================  ============================================================================================
    kind               data
    =================  ============================================================================================
    received           `tool` (name or null), `protocol_version`, `unsolicited`, `params` (as the specification's JSON);
                       of a sampling request `digest` (see `asked_digest`) and, within a tool loop, `loop` (`first`:
                       the number of its first review, `turn`, `most`) and, where its call is known, `of_call`
                       (`number`, `most`, and `calls` where one of several has caused it); of a question `kind`
                       ("form", "page to visit", "roots", "tool call", "malformed request"); of a message that was
                       refused unread and is too long to keep, `raw` (its beginning) instead of `params`; of what a rule
                       treats otherwise `treated` (`rules`, `priority`, `redact`, `record`)
    held back          nothing: its server is paused
    let in             nothing: its server is paused no more
    judged             `gate`, `verdict` ("ask", "pass", "reject"), `rule` (its name, or null), `reason`, `guards`,
                       `tried` (the rules on trial that would have matched), `facts` (what the rules were held against).
                       What passes or is rejected is written as the member `judged` of what follows at once
    approved           `model` (its configured name), `host` (and the route to it, where that is not direct), `others`
                       (more models that are asked at once, each with its `model` and `host`; only when there are any),
                       `digest` (see `outbound_digest`), `changed`, `params` (the request as approved; only when
                       `changed`), `attached` (where what the person has added is from; only when there is any),
                       `redacted` (the placeholders in it, each with the HMAC-SHA-256 of its value under the review's
                       key; only when there are any)
    sent               `model` (its configured name), `candidate` (1 for the first), `attempt` (1 for the first);
                       of a retry `reason` (why the attempt before it failed)
    response           `candidate`, `model` (as the provider named it), `result` (the specification's JSON, also of
                       what arrived before an error; or null), `usage` (of this candidate, as `usage_json` writes it,
                       or null), `cost` (US dollars, a decimal number as a text; null when the price is unknown),
                       `error` (in words, or null), `stopped` (by hand), `remarks` (what is to be known about it;
                       only when there are any), `unread` (what of the provider's answer was not understood, as it
                       came; only when there is any), `steps` (what an agent did before: what its model said, and each
                       call with what became of it); where arguments of a tool use are not a JSON object, `broken_input`
                       (what was written instead, by the id of the tool use)
    response changed   `candidate` (null when a human wrote it from nothing), `result`
    answered           what `delivered` has. The program ended before it was known whether the server has taken it; the
                       next one has put this into the record
    delivered          `result` (exactly what was returned), `edited`, `model` (as the response names it), `usage`;
                       of an answer out of this record `earlier` (where it comes from, in words)
    undelivered        `reason` (why the server has not taken it), and of a response what `delivered` has; followed by
                       another `delivered` where it was sent again. What a question was answered with is in its row
                       before
    rejected           `gate` ("request" or "response"), `reason`
    accepted           an elicitation: `action` (as the specification has it), `result` (exactly what was returned),
                       `edited` (the values are others than the form began with)
    declined           an elicitation: `action`, `result`
    cancelled          an elicitation that was dismissed without a yes or a no: `action`, `result`
    called             an agent's tool call that was approved: `action`, `result` (its `content` are the arguments),
                       `edited` (they are others than the agent wrote)
    returned           what the call of a tool returned: `result` (as the specification has it), `is_error`
    replaced           an agent's tool call that was not made: `action`, `result` (its `text` is what the agent got)
    shared             roots: `action`, `result`, `edited` (not all that are configured)
    refused            roots: `action`, `result` (null); or anything that was not admitted, so that nobody
                       saw it: `reason`, `count` (1; more where a flood shares a row)
    withdrawn          `reason`
    failed             `reason`
    =================  ============================================================================================

    From `answered` on they end what they are about. `answered`, `delivered`, `undelivered`, `rejected`, `withdrawn` and
    `failed` of a sampling request hold `usage` and `cost`: those of all candidates together, which then replace the sum
    of what the responses counted. Where a rule has texts not kept (`record = "digests"`), `withheld` is true in every
    row, and sizes and digests stand in the place of texts. Members that the ledger does not know are kept as they are.
    Questions that were answered before there were words of their own for it are `delivered` or `rejected`, with their
    `action`.
    """

    RECEIVED = "received"
    HELD = "held back"
    LET_IN = "let in"
    JUDGED = "judged"
    APPROVED = "approved"
    SENT = "sent"
    RESPONSE = "response"
    RESPONSE_CHANGED = "response changed"
    ANSWERED = "answered"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CALLED = "called"
    RETURNED = "returned"
    REPLACED = "replaced"
    SHARED = "shared"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether it ends a review."""
        return self not in _ON_THE_WAY


_ON_THE_WAY = frozenset(
    (
        Kind.RECEIVED,
        Kind.HELD,
        Kind.LET_IN,
        Kind.JUDGED,
        Kind.APPROVED,
        Kind.SENT,
        Kind.RESPONSE,
        Kind.RESPONSE_CHANGED,
        Kind.CALLED,
    )
)


@dataclass(frozen=True)
class Entry:
    """
    One thing that happened to one review.

    Attributes:
        review: `Review.key`, unique in the record.
        server: The configured name of the server.
        at: When, with its zone; kept in UTC, to the microsecond.
        data: See `Kind`.
        number: `Review.id`, which counts from 1 in each session.
        late: Returns the rest of the data; called by `masked`, beside the event loop unless `size` is small.
        size: Characters of the message that it is about, as it came: how much work writing it may be.

    Raises:
        ValueError: `at` has no zone.
    """

    review: str
    kind: Kind
    server: str
    at: datetime
    data: Mapping[str, Any]
    number: int
    late: Late | None = field(default=None, repr=False, compare=False)
    size: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Refuse a time without its zone: it could not be compared with the others."""
        if self.at.utcoffset() is None:
            raise ValueError("the time of an entry needs its zone")

    def masked(self, mask: Mask) -> "Entry":
        """Return the whole entry without what must not be kept."""
        whole = self.data if self.late is None else {**self.data, **self.late()}
        data = _masked(whole, mask)
        if data is self.data:
            return self
        return Entry(self.review, self.kind, self.server, self.at, data, self.number, size=self.size)


def _masked(whole: Mapping[str, Any], mask: Mask) -> Mapping[str, Any]:
    """Return data without what must not be kept; the same object where nothing of that is in it."""
    if DIGEST not in whole:
        return mask(whole)  # type: ignore[no-any-return]
    texts = {key: value for key, value in whole.items() if key != DIGEST}
    masked = mask(texts)
    return whole if masked is texts else {**masked, DIGEST: whole[DIGEST]}


@dataclass(frozen=True)
class RuleUse:
    """
    How much a rule has been used.

    Attributes:
        count: How many requests it matched, at either gate or both.
        last: When it last did; None when it never did.
    """

    count: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Summary:
    """
    One review, as a list shows it.

    Attributes:
        row: Grows with each review of the record; pass the last one's as `before` to get the next page.
        review: `Review.key`; `Ledger.entries` tells its whole story.
        number: `Review.id` in the session that it belonged to.
        tool: The tool whose call caused it, if that is known.
        model: The configured name while it was under way; once it is delivered, the name in the response.
        outcome: How it ended; None when it never did (the program was killed) or has not yet.
        edited: A human changed the request or the response.
        prompt: The first words of the newest user message in one line, at most `PROMPT_LENGTH` characters. Foreign
            text.
        input_tokens: Of all candidates together; None when no provider counted any. Likewise `output_tokens`.
        cost: US dollars for all candidates together, once it has ended; before, of the newest. None when unknown.
    """

    row: int
    review: str
    number: int
    server: str
    tool: str | None
    model: str | None
    outcome: Kind | None
    arrived_at: datetime
    ended_at: datetime | None
    edited: bool
    prompt: str
    input_tokens: int | None
    output_tokens: int | None
    cost: Decimal | None = None
