"""Names where a review is, and the two gates at which a human is asked."""

from enum import StrEnum
from typing import Self


class Phase(StrEnum):
    """
    Where a review is. The first five are open; the others are final.

    Attributes:
        is_open: Whether the server is still waiting for an answer.
        is_undecided: Whether something is still to be decided, or written to be decided about: it is not on its way.
    """

    is_open: bool  # looked at for all that waits, each time that something changes: no properties
    is_undecided: bool

    def __new__(cls, value: str, is_open: bool = False, is_undecided: bool = False) -> Self:
        """Make a phase of its name and what it is."""
        phase = str.__new__(cls, value)
        phase._value_ = value
        phase.is_open, phase.is_undecided = is_open, is_undecided
        return phase

    READING = "being read", True, True
    """It is long, and on the screen: what must be known of it before a human can decide is being worked out."""
    REQUEST = "request", True, True
    """A human is asked about the request (the first gate)."""
    GENERATING = "generating", True, True
    """A model is writing."""
    RESPONSE = "response", True, True
    """A human is asked about the response (the second gate)."""
    SENDING = "sending", True
    """It is decided: the response is on its way, and whether the server takes it is not known yet."""
    DELIVERED = "delivered"
    """The server has taken the response."""
    UNDELIVERED = "undelivered"
    """The server has not taken the response; it is kept, and may be sent again where the connection allows."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """The server cancelled, died, or was stopped."""
    FAILED = "failed"
    """It could not be answered (a model failed while nobody was asked, or a bug)."""


class Gate(StrEnum):
    """The two places where a human is asked."""

    REQUEST = "request"
    RESPONSE = "response"
