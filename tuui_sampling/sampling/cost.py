"""What a call costs: estimates from before it, and the price of what was used. US dollars, as providers bill."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Estimate:
    """
    What a request will use, before it is sent. Never exact: no provider's tokenizer is asked.

    Attributes:
        input_tokens: Of the whole request, approximately.
        likely: US dollars for these, and for an answer of usual length; None when the price is unknown.
        worst: US dollars for these, and for an answer of `maxTokens`; None when the price is unknown.
    """

    input_tokens: int
    likely: Decimal | None
    worst: Decimal | None


def cost_json(cost: Decimal | None) -> str | None:
    """Return US dollars as the record and `call --json` have them: a decimal number, exact, without an exponent."""
    return None if cost is None else f"{cost:f}"
