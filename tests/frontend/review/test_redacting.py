"""Redacting by hand: what is found in each kind of field, only where it is wanted, and how it is taken back."""

import pytest

from tests.policy.values import made_secrets
from tests.support.full_request import params, user
from tuui_sampling.frontend.context.attached import of_text
from tuui_sampling.frontend.review.redacting import (
    chosen_in,
    left_in,
    put_back_words,
    redact_answer,
    redact_draft,
    redact_json,
    replaced_by,
    replaced_in,
    restore_answer,
    restore_draft,
    restore_json,
    values_of,
    values_of_answer,
)
from tuui_sampling.frontend.review.request_draft import Draft
from tuui_sampling.frontend.review.response_edits import NEW_TEXT, AnswerEdits
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.request import JsonObject, SamplingRequest, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.wire import parse_request, request_params

TOKEN, OTHER = made_secrets()[0][1], made_secrets()[1][1]
MAIL = "ann@firm.net"
CALL = {"type": "tool_use", "id": "1", "name": "t", "input": {"q": [f"with {TOKEN}"]}}
RESULT = {"type": "tool_result", "toolUseId": "1", "content": [{"type": "text", "text": f"it is {OTHER}"}]}


def draft() -> Draft:
    """Return a draft of a request that holds something in each field that can be edited."""
    messages = [
        user(f"mail {TOKEN} to {MAIL}"),
        {"role": "assistant", "content": [CALL]},
        {"role": "user", "content": [RESULT]},
    ]
    tools = [{"name": "t", "description": f"with {OTHER}", "inputSchema": {"type": "object"}}]
    return Draft(
        parse_request(
            params(
                messages=messages,
                systemPrompt=f"use {OTHER}",
                stopSequences=[f"x {TOKEN}"],
                metadata={"a": TOKEN},
                tools=tools,
            )
        ),
        "m",
    )


def built(of: Draft) -> SamplingRequest:
    """Return the request as edited."""
    request = of.build()
    assert isinstance(request, SamplingRequest)
    return request


def test_all_that_can_be_edited_is_redacted_and_the_same_value_has_the_same_placeholder() -> None:
    edited = draft()
    changed = redact_draft(edited, {})
    call = "messages[1].content[0]"
    assert set(changed) >= {"systemPrompt", "messages[0].content", call, "stopSequences", "metadata"}
    left = {one.place.field for one in in_request(built(edited)) if one.kind in ("secret", "personal")}
    assert left == {"tools[0]"}  # a tool can only be left out
    numbers = {value: placeholder for placeholder, value in edited.redacted.items()}
    assert edited.text("messages[0].content") == f"mail {numbers[TOKEN]} to ⟦personal 1⟧"
    assert numbers[TOKEN] in edited.text(call)
    assert edited.text("systemPrompt") == f"use {numbers[OTHER]}"
    assert TOKEN not in str(request_params(built(edited))) + repr(edited).replace(repr(edited.asked), "")
    assert redact_draft(edited, {}) == []
    for name in changed:
        edited.set(name, edited.original(name))
    assert built(edited) == edited.asked


@pytest.mark.parametrize("name", ["messages[0].content", "systemPrompt", "metadata"])
def test_one_field_is_redacted_with_the_placeholders_that_all_would_have(name: str) -> None:
    whole, one = draft(), draft()
    redact_draft(whole, {})
    assert redact_draft(one, {}, name) == [name]
    assert one.text(name) == whole.text(name)
    assert set(one.edits) == {name}
    assert one.redacted.items() <= whole.redacted.items()


def test_what_was_replaced_before_keeps_its_placeholder_and_a_broken_draft_is_left_alone() -> None:
    edited = draft()
    redact_draft(edited, {"⟦secret 7⟧": TOKEN}, "messages[0].content")
    assert edited.text("messages[0].content") == "mail ⟦secret 7⟧ to ⟦personal 1⟧"
    edited.set("maxTokens", "many")
    assert redact_draft(edited, {}) == []


def test_what_becomes_of_placeholders_is_told_without_the_value_of_a_secret() -> None:
    known = {"⟦secret 1⟧": TOKEN, "⟦personal 1⟧": MAIL, "⟦personal 2⟧": "b@firm.net", "⟦personal 3⟧": "c@firm.net"}
    answer = Response((TextBlock("⟦secret 1⟧ ⟦personal 1⟧ ⟦secret 1⟧ ⟦secret 9⟧"),), "m")
    unasked = chosen_in(answer, known, {}, {"⟦personal 1⟧", "⟦personal 3⟧"})
    assert put_back_words(answer, known, unasked) == f"; ⟦secret 1⟧ stays as it is, ⟦personal 1⟧ goes back as {MAIL}"
    chosen = chosen_in(answer, known, {"⟦secret 1⟧": True, "⟦personal 1⟧": False, "⟦personal 2⟧": True}, known)
    assert chosen == frozenset({"⟦secret 1⟧"})
    other = f"; ⟦secret 1⟧ goes back as {TOKEN}, ⟦personal 1⟧ stays as it is"
    assert put_back_words(answer, known, chosen) == other
    assert put_back_words(Response((TextBlock("nothing"),), "m"), known, None) == ""
    assert chosen_in(Response((TextBlock("nothing"),), "m"), known, {}, known) is None
    many = Response((TextBlock(" ".join(known)),), "m")
    assert put_back_words(many, known, None).endswith(" and 1 more")


def test_a_draft_that_was_kept_knows_what_its_placeholders_stand_for() -> None:
    edited = draft()
    redact_draft(edited, {}, "systemPrompt")
    assert replaced_in(edited.text("systemPrompt"), edited.asked, {}) == edited.redacted
    assert replaced_in("nothing", edited.asked, {}) == replaced_in("⟦secret 99⟧", edited.asked, {}) == {}


def test_one_finding_is_redacted_alone_in_whatever_field_and_comes_back_alone() -> None:
    whole = draft()
    redact_draft(whole, {})
    values = list(values_of(draft()))
    assert len(values) == 7  # all but the one of the tool
    for field, finding, value in values:
        one = draft()
        assert redact_draft(one, {}, finding) == [field]
        (placeholder,) = one.redacted
        assert one.redacted == {placeholder: value}
        assert whole.redacted[placeholder] == value  # the number that it has when all are replaced
        assert len(list(values_of(one))) == len(values) - 1
        assert replaced_by(one) == one.redacted
        assert restore_draft(one, field, placeholder) == [field]
        assert built(one) == one.asked
        assert replaced_by(one) == {}
        assert restore_draft(one, field, "⟦secret 99⟧") == []


def test_what_can_only_be_left_out_is_told() -> None:
    edited = draft()
    redact_draft(edited, {})
    assert list(values_of(edited)) == []
    assert left_in(edited) == {"tools[0]": 1}
    result = {"type": "tool_result", "toolUseId": "1", "content": [], "structuredContent": {"key": TOKEN}}
    messages = [
        user("a"),
        {"role": "assistant", "content": [CALL | {"input": {}}]},
        {"role": "user", "content": [result]},
    ]
    structured = Draft(parse_request(params(messages=messages)), "m")
    assert list(values_of(structured)) == []
    assert left_in(structured) == {"messages[2].content[0]": 1}


def test_what_was_added_is_redacted_too_and_its_words_are_no_placeholders_of_ours() -> None:
    edited = draft()
    edited.attach([of_text("file a", f"⟦secret 1⟧ and {TOKEN}")])
    assert redact_draft(edited, {}, "context[0]") == ["context[0]"]
    text = edited.text("context[0]")
    assert TOKEN not in text
    assert "⟦secret 1⟧ and ⟦secret 3⟧" in text  # the second is that of another value


TEXT = TextBlock(f"mail {MAIL} with {OTHER}")
USE = ToolUseBlock("1", "t", {"q": [f"to {MAIL}"]})


@pytest.mark.parametrize(
    "edits", [AnswerEdits(), AnswerEdits(texts={NEW_TEXT: f"first {MAIL}"})], ids=["as it came", "edited"]
)
def test_a_response_is_redacted_and_comes_back(edits: AnswerEdits) -> None:
    asked, answer = draft().asked, Response((TEXT, USE), "m")
    before, values = edits.apply(answer), list(values_of_answer(answer, edits))
    for field, finding, value in values:
        changed, used = redact_answer(answer, edits, asked, {}, finding)
        assert (changed, list(used.values())) == ([field], [value])
        assert restore_answer(answer, edits, field, next(iter(used))) == [field]
        assert edits.apply(answer) == before
    changed, used = redact_answer(answer, edits, asked, {})
    assert changed == list(dict.fromkeys(field for field, _finding, _value in values))
    assert MAIL not in str(edits.apply(answer)) + repr(edits)
    numbers = {value: placeholder for placeholder, value in used.items()}
    assert numbers[MAIL] == "⟦personal 1⟧"  # as in the request, where it stands, too
    assert edits.apply(answer).tool_uses[0].input == {"q": ["to ⟦personal 1⟧"]}
    assert list(values_of_answer(answer, edits)) == []


def test_the_arguments_of_a_call_are_redacted_and_come_back() -> None:
    arguments: JsonObject = {"q": [f"with {TOKEN}", MAIL], "n": 1, "said": "⟦personal 1⟧"}
    replaced: dict[str, str] = {}
    one = redact_json(arguments, replaced, "in the arguments: personal (medium): e-mail address. …", everything=False)
    assert one == {"q": [f"with {TOKEN}", "⟦personal 2⟧"], "n": 1, "said": "⟦personal 1⟧"}
    first = redact_json(one, replaced, "", everything=False)
    assert first == {"q": ["with ⟦secret 1⟧", "⟦personal 2⟧"], "n": 1, "said": "⟦personal 1⟧"}
    assert redact_json(first, replaced, "", everything=True) is None
    assert redact_json(arguments, {}, "", everything=True) == first
    assert restore_json(first, replaced) == arguments
