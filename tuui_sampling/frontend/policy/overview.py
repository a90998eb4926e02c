"""Gathers what the Policy screen shows: rules, limits, servers, and how the person decides."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from ...backend import Backend
from ...config.policy.rules import RuleSettings
from ...desk.limiting import LimitUse
from ...history.figures import Figures, Risks
from ...history.ledger import RuleUse
from ...policy.dead_rules import dead_rules
from ...policy.fingerprint import fingerprints
from ...policy.limits import Amount, Limit, Window
from ..presentation.format import counted, dollars, duration
from .rule_text import SESSION

DAYS = timedelta(days=30)
"""Over which time a person's figures and a server's risk are looked at."""

BAR = 20
"""Cells of a bar."""


@dataclass(frozen=True)
class RuleRow:
    """
    A rule in force.

    Attributes:
        dead: Why it can match nothing; empty where it can.
    """

    rule: RuleSettings
    use: RuleUse = field(default_factory=RuleUse)
    dead: str = ""

    @property
    def is_of_session(self) -> bool:
        """Whether it ends with the program, and can be revoked."""
        return self.rule.source == SESSION


@dataclass(frozen=True)
class ServerRow:
    """What is known of a server: what a person decided, and how risky what it asks is."""

    name: str
    figures: Figures = field(default_factory=Figures)
    risks: Risks = field(default_factory=Risks)


@dataclass(frozen=True)
class Overview:
    """Everything that is in force."""

    preset: str
    rules: tuple[RuleRow, ...] = ()
    limits: tuple[LimitUse, ...] = ()
    servers: tuple[ServerRow, ...] = field(default=())


async def overview(backend: Backend, now: datetime) -> Overview:
    """
    Return what is in force, as it is now.

    Raises:
        LedgerError: The record can't be read.
    """
    rules = backend.rules_in_force
    settings = replace(backend.settings, rules=rules)
    servers = backend.supervisor.servers.values()
    tools = {server.name: frozenset(tool.name for tool in server.tools) for server in servers if server.tools}
    prints = await asyncio.to_thread(fingerprints, settings)
    found = dead_rules(settings, rules, now.date(), fingerprints=prints, tools=tools)
    dead = {id(one.rule): one.reason for one in found}
    uses = [await backend.ledger.rule_use(rule.name) for rule in rules]
    figures, risks = await backend.ledger.figures(now - DAYS)
    limits = backend.desk.limits
    of_requests = [LimitUse(one, Decimal()) for one in limits.limits if not one.amount.is_counted]
    return Overview(
        f"{settings.policy} ({settings.policy_source})" if settings.policy_source != "yours" else settings.policy,
        tuple(RuleRow(rule, use, dead.get(id(rule), "")) for rule, use in zip(rules, uses, strict=True)),
        (*await limits.uses(now, rules), *of_requests),
        tuple(
            ServerRow(name, figures.get(name, Figures()), risks.get(name, Risks()))
            for name in dict.fromkeys((*settings.servers, *figures))
        ),
    )


# --- in words ---


def rule_words(row: RuleRow, now: datetime) -> str:
    """Return how often a rule matched, and what is wrong with it."""
    use = row.use
    matched = f"{counted(use.count, 'request')}, last {ago(use.last, now)}" if use.last else "never matched"
    trial = " · on trial" if row.rule.trial else ""
    return f"{'✗ void · ' if row.dead else ''}{matched}{trial}"


def rule_details(row: RuleRow, now: datetime) -> Iterator[str]:
    """Yield everything about a rule, line by line."""
    rule, use = row.rule, row.use
    where = f"line {rule.line}, {rule.source}" if rule.line and not row.is_of_session else rule.source
    yield f"{rule.effect}: {rule.name} ({where})"
    if row.dead:
        yield f"✗ It can match nothing: {row.dead}."
    if rule.trial:
        yield "It is on trial: it is counted, and decides nothing."
    if use.last is not None:
        at = f"{use.last.astimezone():%Y-%m-%d %H:%M:%S}"
        yield f"It matched {counted(use.count, 'request')}, last {ago(use.last, now)} ({at})."
    else:
        yield "It never matched."


def limit_words(use: LimitUse) -> str:
    """Return a limit as a bar with how much of it is used."""
    limit = use.limit
    if not limit.amount.is_counted:
        return f"{' ' * BAR}  each request: {limit.words}"
    share = min(Decimal(1), use.used / limit.most) if limit.most else Decimal(1)
    full = int(share * BAR)
    bar = "█" * full + "░" * (BAR - full)
    return f"{bar} {int(share * 100):>3} %  {_used(use)} of {limit.words}"


def limit_details(use: LimitUse, now: datetime) -> Iterator[str]:
    """Yield everything about a limit, line by line."""
    limit = use.limit
    yield f"At most {limit.words}; {limit.source}."
    if limit.amount.is_counted:
        yield f"{_used(use)} used{_since(limit)}."
    if use.assumed:
        yield (
            f"{dollars(use.assumed)} of that went to models whose price is not known: they count as the dearest there"
            " is. input and output in a model's price tell what it costs."
        )
    if (again := limit.again(now)) is not None and limit.window in (Window.DAY, Window.MONTH):
        yield f"It begins anew at {again:%Y-%m-%d %H:%M}."


def server_words(row: ServerRow) -> str:
    """Return how a person decides about a server, and how risky what it asks is."""
    figures, tier = row.figures, row.risks.level
    if not tier and not figures.decided:
        return "has not asked in 30 days"
    risk = f"{'⚑ ' if tier == 'high' else ''}{tier or 'unknown'} risk"
    if not figures.decided:
        return f"{risk} · nothing decided by hand in 30 days"
    rate = f"{100 * figures.approved // figures.decided} % of {counted(figures.decided, 'request')} approved"
    reading = f" · read for {duration(figures.seconds)} (median)" if figures.seconds is not None else ""
    return f"{risk} · {rate}{reading}"


def server_details(row: ServerRow) -> Iterator[str]:
    """Yield everything about a server, line by line."""
    yield f"{row.name}: {server_words(row)}."
    if row.risks.counts:
        levels = (f"{row.risks.counts[one]:,} {one}" for one in ("high", "medium", "low") if row.risks.counts.get(one))
        yield f"Risk of its requests in the last 30 days: {', '.join(levels)}."
    if row.risks.reasons:
        yield f"Reasons when they came: {'; '.join(row.risks.reasons)}."
    if row.figures.decided:
        yield f"By hand: {row.figures.approved:,} approved, {row.figures.rejected:,} rejected."
    if tired(row.figures):
        yield "⚑ Nearly everything is approved within a moment. A rule would do the same, and say so."


def tired(figures: Figures) -> bool:
    """Whether somebody approves without reading, as far as figures can tell."""
    quick = figures.seconds is not None and figures.seconds < 3
    return figures.decided >= 20 and quick and figures.approved / figures.decided > 0.95


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was."""
    return f"{duration(max(0.0, (now - at).total_seconds()))} ago"


def _used(use: LimitUse) -> str:
    if use.limit.amount is Amount.DOLLARS:
        return dollars(use.used)
    return f"{use.used:,f}"


def _since(limit: Limit) -> str:
    return {
        Window.NOW: " now",
        Window.MINUTE: " in the last minute",
        Window.HOUR: " in the last hour",
        Window.SESSION: " since the program was started",
        Window.DAY: " today",
        Window.MONTH: " this month",
    }[limit.window]
