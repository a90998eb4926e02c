"""Says where something that a server asked came from: the server, the call, its round, its tool loop."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """
    The round of a call (modern era) that a request belongs to: its siblings are answered together, or not at all.

    Attributes:
        call: Counts the calls of this program; names the group together with `round`.
        round: 1 for the first time that the call came back asking.
        size: How many requests the round has.
    """

    call: int
    round: int
    size: int


@dataclass(frozen=True)
class Deadline:
    """
    When a server will have given up.

    Attributes:
        at: `time.monotonic()`.
        presumed: Nobody said so: it is what such servers do.
        reason: Where the figure comes from, in words.
    """

    at: float
    presumed: bool
    reason: str


@dataclass(frozen=True)
class Origin:
    """
    Where a request came from.

    Attributes:
        server: The configured name of the server.
        protocol_version: The negotiated revision, such as "2025-11-25".
        modern: Whether it came inside an `input_required` result (2026-07-28 and later).
        request_id: The JSON-RPC id, as the server wrote it. Not unique: use `Review.id`.
        tool: The tool call that caused it; None when no call of ours was under way, or calls of several tools were.
        presumed: `tool` is an inference: only calls of that one were under way.
        unsolicited: It came while no call of ours was under way.
        raw: The message as it came over the wire, for the Raw tab.
        group: The round of a call that it came in (modern era).
        deadline: When the server will give up, as far as that was known or presumed on arrival.
        learned: Returns after how many seconds the server gives up requests like this one, as far as it was seen to do
            that, also since then; None for those to which this does not apply.
        call: Counts the calls of this program: the one that caused it, where `tool` is known.
        among: The calls of this program that were under way, where one of several has caused it.
        tools: What those have called, each once.
    """

    server: str
    protocol_version: str
    modern: bool = False
    request_id: str | int | None = None
    tool: str | None = None
    presumed: bool = False
    unsolicited: bool = False
    raw: str = ""
    group: Group | None = None
    deadline: Deadline | None = None
    call: int | None = None
    among: tuple[int, ...] = ()
    tools: tuple[str, ...] = ()
    learned: Callable[[], float | None] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class OfCall:
    """
    The place of a request among all that one call of ours has caused, over all of its tool loops.

    Attributes:
        number: 1 for the first.
        most: After so many the server is refused.
        calls: How many calls it is counted over: several where it is not known which of them has caused it.
    """

    number: int
    most: int
    calls: int = 1


@dataclass(frozen=True)
class Loop:
    """
    The tool loop that a request belongs to: its server runs the tools, and comes back with their results.

    Attributes:
        first: The id of the loop's first review.
        turn: 1 for the first request.
        most: After so many turns the server is refused.
    """

    first: int
    turn: int
    most: int
