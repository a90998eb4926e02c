"""No value of a secret is in anything that is kept or printed, wherever it came from."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.policy.values import made_secrets
from tests.support.desks import approve, eventually
from tests.support.limits import LIMIT
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.cli.commands.call_report import Order, Report
from tuui_sampling.cli.crash_report import report as crash_report
from tuui_sampling.config.settings import demo_settings
from tuui_sampling.history.ledger import Entry, Kind
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.decision import Answer
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response

pytestmark = pytest.mark.process

SECRETS = [value for _name, value in made_secrets()]
"""Of each call another: of the first nothing is masked, which shows that there is something to mask."""


async def called(backend: Backend, number: int, secret: str, told: str) -> str:
    """Have a tool ask with a secret, edit it with the same, and answer with another; return what `--json` prints."""
    desk, report = backend.desk, Report(Order("demo", "generate_poem", "{}", "ask", None, as_json=True))
    report.masking = backend.masking
    desk.subscribe(report.note)
    calling = asyncio.create_task(backend.supervisor.call_tool("demo", "generate_poem", {"topic": f"for {secret}"}))
    await eventually(lambda: number in desk.reviews and desk.reviews[number].phase is Phase.REQUEST, "a request")
    review = desk.reviews[number]
    edited = replace(review.asked, system_prompt=f"use {secret}")
    assert desk.settle(number, Gate.REQUEST, approve(review, asked=edited))
    await eventually(lambda: review.phase is Phase.RESPONSE, "a response")
    assert desk.settle(number, Gate.RESPONSE, Answer(Response((TextBlock(f"it is {told}"),), "by hand", "endTurn")))
    report.result = await calling
    backend.ledger.keep(Entry(f"kept {number}", Kind.ANSWERED, "demo", review.arrived_at, {"result": told}, number))
    return "".join(report.as_json())


async def test_no_value_of_a_secret_is_in_any_sink_unless_that_is_configured(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(LIMIT),
        open_backend(
            replace(demo_settings(), mask=()),
            os.environ,
            judge=Always(Verdict.ASK),
            restart=False,
            ledger_path=tmp_path / "record.sqlite3",
            demo_delay=0,
        ) as backend,
    ):
        backend.supervisor.start("demo")
        await backend.supervisor.settled("demo")
        plain = await called(backend, 1, *SECRETS[:2])
        plain += (await backend.supervisor.export_trace("demo")).decode()
        await backend.configure(replace(backend.settings, mask=("secret",)))
        masked = await called(backend, 2, *SECRETS[2:4])
        masked += (await backend.supervisor.export_trace("demo")).decode()
        await backend.ledger.aclose()
        kept = {path.name: path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()}
    try:
        raise ValueError(masked + plain)
    except ValueError as error:
        crash = crash_report(error)
    stored = "".join(kept.values())
    assert any("answers" in name for name in kept), "the journal is there to be searched"
    assert all(secret in plain and secret in stored for secret in SECRETS[:2])
    assert not [secret for secret in SECRETS[2:4] if secret in masked + stored]
    assert not [secret for secret in SECRETS[:4] if secret in crash]
    assert masked.count("⟦secret⟧") > 3
    assert stored.count("⟦secret⟧") > 3
