"""Names where a review is, and the two gates at which a human is asked."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a review is. The first five are open; the others are final."""

    READING = "being read"
    """It is long, and on the screen: what must be known of it before a human can decide is being worked out."""
    REQUEST = "request"
    """A human is asked about the request (the first gate)."""
    GENERATING = "generating"
    """A model is writing."""
    RESPONSE = "response"
    """A human is asked about the response (the second gate)."""
    SENDING = "sending"
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

    @property
    def is_open(self) -> bool:
        """Whether the server is still waiting for an answer."""
        return self in (Phase.READING, Phase.REQUEST, Phase.GENERATING, Phase.RESPONSE, Phase.SENDING)

    @property
    def is_undecided(self) -> bool:
        """Whether something is still to be decided, or written to be decided about: it is not on its way yet."""
        return self.is_open and self is not Phase.SENDING


class Gate(StrEnum):
    """The two places where a human is asked."""

    REQUEST = "request"
    RESPONSE = "response"
