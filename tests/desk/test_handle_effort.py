"""What an automatically passed request costs, as counts: what is derived from it is derived once."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.support.desks import ORIGIN, recorded, request
from tests.support.history_entries import transactions_in_log
from tuui_sampling.backend import open_backend
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.history import ledger
from tuui_sampling.policy.verdict import Verdict, always
from tuui_sampling.sampling.phase import Phase

EFFORT = {
    "_outbound_digest": 2,  # of what was asked, and of what an approval covers
    "_request_params": 1,
    "prepare": 1,
    "_estimated_tokens": 1,
    "_assess": 1,
    "Writer.submit": 1,  # the approval with all before it, before the model is called; what follows waits for company
    "Journal._write": 2,  # the answer before it leaves, and that it was taken
}
"""How often each of these runs for one request, on the event loop."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the calls of this thread by the names of the functions."""
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _value: object) -> None:
        if event == "call" and "tuui_sampling" in frame.f_code.co_filename:
            calls[frame.f_code.co_qualname] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


async def test_what_one_request_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LINGER", 600.0)  # on a busy machine it may be over in the middle of a request
    path = tmp_path / "record.sqlite3"
    settings = Settings(models={"demo": ModelSettings("demo", "demo")}, default_model="demo")
    async with open_backend(settings, {}, judge=always(Verdict.PASS), ledger_path=path, demo_delay=0) as backend:
        for _ in range(2):  # what is made once for a model is made by the first
            written = transactions_in_log(path)
            with counted() as calls:
                outcome = await backend.desk.ask(request("hello"), ORIGIN, lambda: "the end")
            assert outcome.phase is Phase.DELIVERED
        assert {name: calls[name] for name in EFFORT} == EFFORT
        assert transactions_in_log(path) - written == 1
        assert recorded(path, "delivered") == 1, "the end of the second waits for company"
