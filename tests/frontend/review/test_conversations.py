"""A conversation that is sent again is recognised, and what of it was seen need not be seen again; nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import split_graphemes

from tests.support.full_request import params
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.meter import meter_words, unseen_words
from tuui_sampling.frontend.document.passage import Remark
from tuui_sampling.frontend.document.request import RequestParts
from tuui_sampling.frontend.review.conversations import MAX_BLOCKS, MAX_CHARACTERS, MAX_MESSAGES, Conversations, Known
from tuui_sampling.frontend.review.request_draft import draft_of
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Review
from tuui_sampling.sampling.wire import parse_request

FIXED: dict[str, Any] = {
    "systemPrompt": "You are terse.\n" * 5,
    "tools": [{"name": "search", "description": "Finds things.", "inputSchema": {"type": "object"}}],
    "metadata": {"trace": "abc"},
    "stopSequences": ["END"],
    "modelPreferences": {"hints": [{"name": "claude"}]},
    "temperature": 0.5,
}


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": {"type": "text", "text": text}}


def picture(characters: int) -> dict[str, Any]:
    return {"role": "user", "content": {"type": "image", "mimeType": "image/png", "data": "A" * characters}}


def review(number: int, messages: Sequence[dict[str, Any]], server: str = "notes", **more: Any) -> Review:
    """Return a request."""
    asked = parse_request(params(messages=list(messages)) | FIXED | more)
    return Review(
        id=number,
        key=str(number),
        origin=Origin(server, "2025-11-25"),
        asked=asked,
        outbound=asked,
        arrived=0.0,
        arrived_at=datetime.now(UTC),
    )


def shown(item: Review, known: Known | None) -> tuple[Document, RequestParts]:
    """Return a request's document, and its parts."""
    parts = RequestParts(draft_of(item, "m"), known=known)
    made = Document(parts, split_graphemes)
    made.resize(80)
    made.grow_all()
    return made, parts


def fields(item: Review) -> frozenset[str]:
    """Return every field of a request."""
    parts = RequestParts(draft_of(item, "m"))
    return frozenset(parts[number].field for number in range(len(parts)))


def decide(
    memory: Conversations, item: Review, answer: str = "", *, unseen: Sequence[str] = (), seen: bool = True
) -> None:
    """Decide about a request of which all was seen but some fields; and about its answer."""
    memory.decided(item, fields(item) - {*unseen})
    if answer:
        memory.answered(item, Response((TextBlock(answer),), "m", "endTurn"), seen=seen)


def test_of_ten_turns_only_what_is_new_has_to_be_read() -> None:
    memory = Conversations()
    history: list[dict[str, Any]] = []
    for turn in range(1, 11):
        history.append(said("user", f"Question {turn}.\n" * 3))
        item = review(turn, history)
        known = memory.known(item)
        made, _parts = shown(item, known)
        lines = [made.row(number).text for number in range(made.count)]
        if turn > 1:
            last = f"messages[{len(history) - 1}].content"
            assert unseen_words(made) == f"5 rows not seen ({last})"  # its heading, and its lines
            assert f"▸ messages 1 to {len(history) - 1}: same as #{turn - 1}, unchanged" in lines
            assert not any("Question 1." in line for line in lines)
        made.see(0, made.count)
        assert meter_words(made) == "all seen"
        decide(memory, item, f"Answer {turn}.")
        history.append(said("assistant", f"Answer {turn}."))


U1, A1, U2 = said("user", "one"), said("assistant", "yes"), said("user", "two")
BLOCKS = {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "more"}]}


@pytest.mark.parametrize(
    ("messages", "same", "differs", "seen"),
    [
        ([U1, A1, U2], 2, False, {0, 1}),
        ([U1, A1], 2, False, {0, 1}),
        ([U1], 1, False, {0}),
        ([U1, said("assistant", "yes "), U2], 1, True, {0}),  # not what was answered
        ([U1, said("user", "yes"), U2], 1, True, {0}),
        ([U1 | {"_meta": {"x": 1}}, A1, U2], None, False, set()),
        ([{"role": "user", "content": [U1["content"]]}, A1, U2], 2, False, {0, 1}),  # a list of one is the same
        ([U2, U1, A1], None, False, set()),  # no prefix
        ([said("user", "one\u200b"), A1, U2], None, False, set()),
    ],
)
def test_only_the_same_beginning_is_known(
    messages: list[dict[str, Any]], same: int | None, differs: bool, seen: set[int]
) -> None:
    memory = Conversations()
    decide(memory, review(1, [U1]), "yes")
    item = review(2, messages)
    known = memory.known(item)
    if known is None:
        assert same is None
        return
    assert (known.earlier, known.same, known.differs) == (1, same, differs)
    assert {int(name[9]) for name in known.seen if name.startswith("messages[")} == seen


def test_what_was_not_seen_there_does_not_count() -> None:
    memory = Conversations()
    decide(
        memory, review(1, [U1, A1, BLOCKS]), "no", unseen=["messages[0].content", "messages[2].content[1]"], seen=False
    )
    item = review(2, [U1, A1, BLOCKS, said("assistant", "no"), U2])
    known = memory.known(item)
    assert known is not None
    assert known.same == 4
    assert {name for name in known.seen if name.startswith("messages[")} == {
        "messages[1].content",
        "messages[2].content[0]",
    }
    made, _parts = shown(item, known)
    unseen = {part.field for part, _rows in made.unseen_parts()}
    assert unseen == {"messages[0].content", "messages[2].content[1]", "messages[3].content", "messages[4].content"}


def test_another_server_has_a_memory_of_its_own() -> None:
    memory = Conversations()
    decide(memory, review(1, [U1]), "yes")
    assert memory.known(review(2, [U1, A1, U2], server="mail")) is None
    assert memory.known(review(1, [U1])) is None  # it is the same request


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"systemPrompt": "Be rude."}, "systemPrompt"),
        ({"temperature": 0.6}, "temperature"),
        ({"maxTokens": 7}, "maxTokens"),
        ({"includeContext": "thisServer"}, "includeContext"),
        ({"metadata": {"trace": "abd"}}, "metadata"),
        ({"stopSequences": ["END", "x"]}, "stopSequences"),
        ({"modelPreferences": {"hints": [{"name": "gpt"}]}}, "modelPreferences"),
        ({"toolChoice": {"mode": "required"}}, "toolChoice"),
        ({"_meta": {"x": 2}}, "other members"),
        ({"tools": [FIXED["tools"][0] | {"description": "Finds everything."}]}, "tools[0]"),
    ],
)
def test_whatever_else_is_different_has_to_be_seen(changed: dict[str, Any], field: str) -> None:
    memory = Conversations()
    decide(memory, review(1, [U1]), "yes")
    item = review(2, [U1, A1, U2], **changed)
    made, _parts = shown(item, memory.known(item))
    assert {part.field for part, _rows in made.unseen_parts()} == {"messages[2].content", field}


def test_what_differs_is_said_where_it_does() -> None:
    memory = Conversations()
    decide(memory, review(12, [U1]), "yes")
    item = review(13, [U1, said("assistant", "no"), U2])
    made, _parts = shown(item, memory.known(item))
    lines = [made.row(number).text for number in range(made.count)]
    at = lines.index("▸ message 1: same as #12, unchanged")
    assert lines[at + 1 : at + 3] == ["assistant · messages[1].content", "differs from #12 from message 2 on"]


def test_what_is_folded_can_be_shown_and_what_must_be_known_of_it_stays() -> None:
    memory = Conversations()
    decide(memory, review(1, [U1]), "yes")
    item = review(2, [U1, A1, U2])
    made, parts = shown(item, memory.known(item))
    parts.remarks = {"messages[1].content": [Remark("it is too long")]}
    for number in parts.known_numbers():
        made.change(number)
    lines = [made.row(number).text for number in range(made.count)]
    assert "it is too long" in lines
    assert "yes" not in lines
    assert "messages[1].content" in unseen_words(made)  # the remark is new
    parts.remarks, parts.shows_known = {}, True
    for number in parts.known_numbers():
        made.change(number)
    lines = [made.row(number).text for number in range(made.count)]
    assert {"one", "yes", "two"} <= {*lines}
    assert unseen_words(made) == "2 rows not seen (messages[2].content)"


def test_what_is_edited_is_shown_and_has_to_be_seen() -> None:
    memory = Conversations()
    decide(memory, review(1, [U1]), "yes")
    item = review(2, [U1, A1, U2])
    made, parts = shown(item, memory.known(item))
    parts.draft.set("messages[0].content", "other")
    for number in parts.known_numbers():
        made.change(number)
    lines = [made.row(number).text for number in range(made.count)]
    assert "other" in lines
    assert "messages[0].content" in unseen_words(made)
    assert "▸ message 2: same as #1, unchanged" in lines


@pytest.mark.parametrize(
    ("messages", "recognised"),
    [
        ([said("user", str(number)) for number in range(MAX_MESSAGES)], True),
        ([said("user", str(number)) for number in range(MAX_MESSAGES + 1)], False),
        ([said("user", "x" * MAX_CHARACTERS)], False),
        ([{"role": "user", "content": [{"type": "text", "text": "x"}] * (MAX_BLOCKS + 1)}], False),
        ([picture(1_000)], True),
        ([picture(MAX_CHARACTERS)], False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_of_a_request_that_is_too_long_nothing_is_recognised(messages: list[dict[str, Any]], recognised: bool) -> None:
    memory = Conversations()
    decide(memory, review(1, messages), "yes")
    assert (memory.known(review(2, messages)) is not None) is recognised
