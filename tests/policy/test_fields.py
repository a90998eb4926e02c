"""Every text of a request, a response or a JSON value is walked, keys as well, and is put back where it was."""

from typing import Any

import pytest

from tests.policy.test_rules import NOON, facts
from tests.policy.values import PERSONAL, made_secrets
from tests.support.full_request import params, user
from tuui_sampling.policy.fields import KEYS_AT_ONCE, change_request, change_response, json_texts, request_texts
from tuui_sampling.policy.finding import Finding, FindingKind
from tuui_sampling.policy.redaction.placeholders import Placeholders, Replacing, put_back, redact, restoring, values_in
from tuui_sampling.policy.survey import in_inquiry, in_json, in_request, in_response, size_of
from tuui_sampling.sampling.inquiry import FormElicitation, Inquiry, ToolCall
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import SamplingRequest, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.wire import parse_request

TOKEN = made_secrets()[0][1]
CARD = next(value for name, value in PERSONAL if name == "payment card")
NESTED: dict[str, Any] = {"a": [{"description": {TOKEN: {CARD: 1}}}], "b": None}
CALL = {"type": "tool_use", "id": "1", "name": "t"}
RESULT = {"type": "tool_result", "toolUseId": "1"}
USE = {"role": "assistant", "content": [{**CALL, "input": {}}]}
TOOLS = {"tools": [{"name": "t", "inputSchema": {"type": "object"}}]}

WITH_KEYS: dict[str, dict[str, Any]] = {
    "metadata": params(metadata=NESTED),
    "a member of its own": params(_meta=NESTED),
    "a schema": params(tools=[{"name": "t", "inputSchema": {"type": "object", "properties": NESTED}}]),
    "arguments": params(
        messages=[{"role": "assistant", "content": [{**CALL, "input": NESTED}]}, user([{**RESULT, "content": []}])],
        **TOOLS,
    ),
    "structured content": params(
        messages=[USE, user([{**RESULT, "content": [], "structuredContent": NESTED}])], **TOOLS
    ),
    "a block of a result": params(
        messages=[USE, user([{**RESULT, "content": [{"type": "text", "text": "x", "_meta": NESTED}]}])], **TOOLS
    ),
}


def kinds(found: Any) -> set[FindingKind]:
    """Return the kinds of secrets and personal data among findings."""
    return {one.kind for one in found} & {FindingKind.SECRET, FindingKind.PERSONAL}


@pytest.mark.parametrize("where", WITH_KEYS)
def test_keys_are_searched_counted_replaced_and_put_back(where: str) -> None:
    request = parse_request(WITH_KEYS[where])
    assert kinds(in_request(request)) == {FindingKind.SECRET, FindingKind.PERSONAL}
    assert size_of(request) >= len(TOKEN) + len(CARD) + len("description")
    assert TOKEN in "".join(text for _, text in request_texts(request))
    redacted = redact(request, ("secret", "personal"))
    assert TOKEN not in repr(redacted.request)
    assert CARD not in repr(redacted.request)
    assert change_request(redacted.request, restoring(redacted.values)) == request


@pytest.mark.parametrize("where", WITH_KEYS)
def test_one_of_them_is_replaced_by_itself(where: str) -> None:
    request = parse_request(WITH_KEYS[where])
    found = next(one for one, value in values_in(request_texts(request)) if value == TOKEN)
    left = change_request(request, Replacing(Placeholders(request), only=found))
    assert TOKEN not in repr(left)
    assert CARD in repr(left)


def test_keys_of_a_response_and_of_what_else_a_server_asks_are_searched() -> None:
    response = Response((ToolUseBlock("1", "t", NESTED),), "m")
    assert kinds(in_response(response)) == {FindingKind.SECRET, FindingKind.PERSONAL}
    origin = Origin("notes", "2025-11-25", tool="t")
    form = FormElicitation("m", {"type": "object", "properties": {TOKEN: {"type": "string"}}})
    call = ToolCall("notes", "t", {TOKEN: 1}, 1, 1, 1)
    for asked in (form, call):
        assert kinds(in_inquiry(inquiry(asked, origin))) == {FindingKind.SECRET}
    assert kinds(in_json([("structuredContent", {TOKEN: 1})])) == {FindingKind.SECRET}
    values = {"⟦personal 1⟧": CARD}
    hidden = change_response(response, lambda _field, text: text.replace(CARD, "⟦personal 1⟧"))
    assert CARD not in repr(hidden)
    assert CARD in repr(put_back(hidden, values, values))


def inquiry(asked: Any, origin: Origin) -> Inquiry:
    """Return what is waiting."""
    return Inquiry(id=1, key="k-1", origin=origin, asked=asked, arrived=0.0, arrived_at=NOON)


def test_usual_names_are_shown_together_and_every_other_key_by_itself() -> None:
    many = {f"name_{'x' * (n % 20)}_{'y' * (n // 20)}": n for n in range(KEYS_AT_ONCE + 3)}
    texts = json_texts("metadata", {**many, "not a word": 1})
    assert [text for field, text in texts if field.inner == f"{{{len(many)}}}"] == ["not a word"]
    together = [text for field, text in texts if field.inner == "{}"]
    assert [len(text.split("\n")) for text in together] == [KEYS_AT_ONCE, 3]
    assert sum(len(text.split("\n")) for text in together) == len(many)


def test_what_a_rule_may_let_pass_is_as_large_as_all_of_it() -> None:
    small, large = ({"metadata": {"x" * size: 1}} for size in (10, 10_000))
    sizes = [facts(request=parse_request(params(messages=[user("a")], **one))).size for one in (small, large)]
    assert sizes[1] - sizes[0] == 9_990
    assert facts(request=None, texts=("é", "b")).size == 4


# --- over two texts ---

PARTS = (TOKEN[:18], TOKEN[18:])


def blocks(*texts: str) -> list[dict[str, str]]:
    """Return blocks of text."""
    return [{"type": "text", "text": text} for text in texts]


OVER_TWO: dict[str, SamplingRequest] = {
    name: parse_request(given)
    for name, given in {
        "two blocks": params(messages=[user(blocks(f"key: {PARTS[0]}", f"{PARTS[1]} is it"))]),
        "two messages": params(messages=[user(PARTS[0]), user(PARTS[1])]),
        "a system prompt and a message": params(systemPrompt=f"use {PARTS[0]}", messages=[user(PARTS[1])]),
        "members of a list": params(metadata={"list": list(PARTS)}),
    }.items()
}


@pytest.mark.parametrize("where", OVER_TWO)
def test_a_token_over_two_texts_is_found_in_both(where: str) -> None:
    request = OVER_TWO[where]
    found: list[Finding] = [one for one in in_request(request) if one.kind is FindingKind.SECRET]
    texts = {(field.name, field.inner): text for field, text in request_texts(request)}
    told = [texts[one.place.field, one.place.inner][one.place.start : one.place.end] for one in found]
    assert tuple(told) == PARTS
    assert "secret" in facts(request=request).guards


@pytest.mark.parametrize(
    "texts",
    [
        (TOKEN, "aB3 and more"),
        ("the end", "The beginning"),
        (f"{PARTS[0]} ", PARTS[1]),
        ("", ""),
    ],
)
def test_texts_that_hold_nothing_together_are_told_nothing_of(texts: tuple[str, str]) -> None:
    request = parse_request(params(messages=[user(blocks(*texts))]))
    assert [one.rule for one in in_request(request) if one.kind is FindingKind.SECRET] == ["GitHub token"] * (
        TOKEN in texts
    )
