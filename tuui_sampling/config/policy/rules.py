"""
Declares `[[rules]]`: what is denied, asked or allowed without asking, and under which conditions.

A rule has no expression language: every key is one condition, and all of them must hold. What they mean together is
in `policy/rules.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from ..kinds.rules import Age, Between, Choices, Size, Until
from ..kinds.tables import JsonTable
from ..kinds.values import Choice, Flag, Text, Texts, Whole, dollars
from ..problems import ConfigError, Report
from ..reader import Context, Section
from ..schema import table_schema
from ..setting import Kind, read_values, setting

Effect = Literal["deny", "ask", "allow"]

FINDINGS = (
    *("secret", "personal", "hidden", "injection", "url", "code", "size", "cost", "media", "tools", "unsolicited"),
    *("unencrypted", "lookalike"),
)
"""The kinds of findings; a test holds them equal to `policy/finding.py`."""

GUARDS = (*("hidden", "secret", "tools", "media", "unsolicited", "unencrypted", "unknown cost", "first request"),)
"""What asks in spite of an `allow` that does not name it."""

REDACTED = ("secret", "personal")
"""The kinds of findings that can be replaced."""

TREATMENT = ("priority", "redact", "record")
"""The keys of a rule that say how something is treated, besides what becomes of it."""

MAX_DOLLARS = 1_000_000
MAX_TOKENS = 2**31 - 1
MAX_COUNT = 1_000_000


@dataclass(frozen=True)
class RuleSettings:
    """
    One `[[rules]]`.

    Attributes:
        effect: What it does; one of the keys `deny`, `ask` and `allow`.
        name: The text of that key: what a person sees everywhere.
        line: Where it stands; None for what stands in no file.
        source: The file that it came from, in a word: "yours", or "this machine's".
    """

    effect: Effect
    name: str
    deny: str | None = setting(Text(), "the rule's name; what it matches is rejected", example=None)
    ask: str | None = setting(Text(), "the rule's name; you are asked about what it matches, whatever allows it")
    allow: str | None = setting(
        Text(),
        "the rule's name; what it matches passes without asking. It names a server, a model, and max_tokens, max_size "
        "or budget.usd_per_day",
        example="short summaries by the local model",
    )
    trial: bool = setting(Flag(), "only count what it would have matched", key="try", default=False, example=True)
    kind: str = setting(
        Choice({"sampling": "", "elicitation": "", "roots": "", "tool_call": "an agent wants to call a tool"}),
        "what is asked",
        default="sampling",
        example="sampling",
    )
    server: str | None = setting(Text(), "only of this server", default_words="any server", example="everything")
    fingerprint: str | None = setting(
        Text(), "only as long as the server's command, arguments, program or URL are these", example=None
    )
    tool: str | None = setting(
        Text(), "only while this tool of the server is called by us", default_words="any tool", example="summarize"
    )
    model: str | None = setting(Text(), "only where this model is proposed", default_words="any model", example="local")
    stage: str | None = setting(
        Choice({"request": "before the model is asked", "response": "before its answer is returned"}),
        "when it is asked",
        default_words="both",
        example="request",
    )
    max_tokens: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "only where maxTokens is no more than this", example=500
    )
    max_size: int | None = setting(Size(), "only where all of its text is no larger than this", example="8 KB")
    cost_above: Decimal | None = setting(
        dollars(MAX_DOLLARS), "only where it may cost more than this, in US dollars at the worst", example=None
    )
    findings: tuple[str, ...] | None = setting(
        Choices(FINDINGS), "only where something of these kinds is found", example=None
    )
    prompt: str | None = setting(
        Text(),
        "only where the whole text fits: * is any text, ? one character, case does not matter; deny and ask also look "
        "through hidden characters, look-alike letters and wider gaps",
        example="*summar*",
    )
    risk: str | None = setting(
        Choice({"low": "", "medium": "or low", "high": "or any"}), "only up to this risk", example="low"
    )
    host: tuple[str, ...] = setting(Texts(), "only where it goes to one of these hosts", default=(), example=None)
    unless_host: tuple[str, ...] = setting(Texts(), "not where it goes to one of these hosts", default=(), example=None)
    between: tuple[time, time] | None = setting(Between(), "only at these hours", example="01:00-05:00")
    read_only: bool = setting(
        Flag(), "of a tool_call: only where its server claims readOnlyHint", default=False, example=True
    )
    expires: date | str | None = setting(Until(), "only until then", example=None)
    despite: tuple[str, ...] = setting(
        Choices(GUARDS),
        "the guards that it lifts; without it, each of them asks",
        default=(),
        example=["first request"],
    )
    usd_per_day: Decimal | None = setting(
        dollars(MAX_DOLLARS), "US dollars that it may let pass a day", key="budget.usd_per_day", example=0.5
    )
    requests_per_hour: int | None = setting(
        Whole(MAX_COUNT, "requests"), "how many it may let pass an hour", key="budget.requests_per_hour", example=20
    )
    notify: bool = setting(Flag(), "whether you are told of each that it lets pass", default=False, example=True)
    answer: Mapping[str, Any] | None = setting(
        JsonTable(), "what an elicitation is answered with: action, and content where it is accepted", example=None
    )
    answer_with: str | None = setting(
        Choice({"earlier": "what you returned for the identical request"}), "answer without a model", example=None
    )
    max_age: timedelta | None = setting(Age(), "how old that answer may be", example=None)
    priority: str | None = setting(
        Choice({"high": "before all others", "low": "after them"}),
        "its place in the list of what waits",
        default_words="by deadline",
        example="high",
    )
    redact: tuple[str, ...] = setting(
        Choices(REDACTED),
        "what is replaced by placeholders before anybody is asked; the rule is held against what came, every other "
        "against what is left",
        default=(),
        example=["personal"],
    )
    record: str | None = setting(
        Choice({"texts": "", "digests": "sizes and digests in place of every text"}),
        "what the record keeps of it",
        default_words="texts",
        example="digests",
    )
    line: int | None = field(default=None, compare=False)
    source: str = field(default="yours", compare=False)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages at which it is looked at."""
        return ("request", "response") if self.stage is None else (self.stage,)

    @property
    def treats(self) -> tuple[str, ...]:
        """The keys by which it says how something is treated, whatever becomes of it."""
        return tuple(key for key in TREATMENT if getattr(self, key))


class RuleTables(Kind):
    """The array of tables `[[rules]]`."""

    def read(self, section: Section, key: str) -> tuple[RuleSettings, ...]:
        """Return the rules that can be read at all."""
        value = section.get(key)
        if not isinstance(value, list):
            section.wrong_type("tables such as [[rules]]", value, key)
            return ()
        rules = []
        for position, table in enumerate(value):
            if isinstance(table, dict):
                one = Section(table, (*section.key_path, key, position), section.context)
                rules.append(_read_rule(one))
            else:
                section.wrong_type("a table, [[rules]]", table, key, position)
        names = [rule.name for rule in rules if rule is not None]
        for position, name in enumerate(names):
            if name in names[:position]:
                section.problem(key, "another rule has this name already", position)
        return tuple(rule for rule in rules if rule is not None)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "array", "items": table_schema(RuleSettings)}


def read_rule(text: str, table: Mapping[str, Any]) -> RuleSettings:
    """
    Return the rule of a text that holds nothing else.

    Args:
        text: TOML, from which the lines of problems are told.
        table: The rule in it.

    Raises:
        ConfigError: It can't be used.
    """
    report = Report(text)
    rule = _read_rule(Section(table, ("rules", 0), Context(report, {}, Path())))
    if (problems := report.problems()) or rule is None:
        raise ConfigError(Path("rule"), problems)
    return rule


def _read_rule(section: Section) -> RuleSettings | None:
    values = read_values(RuleSettings, section)
    effects = [effect for effect in get_args(Effect) if section.holds(effect)]
    if len(effects) != 1:
        section.problem_here("expected exactly one of deny, ask and allow, with the rule's name")
        return None
    effect: Effect = effects[0]
    rule = RuleSettings(
        effect=effect, name=values[effect] or "", line=section.context.report.line(section.key_path), **values
    )
    _check(rule, section)
    return rule


def _check(rule: RuleSettings, section: Section) -> None:
    """Report what does not fit together."""
    if rule.effect == "allow":
        if rule.server is None:
            section.problem_here("an allow must name its server")
        if rule.kind == "sampling":
            if rule.model is None:
                section.problem_here("an allow must name its model")
            if rule.max_tokens is None and rule.max_size is None and rule.usd_per_day is None:
                section.problem_here("an allow needs a limit: max_tokens, max_size or budget.usd_per_day")
        if rule.kind == "elicitation":
            _check_answer(rule, section)
    else:
        only = ("despite", "budget", "notify", "answer", "answer_with", "max_age")
        for key in only:
            if section.holds(key):
                section.problem(key, f"belongs to an allow, not to {rule.effect}")
    if rule.answer is not None and rule.kind != "elicitation":
        section.problem("answer", 'belongs to a rule of kind = "elicitation"')
    _check_tool_call(rule, section)
    _check_treatment(rule, section)
    if rule.max_age is not None and rule.answer_with is None:
        section.problem("max_age", "belongs to answer_with")


def _check_tool_call(rule: RuleSettings, section: Section) -> None:
    if rule.read_only and rule.kind != "tool_call":
        section.problem("read_only", 'belongs to a rule of kind = "tool_call"')
    if rule.effect == "allow" and rule.kind == "tool_call" and rule.tool is None and not rule.read_only:
        section.problem_here("an allow of an agent's tool call must name its tool, or say read_only = true")


def _check_treatment(rule: RuleSettings, section: Section) -> None:
    for key in rule.treats:
        if rule.stage == "response":
            section.problem(key, "is settled when a request comes, which is before its response")
    if rule.redact and rule.kind != "sampling":
        section.problem("redact", 'belongs to a rule of kind = "sampling"')


def _check_answer(rule: RuleSettings, section: Section) -> None:
    answer = rule.answer
    if answer is None:
        section.problem_here("an allow of an elicitation must say its answer")
        return
    for key in answer:
        if key not in ("action", "content"):
            section.problem("answer", "unknown key", key)
    if answer.get("action") not in ("accept", "decline", "cancel"):
        section.problem("answer", 'expected action = "accept", "decline" or "cancel"')
    if answer.get("content") is not None and not isinstance(answer["content"], Mapping):
        section.problem("answer", "expected a table of values", "content")
