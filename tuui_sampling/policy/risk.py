"""Says how risky it is to let something pass: low, medium or high, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .finding import Finding, Severity

MANY_TOKENS = 4_000
"""`maxTokens` above this are more than a short answer."""

MUCH_MONEY = Decimal("0.05")
"""US dollars at the worst, above which it is more than pocket money."""

OFTEN_REJECTED = 0.2
"""The share of its requests that a person rejected, above which a server is not trusted much."""

FEW = 5
"""Decisions, below which that share says nothing."""


@dataclass(frozen=True)
class Risk:
    """How risky something is, and why."""

    level: Severity
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """
    What became of a server's requests before.

    Attributes:
        delivered: How many were answered.
        rejected: How many a person or a rule rejected.
    """

    delivered: int = 0
    rejected: int = 0

    @property
    def is_new(self) -> bool:
        """Whether nothing of this server was ever decided."""
        return not self.delivered and not self.rejected


def risk_of(findings: Iterable[Finding], max_tokens: int, worst: Decimal | None, standing: Standing) -> Risk:
    """
    Return the risk.

    Args:
        worst: US dollars at the worst; None when the price is unknown.
    """
    reasons: list[tuple[Severity, str]] = [
        (one.severity, f"{one.kind}: {one.rule}") for one in findings if one.severity is not Severity.LOW
    ]
    if max_tokens > MANY_TOKENS:
        reasons.append((Severity.MEDIUM, f"up to {max_tokens:,} tokens"))
    if worst is None:
        reasons.append((Severity.MEDIUM, "the price is unknown"))
    elif worst > MUCH_MONEY:
        reasons.append((Severity.HIGH if worst > 10 * MUCH_MONEY else Severity.MEDIUM, f"up to ${worst:.2f}"))
    if standing.is_new:
        reasons.append((Severity.MEDIUM, "no request of this server was decided before"))
    decided = standing.delivered + standing.rejected
    if decided >= FEW and standing.rejected / decided > OFTEN_REJECTED:
        reasons.append((Severity.MEDIUM, f"{standing.rejected} of its {decided} requests were rejected"))
    level = max((severity for severity, _ in reasons), key=lambda severity: severity.rank, default=Severity.LOW)
    return Risk(level, tuple(dict.fromkeys(words for severity, words in reasons if severity is level)))
