"""A digest covers every part of a request and the models, and stays the same for ever."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.full_request import EVERYTHING, params
from tuui_sampling.sampling.derived.beside import WINDOW
from tuui_sampling.sampling.derived.digests import asked_digest, canonical_pieces, outbound_digest
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock
from tuui_sampling.sampling.wire import parse_request


def test_the_digest_does_not_depend_on_how_the_request_was_written() -> None:
    reordered = json.loads(json.dumps(dict(reversed(EVERYTHING.items()))))
    assert outbound_digest(parse_request(EVERYTHING), "m") == outbound_digest(parse_request(reordered), "m")


def test_the_digest_is_the_sha256_of_a_form_that_never_changes() -> None:
    """A change of it would make every digest in every record useless."""
    canonical = b'["demo",{"maxTokens":100,"messages":[{"content":{"text":"hello","type":"text"},"role":"user"}]}]'
    assert outbound_digest(parse_request(params()), "demo") == hashlib.sha256(canonical).hexdigest()


ORIGINAL = parse_request(EVERYTHING)
CHANGED: list[SamplingRequest] = [
    replace(ORIGINAL, max_tokens=101),
    replace(ORIGINAL, temperature=0.71),
    replace(ORIGINAL, temperature=None),
    replace(ORIGINAL, system_prompt="Be brief. "),
    replace(ORIGINAL, system_prompt=None),
    replace(ORIGINAL, stop_sequences=("END", "\n")),
    replace(ORIGINAL, metadata=None),
    replace(ORIGINAL, include_context="none"),
    replace(ORIGINAL, preferences=None),
    replace(ORIGINAL, tools=None),
    replace(ORIGINAL, tool_choice=None),
    replace(ORIGINAL, extra={}),
    replace(ORIGINAL, messages=ORIGINAL.messages[:-1]),
    replace(ORIGINAL, messages=(*ORIGINAL.messages[:-1], replace(ORIGINAL.messages[-1], role="user"))),
    replace(ORIGINAL, messages=(Message("user", (TextBlock("One"),)), *ORIGINAL.messages[1:])),
]


def test_the_digest_covers_every_part_and_the_model() -> None:
    digests = [outbound_digest(ORIGINAL, "m"), outbound_digest(ORIGINAL, "n")]
    digests += [outbound_digest(request, "m") for request in CHANGED]
    assert len(set(digests)) == len(digests)


def test_the_digest_of_what_was_asked_knows_the_same_request_again() -> None:
    asked = parse_request(EVERYTHING)
    again = parse_request(EVERYTHING | {"_meta": {"progressToken": "another"}})
    other = parse_request(EVERYTHING | {"somethingNew": {"kept": False}})
    assert asked_digest(asked) == asked_digest(again) != asked_digest(other)


def test_what_can_not_be_written_has_no_digest() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert asked_digest(replace(ORIGINAL, metadata=deep)) == ""
    while deep:  # taken apart from the outside: its own end would go as deep
        deep = deep["a"]


LONG = params(systemPrompt="x" * (WINDOW + 1))
WITHOUT_META = {key: value for key, value in EVERYTHING.items() if key != "_meta"}


@pytest.mark.parametrize("asked", [EVERYTHING, params(), WITHOUT_META, LONG], ids=["all", "few", "no meta", "long"])
def test_a_digest_is_of_canonical_json_that_is_written_in_pieces(asked: dict[str, Any]) -> None:
    pieces = list(canonical_pieces(asked))
    assert "".join(pieces) == json.dumps(asked, sort_keys=True, separators=(",", ":"))
    assert (len(pieces) > 1) is (asked is LONG), "what is short is written in one call"
    request = parse_request(asked)
    for models in ((), ("one",), ("one", 'tw"o')):  # of one request, so that what is kept with it counts
        whole = json.dumps([*models, asked], sort_keys=True, separators=(",", ":"))
        assert outbound_digest(request, *models) == hashlib.sha256(whole.encode()).hexdigest()
