"""Error -32042, whatever its data look like."""

from typing import Any

import mcp_types as types
import pytest

from tuui_sampling.sampling.errors import Refusal, RequestRefused
from tuui_sampling.sampling.inquiry import InquiryOutcome, Reply, UrlElicitation
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.outbound.url_required import MAX_PAGES, ask_for_visits, pages_of

PAGE = {"mode": "url", "url": "https://example.com/a", "message": "Go there.", "elicitationId": "x"}


def error(data: Any, code: int = types.URL_ELICITATION_REQUIRED) -> types.ErrorData:
    """Return the error."""
    return types.ErrorData(code=code, message="Sign in first.", data=data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        {"elicitations": None},
        {"elicitations": {}},
        {"elicitations": []},
        {"elicitations": [1, None, [], {}]},
        {"elicitations": [PAGE | {"mode": "form"}, PAGE | {"url": ""}, PAGE | {"url": 5}, PAGE | {"message": None}]},
    ],
)
async def test_data_without_a_page_ask_for_no_visit(data: Any) -> None:
    async def put(page: UrlElicitation, raw: str) -> InquiryOutcome:
        raise AssertionError(page)

    assert await ask_for_visits(error(data), put) is None


def test_another_error_asks_for_no_visit() -> None:
    assert pages_of(error({"elicitations": [PAGE]}, code=-32602)) == []


def test_a_page_is_read_with_what_it_has_besides() -> None:
    ((page, raw),) = pages_of(error({"elicitations": [PAGE | {"more": [1]}]}))
    assert page == UrlElicitation("Go there.", "https://example.com/a", "x", {"more": [1]}, in_error=True)
    assert '"more": [1]' in raw


def test_only_so_many_pages_are_put_to_the_person() -> None:
    assert len(pages_of(error({"elicitations": [PAGE] * 1000}))) == MAX_PAGES


@pytest.mark.parametrize(
    ("answers", "hint"),
    [
        (["accept"], "visit it, then call again"),
        (["accept", "accept"], "visit them, then call again"),
        (["accept", "decline"], "you did not agree to that; the call will fail until the visit has been made"),
        (["cancel"], "you did not agree to that; the call will fail until the visit has been made"),
        (["muted"], "you did not agree to that; the call will fail until the visit has been made"),
    ],
)
async def test_what_the_call_has_come_to(answers: list[Any], hint: str) -> None:
    left = list(answers)

    async def put(page: UrlElicitation, raw: str) -> InquiryOutcome:
        answer = left.pop(0)
        if answer == "muted":
            raise RequestRefused(Refusal.MUTED)
        return InquiryOutcome(Phase.DELIVERED, Reply(answer))

    refused = await ask_for_visits(error({"elicitations": [PAGE] * len(answers)}), put)
    assert refused is not None
    assert (refused.hint, left) == (hint, [])
    assert refused.message.endswith("visited first: Sign in first. (-32042)")
