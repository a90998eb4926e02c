"""Declares `[limits]`: what all servers, one server or one model may use in a time."""

from dataclasses import dataclass
from decimal import Decimal

from .kinds.values import Whole, dollars
from .reader import Section
from .setting import read_values, setting

MAX_COUNT = 1_000_000
MAX_TOKENS = 1_000_000_000_000
MAX_DOLLARS = 1_000_000
"""Beyond these, a unit was mistaken."""


@dataclass(frozen=True)
class LimitSettings:
    """
    `[limits]`, `[servers.NAME.limits]` or `[models.NAME.limits]`. None means that there is no such limit.

    What they count is in the record, so they survive a restart, and hold for all running instances together.
    """

    requests_per_minute: int | None = setting(Whole(MAX_COUNT, "requests"), "how many may be sent a minute", example=30)
    requests_per_hour: int | None = setting(Whole(MAX_COUNT, "requests"), "how many may be sent an hour", example=300)
    tokens_per_session: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "how many until this program ends", example=200_000
    )
    tokens_per_day: int | None = setting(Whole(MAX_TOKENS, "tokens"), "how many a day, in local time", example=500_000)
    tokens_per_month: int | None = setting(Whole(MAX_TOKENS, "tokens"), "how many a month", example=10_000_000)
    usd_per_session: Decimal | None = setting(dollars(MAX_DOLLARS), "US dollars until this program ends", example=1)
    usd_per_day: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars a day, in local time; a call whose price is unknown counts as the dearest there is",
        example=2,
    )
    usd_per_month: Decimal | None = setting(dollars(MAX_DOLLARS), "US dollars a month", example=20)
    max_tokens: int | None = setting(Whole(2**31 - 1, "tokens"), "the largest maxTokens of one request", example=8_000)
    generating: int | None = setting(Whole(1_000, "calls"), "how many models may write at once", example=4)


def read_limits(section: Section) -> LimitSettings:
    """Read the table `limits` inside another one."""
    return LimitSettings(**read_values(LimitSettings, section.section("limits")))
