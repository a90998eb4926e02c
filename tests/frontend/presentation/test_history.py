"""The record in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tuui_sampling.frontend.presentation.history import outcome_words, story, tokens_words, whole_outcome_words
from tuui_sampling.history.ledger import Entry, Kind, Summary

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def entry(kind: Kind, /, **data: Any) -> Entry:
    return Entry("s-1", kind, "notes", AT, data, 1)


def result(text: str) -> dict[str, Any]:
    return {"content": {"type": "text", "text": text}, "stopReason": "endTurn"}


def params(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": {"type": "text", "text": text}}]}


TURNED_AWAY = "refused on arrival, so nobody saw it"


def summary(**values: Any) -> Summary:
    usual: dict[str, Any] = {
        "row": 1,
        "review": "s-1",
        "number": 1,
        "server": "notes",
        "tool": "summarise",
        "model": "sonnet",
        "outcome": Kind.DELIVERED,
        "arrived_at": AT,
        "ended_at": AT,
        "edited": False,
        "prompt": "Hello",
        "input_tokens": 1640,
        "output_tokens": 41,
    }
    return Summary(**usual | values)


def test_the_story_of_a_review() -> None:
    steps = story(
        [
            entry(Kind.RECEIVED, tool="summarise", params=params("asked")),
            entry(Kind.APPROVED, model="sonnet", host="api.example", changed=True, params=params("changed")),
            entry(Kind.SENT, model="sonnet"),
            entry(
                Kind.RESPONSE,
                candidate=1,
                model="sonnet-1",
                result=result("said"),
                usage={"input_tokens": 5, "output_tokens": 6},
            ),
            entry(Kind.RESPONSE_CHANGED, candidate=1, result=result("mine")),
            entry(Kind.DELIVERED, result=result("mine"), edited=True),
        ]
    )
    assert [step.heading for step in steps] == [
        "notes asked, for its tool summarise",
        "approved with changes, for sonnet at api.example",
        "sent to sonnet",
        "response 1 of sonnet-1 · endTurn · 5 → 6 tokens",
        "response 1 changed by hand",
        "delivered, exactly so",
    ]
    assert (steps[1].before, steps[1].text) == ("user\nasked", "user\nchanged")
    assert (steps[4].before, steps[4].text) == ("said", "mine")


@pytest.mark.parametrize(
    ("kind", "data", "heading", "text", "problem"),
    [
        (Kind.RECEIVED, {"unsolicited": True}, "notes asked, unsolicited: no call was under way", "", ""),
        (Kind.APPROVED, {"model": "m", "changed": False}, "approved as it was asked, for m", "", ""),
        (
            Kind.RESPONSE,
            {"model": "m", "result": result("par"), "error": "cut off"},
            "response of m · endTurn",
            "par",
            "cut off",
        ),
        (
            Kind.RESPONSE,
            {"candidate": 2, "model": "m", "stopped": True},
            "response 2 of m · stopped by hand: partial",
            "",
            "",
        ),
        (Kind.RESPONSE_CHANGED, {"candidate": None, "result": result("x")}, "answered by hand", "x", ""),
        (Kind.DELIVERED, {"result": result("x")}, "delivered", "x", ""),
        (Kind.REJECTED, {"gate": "response", "reason": "no"}, "rejected at the response", "no", ""),
        (Kind.RECEIVED, {"raw": '{"id":1'}, "notes asked", '{"id":1\n… the rest was not kept', ""),
        (Kind.HELD, {}, "held back: the server is paused", "", ""),
        (Kind.LET_IN, {}, "let in: the server was resumed", "", ""),
        (Kind.REFUSED, {"reason": "it is muted", "count": 1}, TURNED_AWAY, "", "it is muted"),
        (
            Kind.REFUSED,
            {"reason": "it is muted", "count": 1235},
            f"{TURNED_AWAY}; so were 1,234 others within the second, which have no row of their own",
            "",
            "it is muted",
        ),
        (Kind.WITHDRAWN, {"reason": "it ended"}, "withdrawn", "", "it ended"),
        (Kind.FAILED, {"reason": "no model"}, "failed", "", "no model"),
        (Kind.RESPONSE, {"result": 5, "usage": "?", "candidate": "x"}, "response of ?", "", ""),
    ],
)
def test_every_step_has_words(kind: Kind, data: dict[str, Any], heading: str, text: str, problem: str) -> None:
    (step,) = story([entry(kind, **data)])
    assert (step.heading, step.text, step.problem) == (heading, text, problem)


def test_how_a_review_ended() -> None:
    assert outcome_words(summary(outcome=Kind.REJECTED)) == "✗ rejected"
    assert outcome_words(summary(outcome=None)) == "… not ended"
    assert whole_outcome_words(summary(outcome=None)).startswith("… not ended: it is open in another running program")
    assert whole_outcome_words(summary(outcome=None), open_word="waits") == "… waits"
    assert whole_outcome_words(summary(outcome=Kind.REJECTED)) == "✗ rejected"
    assert outcome_words(summary(outcome=None), open_word="waits") == "… waits"
    for kind in Kind:
        if kind.is_final:
            assert outcome_words(summary(outcome=kind)).endswith(f" {kind}")


def test_tokens() -> None:
    assert tokens_words(None, None) == ""
    assert tokens_words(1000, None) == "1,000 → ? tokens"


FORM_PARAMS = {"message": "Which colour?", "requestedSchema": {"type": "object"}}


@pytest.mark.parametrize(
    ("kind", "params", "ended", "data", "headings", "texts"),
    [
        (
            "form",
            FORM_PARAMS,
            Kind.ACCEPTED,
            {"action": "accept", "result": {"action": "accept", "content": {"colour": "red"}}},
            ["notes asked (form), for its tool paint", "accepted"],
            ["Which colour?", '"colour": "red"'],
        ),
        (
            "form",
            FORM_PARAMS,
            Kind.CANCELLED,
            {"action": "cancel", "result": {"action": "cancel"}},
            ["notes asked (form), for its tool paint", "cancelled: dismissed without a yes or a no"],
            ["Which colour?", ""],
        ),
        (
            "page to visit",
            {"mode": "url", "message": "Go.", "url": "https://example.com/"},
            Kind.DECLINED,
            {"action": "decline", "result": {"action": "decline"}},
            ["notes asked (page to visit), for its tool paint", "declined"],
            ["Go.\n\nhttps://example.com/", ""],
        ),
        (
            "roots",
            {},
            Kind.SHARED,
            {"action": "accept", "result": {"roots": [{"uri": "file:///a"}, {"uri": "file:///b"}]}},
            ["notes asked (roots), for its tool paint", "shared"],
            ["roots", "file:///a\nfile:///b"],
        ),
        (
            "roots",
            {},
            Kind.REFUSED,
            {"action": "decline", "result": None},
            ["notes asked (roots), for its tool paint", "refused"],
            ["roots", ""],
        ),
        (
            "form",
            FORM_PARAMS,
            Kind.REJECTED,  # as it was written before there were words of its own
            {"action": "decline", "result": {"action": "decline"}},
            ["notes asked (form), for its tool paint", "declined"],
            ["Which colour?", ""],
        ),
    ],
)
def test_the_story_of_a_question(
    kind: str, params: dict[str, Any], ended: Kind, data: dict[str, Any], headings: list[str], texts: list[str]
) -> None:
    steps = story([entry(Kind.RECEIVED, kind=kind, tool="paint", params=params), entry(ended, **data)])
    assert [step.heading for step in steps] == headings
    assert all(text in step.text for text, step in zip(texts, steps, strict=True))
    assert bool(steps[1].text) == bool(texts[1])


def test_the_story_tells_turns_retries_several_models_and_prices() -> None:
    steps = story(
        [
            entry(Kind.RECEIVED, tool="plan", params=params("asked"), loop={"first": 3, "turn": 2, "most": 10}),
            entry(Kind.APPROVED, model="sonnet", host="a.example", others=[{"model": "haiku", "host": "b.example"}]),
            entry(Kind.SENT, model="sonnet", attempt=1),
            entry(Kind.SENT, model="sonnet", attempt=2, reason="rate limited"),
            entry(Kind.RESPONSE, candidate=1, model="sonnet-1", result=result("said"), cost="0.00125"),
            entry(Kind.RESPONSE, candidate=2, model="haiku-1", result=result("said"), cost="NaN"),
            entry(Kind.DELIVERED, result=result("before"), earlier="returned for #12"),
        ]
    )
    assert [step.heading for step in steps] == [
        "notes asked, for its tool plan, turn 2 of at most 10",
        "approved as it was asked, for sonnet at a.example, haiku at b.example",
        "sent to sonnet",
        "sent to sonnet, attempt 2",
        "response 1 of sonnet-1 · endTurn · $0.0012",
        "response 2 of haiku-1 · endTurn",
        "delivered, an earlier answer: returned for #12",
    ]
    assert steps[3].problem == "rate limited"
