"""
Holds limits: a request is counted when it arrives, and a model's call before it is made.

What a limit keeps out is refused with the reason and when to try again. The first of its time stands in the queue, so
that the person sees it; the others are only in the record.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from ..config.policy.rules import RuleSettings
from ..history.ledger import Ledger
from ..history.uses import NANO, PARTS, Bound, Claim, Counted, Used, assumed_cost, nano
from ..policy.limits import Amount, Limit, Reached, Window, budget_of, month_of
from ..providers.models import Models
from ..sampling.decision import Approve
from ..sampling.errors import LedgerError, ModelError, ModelErrorKind
from ..sampling.item import Item
from ..sampling.request import SamplingRequest
from ..sampling.response import Usage
from ..sampling.review import Review
from .assess import assess

SESSION = timedelta(minutes=1)
"""A limit without an end of its time is told of again after so long."""


@dataclass(frozen=True)
class LimitUse:
    """
    A limit with how much of it is used.

    Attributes:
        assumed: How much of that was counted at a price that is not known.
    """

    limit: Limit
    used: Decimal
    assumed: Decimal = Decimal()


class LimitReached(ModelError):
    """
    An agent may not call its model, since that has reached a limit.

    Attributes:
        reached: The limit.
    """

    def __init__(self, reached: Reached) -> None:
        super().__init__(
            ModelErrorKind.NO_BUDGET,
            f"The agent was ended by a limit of its model. {reached.words}.",
            hint="Raise the limit, or choose another model.",
        )
        self.reached = reached


class Limits:
    """The limits of a configuration, counted in the record."""

    def __init__(self, ledger: Ledger, models: Models, session: str, limits: Sequence[Limit]) -> None:
        """
        Hold these limits.

        Args:
            session: Names this run of the program.
        """
        self.limits = tuple(limits)
        self._ledger = ledger
        self._models = models
        self._session = session
        self._told: dict[Limit, tuple[datetime, Item]] = {}

    def tool_turns(self, server: str) -> Limit | None:
        """Return the limit of a tool loop of this server; the smallest one holds."""
        of_loops = [one for one in self._about(server) if one.amount is Amount.TOOL_TURNS]
        return min(of_loops, key=lambda one: one.most, default=None)

    async def admit(self, item: Item, now: datetime) -> Reached | None:
        """
        Count a request or an inquiry that has arrived; or return the limit that keeps it out.

        A record that can't be written keeps nobody out: nothing can be approved then, and rejecting works.
        """
        about = self._about(item.origin.server)
        if isinstance(item, Review):
            for limit in about:
                if limit.amount is Amount.MAX_TOKENS and item.asked.max_tokens > limit.most:
                    return Reached(limit, now)
            counted = [one for one in about if one.amount.is_counted and one.amount is not Amount.GENERATING]
        else:
            counted = [one for one in about if one.amount in (Amount.REQUESTS, Amount.PENDING)]
        if not counted:
            return None
        claim = self._claim(item, now, counted)
        try:
            await self._ready(now)
            used = await self._ledger.commit(None, (claim,))
        except LedgerError:
            return None
        return self.reached(used, counted, now)

    async def claims(
        self, review: Review, approval: Approve, rule: RuleSettings | None, now: datetime
    ) -> tuple[list[Claim], list[Limit]]:
        """
        Return what calls of models are going to use, at most, and the limits of that.

        Args:
            rule: The rule that lets it pass; None where a person approves.

        Raises:
            LedgerError: The record can't be written.
        """
        budget = budget_of(rule) if rule is not None else ()
        if not self.limits and not budget:
            return [], []
        await self._ready(now)
        found, limits = [], []
        number = len(review.candidates)
        for model in approval.models:
            number += 1
            counted = [*budget, *(one for one in self._about(review.origin.server, model) if _is_of_a_call(one))]
            estimate = assess(self._models, approval.request, model, review.origin.server).estimate
            read = estimate.input_tokens if estimate else 0
            written = estimate.output_tokens if estimate else approval.request.max_tokens
            worst = estimate.worst if estimate else None
            settings = self._models.settings(model)
            if settings.is_agent:  # as often as it may call its model; so is what that may cost
                read, written = read * settings.max_steps, written * settings.max_steps
                step = self._models.estimate(settings.model, approval.request).worst
                worst = worst if worst is not None or step is None else step * settings.max_steps
            dear = assumed_cost(read, written) if worst is None else worst
            name = rule.name if rule is not None else None
            claim = self._claim(review, now, counted, number, model, name, read + written, dear, assumed=worst is None)
            found.append(claim)
            limits += counted
        return found, limits

    def objection(self, review: Review, approval: Approve, now: datetime) -> Reached | None:
        """Return the largest `maxTokens` that a request to be sent exceeds."""
        for model in approval.models:
            for limit in self._about(review.origin.server, model):
                if limit.amount is Amount.MAX_TOKENS and approval.request.max_tokens > limit.most:
                    return Reached(limit, now)
        return None

    async def claim_step(
        self, review: Review, candidate: int, step: int, model: str, request: SamplingRequest
    ) -> Reached | None:
        """
        Count a call that an agent makes of its model, as far as limits of that model are concerned.

        Args:
            candidate: The number of the agent's answer.

        Raises:
            LedgerError: The record can't be written.
        """
        if not self.limits:
            return None
        now = datetime.now().astimezone()
        about = [one for one in self.limits if (one.scope, one.name) == ("model", model)]
        for limit in about:
            if limit.amount is Amount.MAX_TOKENS and request.max_tokens > limit.most:
                return Reached(limit, now)
        await self._ready(now)
        counted = [one for one in about if _is_of_a_call(one)]
        estimate = self._models.estimate(model, request)
        read, written = estimate.input_tokens, estimate.output_tokens
        dear = assumed_cost(read, written) if estimate.worst is None else estimate.worst
        assumed, number = estimate.worst is None, candidate * PARTS + step
        claim = self._claim(review, now, counted, number, model, None, read + written, dear, assumed=assumed)
        return self.reached(await self._ledger.commit(None, (claim,)), counted, now)

    async def settle_step(self, review: Review, candidate: int, step: int, model: str, usage: Usage | None) -> None:
        """Put what a call of an agent's model has used in the place of its claim; a call that failed may have none."""
        if not self.limits:
            return
        read = usage.input_tokens if usage is not None else 0
        written = usage.output_tokens if usage is not None else 0
        cost = self._models.cost(model, usage, None) if usage is not None else Decimal()
        dear = assumed_cost(read, written) if cost is None else cost
        number, now = candidate * PARTS + step, datetime.now().astimezone()
        claim = self._claim(review, now, (), number, model, None, read + written, dear, assumed=cost is None)
        with suppress(LedgerError):  # the claim stands then
            await self._ledger.commit(None, (replace(claim, is_done=True),))

    def reached(self, used: Used | None, limits: Iterable[Limit], now: datetime) -> Reached | None:
        """Return the limit that a claim has found reached."""
        if used is None:
            return None
        limit = next(one for one in limits if self._bound(one, now) == used.bound)
        return Reached(limit, now, limit.again(now, used.frees))

    def first(self, reached: Reached, item: Item) -> Item:
        """Return what this limit has refused first, in its time: the person was told of that one."""
        told = self._told.get(reached.limit)
        if told is None or reached.now >= told[0]:
            told = self._told[reached.limit] = (reached.again or reached.now + SESSION, item)
        return told[1]

    async def claim_unpaid(self, review: Review, rule: RuleSettings, now: datetime) -> None:
        """Count what a rule lets pass without a model."""
        if budget_of(rule):
            with suppress(LedgerError):  # it is in the record as judged; the next one does not pass
                await self._ready(now)
                await self._ledger.commit(None, (self._claim(review, now, (), 1, "", rule.name),))

    async def is_spent(self, rule: RuleSettings, worst: Decimal | None, now: datetime) -> bool:
        """
        Whether the budget of a rule has no room for a request.

        Args:
            worst: US dollars at most; None when the price is unknown.
        """
        budget = budget_of(rule)
        if not budget:
            return False
        try:
            await self._ready(now)
            used = await self._ledger.counting.used([self._bound(limit, now) for limit in budget])
        except LedgerError:
            return True  # of a record that can't be read, nothing passes
        for limit, one in zip(budget, used, strict=True):
            wanted = 1 if limit.amount is Amount.REQUESTS else nano(worst or Decimal())
            if one.used + wanted > one.bound.most:
                return True
        return False

    async def uses(self, now: datetime, rules: Iterable[RuleSettings] = ()) -> list[LimitUse]:
        """
        Return how much of every limit is used, those of rules included.

        Raises:
            LedgerError: The record can't be read.
        """
        limits = [one for one in self.limits if one.amount.is_counted]
        limits += [limit for rule in rules for limit in budget_of(rule)]
        if not limits:
            return []
        await self._ready(now)
        used = await self._ledger.counting.used([self._bound(limit, now) for limit in limits])
        return [
            LimitUse(limit, _amount(limit, one.used), _amount(limit, one.assumed))
            for limit, one in zip(limits, used, strict=True)
        ]

    async def _ready(self, now: datetime) -> None:
        await self._ledger.counting.begin(self._session, month_of(now))

    def _about(self, server: str, model: str | None = None) -> list[Limit]:
        names = {"all": "", "server": server, "model": model}
        return [one for one in self.limits if names.get(one.scope) == one.name]

    def _claim(
        self,
        item: Item,
        now: datetime,
        limits: Iterable[Limit],
        candidate: int = 0,
        model: str = "",
        rule: str | None = None,
        tokens: int = 0,
        dollars: Decimal = Decimal(),
        *,
        assumed: bool = False,
    ) -> Claim:
        bounds = tuple(self._bound(limit, now) for limit in limits)
        server = item.origin.server
        return Claim(
            *(item.key, self._session, server, now, bounds, candidate, model, rule, tokens, nano(dollars), assumed)
        )

    def _bound(self, limit: Limit, now: datetime) -> Bound:
        counted: dict[Amount, Counted] = {
            Amount.REQUESTS: "calls" if limit.scope in ("model", "rule") else "requests",
            Amount.PENDING: "generating" if limit.scope == "model" else "pending",
            Amount.GENERATING: "generating",
            Amount.TOKENS: "tokens",
            Amount.DOLLARS: "nano",
        }
        return Bound(
            counted[limit.amount],
            int(limit.most * NANO) if limit.amount is Amount.DOLLARS else int(limit.most),
            limit.since(now),
            server=limit.name if limit.scope == "server" else None,
            model=limit.name if limit.scope == "model" else None,
            rule=limit.name if limit.scope == "rule" else None,
            session=self._session if limit.window is Window.SESSION else None,
        )


def _is_of_a_call(limit: Limit) -> bool:
    """Whether a limit is counted when a model is called; requests and what waits were counted on arrival."""
    if limit.amount in (Amount.TOKENS, Amount.DOLLARS, Amount.GENERATING):
        return True
    return limit.scope == "model" and limit.amount in (Amount.REQUESTS, Amount.PENDING)


def _amount(limit: Limit, used: int) -> Decimal:
    return Decimal(used) / NANO if limit.amount is Amount.DOLLARS else Decimal(used)
