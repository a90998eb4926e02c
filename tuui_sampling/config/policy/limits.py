"""
Declares limits: how much servers may ask for and models may cost, in all, of one server, and of one model.

The same table stands at the top of the file, in a server's and in a model's. What reaching one means is in
`policy/limits.py`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..kinds.values import Whole, dollars
from ..reader import Section
from ..schema import table_schema
from ..setting import Kind, read_values, setting

MAX_COUNT = 1_000_000
MAX_TOKENS = 10**12
MAX_DOLLARS = 1_000_000


@dataclass(frozen=True)
class LimitSettings:
    """One table of limits; what is left out is not limited."""

    requests_per_minute: int | None = setting(Whole(MAX_COUNT, "requests"), "requests in sixty seconds", example=20)
    requests_per_hour: int | None = setting(Whole(MAX_COUNT, "requests"), "requests in sixty minutes", example=200)
    pending: int | None = setting(
        Whole(MAX_COUNT, "requests"), "how many may wait or be answered at once, over all running programs", example=50
    )
    generating: int | None = setting(
        Whole(MAX_COUNT, "answers"), "how many answers may be written at once, likewise", example=4
    )
    max_tokens: int | None = setting(Whole(MAX_TOKENS, "tokens"), "the largest maxTokens of a request", example=8000)
    tool_turns: int | None = setting(Whole(1_000, "requests"), "requests of one tool loop", example=10)
    tokens_per_session: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "tokens read and written until the program ends", example=500_000
    )
    tokens_per_day: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "tokens of a day, which begins at midnight in local time", example=1_000_000
    )
    tokens_per_month: int | None = setting(Whole(MAX_TOKENS, "tokens"), "tokens of a month", example=20_000_000)
    usd_per_session: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars until the program ends; a price that is not known counts as the dearest there is",
        example=2,
    )
    usd_per_day: Decimal | None = setting(dollars(MAX_DOLLARS), "US dollars of a day", example=5)
    usd_per_month: Decimal | None = setting(dollars(MAX_DOLLARS), "US dollars of a month", example=50)


class LimitTable(Kind):
    """A table of limits inside another one."""

    def read(self, section: Section, key: str) -> LimitSettings:
        """Return the limits."""
        return LimitSettings(**read_values(LimitSettings, section.section(key)))

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return table_schema(LimitSettings)
