"""
Judges by the rules of the configuration: deny, then ask, then allow; the order of lines never matters.

What no rule is about is asked, unless a preset says otherwise. Guards ask in spite of an `allow` that does not name
them in `despite`. A rule matches when every condition that it names holds; there is no other logic.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property, lru_cache

from ..config.policy.rules import RuleSettings
from .facts import Facts
from .finding import Severity
from .globs import fitting
from .near_miss import near_miss
from .search.readings import READ_AS, without_disguise
from .verdict import Judgement, Treatment, Verdict

TIERED, LOCKED = "tiered", "locked"

NOBODY = "policy: nobody is asked"
"""Stands for a rule where asking would be right, and there is nobody."""

_LEVELS = {level.value: level.rank for level in Severity}


@dataclass(frozen=True)
class Condition:
    """
    One condition of a rule.

    Attributes:
        key: As the configuration names it.
        words: What it says, in words.
        holds: Whether it is met.
    """

    key: str
    words: str
    holds: Callable[[Facts], bool]


@dataclass(frozen=True)
class Step:
    """One line of an explanation: a rule, whether it matched, and which condition did not hold."""

    rule: RuleSettings
    matched: bool
    why: str


OF_THE_RESPONSE = ("max_size", "prompt", "findings", "risk")
"""The conditions of which a request does not tell whether they hold of its response."""

LOOKED_UP = ("kind", "stage", "server", "tool")
"""The conditions by which rules are looked up, so that those of other requests are not tried one by one."""

MAX_LOOKED_UP = 1_000
"""Combinations of them that are remembered: a server may name any number of tools."""


@dataclass(frozen=True)
class _Known:
    rule: RuleSettings
    conditions: tuple[Condition, ...]

    @cached_property
    def tried(self) -> tuple[Callable[[Facts], bool], ...]:
        """What has to hold of a rule that was looked up for these facts."""
        return tuple(one.holds for one in self.conditions if one.key not in LOOKED_UP)

    def why_not(self, facts: Facts, but: Collection[str] = ()) -> Condition | None:
        """Return the first condition that does not hold; those of some keys are not asked."""
        return next((one for one in self.conditions if one.key not in but and not one.holds(facts)), None)


class Rules:
    """
    The judge of the configuration.

    Attributes:
        rules: Those in force, in the order of the file; rules of the session come last.
        reads_texts: One forbids a text, however that is disguised.
    """

    has_rules = True

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return self._otherwise is Verdict.ASK

    def __init__(
        self,
        rules: Sequence[RuleSettings],
        *,
        preset: str = "ask",
        fingerprints: Mapping[str, str] | None = None,
        latest: datetime | None = None,
        otherwise: Verdict = Verdict.ASK,
    ) -> None:
        """
        Judge by these rules.

        Args:
            preset: What happens to what no rule is about: "ask", "tiered" or "locked".
            fingerprints: Server → its fingerprint as it is now.
            latest: The newest time that is known to have been: an expired rule stays so when the clock is set back.
            otherwise: Stands for asking where there is nobody to ask.
        """
        self._preset = preset
        self._fingerprints = fingerprints or {}
        self._latest = latest
        self._otherwise = otherwise
        self.rules: tuple[RuleSettings, ...] = ()
        self._known: list[_Known] = []
        self._treating: list[_Known] = []
        self._about: dict[tuple[str, str, str, str | None, bool], list[_Known]] = {}
        self.set(rules)

    def set(self, rules: Sequence[RuleSettings]) -> None:
        """Judge by other rules from now on."""
        self.rules = tuple(rules)
        self._known = [_Known(rule, tuple(conditions(rule, self._fingerprints))) for rule in self.rules]
        self._treating = [known for known in self._known if known.rule.treats and not known.rule.trial]
        self.reads_texts = any(rule.prompt is not None and rule.effect != "allow" for rule in self.rules)
        self._about = {}

    def __call__(self, facts: Facts, spent: frozenset[str] = frozenset()) -> Judgement:
        """Return what the rules say."""
        facts = self._in_order_of_time(facts)
        matched = []
        for known in self._of(facts):
            for holds in known.tried:
                if not holds(facts):
                    break
            else:
                matched.append(known.rule)
        tried: tuple[str, ...] = ()
        if spent or any([rule.trial for rule in matched]):
            tried = tuple([rule.name for rule in matched if rule.trial])
            matched = [rule for rule in matched if not rule.trial and rule.name not in spent]
        judgement = self._judged(matched, facts)
        if judgement.verdict is Verdict.ASK and self._otherwise is not Verdict.ASK:
            reason = f"nobody is asked ({judgement.reason})" if judgement.reason else "no rule allows it"
            judgement = replace(judgement, verdict=self._otherwise, rule=judgement.rule or NOBODY, reason=reason)
        if not tried:
            return judgement
        said = judgement  # `replace` costs as much as all of the rules
        return Judgement(said.verdict, said.rule, said.reason, said.settings, said.guards, tried, said.notify)

    @property
    def decides(self) -> bool:
        """Whether it decides about anything without a person."""
        return bool(self.rules) or self._preset in (TIERED, LOCKED)

    def why_asked(self, facts: Facts) -> str:
        """Return which `allow` did not match that is about this, and why; empty where none is."""
        of, tool = facts.origin.server, facts.origin.tool
        about = [
            known
            for known in self._known
            if known.rule.server == of
            and (known.rule.effect, known.rule.kind, known.rule.trial) == ("allow", facts.kind, False)
            and facts.stage in known.rule.stages
            and (tool is None or known.rule.tool in (None, tool))
        ]
        failed = [{it.key: it.words for it in one.conditions if not it.holds(facts)} for one in about]
        return near_miss([(one.rule.name, why) for one, why in zip(about, failed, strict=True)], facts)

    def of_response(self, facts: Facts) -> str:
        """Return what rules do with the response by themselves, as far as the request tells; ends a sentence."""
        facts = self._in_order_of_time(facts)
        left = [(known, known.why_not(facts, but=OF_THE_RESPONSE)) for known in self._of(facts)]
        able = [known for known, failed in left if failed is None and not known.rule.trial]
        certain = [known.rule for known in able if not any(one.key in OF_THE_RESPONSE for one in known.conditions)]
        if denying := next((rule for rule in certain if rule.effect == "deny"), None):
            return f'the rule "{denying.name}" rejects the response'
        if any(rule.effect == "ask" for rule in certain):
            return ""
        allowed = [known.rule for known in able if known.rule.effect == "allow" and not guards_kept(known.rule, facts)]
        if allowed:
            return f'the rule "{allowed[0].name}" may return the response unseen'
        by_preset = self._by_preset(facts).verdict if not able else Verdict.ASK
        does = {Verdict.PASS: "may return the response unseen", Verdict.REJECT: "rejects the response", Verdict.ASK: ""}
        return f'the policy "{self._preset}" {does[by_preset]}' if does[by_preset] else ""

    @property
    def treats(self) -> bool:
        """Whether a rule says how something is treated."""
        return bool(self._treating)

    def treatment(self, facts: Facts) -> Treatment:
        """Return how something is treated that has just come: what any rule wants of it that matches."""
        facts = self._in_order_of_time(facts)
        rules = [known.rule for known in self._treating if known.why_not(facts) is None]
        wanted = {rule.priority for rule in rules}
        return Treatment(
            tuple(rule.name for rule in rules),
            1 if "high" in wanted else -1 if "low" in wanted else 0,
            frozenset(kind for rule in rules for kind in rule.redact),
            all(rule.record != "digests" for rule in rules),
        )

    def explain(self, facts: Facts) -> tuple[list[Step], Judgement]:
        """Return how a decision comes about, rule by rule."""
        facts = self._in_order_of_time(facts)
        steps = []
        for effect in ("deny", "ask", "allow"):
            for rule, known in zip(self.rules, self._known, strict=True):
                if rule.effect == effect:
                    failed = known.why_not(facts)
                    steps.append(
                        Step(
                            rule,
                            failed is None,
                            f"does not hold: {failed.words}" if failed else "every condition holds",
                        )
                    )
        return steps, self(facts)

    def _in_order_of_time(self, facts: Facts) -> Facts:
        if self._latest is not None and facts.now < self._latest:
            return replace(facts, latest=self._latest.astimezone(facts.now.tzinfo))
        self._latest = facts.now
        return facts

    def _of(self, facts: Facts) -> Sequence["_Known"]:
        """Return the rules that may match; those of no server in particular come first."""
        nothing_found = not facts.kinds and not facts.replaced
        key = (facts.kind, facts.stage, facts.origin.server, facts.origin.tool, nothing_found)
        if (about := self._about.get(key)) is None:
            if len(self._about) >= MAX_LOOKED_UP:
                self._about.clear()
            about = self._about[key] = sorted(
                (one for one in self._known if _may_match(one.rule, *key)), key=lambda one: one.rule.server is not None
            )
        return about

    def _judged(self, matched: Sequence[RuleSettings], facts: Facts) -> Judgement:
        for effect, verdict in (("deny", Verdict.REJECT), ("ask", Verdict.ASK)):
            for rule in matched:
                if rule.effect == effect:
                    return Judgement(verdict, rule.name, f"rule: {rule.name}", rule)
        if not matched:
            return self._by_preset(facts)
        for rule in matched:  # every one of them allows it
            if not (kept := guards_kept(rule, facts)):
                return Judgement(Verdict.PASS, rule.name, f"rule: {rule.name}", rule, notify=rule.notify)
        rule = matched[0]
        kept = guards_kept(rule, facts)
        reason = f'the rule "{rule.name}" does not lift {", ".join(kept)}'
        return Judgement(Verdict.ASK, "", reason, guards=kept)

    def _by_preset(self, facts: Facts) -> Judgement:
        if self._preset == LOCKED:
            return Judgement(Verdict.REJECT, "policy: locked", "no rule allows it")
        if self._preset == TIERED and facts.kind == "sampling":
            risk = facts.risk
            if risk.level is not Severity.HIGH and not facts.guards:
                words = f"policy: tiered, {risk.level} risk"
                return Judgement(Verdict.PASS, words, words, notify=risk.level is Severity.MEDIUM)
            return Judgement(Verdict.ASK, "", f"{risk.level} risk: {', '.join(risk.reasons)}", guards=facts.guards)
        return Judgement(Verdict.ASK)


def _may_match(rule: RuleSettings, kind: str, stage: str, server: str, tool: str | None, nothing_found: bool) -> bool:
    """Whether the conditions hold by which rules are looked up; one about findings needs some."""
    return (
        rule.kind == kind
        and stage in rule.stages
        and rule.server in (None, server)
        and rule.tool in (None, tool)
        and not (nothing_found and rule.findings is not None)
    )


def guards_kept(rule: RuleSettings, facts: Facts) -> tuple[str, ...]:
    """Return the guards that ask in spite of an `allow`."""
    return tuple([guard for guard in facts.guards if guard not in rule.despite]) if facts.guards else ()


def is_expired(rule: RuleSettings, today: date) -> bool:
    """Whether the last day of a rule is over."""
    return isinstance(rule.expires, date) and today > rule.expires


def conditions(rule: RuleSettings, fingerprints: Mapping[str, str]) -> Iterator[Condition]:
    """Yield the conditions of a rule, the cheap ones first."""
    yield Condition("kind", f"it is {rule.kind}", lambda facts: facts.kind == rule.kind)
    if rule.stage is not None:
        yield Condition("stage", f"it is the {rule.stage}", lambda facts: facts.stage == rule.stage)
    server, tool, model = rule.server, rule.tool, rule.model
    if server is not None:
        yield Condition("server", f'the server is "{server}"', lambda facts: facts.origin.server == server)
    if tool is not None:
        yield Condition("tool", f'the tool is "{tool}"', lambda facts: facts.origin.tool == tool)
    if model is not None:
        yield Condition("model", f'the model is "{model}"', lambda facts: facts.model == model)
    if rule.fingerprint is not None:
        same = rule.server is not None and fingerprints.get(rule.server) == rule.fingerprint
        yield Condition("fingerprint", "the server is what it was when the rule was made", lambda _facts: same)
    if rule.read_only:
        yield Condition("read_only", "its server claims readOnlyHint", lambda facts: facts.is_read_only)
    if isinstance(rule.expires, date):
        yield Condition(
            "expires", f"until {rule.expires}", lambda facts: not is_expired(rule, (facts.latest or facts.now).date())
        )
    if rule.between is not None:
        begin, end = rule.between
        yield Condition(
            "between", f"from {begin:%H:%M} to {end:%H:%M}", lambda facts: _is_between(facts.now.time(), begin, end)
        )
    if rule.findings is not None:  # they are looked for in any case: a guard may ask
        wanted, redacts = frozenset(rule.findings), bool(rule.redact)
        words = f"it holds {', '.join(rule.findings)}"

        def holds(facts: Facts) -> bool:
            """Return whether it is there; a rule that has it replaced means what came."""
            return not wanted.isdisjoint(facts.kinds) or (redacts and not wanted.isdisjoint(facts.replaced))

        yield Condition("findings", words, holds)
    yield from _of_amounts(rule)
    yield from _of_content(rule)


def _of_amounts(rule: RuleSettings) -> Iterator[Condition]:
    tokens, size, above = rule.max_tokens, rule.max_size, rule.cost_above
    if tokens is not None:
        yield Condition("max_tokens", f"at most {tokens:,} tokens", lambda facts: facts.max_tokens <= tokens)
    if above is not None:  # what is unknown may cost anything
        yield Condition(
            "cost_above", f"it may cost more than ${above}", lambda facts: facts.worst is None or facts.worst > above
        )
    if rule.host:
        hosts = frozenset(one.casefold() for one in rule.host)
        words = f"it goes to {', '.join(rule.host)}"
        yield Condition("host", words, lambda facts: not hosts.isdisjoint(_names_of(facts.where.host)))
    if rule.unless_host:
        others = frozenset(one.casefold() for one in rule.unless_host)
        words = f"it does not go to {', '.join(rule.unless_host)}"
        yield Condition("unless_host", words, lambda facts: others.isdisjoint(_names_of(facts.where.host)))
    if size is not None:
        yield Condition("max_size", f"at most {size:,} bytes", lambda facts: facts.size <= size)


def _of_content(rule: RuleSettings) -> Iterator[Condition]:
    prompt, risk = rule.prompt, rule.risk
    if prompt is not None:
        yield Condition("prompt", f'its text fits "{prompt}"', _fits(prompt, forbids=rule.effect != "allow"))
    if risk is not None:
        yield Condition("risk", f"at most {risk} risk", lambda facts: facts.risk.level.rank <= _LEVELS[risk])


def _fits(prompt: str, *, forbids: bool) -> Callable[[Facts], bool]:
    """Return what tells whether a text fits: for an `allow` as it stands, else also however it is disguised."""
    fits = fitting(prompt.casefold())
    if not forbids:
        return lambda facts: fits(facts.folded)
    others = [fitting(read(without_disguise(prompt))) for read in READ_AS]

    def is_forbidden(facts: Facts) -> bool:
        if fits(facts.folded):
            return True
        if not (texts := facts.disguised):
            return False
        return any([other(text) for other, text in zip(others, texts, strict=False)])

    return is_forbidden


def _is_between(now: time, begin: time, end: time) -> bool:
    return begin <= now < end if begin < end else now >= begin or now < end


@lru_cache
def _names_of(host: str) -> tuple[str, ...]:
    """Return how a rule may name a host: with its port or without, without the brackets of IPv6 or the root's dot."""
    plain = host.casefold()
    before, _, port = plain.rpartition(":")
    names = [plain]
    if port.isdigit() and (before.endswith("]") or ":" not in before):
        names.append(before)
    alone = names[-1].removesuffix(".")
    return (*names, alone.strip("[]"))
