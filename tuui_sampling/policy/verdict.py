"""What a judge says about a request or an inquiry, and the judges that say the same of everything."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..config.policy.rules import RuleSettings
from .facts import Facts


class Verdict(StrEnum):
    """What is to happen to a request."""

    ASK = "ask"
    """A human decides at this gate."""
    PASS = "pass"
    """The gate is passed unedited, with the proposed model."""
    REJECT = "reject"
    """It is rejected at this gate."""


@dataclass(frozen=True)
class Judgement:
    """
    What was judged, and why.

    Attributes:
        rule: The name of the rule that decided; empty where none did.
        reason: In words.
        settings: The rule itself; None where a preset or a guard decided.
        guards: The guards that made it ask.
        tried: The names of rules on trial that would have matched.
        notify: Whether a person is told that it passed.
        missed: Which rule would have let it pass and did not, and why; empty where there is none.
    """

    verdict: Verdict
    rule: str = ""
    reason: str = ""
    settings: RuleSettings | None = None
    guards: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    notify: bool = False
    missed: str = ""

    @property
    def why_asked(self) -> str:
        """Why a person is asked, as far as rules have to do with that; empty where none has."""
        if self.verdict is not Verdict.ASK:
            return ""
        return f'the rule "{self.rule}" asks' if self.rule else self.reason or self.missed

    @property
    def why_denied(self) -> str:
        """What rejects it; empty where nothing does."""
        if self.verdict is not Verdict.REJECT:
            return ""
        if self.settings is not None:
            return f'the rule "{self.rule}" denies this'
        return f"{self.reason} ({self.rule})" if self.rule else self.reason


@dataclass(frozen=True)
class Treatment:
    """
    How something is treated, whatever becomes of it.

    Attributes:
        rules: The names of the rules that say so.
        priority: 1 puts it before what else waits, -1 after it.
        redact: The kinds of findings that are replaced before anybody is asked.
        keeps_texts: Whether the record keeps its texts.
    """

    rules: tuple[str, ...] = ()
    priority: int = 0
    redact: frozenset[str] = frozenset()
    keeps_texts: bool = True


AS_USUAL = Treatment()
"""How everything is treated that no rule has anything to say about."""


class Judge(Protocol):
    """Decides what a human need not be asked about."""

    @property
    def has_rules(self) -> bool:
        """Whether it looks at what it judges, so that it is worth recording."""
        ...

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask about what can't pass by itself."""
        ...

    @property
    def decides(self) -> bool:
        """Whether it may decide about anything without a person."""
        ...

    @property
    def treats(self) -> bool:
        """Whether anything may be treated otherwise than usual."""
        ...

    @property
    def reads_texts(self) -> bool:
        """Whether it reads whole texts in other ways, which takes long where they are long."""
        ...

    def treatment(self, facts: Facts) -> Treatment:
        """Return how something is treated that has just come."""
        ...

    def why_asked(self, facts: Facts) -> str:
        """Return which rule that allows such things did not match, and why; empty where none is about it."""
        ...

    def of_response(self, facts: Facts) -> str:
        """
        Return what becomes of the response by itself, as far as its request tells, as the end of a sentence.

        Args:
            facts: Of the stage of the response, which is not there yet.
        """
        ...

    def __call__(self, facts: Facts, spent: frozenset[str] = frozenset()) -> Judgement:
        """
        Judge a request at a gate, or an inquiry.

        Args:
            spent: The names of rules whose budget is used up.
        """
        ...


UNSOLICITED = "unsolicited: it came while no call was under way, and nobody is asked"
"""Why what nobody called for is rejected where everything else passes."""


class Always:
    """
    Gives every request the same verdict.

    But for one: a request that came while no call of ours was under way never passes by itself. The specification
    wants servers to ask only in association with a client's request (SEP-2260), and nobody expects this one. Who passes
    everything has nobody to ask about it, so that it is rejected at once. Inquiries are always asked about.
    """

    has_rules = False
    decides = False
    treats = False
    reads_texts = False

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return self._verdict is Verdict.ASK

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def treatment(self, facts: Facts) -> Treatment:
        """Treat nothing otherwise."""
        return AS_USUAL

    def why_asked(self, facts: Facts) -> str:
        """Return nothing: there are no rules."""
        return ""

    def of_response(self, facts: Facts) -> str:
        """Return nothing: there are no rules."""
        return ""

    def __call__(self, facts: Facts, spent: frozenset[str] = frozenset()) -> Judgement:
        """Return the verdict."""
        if facts.kind != "sampling":
            return Judgement(Verdict.ASK)
        if self._verdict is Verdict.PASS and facts.origin.unsolicited:
            return Judgement(Verdict.REJECT, reason=UNSOLICITED)
        return Judgement(self._verdict, reason="by rule" if self._verdict is Verdict.REJECT else "")
