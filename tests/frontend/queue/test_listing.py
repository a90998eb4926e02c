"""The list is filtered by words and by what a request is, and sorted as the person likes; groups stay together."""

from dataclasses import replace

import pytest

from tests.scenes.hostile.test_floods import review
from tuui_sampling.frontend.queue.listing import SORTS, Listing, Row
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.sampling.origin import Deadline, Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.wire import parse_request


def made(number: int, text: str, server: str = "notes", tool: str = "summarise", **more: object) -> Row:
    """Return a request."""
    asked = parse_request({"messages": [{"role": "user", "content": {"type": "text", "text": text}}], "maxTokens": 9})
    origin = Origin(server, "2025-11-25", tool=tool)
    return replace(review(number), asked=asked, outbound=asked, origin=origin, **more)  # type: ignore[arg-type]


ROWS: list[Row] = [
    made(1, "Say Hello\nto the sea"),
    made(2, "hidden \u202e text", server="zoo", tool="plan"),
    made(3, "a third", server="attic", phase=Phase.RESPONSE),
    made(4, "it has ended", phase=Phase.REJECTED),
]
MARKED = made(5, "Write to anna@posteo.de", phase=Phase.WITHDRAWN)
MARKED.origin = replace(MARKED.origin, unsolicited=True)
ROWS[1].origin = replace(ROWS[1].origin, deadline=Deadline(1.0, False, "said so"))


def listing() -> Listing:
    """Return a list over which nobody has worked, but for the third."""
    return Listing(lambda number: number == 3, lambda review: None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", {1, 2, 3, 4}),
        ("hello", {1}),
        ("HELLO sea", {1}),
        ("hello nowhere", set()),
        ("zoo", {2}),
        ("plan", {2}),
        ("waits", {1, 2, 3}),
        ("edited", {3}),
        ("risk", {2, 5}),
        ("waits notes", {1}),
        ("#3", {3}),
        ("rejected", {4}),  # as the row says
        ("personal", {5}),
        ("unsolicited", {5}),
    ],
)
def test_every_word_of_a_filter_has_to_fit(text: str, shown: set[int]) -> None:
    its = listing()
    its.filter(text)
    assert {row.id for row in its.rows([*ROWS, MARKED], 10) if text or row is not MARKED} == shown


def test_a_filter_leads_to_what_fits_it_unless_that_is_selected_already() -> None:
    its = listing()
    assert its.first_match(ROWS, 1) is None, "nothing is filtered"
    for text, selected, leads_to in (
        ("hello", 3, 1),
        ("hello", 1, None),
        ("hello", None, 1),
        ("nowhere", 1, None),
        ("ended", 1, 4),
        ("waits", 4, 2),
    ):
        its.filter(text)
        assert its.first_match(ROWS, selected) == leads_to, text


def test_what_waits_is_gone_through_in_the_order_that_is_shown_and_never_hidden_altogether() -> None:
    its = listing()
    orders = {}
    for _ in SORTS:
        orders[its.sort] = [row.id for row in its.waiting(ROWS)]
        assert [row.id for row in its.rows(ROWS, 10)][:3] == orders[its.sort]
        its.turn_sort()
    assert orders == {"deadline": [2, 1, 3], "arrival": [1, 2, 3], "server": [3, 1, 2], "priority": [3, 2, 1]}
    its.filter("hello")
    assert [row.id for row in its.waiting(ROWS)] == [1]
    its.filter("nowhere")
    assert [row.id for row in its.waiting(ROWS)] == [2, 1, 3]


def test_a_row_begins_with_what_is_asked_in_one_line() -> None:
    words = listing().openings.words([ROWS[0], made(9, "  \n  x  \n y" + "z" * 10_000)])
    assert words[1] == "Say Hello to the sea"
    assert words[9].startswith("x y")


def test_a_conversation_is_told_by_what_was_said_last_in_it() -> None:
    said = [("user", "What is a tide?"), ("assistant", "The sea that rises."), ("user", "And a spring\ntide?")]
    messages = [{"role": role, "content": {"type": "text", "text": text}} for role, text in said]
    used = {"type": "tool_use", "id": "t", "name": "look", "input": {}}
    result = {"type": "tool_result", "toolUseId": "t", "content": []}
    loop = [{"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]
    answered = {"messages": [*messages, *loop], "maxTokens": 9, "systemPrompt": "Be brief.", "tools": []}
    for number, params in ((7, {"messages": messages, "maxTokens": 9}), (8, answered)):
        asked = parse_request(params)
        row = replace(review(number), asked=asked, outbound=asked)
        assert listing().openings.words([row])[number] == "And a spring tide?"


async def test_what_is_large_is_only_glanced_at_until_it_is_weighed_beside_the_loop() -> None:
    its = listing()
    told: list[int] = []
    its.glanced = lambda: told.append(1)
    row = made(5, "First words" + " of many" * 9_000 + "\u202e")
    row.origin = replace(row.origin, raw="x" * (SHORT + 1))
    for _ in range(3):
        assert its.weight(row).characters == SHORT + 1
    assert (its.weight(row).hidden, its.is_risky(row), told) == (0, False, [1])
    await its.weigh()
    assert (its.weight(row).hidden, its.is_risky(row)) == (1, True)
    assert its.weight(made(6, "short")).characters == 5
    assert told == [1]


async def test_what_has_gone_meanwhile_is_not_remembered() -> None:
    its = listing()
    row = made(5, "long")
    row.origin = replace(row.origin, raw="x" * (SHORT + 1))
    its.weight(row)
    its.forget([])
    await its.weigh()
    assert its._weights == {}
