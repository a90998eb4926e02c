"""A rule made of a decision: its text is a rule that allows just that; written down, every comment stays."""

import tomllib
from typing import Any

import pytest

from tests.policy.test_rules import facts
from tuui_sampling.config.problems import ConfigError
from tuui_sampling.frontend.policy.rule_text import read_text, rule_text, toml, with_rule
from tuui_sampling.policy.facts import Facts
from tuui_sampling.policy.risk import Standing
from tuui_sampling.policy.rules import Rules
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.origin import Origin

CONFIGURATION = """\
# mine
policy = "ask"  # as it was

[models.local]  # near by
provider = "demo"
"""

RULE = '[[rules]]\ndeny = "secrets"  # never\nfindings = ["secret"]\n'


def test_a_rule_of_a_decision_allows_just_that_and_nothing_larger() -> None:
    seen = facts("please summarise this", tokens=100, standing=Standing())
    rule = read_text(rule_text(seen, (), "f" * 16))
    judge = Rules([rule], fingerprints={"notes": "f" * 16})
    assert judge(seen).verdict is Verdict.PASS, "the guards that there were are lifted by name"
    others: list[Facts] = [
        facts("x" * 1_100),
        facts(tokens=101),
        facts(model="other"),
        facts(origin=Origin("other", "", tool="summarise")),
        facts(origin=Origin("notes", "", tool="other")),
        facts("\u202ehidden"),
    ]
    assert {judge(other).verdict for other in others} == {Verdict.ASK}
    assert Rules([rule], fingerprints={"notes": "other"})(seen).verdict is Verdict.ASK


def test_what_was_found_in_the_request_still_asks_unless_the_person_says_otherwise() -> None:
    for standing, words in (
        (Standing(), 'despite = ["first request"]  # lets it pass; "hidden": it still asks'),
        (Standing(delivered=1), '\n# despite = ["hidden"]  # wider: it still asks, unless this is uncommented\n'),
    ):
        seen = facts("\u202ehidden", standing=standing)
        text = rule_text(seen, (), "")
        assert words in text
        assert Rules([read_text(text)])(seen).guards == ("hidden",)
        wider = text.replace("# despite", "despite").replace('["first request"]', '["first request", "hidden"]')
        assert Rules([read_text(wider)])(seen).verdict is Verdict.PASS


@pytest.mark.parametrize("effect", ["deny", "ask"])
@pytest.mark.parametrize("kind", ["sampling", "elicitation", "roots"])
@pytest.mark.parametrize("standing", [Standing(), Standing(delivered=1)])
def test_a_rule_that_refuses_or_asks_is_made_of_it_as_its_comment_says(
    effect: str, kind: str, standing: Standing
) -> None:
    of = facts("hello", standing=standing) if kind == "sampling" else facts(kind=kind, model=None, request=None)
    lines = rule_text(of, (), "f" * 16, {"action": "decline"}).splitlines()
    _, _, named = lines[1].partition(", and take out ")
    out = tuple(f"{key} =" for key in named.split(" and ") if key)
    text = "\n".join(line for line in lines if not line.startswith(out or "-")).replace("allow", effect, 1)
    assert read_text(text).effect == effect


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\u202eb", "a\nb", "😀", "a'''b", "]]"])
def test_names_that_a_server_chose_stay_what_they_are(name: str) -> None:
    text = rule_text(facts(origin=Origin(name, "", tool=name)), (), "")
    rule = read_text(text)
    assert (rule.server, rule.tool) == (name, name)
    assert "\u202e" not in text
    assert read_text(rule_text(facts(), {"summarise of notes by local"}, "")).name == "summarise of notes by local (2)"


def test_an_elicitation_has_its_answer() -> None:
    asked = facts(kind="elicitation", model=None, request=None)
    answer = {"action": "accept", "content": {"confirm": True, "name": "x"}}
    rule = read_text(rule_text(asked, (), "", answer))
    assert (rule.kind, rule.answer) == ("elicitation", answer)


@pytest.mark.parametrize("kind", ["roots", "tool_call"])
def test_what_is_answered_as_asked_needs_no_answer_in_its_rule(kind: str) -> None:
    asked = facts(kind=kind, model=None, request=None)
    rule = read_text(rule_text(asked, (), "", {"action": "accept", "content": {"path": "x"}}))
    assert (rule.kind, rule.answer, rule.tool) == (kind, None, "summarise")
    assert Rules([rule])(asked).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "configuration",
    [
        "",
        CONFIGURATION,
        CONFIGURATION + '\n[[rules]]  # the first\nask = "all"  # yes\n',
        '[[rules]]\nask = "all"\n\n[models.local]  # below\nprovider = "demo"\n',
        'rules = [{ ask = "all" }]  # in one line\n',
        '[[rules]]\nask = "a"\n[models.a]\nprovider = "demo"\n[[rules]]\nask = "b"  # apart\n',
    ],
)
def test_a_rule_is_added_and_every_comment_stays(configuration: str) -> None:
    after = with_rule(configuration, RULE)
    expected: dict[str, Any] = tomllib.loads(configuration)
    expected["rules"] = [*expected.get("rules", []), {"deny": "secrets", "findings": ["secret"]}]
    assert tomllib.loads(after) == expected
    for line in configuration.splitlines():
        if "#" in line:
            assert line.partition("#")[2] in after
    twice = with_rule(after, RULE.replace("secrets", "more"))
    assert twice.count("deny") == 2
    if configuration in ("", CONFIGURATION):
        assert twice == f"{after}\n{RULE.replace('secrets', 'more')}", "with a line between"


@pytest.mark.parametrize(
    "text", ["", "x", 'policy = "ask"', RULE + RULE, RULE + "nonsense = 1", "[[rules]]\n", '[[rules]]\nallow = "all"\n']
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        read_text(text)


def test_values_as_toml() -> None:
    value = {"a": [1, True, "x\u2028"], "b": {"c": 1.5}}
    assert tomllib.loads(f"v = {toml(value)}")["v"] == value
