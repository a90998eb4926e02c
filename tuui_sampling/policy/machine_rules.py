"""Holds any judge to this machine's rules: whoever passes everything passes nothing that an administrator denies."""

from collections.abc import Mapping
from dataclasses import replace

from ..config.policy.machine import SOURCE
from ..config.settings import Settings
from .facts import Facts
from .rules import LOCKED, Rules
from .verdict import Judge, Judgement, Treatment, Verdict


class WithMachineRules:
    """A judge, and the rules that go before it."""

    has_rules = True

    def __init__(self, judge: Judge, rules: Rules) -> None:
        """
        Judge within rules.

        Args:
            rules: This machine's; all of them where everything is locked that none allows.
        """
        self._judge = judge
        self._rules = rules

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return self._judge.asks

    @property
    def decides(self) -> bool:
        """Whether either decides about anything without a person."""
        return self._rules.decides or self._judge.decides

    @property
    def treats(self) -> bool:
        """Whether a rule says how something is treated."""
        return self._rules.treats

    @property
    def reads_texts(self) -> bool:
        """Whether a rule of either forbids a text."""
        return self._rules.reads_texts or self._judge.reads_texts

    def treatment(self, facts: Facts) -> Treatment:
        """Return how something is treated that has just come."""
        return self._rules.treatment(facts)

    def why_asked(self, facts: Facts) -> str:
        """Return which of the judge's rules did not match: this machine's allow nothing by themselves."""
        return self._judge.why_asked(facts)

    def of_response(self, facts: Facts) -> str:
        """Return what either does with the response by itself."""
        return self._rules.of_response(facts) or self._judge.of_response(facts)

    def __call__(self, facts: Facts, spent: frozenset[str] = frozenset()) -> Judgement:
        """Return what the judge says, unless a rule denies it, or wants somebody asked who is not there."""
        held = self._rules(facts, spent)
        if held.verdict is Verdict.REJECT:
            return held
        said = self._judge(facts, spent)
        if held.verdict is Verdict.ASK and held.rule and said.verdict is Verdict.PASS:
            verdict = Verdict.ASK if self.asks else Verdict.REJECT
            return replace(held, verdict=verdict, reason=f"nobody is asked (rule: {held.rule})")
        return said


def with_machine_rules(judge: Judge, settings: Settings, fingerprints: Mapping[str, str]) -> Judge:
    """Return a judge that is held to this machine's policy; the same where there is none."""
    locked = settings.policy == LOCKED and settings.policy_source == SOURCE
    rules = settings.rules if locked else [rule for rule in settings.rules if rule.source == SOURCE]
    if not rules and not locked:
        return judge
    return WithMachineRules(judge, Rules(rules, preset=LOCKED if locked else "ask", fingerprints=fingerprints))
