"""`call` with a server that does not take an answer, and one that asks once its tool has returned."""

import asyncio
import json
import os
import time

import pytest

from tests.support.web import Exchange, Web, refusing, web
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands.call import _call
from tuui_sampling.cli.commands.call_report import Order, Report
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.policy.verdict import UNSOLICITED


async def call(here: Web, tool: str, linger: float = 0.0, report: Report | None = None) -> Report:
    """Call a tool, with every request approved; a report that is given can be looked into meanwhile."""
    settings = Settings(
        servers={"one": here.settings()},
        models={"bare": ModelSettings("bare", "tests.bench.model:AtOnce")},  # the demonstration takes its time
        default_model="bare",
    )
    report = report or Report(Order("one", tool, "{}", "approve", None, as_json=True, linger=linger))
    await _call(settings, os.environ, {}, report)
    return report


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500, 502])
async def test_an_answer_that_is_not_taken_is_an_outcome_of_its_own(status: int) -> None:
    async def gives_up(one: Exchange) -> bool:
        """Have the tool return once its answer was refused."""
        if one.what == "answer":
            here.release.set()
        return False

    async with web(gives_up, refusing("answer", status)) as here:
        report = await call(here, "ask")
    (review,) = json.loads("".join(report.as_json()))["reviews"]
    assert review["outcome"] == "undelivered"
    assert f"HTTP {status}" in review["reason"] or review["reason"] == "it no longer knows our session"
    assert report.exit_code == exit_codes.SERVER
    assert "not delivered" in (report.problem or "") or "session" in (report.problem or "")


async def test_a_tool_that_returns_before_its_answer_was_accepted_ends_nothing() -> None:
    async def late(one: Exchange) -> bool:
        if one.what == "answer":
            here.answers.append(one.message)  # the tool returns now
            await asyncio.sleep(0.2)
            await one.body(202)
            return True
        return False

    async with web(late) as here:
        report = await call(here, "ask")
    assert [review["outcome"] for review in json.loads("".join(report.as_json()))["reviews"]] == ["delivered"]


@pytest.mark.parametrize("linger", [0.0, pytest.param(3.0, marks=pytest.mark.long)])
async def test_it_lingers_for_what_is_asked_later_which_is_rejected_as_unsolicited(linger: float) -> None:
    async with web() as here:
        report = Report(Order("one", "quick", "{}", "approve", None, as_json=True, linger=linger))
        calling = asyncio.create_task(call(here, "quick", report=report))
        await here.until("tools/call")
        while linger and report.result is None:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        if linger:
            await here.push("later")  # nobody called for it, and nobody is asked
        await calling
        assert time.monotonic() - began >= 0.9 * linger
    reviews = [(review["outcome"], review["reason"]) for review in json.loads("".join(report.as_json()))["reviews"]]
    assert reviews == [("rejected", UNSOLICITED)] * bool(linger)
    assert [answer["error"]["code"] for answer in here.answers] == [-1] * bool(linger)
