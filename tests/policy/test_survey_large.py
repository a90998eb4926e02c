"""What is derived of a request of very many blocks or tools takes little room beside it, and nothing of it is kept."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.full_request import params
from tuui_sampling.policy.survey import in_request, size_of
from tuui_sampling.sampling.derived.digests import asked_digest
from tuui_sampling.sampling.request import SamplingRequest
from tuui_sampling.sampling.wire import parse_request, request_params

pytestmark = pytest.mark.long

BLOCKS = {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"} for _ in range(20_000)]}]}
SCHEMA = {"type": "object", "properties": {f"p{one}": {"type": "string", "description": "d" * 60} for one in range(30)}}
REQUESTS: dict[str, dict[str, Any]] = {
    "blocks": params(**BLOCKS),
    "messages": params(messages=[{"role": "user", "content": {"type": "text", "text": "x"}} for _ in range(10_000)]),
    "tools": params(tools=[{"name": str(one), "inputSchema": json.loads(json.dumps(SCHEMA))} for one in range(300)]),
}
DERIVED: dict[str, Callable[[SamplingRequest], object]] = {
    "findings": in_request,
    "characters": size_of,
    "digest": asked_digest,
    "parameters": request_params,
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_nothing_of_a_large_request_is_kept_twice(kind: str) -> None:
    request = parse_request(REQUESTS[kind])
    size = len(json.dumps(REQUESTS[kind]))
    in_request(parse_request(params()))  # what is made once is there
    tracemalloc.start()
    try:
        for derive in DERIVED.values():
            derive(request)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < size / 4


@pytest.mark.parametrize("what", ["findings", "characters"])
@pytest.mark.parametrize("kind", REQUESTS)
def test_searching_a_large_request_takes_little_room(kind: str, what: str) -> None:
    request = parse_request(REQUESTS[kind])
    size = len(json.dumps(REQUESTS[kind]))
    in_request(parse_request(params()))
    tracemalloc.start()
    try:
        DERIVED[what](request)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < size
