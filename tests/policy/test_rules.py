"""The judge: deny, ask, allow; conditions, guards, presets, hours, expiry. Order and detail never matter."""

import itertools
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.policy.values import made_secrets
from tests.support.full_request import params, user
from tuui_sampling.config.policy.rules import FINDINGS, GUARDS, RuleSettings
from tuui_sampling.policy.facts import Facts
from tuui_sampling.policy.finding import FindingKind, Severity
from tuui_sampling.policy.globs import glob
from tuui_sampling.policy.recorded import recorded_facts
from tuui_sampling.policy.risk import Standing, risk_of
from tuui_sampling.policy.rules import Rules
from tuui_sampling.policy.survey import Destination
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Estimate, Response
from tuui_sampling.sampling.wire import parse_request

NOON = datetime(2026, 7, 1, 12, 0).astimezone()
FREE = Destination("127.0.0.1:8080", True, Estimate(10, Decimal(), Decimal()))
SECRET = made_secrets()[0][1]


def facts(text: str = "please summarise this", *, tokens: int = 100, now: datetime = NOON, **more: Any) -> Facts:
    """Return what is judged: harmless, of a known server, free."""
    request = parse_request(params(messages=[user(text)], maxTokens=tokens))
    given: dict[str, Any] = {
        "kind": "sampling",
        "stage": "request",
        "origin": Origin("notes", "2025-11-25", tool="summarise"),
        "model": "local",
        "now": now,
        "standing": Standing(delivered=9),
        "request": request,
        "destination": lambda: FREE,
    } | more
    return Facts(**given)


def allow(name: str = "small ones", **more: Any) -> RuleSettings:
    """Return a rule that allows what `facts` gives."""
    conditions: dict[str, Any] = {"server": "notes", "model": "local", "max_tokens": 500} | more
    return RuleSettings("allow", name, **conditions)


def deny(name: str = "never", **more: Any) -> RuleSettings:
    """Return a rule that denies."""
    return RuleSettings("deny", name, **more)


def ask(name: str = "look", **more: Any) -> RuleSettings:
    """Return a rule that asks."""
    return RuleSettings("ask", name, **more)


def verdict(*rules: RuleSettings, of: Facts | None = None, **more: Any) -> Verdict:
    """Return what the rules say."""
    return Rules(rules, **more)(of or facts()).verdict


def test_the_names_of_the_configuration_are_those_of_the_findings() -> None:
    assert set(FINDINGS) == set(FindingKind)
    assert set(GUARDS) > {"hidden", "secret", "tools", "media", "unsolicited", "unencrypted"}


# --- the order ---


@pytest.mark.hostile(80)
@pytest.mark.parametrize("rules", list(itertools.permutations([allow(), ask(), deny()])))
def test_deny_goes_before_ask_and_ask_before_allow_in_any_order(rules: tuple[RuleSettings, ...]) -> None:
    assert verdict(*rules) is Verdict.REJECT
    assert verdict(*(rule for rule in rules if rule.effect != "deny")) is Verdict.ASK
    assert verdict(*(rule for rule in rules if rule.effect == "allow")) is Verdict.PASS


def test_a_detailed_allow_does_not_outweigh_a_general_deny() -> None:
    detailed = allow(tool="summarise", prompt="*summarise*", max_size=8_000, host=("127.0.0.1",))
    assert verdict(detailed) is Verdict.PASS
    assert verdict(detailed, deny()) is Verdict.REJECT


def test_shuffled_rules_say_the_same() -> None:
    rules = [allow(f"a{n}", tool=tool) for n, tool in enumerate(("summarise", "other", None))]
    rules += [deny("d", findings=("secret",)), ask("q", cost_above=Decimal("0.05"))]
    cases = [
        facts(),
        facts(f"a {SECRET}"),
        facts(destination=lambda: Destination("x", True, Estimate(1, None, Decimal(1)))),
    ]
    expected = [Rules(rules)(case).verdict for case in cases]
    for seed in range(20):
        random.Random(seed).shuffle(rules)
        assert [Rules(rules)(case).verdict for case in cases] == expected
    assert expected == [Verdict.PASS, Verdict.REJECT, Verdict.ASK]


def test_without_a_rule_it_is_asked() -> None:
    assert verdict() is Verdict.ASK
    assert verdict(otherwise=Verdict.REJECT) is Verdict.REJECT


# --- conditions ---

CONDITIONS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"server": "notes"}, {"origin": Origin("mail", "2025-11-25", tool="summarise")}),
    ({"tool": "summarise"}, {"origin": Origin("notes", "2025-11-25", tool="delete")}),
    ({"tool": "summarise"}, {"origin": Origin("notes", "2025-11-25")}),
    ({"model": "local"}, {"model": "claude"}),
    ({"stage": "request"}, {"stage": "response", "response": Response((TextBlock("a"),), "m")}),
    ({"max_tokens": 100}, {"tokens": 101}),
    ({"max_size": 21}, {"text": "please summarise thís"}),
    ({"prompt": "please*"}, {"text": "kindly summarise this"}),
    ({"host": ("127.0.0.1",)}, {"destination": lambda: Destination("api.example.net", True, FREE.estimate)}),
    ({"unless_host": ("api.example.net",)}, {"destination": lambda: Destination("API.example.net:443", True, FREE.estimate)}),
    ({"between": (time(11), time(13))}, {"now": NOON.replace(hour=13)}),
    ({"between": (time(23), time(13))}, {"now": NOON.replace(hour=22)}),
    ({"expires": date(2026, 7, 1)}, {"now": NOON + timedelta(days=1)}),
    ({"risk": "low"}, {"tokens": 5_000}),
    ({"kind": "sampling"}, {"kind": "elicitation"}),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "other"), CONDITIONS)
def test_every_condition_must_hold(condition: dict[str, Any], other: dict[str, Any]) -> None:
    rule = ask(**condition)
    judge = Rules([rule])
    assert judge(facts()).rule == "look"
    assert judge(facts(**other)).rule == ""


def test_conditions_on_what_is_found_and_what_it_costs() -> None:
    assert verdict(deny(findings=("secret",)), of=facts(f"it is {SECRET}")) is Verdict.REJECT
    assert verdict(deny(findings=("secret",))) is Verdict.ASK
    dear = facts(destination=lambda: Destination("x", True, Estimate(10, None, None)))
    assert verdict(deny(cost_above=Decimal("0.05")), of=dear) is Verdict.REJECT, "an unknown price may be any"
    assert verdict(deny(cost_above=Decimal("0.05"))) is Verdict.ASK


def test_secrets_go_to_this_computer_only() -> None:
    rule = deny("secrets go to this computer only", findings=("secret",), unless_host=("127.0.0.1", "localhost"))
    passing = allow(despite=("secret",))
    assert verdict(rule, passing, of=facts(SECRET)) is Verdict.PASS
    elsewhere = facts(SECRET, destination=lambda: Destination("api.example.net", True, FREE.estimate))
    assert verdict(rule, passing, of=elsewhere) is Verdict.REJECT


@pytest.mark.hostile(79)
def test_a_rule_of_another_fingerprint_is_void() -> None:
    rule = allow(fingerprint="aa")
    assert verdict(rule, fingerprints={"notes": "aa"}) is Verdict.PASS
    assert verdict(rule, fingerprints={"notes": "bb"}) is Verdict.ASK
    assert verdict(rule) is Verdict.ASK


@pytest.mark.hostile(80)
def test_expired_stays_expired_when_the_clock_is_set_back() -> None:
    judge = Rules([allow(expires=date(2026, 7, 1))])
    assert judge(facts()).verdict is Verdict.PASS
    assert judge(facts(now=NOON + timedelta(days=1))).verdict is Verdict.ASK
    assert judge(facts()).verdict is Verdict.ASK
    assert verdict(allow(expires=date(2026, 7, 1)), latest=NOON + timedelta(days=2)) is Verdict.ASK


def test_hours_are_those_of_the_clock_whatever_it_was_before() -> None:
    """Else a clock that was once ahead, and is right again, would leave a nightly rule open all day."""
    nightly = allow(between=(time(23), time(5)))
    assert verdict(nightly, latest=NOON + timedelta(days=400, hours=12)) is Verdict.ASK
    assert verdict(nightly, of=facts(now=NOON.replace(hour=23)), latest=NOON + timedelta(days=400)) is Verdict.PASS


HOSTS = {
    "localhost:80": ("localhost", "LOCALHOST", "localhost:80"),
    "localhost.:8080": ("localhost", "localhost."),
    "api.example.net.": ("api.example.net",),
    "[::1]": ("::1", "[::1]"),
    "[::1]:8080": ("::1", "[::1]", "[::1]:8080"),
    "[2001:db8::1]:443": ("2001:DB8::1",),
}


@pytest.mark.parametrize(("host", "name"), [(host, name) for host, names in HOSTS.items() for name in names])
def test_a_host_has_one_name_however_it_is_written(host: str, name: str) -> None:
    case = facts(destination=lambda: Destination(host, True, FREE.estimate))
    assert verdict(deny("to nobody", host=(name,)), of=case) is Verdict.REJECT
    assert verdict(deny("to others", unless_host=(name,)), of=case) is Verdict.ASK
    longer = facts(destination=lambda: Destination(f"{host.partition(':')[0].strip('[]')}.evil.example", True))
    assert verdict(deny("to nobody", host=(name,)), of=longer) is Verdict.ASK


def test_a_rule_on_trial_never_acts_and_is_told() -> None:
    judged = Rules([allow(trial=True), deny("no", trial=True)])(facts())
    assert judged.verdict is Verdict.ASK
    assert set(judged.tried) == {"small ones", "no"}


def test_a_rule_whose_budget_is_spent_lets_nothing_pass() -> None:
    judge = Rules([allow()])
    assert judge(facts(), frozenset({"small ones"})).verdict is Verdict.ASK


# --- guards ---

GUARDED: dict[str, dict[str, Any]] = {
    "hidden": {"text": "zero\u200bwidth"},
    "secret": {"text": SECRET},
    "unsolicited": {"origin": Origin("notes", "2025-11-25", unsolicited=True)},
    "unencrypted": {"destination": lambda: Destination("10.0.0.9", False, FREE.estimate)},
    "unknown cost": {"destination": lambda: Destination("x", True, Estimate(10, None, None))},
    "first request": {"standing": Standing()},
    "tools": {"request": parse_request(params(tools=[{"name": "t", "inputSchema": {"type": "object"}}]))},
    "media": {
        "request": parse_request(
            params(messages=[{"role": "user", "content": {"type": "image", "data": "aGk=", "mimeType": "image/png"}}], maxTokens=5)
        )
    },
}  # fmt: skip


@pytest.mark.hostile(43)
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_asks_unless_it_is_lifted_by_its_name(guard: str) -> None:
    guarded = facts(**GUARDED[guard])
    rule = allow(max_tokens=1_000_000)
    judged = Rules([rule])(guarded)
    assert (judged.verdict, judged.guards) == (Verdict.ASK, guarded.guards)
    assert guard in judged.guards
    assert verdict(replace(rule, despite=guarded.guards), of=guarded) is Verdict.PASS
    assert verdict(replace(rule, despite=tuple(name for name in GUARDS if name != guard)), of=guarded) is Verdict.ASK


# --- presets and risk ---


@pytest.mark.parametrize(
    ("preset", "changes", "expected", "notify"),
    [
        ("ask", {}, Verdict.ASK, False),
        ("tiered", {}, Verdict.PASS, False),
        ("tiered", {"tokens": 5_000}, Verdict.PASS, True),
        ("tiered", {"text": SECRET}, Verdict.ASK, False),
        ("tiered", {"standing": Standing()}, Verdict.ASK, False),
        ("tiered", {"kind": "elicitation"}, Verdict.ASK, False),
        ("locked", {}, Verdict.REJECT, False),
    ],
)
def test_presets(preset: str, changes: dict[str, Any], expected: Verdict, notify: bool) -> None:
    judged = Rules([], preset=preset)(facts(**changes))
    assert (judged.verdict, judged.notify) == (expected, notify)
    assert expected is Verdict.ASK or judged.rule.startswith("policy: ")
    denied = deny(kind=changes.get("kind", "sampling"))
    assert verdict(denied, preset=preset, of=facts(**changes)) is Verdict.REJECT


@pytest.mark.parametrize(
    ("tokens", "worst", "standing", "level"),
    [
        (100, "0", Standing(9), Severity.LOW),
        (100, "0.06", Standing(9), Severity.MEDIUM),
        (100, "0.6", Standing(9), Severity.HIGH),
        (100, None, Standing(9), Severity.MEDIUM),
        (5_000, "0", Standing(9), Severity.MEDIUM),
        (100, "0", Standing(), Severity.MEDIUM),
        (100, "0", Standing(6, 4), Severity.MEDIUM),
        (100, "0", Standing(9, 1), Severity.LOW),
    ],
)
def test_risk_has_its_reasons(tokens: int, worst: str | None, standing: Standing, level: Severity) -> None:
    risk = risk_of((), tokens, Decimal(worst) if worst else None, standing)
    assert risk.level is level
    assert bool(risk.reasons) is (level is not Severity.LOW)


def test_an_explanation_names_what_did_not_hold() -> None:
    steps, judged = Rules([allow(tool="other"), deny(findings=("secret",)), allow("b")]).explain(facts())
    assert [(step.rule.name, step.matched, step.why) for step in steps] == [
        ("never", False, "does not hold: it holds secret"),
        ("small ones", False, 'does not hold: the tool is "other"'),
        ("b", True, "every condition holds"),
    ]
    assert judged.rule == "b"


# --- what is forbidden is forbidden in disguise, too ---

DISGUISED = (
    ("*delete the table*", "please de\u200blete the table"),
    ("*delete the table*", "ＤＥＬＥＴＥ the tａble"),
    ("*delete the table*", "delete\n   the\u00a0table"),
    ("*delete the table*", "d\u0435lete the t\u0430ble"),
    ("*delete the table*", "\U0001d5f1elete the table"),
    ("*delete the table*", "del\u00adete the tab\x08le"),
    ("*delete the table*", "delete the table\u202e"),
    ("*delete the table*", "DELETE THE TABLE"),
    ("*passwort der straße*", "Das PASSWORT DER STRASSE"),
    ("*passwort der straße*", "passwort der stra\u00adsse"),
    ("*stra?e*", "in der Straße"),
    ("*stra?e*", "in der stra\u200bße"),
    ("*izmir*", "İZMİR".replace("İ", "I")),
    ("*ﬁle*", "the file"),
    ("*file*", "the ﬁle"),
    ("*пароль*", "ваш ПА\u200bРОЛЬ"),
)


@pytest.mark.parametrize(("pattern", "text"), DISGUISED, ids=ascii)
def test_a_deny_and_an_ask_look_through_a_disguise(pattern: str, text: str) -> None:
    assert verdict(deny(prompt=pattern), allow(despite=("hidden",)), of=facts(text)) is Verdict.REJECT
    assert verdict(ask(prompt=pattern), allow(despite=("hidden",)), of=facts(text)) is Verdict.ASK


@pytest.mark.parametrize(("pattern", "text"), DISGUISED[:6], ids=ascii)
def test_an_allow_takes_the_text_as_it_stands(pattern: str, text: str) -> None:
    assert verdict(allow(prompt=pattern, despite=("hidden",)), of=facts(text)) is Verdict.ASK
    assert verdict(allow(prompt=pattern, despite=("hidden",)), of=facts("delete the table")) is Verdict.PASS


@pytest.mark.parametrize("text", ["detail the table", "delete the stable", "de lete the table"])
def test_what_says_something_else_is_not_forbidden(text: str) -> None:
    assert verdict(deny(prompt="delete the table"), allow(), of=facts(text)) is Verdict.PASS


# --- globs ---


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("abc", "ABC", True),
        ("abc", "abcd", False),
        ("a*c", "abbbc", True),
        ("a*c", "abbbcd", False),
        ("*sum*", "please summarise", True),
        ("*sum*", "please be brief", False),
        ("*s?m*", "please summarise", True),
        ("*.*", "abc", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*", "", True),
        ("**a**", "bab", True),
        ("a*a", "a", False),
        ("a*bc*bc", "abcbc", True),
        ("a*b.c", "axb.c", True),
        ("a*b.c", "axbxc", False),
        ("[x]*", "[x] y", True),
        ("line*end", "line\n\nend", True),
    ],
)
def test_globs(pattern: str, text: str, fits: bool) -> None:
    assert glob(pattern, text) is fits


@pytest.mark.hostile(80)
def test_a_hostile_glob_ends() -> None:
    """With backtracking this would take longer than anybody lives."""
    assert not glob("*a" * 60 + "*b", "a" * 100_000)


def test_recorded_facts_are_judged_as_the_live_ones() -> None:
    from tuui_sampling.desk.judging import facts_json

    rules = Rules([allow(max_size=8_000), deny(findings=("secret",)), ask(cost_above=Decimal("0.5"))])
    for live in (facts(), facts(SECRET), *(facts(**changes) for changes in GUARDED.values())):
        kept = recorded_facts("notes", live.now, facts_json(live))
        assert rules(kept).verdict is rules(live).verdict


@pytest.mark.parametrize(
    ("rules", "preset", "said"),
    [
        ([allow()], "ask", 'the rule "small ones" may return the response unseen'),
        ([allow(max_size=1)], "ask", 'the rule "small ones" may return the response unseen'),
        ([allow(stage="request")], "ask", ""),
        ([allow(max_tokens=1)], "ask", ""),
        ([allow(), ask(stage="response")], "ask", ""),
        ([allow(), ask(findings=("secret",))], "ask", 'the rule "small ones" may return the response unseen'),
        ([allow(), deny(stage="response")], "ask", 'the rule "never" rejects the response'),
        ([allow(trial=True)], "ask", ""),
        ([], "ask", ""),
        ([], "tiered", 'the policy "tiered" may return the response unseen'),
        ([], "locked", 'the policy "locked" rejects the response'),
    ],
)
def test_what_becomes_of_the_response_is_told_as_far_as_the_request_tells(
    rules: list[RuleSettings], preset: str, said: str
) -> None:
    assert Rules(rules, preset=preset).of_response(facts(stage="response")) == said
    assert Rules(rules).decides == bool(rules)
