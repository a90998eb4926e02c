"""Summaries and the search over them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.history_entries import NOON, entry, received, result
from tuui_sampling.history.ledger import Kind, Ledger, Summary
from tuui_sampling.history.text import PROMPT_LENGTH, prompt_line, searchable


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """Yield an open, empty ledger."""
    opened = await Ledger.open(tmp_path / "ledger.sqlite3")
    yield opened
    await opened.aclose()


async def test_a_summary_follows_its_review(ledger: Ledger) -> None:
    await ledger.commit(received("\n  Say hello  \nand more"))
    (waiting,) = await ledger.search()
    assert waiting == Summary(
        row=1,
        review="s-1",
        number=1,
        server="everything",
        tool="greet",
        model=None,
        outcome=None,
        arrived_at=NOON,
        ended_at=None,
        edited=False,
        prompt="Say hello and more",
        input_tokens=None,
        output_tokens=None,
    )
    ledger.note(entry(Kind.APPROVED, model="local", host="127.0.0.1:8091", digest="d", changed=False))
    ledger.note(entry(Kind.SENT, model="local", attempt=1))
    ledger.note(entry(Kind.RESPONSE, model="tiny-1", result=result("hi"), usage=tokens(5, 2)))
    ledger.note(entry(Kind.RESPONSE, model="tiny-1", result=result("hi!"), usage=tokens(5, 3)))
    await ledger.commit(entry(Kind.RESPONSE_CHANGED, candidate=2, result=result("hi there")))
    (open_still,) = await ledger.search()
    assert (open_still.outcome, open_still.edited, open_still.input_tokens, open_still.output_tokens) == (
        None,
        True,
        10,
        5,
    )
    await ledger.commit(entry(Kind.DELIVERED, second=9, model="tiny-1", result=result("hi there"), usage=tokens(10, 6)))
    (ended,) = await ledger.search()
    assert (ended.outcome, ended.ended_at, ended.edited) == (Kind.DELIVERED, NOON + timedelta(seconds=9), True)
    assert (ended.model, ended.input_tokens, ended.output_tokens) == ("tiny-1", 10, 6)
    await ledger.commit(received("another", review="s-2"))
    assert [
        [one.review for one in await ledger.search(word)] for word in ("edited", "Edited hello", "edited another")
    ] == [
        ["s-1"],
        ["s-1"],
        [],
    ]


async def test_a_summary_tells_what_its_review_cost(ledger: Ledger) -> None:
    await ledger.commit(received("hello"))
    await ledger.commit(entry(Kind.RESPONSE, model="tiny-1", result=result("hi"), cost="0.25"))
    assert [one.cost for one in await ledger.search()] == [Decimal("0.25")]
    await ledger.commit(entry(Kind.DELIVERED, model="tiny-1", result=result("hi"), cost="0.75"))
    assert [one.cost for one in await ledger.search()] == [Decimal("0.75")]  # that of all its candidates


def tokens(into: Any, out: Any) -> dict[str, Any]:
    """Return usage as the desk writes it."""
    return {"input_tokens": into, "output_tokens": out, "cached_input_tokens": 0}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.is_final])
async def test_every_end_is_an_outcome_and_is_found_by_its_word_and_its_reason(ledger: Ledger, kind: Kind) -> None:
    await ledger.commit(received())
    await ledger.commit(entry(kind, reason="because"))
    await ledger.commit(received(review="s-2"))
    (summary,) = await ledger.search(f"{kind} because")
    assert (summary.outcome, summary.edited) == (kind, False)


@pytest.mark.parametrize(
    "last",
    [entry(Kind.APPROVED, changed=True, model="local"), entry(Kind.DELIVERED, edited=True)],
    ids=["request", "response"],
)
async def test_an_edit_is_remembered(ledger: Ledger, last: Any) -> None:
    ledger.note(received())
    ledger.note(last)
    await ledger.commit(entry(Kind.FAILED))
    (summary,) = await ledger.search()
    assert summary.edited


async def test_counts_that_are_no_counts_are_ignored_or_capped(ledger: Ledger) -> None:
    ledger.note(received())
    ledger.note(entry(Kind.RESPONSE, usage=tokens(True, "7")))
    await ledger.commit(entry(Kind.RESPONSE, usage=tokens(-3, 10**40)))
    (summary,) = await ledger.search()
    assert (summary.input_tokens, summary.output_tokens) == (0, 2**53)


async def test_a_review_whose_arrival_was_lost_is_still_listed(ledger: Ledger) -> None:
    await ledger.commit(entry(Kind.REJECTED, second=4, gate="request", reason=""))
    (summary,) = await ledger.search()
    assert (summary.arrived_at, summary.outcome, summary.prompt) == (NOON + timedelta(seconds=4), Kind.REJECTED, "")


async def test_every_word_must_occur_somewhere(ledger: Ledger) -> None:
    await ledger.commit(received("Write about the Sea", server="notes", tool="poem"))
    ledger.note(entry(Kind.APPROVED, model="local"))
    await ledger.commit(entry(Kind.RESPONSE, model="Tiny-1", result=result("Waves everywhere")))
    await ledger.commit(received("Write about the hills", review="s-2", server="notes"))
    for text in ("sea", "SEA waves", "notes poem local tiny-1 everywhere", "  waves\tsea\n", "about the se"):
        assert [summary.number for summary in await ledger.search(text)] == [1], text
    assert [summary.number for summary in await ledger.search("write")] == [2, 1]
    assert await ledger.search("hills waves") == []


@pytest.mark.parametrize(
    ("prompt", "found", "not_found"),
    [
        ("100% sure", "100%", "100_"),
        ("snake_case", "e_c", "e%c"),
        ("a\\b", "a\\b", "a\\\\b"),
        ('it\'s "quoted"', 'it\'s "quoted"', "its"),
        ("STRASSE", "straße", "strase"),
        ("ÄRGER ΣΊΣΥΦΟΣ", "ärger σίσυφος", "arger"),
        ("Ｆｕｌｌ", "full", "ful1"),
        ("before\0after", "after", "beforeafter"),
        ("123", "12", "0123"),
    ],
)
async def test_words_are_taken_literally_and_without_case(
    ledger: Ledger, prompt: str, found: str, not_found: str
) -> None:
    await ledger.commit(received(prompt))
    assert len(await ledger.search(found)) == 1
    assert await ledger.search(not_found) == []


async def test_a_pasted_book_is_a_search_too(ledger: Ledger) -> None:
    await ledger.commit(received(" ".join(f"word{number}" for number in range(3000))))
    assert len(await ledger.search(" ".join(f"word{number}" for number in range(3000)))) == 1
    assert await ledger.search(" ".join(f"word{number}" for number in range(3001))) == []


async def test_pages_follow_each_other(ledger: Ledger) -> None:
    for number in range(1, 8):
        ledger.note(received(review=f"s-{number}"))
    await ledger.commit(received("other", review="s-8"))
    first = await ledger.search("hello", limit=3)
    second = await ledger.search("hello", limit=3, before=first[-1].row)
    third = await ledger.search("hello", limit=3, before=second[-1].row)
    assert [[summary.number for summary in page] for page in (first, second, third)] == [[7, 6, 5], [4, 3, 2], [1]]


async def test_an_unknown_review_has_no_entries(ledger: Ledger) -> None:
    assert await ledger.entries("nobody") == []


def test_the_newest_user_text_is_the_prompt() -> None:
    messages = [
        {"role": "user", "content": {"type": "text", "text": "first"}},
        {"role": "user", "content": [{"type": "image", "data": "AA=="}, {"type": "text", "text": "x" * 2_500}]},
        {"role": "assistant", "content": {"type": "text", "text": "answer"}},
    ]
    assert prompt_line({"messages": messages}) == "x" * PROMPT_LENGTH
    assert prompt_line({"messages": messages[2:]}) == "answer"


@pytest.mark.parametrize("params", [None, [], {"messages": 3}, {"messages": [None, {"content": 7}]}])
def test_params_of_another_form_have_no_prompt(params: object) -> None:
    assert prompt_line(params) == ""
    assert searchable({"params": params}) == ""


def test_tools_are_searchable_and_base64_is_not() -> None:
    content = [
        {"type": "image", "data": "QUJDRA==", "mimeType": "image/png"},
        {"type": "tool_use", "id": "t", "name": "Weather", "input": {"city": "Köln"}},
        {"type": "tool_result", "toolUseId": "t", "content": [{"type": "text", "text": "Rain"}]},
    ]
    words = searchable({"params": {"systemPrompt": "Be Terse", "messages": [{"role": "user", "content": content}]}})
    assert all(word in words for word in ("weather", "köln", "rain", "be terse"))
    assert "qujdra" not in words


async def test_a_question_is_found_by_what_it_asked_and_what_it_got(ledger: Ledger) -> None:
    asked = {"message": "  Which colour?\nReally", "requestedSchema": {"properties": {"shade": {"type": "string"}}}}
    await ledger.commit(entry(Kind.RECEIVED, kind="form", tool="paint", params=asked))
    content = {"action": "accept", "content": {"shade": "crimson"}}
    await ledger.commit(entry(Kind.ACCEPTED, action="accept", result=content, edited=True))
    (found,) = await ledger.search("colour shade crimson form accepted")
    assert (found.prompt, found.outcome, found.edited) == ("Which colour? Really", Kind.ACCEPTED, True)
    assert await ledger.search("scarlet") == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"kind": "page to visit", "params": {"message": "Go", "url": "https://example.com/x"}},
            "https://example.com/x",
        ),
        ({"action": "accept", "result": {"roots": [{"uri": "file:///srv/notes"}]}}, "file:///srv/notes"),
        ({"kind": "roots", "params": None, "result": "odd"}, "roots"),
    ],
)
def test_the_words_of_a_question(data: dict[str, Any], words: str) -> None:
    assert words in searchable(data)
