"""The row of a request of very many blocks says what it would if all of it were made at once, and takes little room."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.full_request import params, user
from tuui_sampling.desk.record_rows import asked_texts
from tuui_sampling.desk.withheld import without_texts
from tuui_sampling.history.text import prompt_line, searchable
from tuui_sampling.policy.redaction.masking import Masking
from tuui_sampling.sampling.derived.digests import asked_digest
from tuui_sampling.sampling.derived.json_pieces import json_pieces
from tuui_sampling.sampling.request import MAX_USUAL
from tuui_sampling.sampling.wire import parse_request, request_params

ENCODER = json.JSONEncoder(separators=(",", ":"))
SECRET = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
BLOCKS: list[dict[str, Any]] = [
    {"type": "text", "text": "x"},
    {"type": "text", "text": "é", "annotations": {"priority": 1}},
    {"type": "image", "data": "AAAA", "mimeType": "image/png"},
    {"type": "text", "text": f"my key is {SECRET}"},
]
REQUESTS: dict[str, dict[str, Any]] = {
    "blocks": params(messages=[user(BLOCKS * (MAX_USUAL // 4 + 1)), user(BLOCKS)], _meta={"token": 1}),
    "messages": params(messages=[user(block) for block in BLOCKS * (MAX_USUAL // 4 + 1)]),
    "messages of several": params(messages=[user(BLOCKS)] * (MAX_USUAL // 4 + 1)),
}
KEPT: dict[str, Callable[[Any], Any]] = {
    "as it came": dict,
    "masked": Masking(("secret",)).json,
    "withheld": without_texts,
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_it_says_the_same_as_one_that_is_made_at_once(kind: str) -> None:
    request = parse_request(REQUESTS[kind])
    at_once = {"params": request_params(request), "digest": asked_digest(request)}
    for kept in KEPT.values():
        row, expected = kept(asked_texts(request)), kept(at_once)
        assert "".join(json_pieces(row, ENCODER)) == ENCODER.encode(expected)
        assert (searchable(row), prompt_line(row["params"])) == (searchable(expected), prompt_line(expected["params"]))


@pytest.mark.parametrize("kept", KEPT)
def test_what_it_is_made_of_is_never_there_at_once(kept: str) -> None:
    request = parse_request(params(messages=[user([{"type": "text", "text": "x"}] * 6_000)]))
    size = len(json.dumps(request_params(request)))
    tracemalloc.start()
    try:
        written = sum(map(len, json_pieces(KEPT[kept](asked_texts(request)), ENCODER)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written > size / 2
    assert peak < size
