"""Holds the mark of each phase: it says without a colour how far something is."""

from ...sampling.phase import Phase

MARKS = {
    Phase.READING: "…",
    Phase.REQUEST: "?",
    Phase.GENERATING: "…",
    Phase.RESPONSE: "!",
    Phase.SENDING: "↑",
    Phase.DELIVERED: "✓",
    Phase.UNDELIVERED: "✗",
    Phase.REJECTED: "✗",
    Phase.WITHDRAWN: "–",
    Phase.FAILED: "✗",
}
