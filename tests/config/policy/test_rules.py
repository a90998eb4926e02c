"""`[[rules]]`: what is read, what is refused with its line, and this machine's policy over it."""

import itertools
from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tuui_sampling.config.load import ConfigError, parse
from tuui_sampling.config.policy.rules import TREATMENT, RuleSettings
from tuui_sampling.config.settings import Settings
from tuui_sampling.policy.dead_rules import _NARROWING, _WIDER, dead_rules
from tuui_sampling.policy.fingerprint import fingerprint

HEAD = """\
[servers.notes]
command = "cat"
allowed_models = ["local"]
[servers.mail]
command = "cat"
[models.local]
provider = "demo"
[models.big]
provider = "demo"
"""
GOOD = 'allow = "small"\nserver = "notes"\nmodel = "local"\nmax_tokens = 500\n'
TODAY = date(2026, 7, 1)


def read(*rules: str, head: str = HEAD) -> Settings:
    """Read a configuration with these rules."""
    return parse(head + "".join(f"[[rules]]\n{rule}\n" for rule in rules), {}, ROOT / "config.toml")


def problems(*rules: str) -> list[tuple[int | None, str]]:
    """Return what is wrong, with its line."""
    with pytest.raises(ConfigError) as caught:
        read(*rules)
    return [(problem.line, f"{problem.key_path}: {problem.message}") for problem in caught.value.problems]


def test_every_key_is_read() -> None:
    (rule,) = read(
        GOOD
        + 'tool = "summarise"\nmax_size = "8 KB"\nstage = "request"\ncost_above = 0.05\nfindings = ["secret"]\n'
        + 'prompt = "*x*"\nrisk = "low"\nhost = ["a"]\nunless_host = ["b"]\nbetween = "01:00-05:00"\n'
        + 'expires = 2027-01-31\ndespite = ["unsolicited", "unknown cost"]\nnotify = true\ntry = true\n'
        + 'answer_with = "earlier"\nmax_age = "7 days"\nfingerprint = "ab"\n'
        + 'priority = "high"\nredact = ["personal"]\nrecord = "digests"\n'
        + "budget = { usd_per_day = 0.50, requests_per_hour = 20 }"
    ).rules
    assert (rule.effect, rule.name, rule.line, rule.source) == ("allow", "small", 10, "yours")
    assert (rule.max_size, rule.between, rule.expires) == (8_000, (time(1), time(5)), date(2027, 1, 31))
    assert (rule.usd_per_day, rule.requests_per_hour, rule.cost_above) == (Decimal("0.5"), 20, Decimal("0.05"))
    assert rule.treats == ("priority", "redact", "record")
    assert (rule.max_age, rule.stages, rule.trial) == (timedelta(days=7), ("request",), True)


def test_a_table_of_the_budget_belongs_to_its_rule() -> None:
    first, second = read(GOOD + "[rules.budget]\nusd_per_day = 1", 'deny = "d"').rules
    assert (first.usd_per_day, second.usd_per_day) == (Decimal(1), None)


def test_the_answer_to_an_elicitation() -> None:
    (rule,) = read(
        'allow = "yes"\nkind = "elicitation"\nserver = "notes"\ntool = "plan"\nexpires = "session"\n'
        'answer = { action = "accept", content = { confirm = true } }'
    ).rules
    assert rule.answer == {"action": "accept", "content": {"confirm": True}}
    assert rule.expires == "session"


# --- 500 broken or dead rules ---

BROKEN_LINES = (
    "unknwon = 1", 'server = ""', "server = 5", 'kind = "prompt"', 'stage = "both"', "max_tokens = 0", 'max_tokens = "many"',
    'max_size = "8 pages"', "max_size = 8", 'cost_above = "much"', 'findings = ["secrets"]', "findings = []", "findings = 5",
    'risk = "tiny"', 'between = "01:00"', 'between = "25:00-26:00"', 'between = "05:00-05:00"', 'expires = "never"',
    'despite = ["everything"]', "notify = 1", 'try = "yes"', "budget = { usd_per_week = 1 }", "budget = 5",
    'answer_with = "later"', 'max_age = "old"', 'priority = "highest"', 'max_age = 5', "prompt = 5", "host = 5",
    'unless_host = "a"', 'answer = "yes"', 'priority = 1', 'redact = ["hidden"]', 'redact = "secret"', 'record = "nothing"',
    'stage = "response"\npriority = "high"', 'stage = "response"\nredact = ["secret"]', 'stage = "response"\nrecord = "digests"',
)  # fmt: skip
BROKEN_RULES = (
    "", 'server = "notes"', 'allow = "a"\nmodel = "local"\nmax_tokens = 5', 'allow = "a"\nserver = "notes"\nmax_tokens = 5',
    'allow = "a"\nserver = "notes"\nmodel = "local"', 'deny = "a"\nallow = "b"', 'deny = "a"\nask = "b"', 'deny = "a"\ndespite = ["secret"]',
    'ask = "a"\nnotify = true', 'deny = "a"\nanswer = { action = "accept" }', 'allow = "a"\nkind = "elicitation"\nserver = "notes"',
    'allow = "a"\nkind = "elicitation"\nserver = "notes"\nanswer = { action = "maybe" }',
    'allow = "a"\nkind = "elicitation"\nserver = "notes"\nanswer = { action = "accept", values = 1 }',
    GOOD + 'max_age = "7 days"', GOOD + 'answer = { action = "accept" }', "deny = 5",
    'ask = "a"\nkind = "elicitation"\nredact = ["personal"]',
)  # fmt: skip
DEAD_RULES = (
    ('allow = "a"\nserver = "nobody"\nmodel = "local"\nmax_tokens = 5', "no server"),
    ('allow = "a"\nserver = "mail"\nmodel = "none"\nmax_tokens = 5', "no model"),
    (GOOD + "expires = 2026-06-30", "expired"),
    (GOOD + 'tool = "gone"', "no tool"),
    (GOOD + 'fingerprint = "0000"', "others than"),
    ('allow = "a"\nserver = "notes"\nmodel = "big"\nmax_tokens = 5', "may not answer"),
    ('allow = "a"\nkind = "roots"\nserver = "notes"', "no roots"),
    ('deny = "a"\nkind = "elicitation"\nmodel = "local"', "goes to none"),
    ('deny = "a"\nkind = "roots"\nstage = "response"', "no response"),
    ('deny = "a"\nhost = ["x"]\nunless_host = ["x"]', "every host"),
    ('ask = "a"\nrisk = "low"\nfindings = ["secret"]', "never of low risk"),
)
SHADOWED = (
    ('deny = "d"', GOOD), ('deny = "d"\nserver = "notes"', GOOD), ('ask = "q"\nserver = "notes"', GOOD),
    ('deny = "d"\nmodel = "local"', GOOD), ('deny = "d"\nserver = "mail"', 'ask = "q"\nserver = "mail"\ntool = "t"'),
)  # fmt: skip
HEADS = ("", "\n", "# a line\n\n", 'default_model = "local"\n')


def broken() -> list[tuple[tuple[str, ...], int]]:
    """Return broken rules, each with the number of good ones before it."""
    bodies = [GOOD + line for line in BROKEN_LINES] + list(BROKEN_RULES)
    others = [f'deny = "other {n}"\nserver = "mail"' for n in range(8)]
    return [((*others[:before], body), before) for body, before in itertools.product(bodies, range(8))]


@pytest.mark.long
def test_five_hundred_broken_or_dead_rules_are_reported_with_their_line() -> None:
    reported = 0
    for rules, before in broken():
        start = 1 + HEAD.count("\n") + sum(rule.count("\n") + 2 for rule in rules[:before])
        end = start + rules[before].count("\n") + 1
        found = problems(*rules)
        assert found, rules[before]
        assert all(line is not None and start <= line <= end for line, _ in found), (rules[before], found, start)
        reported += 1
    tools = {"notes": frozenset({"summarise"})}
    for head, (body, reason) in itertools.product(HEADS, DEAD_RULES):
        for before in range(3):
            others = tuple(f'deny = "other {n}"\nserver = "mail"\ntool = "t{n}"' for n in range(before))
            settings = read(*others, body, head=head + HEAD)
            (dead,) = dead_rules(settings, settings.rules, TODAY, fingerprints={"notes": "1111"}, tools=tools)
            assert reason in dead.reason
            text = head + HEAD + "".join(f"[[rules]]\n{rule}\n" for rule in (*others, body))
            assert text.splitlines()[(dead.rule.line or 0) - 1] == "[[rules]]"
            assert dead.rule.name in text.splitlines()[dead.rule.line or 0]
            reported += 1
    for wide, narrow in SHADOWED:
        for rules in ((wide, narrow), (narrow, wide)):
            settings = read(*rules)
            (dead,) = dead_rules(settings, settings.rules, TODAY)
            assert "goes before it" in dead.reason
            reported += 1
    assert reported >= 500


@pytest.mark.parametrize(
    "wide",
    [
        'deny = "d"\ncost_above = 1',
        'deny = "d"\nmax_tokens = 10',
        'deny = "d"\nserver = "mail"',
        'deny = "d"\ntry = true',
    ],
)
def test_what_is_not_shadowed_is_not_reported(wide: str) -> None:
    settings = read(wide, GOOD)
    assert dead_rules(settings, settings.rules, TODAY) == []


def test_a_deny_of_tools_that_only_read_leaves_the_others_to_an_allow() -> None:
    settings = read(
        'deny = "what only reads"\nkind = "tool_call"\nread_only = true',
        'allow = "one tool"\nkind = "tool_call"\nserver = "notes"\ntool = "write"',
    )
    assert dead_rules(settings, settings.rules, TODAY) == []


def test_every_condition_counts_when_rules_are_compared() -> None:
    """One that was forgotten would have a working rule told to be dead."""
    no_conditions = {"effect", "name", "deny", "ask", "allow", "trial", "line", "source", *TREATMENT}
    of_allows = {"despite", "usd_per_day", "requests_per_hour", "notify", "answer", "answer_with", "max_age"}
    assert {*_WIDER, *_NARROWING} == {one.name for one in fields(RuleSettings)} - no_conditions - of_allows


def test_what_it_may_spend_a_day_limits_an_allow_and_how_often_does_not() -> None:
    """How often it passes says nothing of how long each answer may be."""
    head = 'allow = "the nightly digest"\nserver = "notes"\nmodel = "local"\nbetween = "01:00-05:00"\n'
    (rule,) = read(f"{head}budget = {{ usd_per_day = 0.50, requests_per_hour = 20 }}").rules
    assert (rule.usd_per_day, rule.requests_per_hour) == (Decimal("0.5"), 20)
    for other in ("requests_per_hour = 20", "usd_per_day = -1", "usd_per_day = nan", "usd_per_day = inf"):
        assert problems(f"{head}budget = {{ {other} }}"), other


def test_two_rules_of_one_name_are_refused() -> None:
    assert problems(GOOD, GOOD) == [(16, "rules[1]: another rule has this name already")]


# --- fingerprints ---


@pytest.mark.hostile(79)
def test_a_fingerprint_follows_command_arguments_and_program(tmp_path: Path) -> None:
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)

    def of(command: str, args: str = "[]") -> str:
        settings = parse(f'[servers.s]\ncommand = "{command}"\nargs = {args}', {}, ROOT / "config.toml")
        return fingerprint(settings.servers["s"])

    first = of(str(program))
    assert first == of(str(program))
    assert len({first, of(str(program), '["x"]'), of("/bin/cat"), of("missing")}) == 4
    program.write_text("#!/bin/sh\nelse\n")
    assert of(str(program)) != first


def test_a_rule_without_a_file_has_no_line() -> None:
    assert RuleSettings("deny", "x").line is None
