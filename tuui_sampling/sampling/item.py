"""Holds what reviews and inquiries have in common: identity, origin, phase, revision."""

from dataclasses import dataclass, field
from datetime import datetime

from .origin import Deadline, Origin
from .phase import Gate, Phase


@dataclass(frozen=True)
class Decided:
    """
    A decision that no person made.

    Attributes:
        rule: The name of the rule, or of the preset; of a limit what was reached, in words.
        passed: Whether it let it pass; else it rejected it.
        notify: The person wants to be told.
        is_limit: A limit rejected it.
        by_nobody: It was rejected only because no rule let it pass and nobody was there to ask.
    """

    rule: str
    passed: bool
    notify: bool = False
    is_limit: bool = False
    by_nobody: bool = False


@dataclass(kw_only=True)
class Item:
    """
    Something that a server asked and that waits for a human. Only the desk changes it; everyone else reads.

    Attributes:
        id: Counts from 1 in this session; shown as ``#12``.
        key: Unique in the record: the session's id and the number.
        arrived: `time.monotonic()` at arrival; `arrived_at` is the same as a date with its zone.
        notices: What the person must be told, such as a record that could not be written.
        decided: Gate → the rule that decided there, where no person did.
        followers: How many more the limit has refused since that refused this one.
        priority: 1 where a rule puts it before what else waits, -1 after it.
        keeps_texts: Whether the record keeps its texts, and not only their digests.
        why_asked: Why it waits for the person, where rules have to do with that; empty where they have not.
        revision: Counts the changes; a screen that has painted an older one is out of date.
    """

    id: int
    key: str
    origin: Origin
    arrived: float
    arrived_at: datetime
    phase: Phase = Phase.REQUEST
    notices: tuple[str, ...] = ()
    ended: float | None = None
    decided: dict[Gate, Decided] = field(default_factory=dict)
    followers: int = 0
    priority: int = 0
    keeps_texts: bool = True
    why_asked: str = ""
    revision: int = 0

    @property
    def deadline(self) -> Deadline | None:
        """When the server will give up, where that can be known or presumed."""
        origin = self.origin
        if origin.learned is None or (seconds := origin.learned()) is None:
            return origin.deadline
        return Deadline(self.arrived + seconds, presumed=True, reason=f"it gave up after {seconds:.0f} s before")
