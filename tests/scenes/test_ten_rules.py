"""Working rules of a configuration against the demonstration server, and against each line of the SDK and each era."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.policy.values import made_secrets
from tests.support.desks import call, eventually
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand, demo_server, legacy_sdk_server, modern_sdk_server, questions_server
from tests.support.warm_start import warm
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.load import parse
from tuui_sampling.history.ledger import Kind
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ServerState

RULES = """
default_model = "local"

[models.local]
provider = "demo"
price = { input = 0, output = 1000 }   # a tenth of a cent for each token

[[rules]]
deny = "secrets go to this computer only"
findings = ["secret"]
unless_host = ["127.0.0.1", "localhost"]

[[rules]]
ask = "anything dear"
cost_above = 0.50

[[rules]]
allow = "short summaries by the local model"
server = "demo"
tool = "summarize"
model = "local"
max_tokens = 500
max_size = "8 KB"
despite = ["first request"]

[[rules]]
allow = "one sentiment an hour"
server = "demo"
tool = "analyze_sentiment"
model = "local"
max_tokens = 20
budget = { requests_per_hour = 1 }
notify = true

[[rules]]
allow = "pictures"
server = "demo"
tool = "describe_image"
model = "local"
max_tokens = 200
despite = ["media"]

[[rules]]
try = true
allow = "poems, one day"
server = "demo"
tool = "generate_poem"
model = "local"
max_tokens = 500

[[rules]]
allow = "conversations, once their answer was read"
server = "demo"
tool = "converse"
model = "local"
max_tokens = 200
prompt = "*spring tide*"
stage = "request"

[[rules]]
deny = "nothing hidden"
findings = ["hidden"]

[[rules]]
ask = "two at once come first"
server = "demo"
tool = "ask_twice"
priority = "high"

[[rules]]
allow = "trips with their tools"
server = "demo"
tool = "plan_trip"
model = "local"
max_tokens = 2000
max_size = "64 KB"
despite = ["tools"]

[[rules]]
allow = "the form's colour"
kind = "elicitation"
server = "forms"
tool = "ask_colour"
despite = ["first request"]
answer = { action = "accept", content = { colour = "blue", deep = true } }

[[rules]]
allow = "the SDK 2.x, as clients of before call it"
server = "pushing"
model = "local"
max_tokens = 500
despite = ["first request"]

[[rules]]
allow = "the SDK 2.x in the modern era"
server = "modern"
model = "local"
max_tokens = 500
despite = ["first request"]
"""

OF_BEFORE = """
[[rules]]
allow = "the SDK of before"
server = "before"
model = "local"
max_tokens = 500
despite = ["first request"]
"""


@dataclass(frozen=True)
class Case:
    """
    A call, and what its rule does.

    Attributes:
        ends: How each request ends; what is asked is rejected by the test.
        rule: The name that the record has of each gate; None where a person decided.
        tried: The rule on trial that would have matched.
    """

    server: str
    tool: str
    ends: Phase
    rule: dict[str, str | None]
    arguments: dict[str, Any] = field(default_factory=dict)
    asked: Gate | None = None
    tried: str = ""


def passes(name: str) -> dict[str, str | None]:
    """Return the rule at both gates."""
    return {"request": name, "response": name}


SECRET = made_secrets()[0][1]
D, R = Phase.DELIVERED, Phase.REJECTED
CASES = [
    Case("demo", "summarize", D, passes("short summaries by the local model"), {"text": "The tide comes in."}),
    Case("demo", "summarize", R, {"request": "secrets go to this computer only"}, {"text": f"The key is {SECRET}."}),
    Case("demo", "summarize", R, {"request": "anything dear"}, {"text": "x", "sentences": 10}, Gate.REQUEST),
    Case("demo", "analyze_sentiment", D, passes("one sentiment an hour"), {"text": "good"}),
    Case("demo", "analyze_sentiment", R, {"request": None}, {"text": "better"}, Gate.REQUEST),
    Case("demo", "describe_image", D, passes("pictures")),
    Case("demo", "generate_poem", R, {"request": None}, {"topic": "sea"}, Gate.REQUEST, "poems, one day"),
    Case(
        "demo",
        "converse",
        R,
        {"request": "conversations, once their answer was read", "response": None},
        asked=Gate.RESPONSE,
    ),
    Case("demo", "hostile", R, {"request": "nothing hidden"}),
    Case("demo", "ask_twice", R, {"request": "two at once come first"}, asked=Gate.REQUEST),
    Case("demo", "plan_trip", D, passes("trips with their tools")),
    Case("pushing", "ask", D, passes("the SDK 2.x, as clients of before call it"), {"prompt": "hello"}),
    Case("modern", "ask_resolved", D, passes("the SDK 2.x in the modern era"), {"prompt": "hello"}),
]


@asynccontextmanager
async def house(folder: Path, rules: str, servers: dict[str, tuple[ServerCommand, str]]) -> AsyncIterator[Backend]:
    """Open the program on a configuration with these rules, its servers up."""
    text = rules
    for name, (command, more) in servers.items():
        started = warm(command)
        text += f"[servers.{name}]\ncommand = {json.dumps(started.command)}\nargs = {json.dumps(started.args)}\n"
        text += f"cwd = {json.dumps(str(ROOT))}\n{more}\n"
    settings = parse(text, os.environ, folder / "config.toml")
    async with (
        asyncio.timeout(2 * LIMIT),
        open_backend(settings, os.environ, restart=False, ledger_path=folder / "r.sqlite3", demo_delay=0) as opened,
    ):
        opened.supervisor.start_all()
        for name in servers:
            server = await opened.supervisor.settled(name)
            assert server.state is ServerState.READY, f"{name}: {server.reason} {list(server.log)}"
        yield opened


async def hold(opened: Backend, case: Case) -> None:
    """Make a call, and hold what becomes of its requests, and what the record says, to what its rule says."""
    known = set(opened.desk.reviews)
    running = call(opened, case.server, case.tool, **case.arguments)

    def mine() -> list[Review]:
        return [one for number, one in opened.desk.reviews.items() if number not in known]

    def decided() -> bool:
        for one in mine():
            if case.asked is not None and one.gate is case.asked:
                opened.desk.settle(one.id, case.asked, Reject("the test"))
        return running.done()

    await eventually(decided, f"{case.tool} ends")
    await asyncio.gather(running, return_exceptions=True)
    reviews = mine()
    assert reviews, f"{case.tool} asked for nothing"
    for review in reviews:
        assert (review.phase, review.outcome and review.outcome.gate) == (
            case.ends,
            case.asked or (Gate.REQUEST if case.ends is R else None),
        ), f"{case}: {review.outcome}"
        if case.tool == "ask_twice":
            assert review.priority == 1
        held = {gate.value: one.rule for gate, one in review.decided.items()}
        assert held == {gate: rule for gate, rule in case.rule.items() if rule and gate != case.asked}
        await eventually_recorded(opened, review, case)


async def eventually_recorded(opened: Backend, review: Review, case: Case) -> None:
    """Wait until the judgements of a review are in the record, and hold them to what the rules say."""
    async with asyncio.timeout(LIMIT):
        while not (rows := await opened.ledger.entries(review.key)) or not rows[-1].kind.is_final:
            await asyncio.sleep(0.01)
    judged = [row.data for row in rows if row.kind is Kind.JUDGED]
    assert {row["gate"]: row["rule"] for row in judged} == case.rule
    assert all(row["tried"] == ([case.tried] if case.tried else []) for row in judged)


async def test_each_rule_passes_asks_or_refuses_as_it_says_and_the_record_names_it(tmp_path: Path) -> None:
    servers = {
        "demo": (demo_server(), ""),
        "forms": (questions_server(), ""),
        "pushing": (modern_sdk_server(), 'protocol = "legacy"'),
        "modern": (modern_sdk_server(), 'protocol = "modern"'),
    }
    async with house(tmp_path, RULES, servers) as opened:
        for case in CASES:
            await hold(opened, case)
        told = await call(opened, "forms", "ask_colour")
        assert "blue" in str(told.content) and not told.is_error
        (form,) = opened.desk.inquiries.values()
        assert form.decided[Gate.REQUEST].rule == "the form's colour"
    assert len(opened.settings.rules) == 13
    used = {rule for case in CASES for rule in (*case.rule.values(), case.tried) if rule}
    assert used | {"the form's colour"} == {rule.name for rule in opened.settings.rules}


async def test_the_line_of_the_sdk_of_before(tmp_path: Path, legacy_python: Path) -> None:
    rules = RULES.partition("[[rules]]")[0] + OF_BEFORE
    async with house(tmp_path, rules, {"before": (legacy_sdk_server(legacy_python), "")}) as opened:
        await hold(opened, Case("before", "ask", D, passes("the SDK of before"), {"prompt": "hello"}))


pytestmark = pytest.mark.process
