"""Whether a server has taken an answer, over both transports: in the review, in the record, and what can be done."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.desks import JudgedBy, accept, approve, eventually, kinds
from tests.support.http_servers import called
from tests.support.limits import LIMIT
from tests.support.web import Exchange, Rule, refusing, web
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.history.ledger import Entry
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import SendAgain, Settle
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.sampling.inquiry import Reply
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review

pytestmark = pytest.mark.process


@asynccontextmanager
async def opened(tmp_path: Path, settings: ServerSettings, verdict: Verdict = Verdict.ASK) -> AsyncIterator[Backend]:
    """Assemble the program around one server, which is ready."""
    whole = Settings(
        servers={settings.name: settings}, models={"demo": ModelSettings("demo", "demo")}, default_model="demo"
    )
    async with (
        asyncio.timeout(LIMIT),
        open_backend(
            whole,
            os.environ,
            judge=JudgedBy(lambda: verdict),
            restart=False,
            ledger_path=tmp_path / "record.sqlite3",
            demo_delay=0,
        ) as backend,
    ):
        backend.supervisor.start(settings.name)
        await backend.supervisor.settled(settings.name)
        yield backend


async def written(backend: Backend, number: int = 1) -> Review:
    """Lead a review to the second gate."""
    desk = backend.desk
    await eventually(lambda: number in desk.reviews and desk.reviews[number].phase is Phase.REQUEST, "a request")
    review = desk.reviews[number]
    assert desk.settle(number, Gate.REQUEST, approve(review))
    await eventually(lambda: review.phase is Phase.RESPONSE, "a response")
    return review


async def answered(backend: Backend, number: int = 1) -> Review:
    """Lead a review through both gates."""
    review = await written(backend, number)
    assert backend.desk.settle(number, Gate.RESPONSE, accept(review))
    return review


async def rows(backend: Backend, review: Review) -> list[Entry]:
    """Return the record of a review, complete up to now."""
    await backend.ledger.commit(None)
    return await backend.ledger.entries(review.key)


async def hangs_up(one: Exchange) -> bool:
    """Close the connection on an answer."""
    if one.what != "answer":
        return False
    one.writer.close()
    return True


async def says_no_with_a_yes(one: Exchange) -> bool:
    """Answer an answer with 200, and an error in the body."""
    if one.what != "answer":
        return False
    await one.body(200, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no such request"}})
    return True


REFUSALS: list[tuple[str, Rule, str]] = [
    *(
        (str(status), refusing("answer", status), f"HTTP {status}")
        for status in (301, 400, 401, 403, 413, 429, 500, 503)
    ),
    ("hangs up", hangs_up, "it hung up"),
    ("200 with an error", says_no_with_a_yes, "HTTP 200 OK; it says: no such request"),
]


@pytest.mark.parametrize(("name", "rule", "reason"), REFUSALS, ids=[one[0] for one in REFUSALS])
async def test_an_answer_that_is_not_accepted_is_undelivered(
    tmp_path: Path, name: str, rule: Rule, reason: str
) -> None:
    headers = {"Authorization": "Bearer x"}  # so that a 401 is not a reason to sign in
    async with web(rule) as here, opened(tmp_path, here.settings(headers=headers)) as backend:
        await here.push()
        review = await answered(backend)
        await eventually(lambda: review.phase is Phase.UNDELIVERED, "undelivered")
        assert review.outcome is not None
        assert review.outcome.reason.startswith(reason)
        assert review.outcome.response is not None
        assert not review.phase.is_open
        written = await rows(backend, review)
        assert kinds(written)[-1] == "undelivered"
        assert "delivered" not in kinds(written)
        assert written[-1].data["reason"] == review.outcome.reason
        assert (await backend.ledger.search())[-1].outcome is written[-1].kind
        assert here.answers == []


async def test_what_was_not_taken_is_sent_again_byte_for_byte(tmp_path: Path) -> None:
    async with web(refusing("answer", 500, times=2)) as here, opened(tmp_path, here.settings()) as backend:
        await here.push()
        review = await answered(backend)
        desk = backend.desk
        for _ in range(2):
            await eventually(lambda: desk.settle(1, Gate.RESPONSE, SendAgain()))
            assert not desk.settle(1, Gate.RESPONSE, SendAgain())  # it is on its way
        await eventually(lambda: review.phase is Phase.DELIVERED)
        sent = [one.message for one in here.seen if one.what == "answer"]
        assert len(sent) == 3
        assert sent[0] == sent[1] == sent[2]
        assert kinds(await rows(backend, review))[-3:] == ["undelivered", "undelivered", "delivered"]
        assert not desk.settle(1, Gate.RESPONSE, SendAgain())


async def test_it_is_delivered_only_once_it_was_accepted(tmp_path: Path) -> None:
    accepted = asyncio.Event()

    async def slow(one: Exchange) -> bool:
        if one.what == "answer":
            await accepted.wait()
        return False

    async with web(slow) as here, opened(tmp_path, here.settings()) as backend:
        await here.push()
        review = await answered(backend)
        await here.until("answer")
        assert review.phase is Phase.SENDING
        assert review.phase.is_open
        accepted.set()
        await eventually(lambda: review.phase is Phase.DELIVERED)


@pytest.mark.parametrize("how", ["stopped", "cancelled"])
async def test_the_end_while_it_is_on_its_way_leaves_it_undelivered(tmp_path: Path, how: str) -> None:
    never = asyncio.Event()

    async def slow(one: Exchange) -> bool:
        if one.what == "answer":
            await never.wait()
        return False

    async with web(slow) as here, opened(tmp_path, here.settings()) as backend:
        identifier = await here.push()
        review = await answered(backend)
        await here.until("answer")
        if how == "stopped":
            await backend.supervisor.stop("one")
        else:
            params = {"requestId": identifier}
            await here.streams[-1].event({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
        await eventually(lambda: review.phase is Phase.UNDELIVERED)
        assert review.outcome is not None
        assert review.outcome.reason == {"stopped": "stopped by hand", "cancelled": "the server cancelled it"}[how]
        assert kinds(await rows(backend, review))[-1] == "undelivered"


async def test_what_is_refused_by_itself_is_undelivered_too(tmp_path: Path) -> None:
    async with (
        web(refusing("answer", 403)) as here,
        opened(tmp_path, here.settings(), verdict=Verdict.PASS) as backend,
    ):
        await here.push()
        await eventually(lambda: 1 in backend.desk.reviews and backend.desk.reviews[1].phase is Phase.UNDELIVERED)


async def test_those_that_can_no_longer_be_seen_wait_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuui_sampling.desk.docket.KEPT_AFTER_THE_END", 2)
    async with (
        web(refusing("answer", 500)) as here,
        opened(tmp_path, here.settings(max_pending=2), verdict=Verdict.PASS) as backend,
    ):
        for number in range(1, 7):
            await here.push()
            await here.until("answer", number)
        await eventually(lambda: len(backend.desk.reviews) <= 3 and len(backend.desk._waiting) <= 3)
        assert backend.supervisor.servers["one"].refused == 0


DEAF = """
import json, os, sys
asks = {"jsonrpc": "2.0", "id": 1, "method": "sampling/createMessage", "params": {"maxTokens": 9, "messages": [
    {"role": "user", "content": {"type": "text", "text": "hello"}}]}}
for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
        result["serverInfo"] = {"name": "x", "version": "1"}
    elif message.get("method") == "tools/list":
        result = {"tools": []}
    else:
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
    if message["method"] == "tools/list":
        print(json.dumps(asks), flush=True)
        break
fd = {"stdin": 0, "stdout": 1}[sys.argv[1]]
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[2] + ".go"):
    pass
os.close(fd)
import time; time.sleep(60)
"""


@pytest.mark.parametrize("pipe", ["stdin", "stdout"])
async def test_a_child_that_closes_a_pipe_but_lives_is_not_ready(tmp_path: Path, pipe: str) -> None:
    mark = tmp_path / "mark"
    settings = ServerSettings("one", sys.executable, ("-c", DEAF, pipe, str(mark)))
    async with opened(tmp_path, settings) as backend:
        server = backend.supervisor.servers["one"]
        await eventually(lambda: 1 in backend.desk.reviews)
        (tmp_path / "mark.go").touch()
        review = backend.desk.reviews[1]
        await eventually(lambda: not review.phase.is_open, "the end")
        assert review.outcome is not None
        assert (review.phase, review.outcome.reason) == (
            Phase.WITHDRAWN,
            {"stdin": "it closed its input", "stdout": "it closed its output"}[pipe],
        )
        await eventually(lambda: not server.is_running)


# --- questions, and the rounds of the modern era ---


async def test_what_a_question_was_answered_with_is_undelivered_too(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    params = {"message": "Who?", "requestedSchema": schema}
    asked = {"jsonrpc": "2.0", "id": "e1", "method": "elicitation/create", "params": params}
    async with web(refusing("answer", 500, times=1)) as here, opened(tmp_path, here.settings()) as backend:
        desk = backend.desk
        await eventually(lambda: here.streams)
        await here.streams[-1].event(asked)
        await eventually(lambda: 1 in desk.inquiries)
        inquiry = desk.inquiries[1]
        assert desk.settle(1, Gate.REQUEST, Settle(Reply("accept", {"name": "me"})))
        await eventually(lambda: inquiry.phase is Phase.UNDELIVERED)
        assert inquiry.answer is not None
        assert (inquiry.phase, inquiry.answer.reason) == (Phase.UNDELIVERED, "HTTP 500 Internal Server Error")
        assert desk.settle(1, Gate.RESPONSE, SendAgain())
        await eventually(lambda: inquiry.phase is Phase.DELIVERED)
        assert here.answers[0]["result"] == {"action": "accept", "content": {"name": "me"}}


async def test_in_the_modern_era_an_answer_is_delivered_with_the_call_that_carries_it(tmp_path: Path) -> None:
    async with called() as far, opened(tmp_path, far.settings(protocol="modern")) as backend:
        calling = asyncio.create_task(backend.supervisor.call_tool("one", "ask_resolved", {"prompt": "hello"}))
        review = await answered(backend)
        await calling
        await eventually(lambda: review.phase is Phase.DELIVERED)


async def test_in_the_modern_era_the_end_of_the_server_leaves_it_undelivered(tmp_path: Path) -> None:
    async with called() as far, opened(tmp_path, far.settings(protocol="modern")) as backend:
        calling = asyncio.create_task(backend.supervisor.call_tool("one", "ask_resolved", {"prompt": "hello"}))
        review = await written(backend)
        await far.end()  # and at once the answer: what waits is withdrawn as soon as the end is noticed
        assert backend.desk.settle(1, Gate.RESPONSE, accept(review))
        with pytest.raises(ServerError):
            await calling
        await eventually(lambda: not review.phase.is_open)
        assert review.outcome is not None
        assert (review.phase, review.outcome.reason) == (Phase.UNDELIVERED, "nothing listens at its url")
