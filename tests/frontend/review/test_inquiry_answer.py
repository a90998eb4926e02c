"""What an answer would do, what it puts on the wire, and how an inquiry ended, in words."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tuui_sampling.frontend.review.consequences import effect_lines
from tuui_sampling.frontend.review.inquiry_answer import (
    Unready,
    checked_content,
    how_it_ended,
    inquiry_proposal,
    raw_text,
    said_no,
    state_word,
)
from tuui_sampling.frontend.review.proposal import Proposal
from tuui_sampling.sampling.decision import Settle
from tuui_sampling.sampling.inquiry import (
    Action,
    Asked,
    FormElicitation,
    Inquiry,
    InquiryOutcome,
    Reply,
    Root,
    RootsRequest,
    UrlElicitation,
)
from tuui_sampling.sampling.origin import Group, Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import JsonObject

LEGACY = Origin("s", "2025-11-25", request_id=7, raw='{"a":1}')
MODERN = Origin("s", "2026-07-28", modern=True, request_id="key", raw="{}")
FORM = FormElicitation("?", {})
PAGE = UrlElicitation("?", "https://example.com/")
IN_ERROR = replace(PAGE, in_error=True)
ROOTS = RootsRequest((Root("file:///a"), Root("file:///b")))


def inquiry(asked: Asked, origin: Origin = LEGACY, number: int = 1) -> Inquiry:
    """Return an inquiry that waits."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Inquiry(id=number, key=str(number), origin=origin, arrived=0, arrived_at=now, asked=asked)


def answered(asked: Asked, action: Action, origin: Origin = LEGACY, roots: tuple[Root, ...] = ()) -> Inquiry:
    """Return an inquiry that was answered."""
    one = inquiry(asked, origin)
    one.phase, one.answer = Phase.DELIVERED, InquiryOutcome(Phase.DELIVERED, Reply(action, roots=roots))
    return one


@pytest.mark.parametrize(
    ("asked", "reply", "effect"),
    [
        (FORM, Reply("accept", {"a": 1, "b": 2}), "sends 2 values to the server"),
        (FORM, Reply("accept", {"a": 1}), "sends 1 value to the server"),
        (
            FORM,
            Reply("accept", {"a": {}, "b": 2}),
            "sends 2 values to the server; a is nested, which only this server's form asks for",
        ),
        (
            FORM,
            Reply("accept", {"a": {}, "b": [1], "c": [["x"]], "d": [{}]}),
            "sends 4 values to the server; a, b, c and 1 more are nested, which only this server's form asks for",
        ),
        (FORM, Reply("accept", {}), "accepts, and sends no value"),
        (PAGE, Reply("accept"), "tells the server that you agree to visit the page; opens nothing"),
        (IN_ERROR, Reply("accept"), "agrees to the visit; the server is told nothing, so call the tool again after it"),
        (ROOTS, Reply("accept", roots=ROOTS.configured[:1]), "shares 1 of 2 roots with the server"),
    ],
)
def test_what_approving_would_do(asked: Asked, reply: Reply, effect: str) -> None:
    proposal = inquiry_proposal(inquiry(asked), reply, in_view=True)
    assert (proposal.gate, proposal.decision, proposal.effect) == (Gate.REQUEST, Settle(reply), effect)


def test_the_digest_is_of_all_that_is_sent() -> None:
    digests = {
        inquiry_proposal(inquiry(asked), reply, in_view=True).digest
        for asked, reply in (
            (FORM, Reply("accept", {"a": 1})),
            (FORM, Reply("accept", {"a": True})),
            (FORM, Reply("accept", {"a": "\ud800"})),
            (ROOTS, Reply("accept", roots=ROOTS.configured)),
            (ROOTS, Reply("accept", roots=ROOTS.configured[:1])),
        )
    }
    assert len(digests) == 5
    assert all(digests)


def test_what_can_not_be_sent_is_not() -> None:
    assert inquiry_proposal(inquiry(FORM), Unready("x: required"), in_view=True).obstacle == "x: required"
    assert "Look at the question" in inquiry_proposal(inquiry(FORM), Reply("accept", {}), in_view=False).obstacle
    assert "ended" in inquiry_proposal(answered(FORM, "decline"), Reply("accept", {}), in_view=True).obstacle


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        ({"a": "x", "b": 1, "c": 1.5, "d": False, "e": ["x"], "f": None}, True),
        ({"asked": {"x": {"y": 1}}, "list": [{"x": 1}], "mixed": [1]}, True),
        ({"a": {}}, False),
        ({"a": [1]}, False),
        ({"asked": {}, "a": [["x"]]}, False),
    ],
)
def test_only_what_was_asked_for_may_be_nested(content: JsonObject, fits: bool) -> None:
    asked = FormElicitation("?", {"type": "object", "properties": {"asked": {}, "list": {}, "mixed": True}})
    assert isinstance(checked_content(asked, content), Reply if fits else Unready)


# --- the messages ---


@pytest.mark.parametrize(
    ("one", "sent"),
    [
        (answered(FORM, "decline"), {"jsonrpc": "2.0", "id": 7, "result": {"action": "decline"}}),
        (answered(FORM, "cancel", MODERN), {"inputResponses": {"key": {"action": "cancel"}}}),
        (
            answered(ROOTS, "accept", roots=ROOTS.configured[:1]),
            {"jsonrpc": "2.0", "id": 7, "result": {"roots": [{"uri": "file:///a"}]}},
        ),
        (
            answered(ROOTS, "decline"),
            {"jsonrpc": "2.0", "id": 7, "error": {"code": -1, "message": "User rejected roots request"}},
        ),
    ],
)
def test_the_messages_hold_what_the_server_gets(one: Inquiry, sent: JsonObject) -> None:
    shown = raw_text(one, Unready("never used"))
    assert json.loads(shown[shown.index("{", shown.index("What it gets:")) :]) == sent


@pytest.mark.parametrize("one", [answered(ROOTS, "decline", MODERN), answered(IN_ERROR, "accept")])
def test_where_nothing_is_sent_the_messages_say_so(one: Inquiry) -> None:
    assert "\nNothing" in raw_text(one, Unready("never used"))


def test_what_would_be_sent_is_shown_before_it_is() -> None:
    shown = raw_text(inquiry(FORM), Reply("accept", {"a": 1}))
    assert shown.startswith('What the server sent, as it came:\n{\n  "a": 1\n}')
    assert "What it would get:" in shown
    assert "can't be said yet: a: required" in raw_text(inquiry(FORM), Unready("a: required"))


# --- the lines below ---


def refusal(one: Inquiry, *others: Inquiry) -> str:
    """Return the second line, with `no` and `dismiss` as keys."""
    keys = {"reject": "NO", "dismiss-question": "DISMISS"}
    return effect_lines(one, Proposal(Gate.REQUEST, None), [one, *others], lambda name: keys.get(name, "")).split("\n")[
        1
    ]


def test_what_nobody_called_for_is_sent_to_no_call() -> None:
    unasked = answered(ROOTS, "accept", replace(LEGACY, unsolicited=True))
    assert refusal(unasked) == "no call of yours waits for it"
    assert refusal(answered(ROOTS, "accept")).endswith(" shows what became of the call")


GROUPED = replace(MODERN, group=Group(1, 1, 2))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (inquiry(FORM), "NO declines: sends “decline” · DISMISS dismisses: sends “cancel” · legacy era, 2025-11-25"),
        (
            inquiry(PAGE, MODERN),
            "NO declines: sends “decline” · DISMISS dismisses: sends “cancel” · modern era, 2026-07-28",
        ),
        (inquiry(IN_ERROR), "NO declines: nothing is sent, the call has failed · legacy era, 2025-11-25"),
        (inquiry(ROOTS), "NO refuses: sends -1 · legacy era, 2025-11-25"),
        (inquiry(ROOTS, MODERN), "NO refuses: ends the call here; nothing is sent · modern era, 2026-07-28"),
        (
            inquiry(ROOTS, GROUPED),
            "NO refuses: nothing is sent, the call is not made again, #2 is withdrawn · modern era, 2026-07-28",
        ),
    ],
)
def test_what_refusing_would_do(one: Inquiry, words: str) -> None:
    assert refusal(one, inquiry(FORM, GROUPED, number=2)) == words


@pytest.mark.parametrize(
    ("one", "state", "end", "no"),
    [
        (answered(FORM, "accept"), "accepted", "the server has “accept”", False),
        (answered(FORM, "decline"), "declined", "the server has “decline”", True),
        (answered(PAGE, "cancel"), "cancelled", "the server has “cancel”", True),
        (answered(IN_ERROR, "accept"), "accepted", "call the tool again after the visit", False),
        (answered(IN_ERROR, "decline"), "declined", "the call has failed", True),
        (answered(ROOTS, "accept", roots=ROOTS.configured), "shared", "the server knows 2 of 2 roots", False),
        (answered(ROOTS, "decline"), "refused", "the server knows none", True),
    ],
)
def test_how_it_ended(one: Inquiry, state: str, end: str, no: bool) -> None:
    assert (state_word(one), how_it_ended(one), said_no(one)) == (state, end, no)


def test_what_was_withdrawn_says_why() -> None:
    one = inquiry(FORM)
    one.phase, one.answer = Phase.WITHDRAWN, InquiryOutcome(Phase.WITHDRAWN, reason="the server cancelled it")
    assert (state_word(one), how_it_ended(one), said_no(one)) == ("withdrawn", "the server cancelled it", False)


def test_a_page_that_is_done_says_so() -> None:
    one = answered(PAGE, "accept")
    one.completed = True
    assert how_it_ended(one) == "the server has “accept”; the server says that it is done"
