"""Placeholders: the same for the same value, put back exactly, and nothing of the value is left anywhere."""

from dataclasses import replace

from tests.policy.values import PERSONAL, made_secrets
from tests.support.full_request import params, user
from tuui_sampling.policy.redaction.placeholders import Placeholders, put_back, put_back_by_itself, redact
from tuui_sampling.sampling.request import SamplingRequest, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.wire import parse_request, request_params

BOTH = ("secret", "personal")
TOKEN = next(value for name, value in made_secrets() if name == "GitHub token")
MAIL = "ann@firm.net"
CARD = next(value for name, value in PERSONAL if name == "payment card")


def request(text: str, **more: object) -> SamplingRequest:
    """Return a small request."""
    return parse_request(params(**({"messages": [user(text)]} | more)))


def first(asked: SamplingRequest) -> str:
    """Return the text of the first block."""
    block = asked.messages[0].blocks[0]
    assert isinstance(block, TextBlock)
    return block.text


def test_the_same_value_has_the_same_placeholder_in_every_field() -> None:
    redacted = redact(request(f"{TOKEN} {CARD} {TOKEN}", systemPrompt=f"use {TOKEN}"), BOTH)
    assert first(redacted.request) == "⟦secret 1⟧ ⟦personal 1⟧ ⟦secret 1⟧"
    assert redacted.request.system_prompt == "use ⟦secret 1⟧"
    assert TOKEN not in repr(redacted)
    assert TOKEN not in str(request_params(redacted.request))


def test_only_the_kinds_that_are_named_are_replaced() -> None:
    assert first(redact(request(f"{TOKEN} {CARD}"), ("secret",)).request) == f"⟦secret 1⟧ {CARD}"
    asked = request(f"{TOKEN} {CARD}")
    assert redact(asked, ()).request is asked
    assert redact(request("nothing"), BOTH).values == {}


def test_what_looks_like_a_placeholder_is_never_given_to_a_value() -> None:
    redacted = redact(request(f"⟦secret 1⟧ ⟦personal 1⟧ {TOKEN}"), BOTH)
    assert first(redacted.request) == "⟦secret 1⟧ ⟦personal 1⟧ ⟦secret 2⟧"
    answer = Response((TextBlock("⟦personal 1⟧ ⟦personal 9⟧"),), "m")
    assert put_back(answer, redacted.values, redacted.values) == answer
    added = Placeholders(request("nothing"), more=["what was added says ⟦secret 1⟧"])
    assert added.of("secret", TOKEN) == "⟦secret 2⟧"


def test_personal_data_is_put_back_by_itself_and_secrets_are_not() -> None:
    asked = request(f"{TOKEN} {CARD}")
    redacted = redact(asked, BOTH)
    answer = Response((TextBlock("a ⟦secret 1⟧ b ⟦personal 1⟧"), ToolUseBlock("1", "t", {"q": ["⟦personal 1⟧"]})), "m")
    returned = put_back(answer, redacted.values, put_back_by_itself(asked, redacted.values))
    assert returned.text == f"a ⟦secret 1⟧ b {CARD}"
    assert returned.tool_uses[0].input == {"q": [CARD]}
    assert put_back(answer, redacted.values, redacted.values).text == f"a {TOKEN} b {CARD}"
    assert put_back(answer, redacted.values, {"⟦secret 1⟧"}).text == f"a {TOKEN} b ⟦personal 1⟧"
    assert put_back(answer, redacted.values, ()) is answer


def test_what_the_person_has_written_into_a_request_stays_out_of_what_its_server_gets() -> None:
    asked = request(f"call {CARD}")
    edited = redact(request(f"call {CARD}, or write to {MAIL}"), BOTH, Placeholders(asked))
    assert edited.values == {"⟦personal 1⟧": CARD, "⟦personal 2⟧": MAIL}
    assert put_back_by_itself(asked, edited.values) == {"⟦personal 1⟧"}
    assert put_back_by_itself(asked, {}) == frozenset()


def test_a_thousand_redactions_are_put_back_exactly() -> None:
    values = [value for _, value in (*made_secrets(), *PERSONAL)]
    done = 0
    for round_ in range(5):
        for position, value in enumerate(values):
            text = f"before\n{value} {round_}\tand “{values[position - 1]}” after {value}"
            redacted = redact(request(text), BOTH)
            answer = replace(Response((TextBlock(first(redacted.request)),), "m"))
            assert put_back(answer, redacted.values, redacted.values).text == text
            done += 1
    assert done >= 1_000
