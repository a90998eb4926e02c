"""What is derived of a request of very many blocks or tools takes little room beside it, and nothing of it is kept."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.full_request import EVERYTHING, params, user
from tuui_sampling.policy.survey import COST_OF_A_VALUE, in_request, is_longer, size_of
from tuui_sampling.sampling.derived.beside import SHORT
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


LONG: dict[str, dict[str, Any]] = {
    "one text": params(messages=[user("x" * (SHORT + 1))]),
    "a system prompt": params(systemPrompt="x" * (SHORT + 1)),
    "blocks": params(messages=[user([{"type": "text", "text": "x"}] * 3_000)]),
    "members": params(metadata={f"m{one}": one for one in range(3_000)}),
    "a key": params(metadata={"a": {"x" * (SHORT + 1): 1}}),
    "nested members": params(metadata={"a": [{f"m{one}": None for one in range(3_000)}]}),
    "tools": params(tools=[{"name": "t", "inputSchema": {}}] * 1_500),
    "hints": params(modelPreferences={"hints": [{"name": "n"}] * 3_000}),
    "a member of its own": params(_meta={"list": [1] * 3_000}),
}


@pytest.mark.parametrize("kind", LONG)
def test_whatever_makes_a_request_long_is_told_soon(kind: str) -> None:
    assert is_longer(parse_request(LONG[kind]), SHORT)
    assert not is_longer(parse_request(EVERYTHING), SHORT)


def test_what_is_long_is_not_gone_through_to_its_end() -> None:
    """Whoever asks is on the event loop."""

    class Counted(dict[str, Any]):
        looked = 0

        def __len__(self) -> int:
            Counted.looked += 1
            return super().__len__()

    members = {f"m{one}": Counted() for one in range(1_000)}
    request = parse_request(params(metadata={f"n{one}": members for one in range(1_000)}))
    assert is_longer(request, SHORT)
    assert Counted.looked <= SHORT / COST_OF_A_VALUE
