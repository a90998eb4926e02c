"""
Makes a rule of a decision, as TOML that the person widens or narrows, and puts it into the configuration.

Each condition stands with what leaving it out would mean, and what would make the rule narrower stands as a comment.
"""

import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ...config.policy.rules import RuleSettings, read_rule
from ...config.problems import ConfigError, Problem
from ...policy.facts import Facts
from ...sampling.hidden_characters import hidden_kind

SESSION = "this session's"
"""The source of a rule that is held until the program ends."""

FIRST_REQUEST = "first request"
"""The guard that a rule made of a decision lifts."""

MONTH = timedelta(days=30)

_NO_FILE = Path("rule")


def rule_text(facts: Facts, names: Collection[str], fingerprint: str, answer: Mapping[str, Any] | None = None) -> str:
    """
    Return a rule that allows what is judged here, and little else.

    Args:
        names: Those of rules that there are.
        fingerprint: Of the server as it is now; empty where that is not known.
        answer: What a form is answered with: `action`, and `content`.
    """
    of, tool = facts.origin.server, facts.origin.tool
    is_sampling = facts.kind == "sampling"
    name = _unused(
        f"{tool or 'requests'} of {of}" + (f" by {facts.model}" if is_sampling else f": {facts.kind}"), names
    )
    answered = facts.kind == "elicitation" and answer is not None  # roots are shared, and a tool is called, as asked
    despite = _despite(facts.guards)
    lines = ["[[rules]]", f"allow = {toml(name)}  # {_of_the_name(answered, despite)}"]
    if not is_sampling:
        lines.append(f"kind = {toml(facts.kind)}")
    lines.append(f"server = {toml(of)}")
    if tool is not None:
        lines.append(f"tool = {toml(tool)}  # without it: whatever is called")
    if is_sampling:
        lines += [
            f"model = {toml(facts.model or '')}",
            f"max_tokens = {facts.max_tokens}  # at most; or leave it out, and keep max_size",
            f"max_size = {toml(_size(facts.size))}  # of all its text",
        ]
    elif answered:
        lines.append(f"answer = {toml(answer)}")
    lines += despite
    if fingerprint:
        lines.append(f"fingerprint = {toml(fingerprint)}  # no longer holds once its program, arguments or URL change")
    if is_sampling:
        lines += ['# stage = "request"  # narrower: you still see the answer', '# risk = "low"  # narrower']
    until = date.today() + MONTH
    lines += [f"# expires = {until}  # narrower: the last day", "# notify = true  # you are told of each"]
    return "\n".join([*lines, ""])


def read_text(text: str) -> RuleSettings:
    """
    Return the rule that a text holds.

    Raises:
        ConfigError: It holds none, or several, or one that can't be used.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_NO_FILE, [Problem("", None, f"is not TOML: {error}")]) from None
    rules = table.get("rules")
    if set(table) != {"rules"} or not isinstance(rules, list) or len(rules) != 1 or not isinstance(rules[0], dict):
        raise ConfigError(_NO_FILE, [Problem("", None, "expected one table [[rules]], and nothing else")])
    return read_rule(text, rules[0])


_HEADER = re.compile(r"^\[[^\n=]*\](?=\s*(?:#|$))", re.MULTILINE)
"""What begins a table, or an array in several lines: then a rule is only added elsewhere."""


def with_rule(configuration: str, rule: str) -> str:
    """
    Return a configuration with one more rule at the end of its rules; every comment stays.

    Args:
        rule: As `read_text` takes it.

    Raises:
        ValueError: The configuration is not TOML, or can't be added to.
    """
    import tomlkit

    wanted = tomllib.loads(configuration)
    wanted["rules"] = [*wanted.get("rules", ()), *tomllib.loads(rule)["rules"]]
    appended = f"{configuration.rstrip()}\n\n{rule}".lstrip()
    if "rules" not in tomllib.loads(configuration):
        return appended
    document = tomlkit.parse(configuration)
    added: Any = tomlkit.parse(rule)["rules"]
    rules: Any = document["rules"]
    if isinstance(rules, tomlkit.items.Array):  # in one line: so is the new one, without its comments
        inline = tomlkit.inline_table()
        inline.update(added[0].unwrap())
        rules.append(inline)
    else:
        rules.append(added[0])
    ends_with_rules = (_HEADER.findall(configuration) or [""])[-1] == "[[rules]]"
    for text in (appended, tomlkit.dumps(document)) if ends_with_rules else (tomlkit.dumps(document), appended):
        if _holds(text, wanted):
            return text
    raise ValueError("the rules of this configuration can't be added to")


def toml(value: Any) -> str:
    """Return a value as TOML on one line; what can't be seen is escaped."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml(name)} = {toml(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\U{ord(one):08X}" if hidden_kind(one) else one for one in text)


def _despite(guards: Sequence[str]) -> list[str]:
    """
    Return the line that lifts guards, if there is any to lift.

    That it is the server's first request is lifted: the person looks at it. What was found in the request is not: that
    it was let pass once says nothing of the next. It is named in a comment.
    """
    lifted = [guard for guard in guards if guard == FIRST_REQUEST]
    kept = [guard for guard in guards if guard != FIRST_REQUEST]
    still = "it still asks" if len(kept) == 1 else "each still asks"
    if not lifted:
        return [f"# despite = {toml(kept)}  # wider: {still}, unless this is uncommented"] if kept else []
    more = f"; {', '.join(map(toml, kept))}: {still}, unless named here" if kept else ", which asks otherwise"
    return [f"despite = {toml(lifted)}  # lets it pass{more}"]


def _of_the_name(answered: bool, despite: Sequence[str]) -> str:
    """Return what stands beside the name: how the rule becomes one that denies or asks, which takes no such lines."""
    out = [key for key, is_there in (("answer", answered), ("despite", despite)) if is_there]
    without = f", and take out {' and '.join(out)}" if out else ""
    return f"the rule's name; to refuse or be asked, write deny or ask for allow{without}"


def _holds(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _unused(name: str, names: Collection[str]) -> str:
    number = 2
    found = name
    while found in names:
        found, number = f"{name} ({number})", number + 1
    return found


def _size(octets: int) -> str:
    """Return the next power of two in kilobytes: what is asked tomorrow is a little longer."""
    kilobytes = 1
    while kilobytes * 1000 < octets:
        kilobytes *= 2
    return f"{kilobytes} KB"
