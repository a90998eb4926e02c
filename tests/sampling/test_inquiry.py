"""What an answer to a question is called, and whether it is more than a yes to what was proposed."""

import pytest

from tuui_sampling.sampling.inquiry import (
    Asked,
    FormElicitation,
    Reply,
    Root,
    RootsRequest,
    UrlElicitation,
    answered,
    is_edited,
    kind_of_message,
)
from tuui_sampling.sampling.request import Json

FORM = FormElicitation(
    "Which?",
    {"properties": {"colour": {"type": "string", "default": "red"}, "deep": {"type": "boolean"}, "odd": True}},
)
PAGE = UrlElicitation("Go", "https://example.com/")
ONE, TWO = Root("file:///one"), Root("file:///two")
ROOTS = RootsRequest((ONE, TWO))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (FORM, ["accepted", "declined", "cancelled"]),
        (PAGE, ["accepted", "declined", "cancelled"]),
        (ROOTS, ["shared", "refused", "refused"]),
    ],
)
def test_what_an_answer_is_called(asked: Asked, words: list[str]) -> None:
    replies = (Reply("accept"), Reply("decline"), Reply("cancel"))
    assert [answered(asked, reply) for reply in replies] == words


@pytest.mark.parametrize(
    ("asked", "reply", "edited"),
    [
        (FORM, Reply("accept", {"colour": "red", "deep": False}), False),
        (FORM, Reply("accept", {"colour": "red"}), False),
        (FORM, Reply("accept", {"colour": "blue"}), True),
        (FORM, Reply("accept", {"colour": "red", "deep": True}), True),
        (FORM, Reply("accept", {}), True),
        (FORM, Reply("decline"), False),
        (FormElicitation("Which?", {}), Reply("accept"), False),
        (FormElicitation("Which?", {}), Reply("accept", {"count": 0}), True),
        (ROOTS, Reply("accept", roots=(ONE, TWO)), False),
        (ROOTS, Reply("accept", roots=(TWO,)), True),
        (ROOTS, Reply("cancel"), False),
        (PAGE, Reply("accept"), False),
    ],
)
def test_a_form_that_was_filled_in_is_edited(asked: Asked, reply: Reply, edited: bool) -> None:
    assert is_edited(asked, reply) is edited


@pytest.mark.parametrize(
    ("method", "params", "kind"),
    [
        ("sampling/createMessage", {}, None),
        ("roots/list", None, "roots"),
        ("elicitation/create", {"mode": "url"}, "page to visit"),
        ("elicitation/create", {"mode": "form"}, "form"),
        ("elicitation/create", "odd", "form"),
    ],
)
def test_what_an_unread_message_asks(method: str, params: Json, kind: str | None) -> None:
    assert kind_of_message(method, params) == kind
