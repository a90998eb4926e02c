"""What an automatically passed request costs, as counts: what is derived from it is derived once."""

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, SimpleNamespace

import pytest

from tests.support.desks import ORIGIN, recorded, request
from tests.support.history_entries import transactions_in_log
from tuui_sampling.backend import open_backend
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.history import waiting
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.derived import beside
from tuui_sampling.sampling.phase import Phase

EFFORT = {
    "_outbound_digest": 2,  # of what was asked, and of what an approval covers
    "_request_params": 1,
    "prepare": 1,
    "_estimated_tokens": 1,
    "_assess": 0,  # what it may cost is asked by rules, limits and persons
    "short_json": 1,  # what both digests are of is written once
    "Models._found_way": 0,  # known of the model since the first request
    "_gathered": 0,  # nothing was replaced, so no text is looked through for what was
    "select": 0,  # a server with the same preferences is proposed the same
    "replace_hits": 0,  # nothing is found in what the journal keeps
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
    monkeypatch.setattr(waiting, "LINGER", 600.0)  # on a busy machine it may be over in the middle of a request
    path = tmp_path / "record.sqlite3"
    settings = Settings(models={"demo": ModelSettings("demo", "demo")}, default_model="demo")
    async with open_backend(settings, {}, judge=Always(Verdict.PASS), ledger_path=path, demo_delay=0) as backend:
        for _ in range(2):  # what is made once for a model is made by the first
            written = transactions_in_log(path)
            with counted() as calls:
                outcome = await backend.desk.ask(request("hello"), ORIGIN, lambda: "the end")
            assert outcome.phase is Phase.DELIVERED
        assert {name: calls[name] for name in EFFORT} == EFFORT
        assert transactions_in_log(path) - written == 1
        assert recorded(path, "delivered") == 0, "how it went on waits for company, and the next approval not for that"

        now, slept = [time.monotonic()], list[float]()
        monkeypatch.setattr(beside, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=slept.append))
        for _ in range(5):
            now[0] += 0.6 * beside.BURST  # one after the other, so that the writer's thread never rests for long
            await backend.desk.ask(request("hello"), ORIGIN, lambda: "the end")
        assert slept == [], "whoever waits for an approval to be recorded does not wait for a pause"


RULES = (
    *(RuleSettings("deny", f"secrets {n}", findings=("secret",)) for n in range(3)),
    *(RuleSettings("ask", f"about {n}", prompt=f"*subject {n}*") for n in range(2)),
    *(
        RuleSettings("allow", f"tool {n}", server="notes", tool=f"tool-{n}", model="demo", max_tokens=500)
        for n in range(3)
    ),
    RuleSettings("allow", "last", server="notes", model="demo", max_tokens=500, despite=("first request",)),
)

EFFORT_OF_RULES = {
    "_may_match": 0,  # rules are looked up by what they are about, once for each server and tool
    "conditions.<locals>.holds": 0,  # nothing was found, so no rule about findings is tried
    "conditions.<locals>.<lambda>": 2,  # the model, of the last; none of a rule about another tool
    "fitting.<locals>.<lambda>": 6,  # two rules about texts, at both stages, and of the request without its line feed
    "_part": 0,  # what stands in a pattern is known of each rule
    "Record._entry": 6,  # as many rows as without rules, and what is kept: what they said has none of its own
    "_row.<locals>.<lambda>": 0,  # which is put together beside the loop
    "Facts.folded": 2,
    "_gathered": 2,  # the texts of the request, and of the response
    "change_request": 1,  # whoever goes through a short request's texts finds them gathered
    "_twins": 0,
    "_in_request": 1,
    "Soundness.fault": 0,
}


async def test_what_rules_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LINGER", 600.0)
    settings = Settings(models={"demo": ModelSettings("demo", "demo")}, default_model="demo", rules=RULES)
    async with open_backend(settings, {}, ledger_path=tmp_path / "record.sqlite3", demo_delay=0) as backend:
        for _ in range(2):
            with counted() as calls:
                outcome = await backend.desk.ask(request("hello"), ORIGIN, lambda: "the end")
            assert outcome.phase is Phase.DELIVERED, outcome.reason
        assert {name: calls[name] for name in EFFORT_OF_RULES} == EFFORT_OF_RULES


HUNDREDS = 520
"""More requests than are remembered of anything: of texts that were searched 256, of requests that have ended 200."""


@pytest.mark.long
async def test_a_thousand_requests_take_no_more_memory_than_some_hundreds(tmp_path: Path) -> None:
    settings = Settings(models={"demo": ModelSettings("demo", "demo")}, default_model="demo", rules=RULES)
    async with open_backend(settings, {}, ledger_path=tmp_path / "record.sqlite3", demo_delay=0) as backend:

        async def held(begin: int) -> int:
            for number in range(begin, begin + HUNDREDS):
                outcome = await backend.desk.ask(request(f"the text of request {number}"), ORIGIN, lambda: "the end")
                assert outcome.phase is Phase.DELIVERED, outcome.reason
            await backend.ledger.commit(None)
            gc.collect()
            return sys.getallocatedblocks()

        before = await held(1_000)
        grown = await held(2_000) - before
        assert grown < HUNDREDS, f"{grown / HUNDREDS:.1f} objects are kept of each request"
