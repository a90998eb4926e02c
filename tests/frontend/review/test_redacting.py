"""Redacting by hand: what is found in each kind of field, only where it is wanted, and how it is taken back."""

import pytest

from tests.policy.values import made_secrets
from tests.support.full_request import params, user
from tuui_sampling.frontend.review.redacting import put_back_words, redact_draft, replaced_in
from tuui_sampling.frontend.review.request_draft import Draft
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.request import SamplingRequest, TextBlock
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
    assert put_back_words(answer, known) == f"; ⟦secret 1⟧ stays as it is, ⟦personal 1⟧ goes back as {MAIL}"
    assert put_back_words(Response((TextBlock("nothing"),), "m"), known) == ""
    many = Response((TextBlock(" ".join(known)),), "m")
    assert put_back_words(many, known).endswith(" and 1 more")


def test_a_draft_that_was_kept_knows_what_its_placeholders_stand_for() -> None:
    edited = draft()
    redact_draft(edited, {}, "systemPrompt")
    assert replaced_in(edited.text("systemPrompt"), edited.asked, {}) == edited.redacted
    assert replaced_in("nothing", edited.asked, {}) == replaced_in("⟦secret 99⟧", edited.asked, {}) == {}
