"""What is found of values in disguise: hidden characters, other letters, escapes, base64, several lines."""

from itertools import chain

import pytest

from tests.policy.disguises import BOTH, ENCODED, ESCAPES, HIDDEN, LETTERS, LINES, Disguise
from tests.policy.test_findings import PHRASES, WORDS_ABOUT_IT, is_command, ratio
from tests.policy.values import PERSONAL, made_secrets
from tuui_sampling.policy.finding import FindingKind
from tuui_sampling.policy.findings import SECRETS
from tuui_sampling.policy.redaction.placeholders import replace_hits
from tuui_sampling.policy.search.hits import DISGUISED
from tuui_sampling.policy.search.readings import readings
from tuui_sampling.policy.search.scan import find, scan

WITHIN = {**HIDDEN, **LETTERS, **ESCAPES, **ENCODED}
"""Disguises that keep a value in its line."""

TOKENS = [(name, value) for name, value in made_secrets() if name in {rule.name for rule in SECRETS if rule.long}]


def without_secrets(text: str) -> str:
    """Return a text in which each secret is gone."""
    return replace_hits(text, ("secret",), lambda _hit, _value: "⟦⟧")


@pytest.mark.parametrize("name", WITHIN)
def test_every_secret_is_found_and_replaced_as_if_it_were_plain(name: str) -> None:
    disguise = WITHIN[name]
    for rule, value in made_secrets():
        text = f'Here: "{disguise(value)}", is it?'
        assert FindingKind.SECRET in {hit.kind for hit in scan(text)}, rule
        if without_secrets(f'"{value}"') == '"⟦⟧"':
            assert without_secrets(text) == 'Here: "⟦⟧", is it?', rule


@pytest.mark.parametrize("name", [*LINES, *BOTH])
def test_every_token_is_found_over_lines(name: str) -> None:
    disguise: Disguise = {**LINES, **BOTH}[name]
    for rule, value in TOKENS:
        text = f'Here: "{disguise(value)}", is it?'
        assert FindingKind.SECRET in {hit.kind for hit in scan(text)}, (rule, text)


@pytest.mark.parametrize("name", [*HIDDEN, *LETTERS, *ESCAPES])
def test_personal_data_is_found_likewise(name: str) -> None:
    missed = [rule for rule, value in PERSONAL if FindingKind.PERSONAL not in kinds(f"at {WITHIN[name](value)} now")]
    assert missed == []


@pytest.mark.parametrize("name", WITHIN)
def test_phrases_are_found_likewise(name: str) -> None:
    phrases = [(rule, text) for rule, text in PHRASES if not is_command(text)]
    missed = [rule for rule, text in phrases if rule not in {hit.rule for hit in scan(WITHIN[name](text))}]
    assert missed == []


def test_it_is_said_that_it_stands_there_in_another_form_and_of_plain_ones_it_is_not() -> None:
    value = TOKENS[0][1]
    (hit,) = scan(f"with {HIDDEN['zero-width space'](value)} soon")
    assert hit.reason.endswith(DISGUISED)
    (hit,) = scan(f"with {value} soon\u200b and % 41 \\u0041")
    assert DISGUISED not in hit.reason


def test_nothing_within_a_secret_keeps_it_from_being_found() -> None:
    """A number that is found by itself, or the beginning that is long enough to be a token."""
    card = "4242424242424242"
    token = next(value for name, value in TOKENS if name == "GitLab token")
    text = f"glpat-{token[6:16]}\u200b{card}\u200b{token[16:]}"
    assert [(hit.kind, hit.start, hit.end) for hit in scan(text)] == [(FindingKind.SECRET, 0, len(text))]
    assert without_secrets(f"{token}{LETTERS['full width'](token[6:])}!") == "⟦⟧!"


def test_words_about_it_in_disguise_are_no_finding() -> None:
    found = [(name, text) for name in WITHIN for text in WORDS_ABOUT_IT if kinds(WITHIN[name](text)) & VALUES]
    assert found == []


VALUES = {FindingKind.SECRET, FindingKind.PERSONAL}

ORDINARY = (
    "Schöne Grüße aus Köln, 你好，世界：一二三, Привет мир, שָׁלוֹם, naïve café 👩‍👩‍👧 ❤️",
    "日本語の文章です。電話は後で。",
    'print("a\\n%d items" % count)  # 100% sure',
    "GET /search?q=rust+lang&page=2 HTTP/1.1\nHost: example.com\nAccept: text/html",
    "a8f5f167f44f4964e6c998dee827110c  file.bin\nd41d8cd98f00b204e9800998ecf8427e  empty.bin",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_has_one_reading(text: str) -> None:
    assert readings(text, may_be_encoded=False) == []


@pytest.mark.parametrize("window", [64, 257])
def test_what_is_found_does_not_depend_on_where_a_text_is_divided(window: int) -> None:
    value = TOKENS[3][1]
    for apart in range(1, 90, 11):
        text = " ".join(f"{'x' * apart} {disguise(value)}" for disguise in chain(WITHIN.values(), LINES.values()))
        assert find(text, window) == find(text)


HOSTILE = {
    "hidden": "a\u200b",
    "wide": "Ａ",
    "alike": "аa",
    "percent": "%41",
    "escaped": "\\u0041",
    "half an escape": "\\u{",
    "entities": "&#65;",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo= ",
    "one long base64": "QUJDREVG",
    "base64 in lines": "QUJDREVG" * 8 + "\n",
    "lines": "A1\n",
    "broken tokens": "ghp_A1\n",
    "quoted": '"\n"A1',
    "blanks": "A1\n                ",
    "everything": "ghp_Ａ\u200b%41\n",
}


@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_four_times_as_long_costs_four_times_as_much(name: str) -> None:
    """By ratio, as for every pattern; quadratic would be sixteen."""
    part = HOSTILE[name]
    short, long = (part * (size // len(part)) + "!" for size in (8_000, 32_000))
    assert ratio(find, short, long) < 10


def kinds(text: str) -> set[FindingKind]:
    """Return the kinds of what is found."""
    return {hit.kind for hit in scan(text)}
