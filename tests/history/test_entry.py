"""What an entry keeps of what it is about."""

import json
from typing import Any

from tests.support.history_entries import entry, received
from tuui_sampling.history.entry import Kind
from tuui_sampling.policy.redaction.masking import Masking

KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
DIGEST = "4929" * 16


def test_a_digest_of_ours_is_neither_searched_nor_masked() -> None:
    searched: list[str] = []

    def mask(value: Any) -> Any:
        searched.append(json.dumps(value))
        return Masking(("secret",)).json(value)

    for asked in (received(), received(f"use {KEY}")):
        kept = entry(Kind.APPROVED, **asked.data, digest=DIGEST).masked(mask).data
        assert kept["digest"] == DIGEST
        assert KEY not in json.dumps(kept)
    assert len(searched) == 2 and DIGEST not in "".join(searched)


def test_what_a_server_calls_a_digest_is_masked() -> None:
    asked = entry(Kind.RECEIVED, params={"digest": KEY}, digest=DIGEST).masked(Masking(("secret",)).json)
    assert KEY not in json.dumps(asked.data)
    whole = entry(Kind.RECEIVED, params={"digest": "nothing"}, digest=DIGEST)
    assert whole.masked(Masking(("secret",)).json) is whole
