"""Finds rules that can match nothing: what they name is not there, their time is over, or another rule goes before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from ..config.policy.rules import RuleSettings
from ..config.settings import Settings
from .rules import is_expired

_WIDER = ("server", "tool", "model", "kind", "stage", "host", "between", "prompt", "findings", "fingerprint", "risk")
"""Conditions that cover another rule's where they are the same, or not there."""

_NARROWING = ("unless_host", "cost_above", "max_tokens", "max_size", "expires", "read_only")
"""Conditions that make it impossible to say that a rule covers another one."""


@dataclass(frozen=True)
class DeadRule:
    """A rule that can match nothing, and why."""

    rule: RuleSettings
    reason: str


def dead_rules(
    settings: Settings,
    rules: Sequence[RuleSettings],
    today: date,
    *,
    fingerprints: Mapping[str, str] | None = None,
    tools: Mapping[str, frozenset[str]] | None = None,
) -> list[DeadRule]:
    """
    Return the rules that can match nothing, in their order.

    Args:
        fingerprints: Server → its fingerprint as it is now.
        tools: Server → the names of its tools, of those that are known.
    """
    found = []
    for rule in rules:
        reasons = (*_unknown(rule, settings, fingerprints or {}, tools or {}), *_impossible(rule, settings, today))
        if reason := next(iter((*reasons, *_shadowed(rule, rules))), ""):
            found.append(DeadRule(rule, reason))
    return found


def _unknown(
    rule: RuleSettings, settings: Settings, fingerprints: Mapping[str, str], tools: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Yield what it names that is not there."""
    if rule.server is not None and rule.server not in settings.servers:
        yield f'no server is called "{rule.server}"'
    if rule.model is not None and rule.model not in settings.models:
        yield f'no model is called "{rule.model}"'
    known = tools.get(rule.server or "")
    if rule.tool is not None and known is not None and rule.tool not in known:
        yield f'{rule.server} has no tool "{rule.tool}"'
    if rule.fingerprint is not None:
        if rule.server is None:
            yield "a fingerprint belongs to a server, and it names none"
        elif fingerprints.get(rule.server, rule.fingerprint) != rule.fingerprint:
            yield "the server's command, arguments, program or URL are others than when it was made"


def _impossible(rule: RuleSettings, settings: Settings, today: date) -> Iterator[str]:
    """Yield why its conditions can't hold together."""
    if is_expired(rule, today):
        yield f"it expired after {rule.expires}"
    server = settings.servers.get(rule.server or "")
    allowed = server.allowed_models if server is not None else None
    if rule.model is not None and allowed is not None and rule.model not in allowed:
        yield f'"{rule.model}" may not answer {rule.server} (allowed_models)'
    if rule.kind == "roots" and server is not None and not server.roots:
        yield f"{rule.server} has no roots, so it can't ask for them"
    if rule.kind != "sampling":
        of_models = [name for name in ("model", "max_tokens", "cost_above", "host") if getattr(rule, name)]
        if of_models:
            yield f"{of_models[0]} is about a model, and {rule.kind} goes to none"
        if rule.stage == "response":
            yield f"a rule of {rule.kind} has no response"
    if rule.host and set(rule.host) <= set(rule.unless_host):
        yield "unless_host takes away every host"
    left = set(rule.findings or ()) - set(rule.redact)
    if rule.risk == "low" and left & {"secret", "hidden", "unsolicited", "unencrypted"}:
        yield "what it looks for is never of low risk"


def _shadowed(rule: RuleSettings, rules: Sequence[RuleSettings]) -> Iterator[str]:
    """Yield which rule goes before it whatever happens."""
    before = {"allow": ("deny", "ask"), "ask": ("deny",), "deny": ()}[rule.effect]
    for other in rules:
        if other.effect in before and not other.trial and not rule.trial and covers(other, rule):
            yield f'"{other.name}" ({other.effect}) goes before it whenever it matches'


def covers(wide: RuleSettings, narrow: RuleSettings) -> bool:
    """Whether a rule matches whenever another one does; when in doubt, it does not."""
    defaults = {field.name: field.default for field in fields(RuleSettings)}
    if any(getattr(wide, name) not in (defaults[name], ()) for name in _NARROWING):
        return False
    for name in _WIDER:
        wanted = getattr(wide, name)
        free = wanted in (None, ()) or (name == "kind" and wanted == narrow.kind)
        if not free and wanted != getattr(narrow, name):
            return False
    return True
