"""Makes limits of the configuration: what each counts, since when, and what is said when it is reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from ..config.policy.limits import LimitSettings
from ..config.policy.machine import SOURCE as MACHINE
from ..config.policy.rules import RuleSettings
from ..config.settings import Settings

Scope = Literal["all", "server", "model", "rule"]


class Amount(StrEnum):
    """What a limit counts."""

    REQUESTS = "requests"
    PENDING = "requests at once"
    GENERATING = "answers written at once"
    TOKENS = "tokens"
    DOLLARS = "US dollars"
    MAX_TOKENS = "maxTokens"
    TOOL_TURNS = "requests of a tool loop"

    @property
    def is_counted(self) -> bool:
        """Whether the record counts it; the others are seen from a request alone."""
        return self not in (Amount.MAX_TOKENS, Amount.TOOL_TURNS)


class Window(StrEnum):
    """Over which time it counts."""

    NOW = "now"
    MINUTE = "minute"
    HOUR = "hour"
    SESSION = "session"
    DAY = "day"
    MONTH = "month"


_FIELDS: dict[str, tuple[Amount, Window]] = {
    "requests_per_minute": (Amount.REQUESTS, Window.MINUTE),
    "requests_per_hour": (Amount.REQUESTS, Window.HOUR),
    "pending": (Amount.PENDING, Window.NOW),
    "generating": (Amount.GENERATING, Window.NOW),
    "max_tokens": (Amount.MAX_TOKENS, Window.NOW),
    "tool_turns": (Amount.TOOL_TURNS, Window.NOW),
    "tokens_per_session": (Amount.TOKENS, Window.SESSION),
    "tokens_per_day": (Amount.TOKENS, Window.DAY),
    "tokens_per_month": (Amount.TOKENS, Window.MONTH),
    "usd_per_session": (Amount.DOLLARS, Window.SESSION),
    "usd_per_day": (Amount.DOLLARS, Window.DAY),
    "usd_per_month": (Amount.DOLLARS, Window.MONTH),
}

_TIMES = {Window.NOW: "", Window.SESSION: " until the program ends", Window.HOUR: " an hour"}

_ONE = re.compile("^(request|answer)s")
"""What is counted by the piece."""

_LENGTHS = {Window.MINUTE: timedelta(minutes=1), Window.HOUR: timedelta(hours=1)}


def in_zone_of(now: datetime, plain: datetime) -> datetime:
    """
    Return a time that has no zone in the zone of another.

    A time of this computer's clock carries its distance from UTC alone, which is another one before the clocks change;
    the computer knows the zone.
    """
    is_local = isinstance(now.tzinfo, timezone) and now.utcoffset() == now.astimezone().utcoffset()
    return plain.astimezone() if is_local else plain.replace(tzinfo=now.tzinfo)


def month_of(now: datetime) -> datetime:
    """Return when a month began."""
    return in_zone_of(now, _day(now).replace(day=1))


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _cents(amount: Decimal) -> str:
    """Return US dollars with two places at least, such as `2.00`, and none that says nothing."""
    return f"{amount:.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount.normalize():f}"


@dataclass(frozen=True)
class Limit:
    """
    One limit.

    Attributes:
        name: Of the server, the model or the rule; empty in all.
        source: Whose it is, as a rule's.
    """

    amount: Amount
    window: Window
    most: Decimal
    scope: Scope = "all"
    name: str = ""
    source: str = "yours"

    @property
    def words(self) -> str:
        """What it is, in words, such as `20 requests a minute of the server "notes"`."""
        unit = _ONE.sub(r"\1", self.amount) if self.most == 1 else self.amount
        most = f"${_cents(self.most)}" if self.amount is Amount.DOLLARS else f"{self.most:,} {unit}"
        if self.amount is Amount.MAX_TOKENS:
            most = f"{self.most:,} maxTokens"
        time = _TIMES.get(self.window, f" a {self.window}")
        whose = "" if self.scope == "all" else f' of the {self.scope} "{self.name}"'
        return f"{most}{time}{whose}" + (f" ({self.source})" if self.source == MACHINE else "")

    @property
    def is_budget(self) -> bool:
        """Whether it is about what is spent, and not about how often."""
        return self.amount in (Amount.TOKENS, Amount.DOLLARS, Amount.MAX_TOKENS)

    def since(self, now: datetime) -> datetime | None:
        """Return since when it counts; None where it counts what is open, or this session."""
        if self.window in _LENGTHS:
            return now - _LENGTHS[self.window]
        return {Window.DAY: in_zone_of(now, _day(now)), Window.MONTH: month_of(now)}.get(self.window)

    def again(self, now: datetime, frees: datetime | None = None) -> datetime | None:
        """
        Return when there is room again; None where nobody can say.

        Args:
            frees: The time of what has to become too old before.
        """
        if (length := _LENGTHS.get(self.window)) is not None:
            return (frees or now).astimezone(now.tzinfo) + length
        if self.window is Window.DAY:
            return in_zone_of(now, _day(now) + timedelta(days=1))
        if self.window is Window.MONTH:
            return in_zone_of(now, (_day(now).replace(day=1) + timedelta(days=32)).replace(day=1))
        return None


@dataclass(frozen=True)
class Reached:
    """
    A limit that is reached.

    Attributes:
        again: When there is room again; None where nobody can say.
    """

    limit: Limit
    now: datetime
    again: datetime | None = None

    @property
    def words(self) -> str:
        """What the person is told."""
        kind = "budget" if self.limit.is_budget else "rate limit"
        when = f"; there is room again at {self.again:%Y-%m-%d %H:%M:%S}" if self.again else ""
        return f"{kind}: at most {self.limit.words}{when}"

    @property
    def wire(self) -> str:
        """What the server is told: which kind of limit, and when to try again; no name of the configuration."""
        limit = self.limit
        if limit.amount is Amount.MAX_TOKENS:
            return f"budget: maxTokens may be at most {limit.most} here; try again with fewer"
        if limit.amount is Amount.TOOL_TURNS:
            return f"rate limit: a tool loop may have at most {limit.most} requests here; try again in a new one"
        what = f"budget: the {limit.amount} of this {limit.window} are used up"
        if not limit.is_budget:
            what = f"rate limit: too many {limit.amount}"
        if self.again is None:
            wait = "later" if limit.window is Window.NOW else "in another session"
            return f"{what}; try again {wait}"
        seconds = max(1, -int((self.now - self.again).total_seconds() // 1))
        return f"{what}; try again in {seconds} s (after {self.again.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ})"


def limits_of(settings: Settings) -> tuple[Limit, ...]:
    """Return every limit of a configuration; this machine's first."""
    return (
        *_limits(settings.machine_limits, "all", "", MACHINE),
        *_limits(settings.limits, "all", ""),
        *(limit for server in settings.servers.values() for limit in _limits(server.limits, "server", server.name)),
        *(limit for model in settings.models.values() for limit in _limits(model.limits, "model", model.name)),
    )


def budget_of(rule: RuleSettings) -> tuple[Limit, ...]:
    """Return what a rule may let pass."""
    found = []
    if rule.usd_per_day is not None:
        found.append(Limit(Amount.DOLLARS, Window.DAY, rule.usd_per_day, "rule", rule.name, rule.source))
    if rule.requests_per_hour is not None:
        most = Decimal(rule.requests_per_hour)
        found.append(Limit(Amount.REQUESTS, Window.HOUR, most, "rule", rule.name, rule.source))
    return tuple(found)


def _limits(settings: LimitSettings, scope: Scope, name: str, source: str = "yours") -> Iterator[Limit]:
    for field, (amount, window) in _FIELDS.items():
        if (most := getattr(settings, field)) is not None:
            yield Limit(amount, window, Decimal(most), scope, name, source)
