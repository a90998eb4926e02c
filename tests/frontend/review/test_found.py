"""What was found is told below its field, once for each rule, and counted in the list."""

import pytest

from tests.frontend.queue.test_listing import listing, made
from tests.policy.values import made_secrets
from tests.support.desks import request
from tests.support.full_request import user
from tuui_sampling.frontend.queue.row import weighed
from tuui_sampling.frontend.review.found import MAX_NOTES, found_in, in_answer, is_searched, notes_of, told
from tuui_sampling.frontend.review.response_edits import NEW_TEXT, AnswerEdits
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Candidate, Review

SECRET = made_secrets()[0][1]


def test_a_rule_is_told_once_for_each_field_with_how_often() -> None:
    asked = request("ann@firm.net bob@firm.net", systemPrompt=f"use {SECRET}\u202e", tools=[])
    notes = notes_of(in_request(asked))
    assert sorted((note.field, note.text.partition(". ")[0]) for note in notes) == [
        ("messages[0].content", "personal (medium): e-mail address ×2"),
        ("systemPrompt", f"secret (high): {made_secrets()[0][0]}"),  # what is hidden is told where it stands
    ]
    assert all("Source: http" in note.text for note in notes)
    assert not any(SECRET in note.text or "firm.net" in note.text for note in notes)


def test_many_are_counted() -> None:
    messages = [user(f"mail ann{number}@firm.net") for number in range(MAX_NOTES + 5)]
    notes = notes_of(in_request(request(messages=messages)))
    assert len(notes) == MAX_NOTES + 1
    assert notes[-1].text == "5 more are not listed"


@pytest.mark.parametrize(("characters", "at_once"), [(SHORT - 100, True), (SHORT + 1, False)])
def test_a_long_request_is_not_searched_on_the_way(characters: int, at_once: bool) -> None:
    asked = request("x" * characters)
    assert is_searched(asked) is at_once
    in_request(asked)
    assert is_searched(asked)


@pytest.mark.parametrize(
    ("text", "words"),
    [(f"{SECRET} ann@firm.net bob@firm.net", "1 secret, 2 personal"), ("nothing", ""), ("a\u202eb", "")],
)
def test_the_list_counts_what_was_found_and_takes_it_for_a_risk(text: str, words: str) -> None:
    row = made(1, text)
    assert isinstance(row, Review)
    assert weighed(row, None).found == words
    assert len(told(found_in(row))) == sum(int(part.split()[0]) for part in words.split(", ") if part)
    assert listing().is_risky(row) is (text != "nothing")


USE = ToolUseBlock("1", "t", {"q": [f"with {SECRET}"]})
TEXT = TextBlock("mail ann@firm.net")


@pytest.mark.parametrize(
    ("blocks", "edits", "fields"),
    [
        ((TEXT,), AnswerEdits(), ["content[0]"]),
        ((TEXT, USE), AnswerEdits(), ["content[0]", "content[1].input"]),
        ((USE, USE), AnswerEdits(left_out={0}), ["content[1].input"]),
        ((TEXT, USE), AnswerEdits(texts={0: ""}), ["content[1].input"]),
        ((USE,), AnswerEdits(texts={NEW_TEXT: "to bob@firm.net"}), ["text", "content[0].input"]),
        ((TEXT, TEXT), AnswerEdits(texts={0: "nobody"}), ["content[1]"]),
    ],
    ids=["a text", "a call", "left out", "emptied", "added", "edited"],
)
def test_what_is_found_in_an_answer_stands_in_the_field_that_shows_it(
    blocks: tuple[TextBlock | ToolUseBlock, ...], edits: AnswerEdits, fields: list[str]
) -> None:
    found = in_answer(Response(blocks, "m"), edits)
    assert [one.place.field for one in found if one.kind in ("secret", "personal")] == fields


async def test_at_the_second_gate_the_list_counts_what_is_found_in_the_response() -> None:
    row, its = made(1, SECRET), listing()
    assert isinstance(row, Review)
    assert its.found(row).words == "1 secret"
    row.candidates.append(
        Candidate(1, "m", row.asked, 0.0, response=Response((TextBlock("a\u202eb ann@firm.net"),), "m"))
    )
    assert its.found(row).words == "1 secret"  # until it is the response that waits
    row.phase = Phase.RESPONSE
    assert its.found(row) == (1, "1 personal")
    row.candidates.append(Candidate(2, "m", row.asked, 0.0, response=Response((TextBlock("nothing"),), "m")))
    assert its.found(row) == (0, "")
    assert not its.is_risky(row)
    long = Response((TextBlock("x " * SHORT + "ann@firm.net"),), "m")
    row.candidates.append(Candidate(3, "m", row.asked, 0.0, response=long))
    assert its.found(row) == (0, "")
    await its.weigh()
    assert its.found(row) == (0, "1 personal")
