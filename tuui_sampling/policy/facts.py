"""Gathers what rules are held against: a request or an inquiry at one stage. What costs something is computed once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from ..sampling.origin import Origin
from ..sampling.request import SamplingRequest
from ..sampling.response import Response
from .fields import Field, request_texts, response_texts
from .finding import Finding
from .risk import Risk, Standing, risk_of
from .search.readings import READ_AS, without_disguise
from .survey import Destination, around_request, in_request, in_response


@dataclass
class Facts:
    """
    What is to be judged.

    Attributes:
        kind: "sampling", "elicitation", "roots" or "tool_call".
        stage: "request" or "response".
        model: The configured name of the model that is proposed, or was asked; None where there is none.
        now: Local time, with its zone.
        standing: What became of this server's requests before.
        request: As it would be sent; None of an inquiry.
        response: As it would be returned; None before there is one.
        more: What is found in an inquiry.
        texts: Those of an inquiry.
        destination: Returns where it goes; called once, where a rule asks.
        others: The names of all configured servers.
        replaced: The kinds of what was replaced by placeholders before this was judged.
        is_read_only: Of an agent's tool call: its server claims that it changes nothing.
        latest: The latest time that is known to have been; `now`, where that is left out.
    """

    kind: str
    stage: str
    origin: Origin
    model: str | None
    now: datetime
    standing: Standing = field(default_factory=Standing)
    request: SamplingRequest | None = None
    response: Response | None = None
    more: tuple[Finding, ...] = ()
    texts: tuple[str, ...] = ()
    destination: Callable[[], Destination] = Destination
    others: tuple[str, ...] = ()
    is_read_only: bool = False
    replaced: frozenset[str] = frozenset()
    latest: datetime | None = None

    @cached_property
    def where(self) -> Destination:
        """Where it goes."""
        return self.destination()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        found = [*self.more]
        if self.request is not None:
            found += in_request(self.request)
            found += around_request(self.origin, self.where, self.others)
        if self.response is not None:
            found += in_response(self.response, self._response_texts)
        return tuple(found)

    @cached_property
    def _response_texts(self) -> list[tuple[Field, str]]:
        return response_texts(self.response) if self.response is not None else []

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of what was found."""
        return frozenset([finding.kind.value for finding in self.findings])

    @cached_property
    def size(self) -> int:
        """Bytes of all texts, as UTF-8; of the response at its stage."""
        return len(self.text.encode("utf-8", "surrogatepass"))

    @cached_property
    def text(self) -> str:
        """All texts, one below the other."""
        if self.stage == "response" and self.response is not None:
            return "\n".join([text for _, text in self._response_texts])
        return "\n".join([text for _, text in request_texts(self.request)] if self.request is not None else self.texts)

    @cached_property
    def folded(self) -> str:
        """The same without case, as patterns are held against it."""
        return self.text.casefold()

    @cached_property
    def disguised(self) -> tuple[str, ...]:
        """
        The same as `READ_AS` reads it, where that is something else.

        Patterns of what is denied or asked about are held against these, too.
        """
        text = without_disguise(self.text)
        found = tuple(dict.fromkeys([read(text) for read in READ_AS]))  # one, where it has no such letter as ß
        return found if any([one != self.folded for one in found]) else ()

    @cached_property
    def max_tokens(self) -> int:
        """How many tokens may be generated."""
        return self.request.max_tokens if self.request is not None else 0

    @cached_property
    def worst(self) -> Decimal | None:
        """US dollars at the worst; None when that is unknown."""
        if self.request is None:
            return Decimal()
        return self.where.estimate.worst if self.where.estimate is not None else None

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """The guards that ask, unless a rule lifts them by name."""
        named = ("hidden", "secret", "tools", "media", "unsolicited", "unencrypted")
        found = [name for name in named if name in self.kinds] if self.kinds else []
        if self.request is not None and self.worst is None:
            found.append("unknown cost")
        if self.standing.is_new and self.kind != "tool_call":  # a server need not ask to have tools
            found.append("first request")
        return tuple(found)

    @cached_property
    def risk(self) -> Risk:
        """How risky it is to let it pass."""
        return risk_of(self.findings, self.max_tokens, self.worst, self.standing)
