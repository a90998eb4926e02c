"""How long a server waits: what is known of it, what keeps it waiting, and what becomes of a late answer."""

import asyncio
import time
from datetime import datetime
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.installations import hurried
from tests.support.paths import ROOT, ServerCommand, legacy_sdk_server, modern_sdk_server
from tests.support.supervised import PUPPET, Asked, Stage, cancelled, error_of, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.origin import Deadline
from tuui_sampling.servers.inbound import timeouts
from tuui_sampling.servers.state.server import Server


def left(asked: Asked) -> tuple[float, bool, str]:
    """Return the seconds that are left, rounded up; whether they are presumed, and why."""
    deadline = asked.origin.deadline
    assert isinstance(deadline, Deadline)
    return round(deadline.at - time.monotonic() + 0.5), deadline.presumed, deadline.reason


async def first_request(scene: Stage, **changes: Any) -> Asked:
    """Have the puppet ask, and return what came."""
    number = len(scene.clerk.asked)
    await scene.say(sampling(number + 1, **changes))
    return await scene.clerk.next(number)


# --- what is known ---


@pytest.mark.parametrize(
    ("meta", "seconds"),
    [
        ({"timeoutMs": 30_000}, 30),
        ({"timeout_ms": 30_000}, 30),
        ({"com.example/request-timeout-ms": 30_000}, 30),
        ({"com.example/timeoutSeconds": 12.0}, 12),
    ],
)
async def test_a_timeout_that_the_request_states(meta: dict[str, object], seconds: int) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        assert left(await first_request(scene, _meta=meta)) == (seconds, False, "the request says so")


@pytest.mark.parametrize(
    "meta",
    [{}, {"timeoutMs": 0}, {"timeoutMs": -1}, {"timeoutMs": True}, {"timeoutMs": "60"}, {"timeoutMs": 10**400},
     {"timeout": 60}, {"timeoutSeconds": 1e300}],
)  # fmt: skip
async def test_what_states_no_timeout(meta: dict[str, object]) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        assert (await first_request(scene, _meta=meta)).origin.deadline is None


async def test_nothing_is_known_of_a_python_server(legacy_python: Any) -> None:
    async with stage(legacy_sdk_server(legacy_python)) as scene:
        await scene.ready()
        scene.call("ask", prompt="hello")
        asked = await scene.clerk.next()
        assert asked.origin.deadline is None
        asked.deliver("x")


async def test_a_typescript_server_is_presumed_to_wait_for_sixty_seconds(typescript_v1: ServerCommand) -> None:
    async with stage(typescript_v1) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        asked = await scene.clerk.next()
        assert left(asked) == (60, True, "the TypeScript SDK waits 60 s")
        asked.deliver("world")
        assert (await calling).text == "world"


async def test_nothing_is_presumed_of_a_server_that_is_told_of_progress(typescript_v1: ServerCommand) -> None:
    async with stage(typescript_v1) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello", progress=True)
        asked = await scene.clerk.next()
        assert asked.origin.deadline is None
        asked.deliver("world")
        assert (await calling).text == "world"


@pytest.mark.parametrize(
    ("command", "is_typescript"),
    [("npx", True), ("/usr/bin/node", True), ("npx.cmd", True), ("deno", True), ("python3", False), ("nodes", False)],
)
def test_what_runs_typescript(command: str, is_typescript: bool) -> None:
    assert timeouts._runs_typescript(command) is is_typescript


async def test_what_a_server_did_before_is_what_it_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "MIN_OBSERVED", 0.0)
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        first = await first_request(scene)
        assert first.origin.deadline is None
        await scene.say(cancelled(1))
        await eventually(lambda: first.withdrawn)
        await eventually(lambda: server.waited is not None)
        assert server.waited is not None
        assert 0 <= server.waited < 10
        server.waited = 48.0
        second = await first_request(scene)
        assert left(second) == (48, True, "it gave up after 48 s before")
        await scene.say(cancelled(2))
        await eventually(lambda: server.waited is not None and server.waited < 48)


@pytest.mark.parametrize(
    ("meta", "learns"), [({}, True), ({"progressToken": "p"}, False), ({"timeoutSeconds": 90}, False)]
)
async def test_what_is_learned_counts_for_what_waits_already(meta: dict[str, object], learns: bool) -> None:
    """Else the newest, whose time is known, would jump the queue of the older ones, which end sooner."""
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(1, _meta=meta) if meta else sampling(1))
        asked = await scene.clerk.next()
        item = Item(id=1, key="s-1", origin=asked.origin, arrived=100.0, arrived_at=datetime.now().astimezone())
        assert item.deadline == asked.origin.deadline
        server.waited = 48.0
        if learns:
            assert item.deadline == Deadline(148.0, presumed=True, reason="it gave up after 48 s before")
        else:
            assert item.deadline == asked.origin.deadline


async def test_a_change_of_mind_is_no_loss_of_patience() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        asked = await first_request(scene)
        await scene.say(cancelled(1))
        await eventually(lambda: asked.withdrawn)
        assert server.waited is None


async def test_the_state_of_a_modern_round_is_presumed_to_live_for_ten_minutes() -> None:
    command = modern_sdk_server()
    async with stage(ServerSettings("one", command.command, command.args, cwd=ROOT, protocol="modern")) as scene:
        await scene.ready()
        scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        assert left(asked) == (600, True, "the SDKs' requestState expires after 600 s")
        asked.deliver("x")


def test_without_a_state_nothing_of_a_modern_round_expires() -> None:
    server = Server(ServerSettings("one", "npx"), protocol_version="2026-07-28")
    assert timeouts.deadline(server, {}, has_state=False) is None
    assert timeouts.deadline(server, {}, has_state=True) is not None


# --- giving up ---


async def test_a_server_that_loses_patience_withdraws_and_is_known_by_it(typescript_v1: ServerCommand) -> None:
    async with stage(typescript_v1) as scene:
        server = await scene.ready()
        calling = scene.call("ask", prompt="hello", timeout_ms=1_500)
        asked = await scene.clerk.next()
        result = await calling
        assert result.is_error
        assert "Request timed out" in result.text
        await eventually(lambda: asked.withdrawn)
        assert asked.withdrawn == "the server cancelled it"
        assert server.waited is not None
        assert 1 < server.waited < 10
        scene.call("ask", prompt="again")
        again = await scene.clerk.next(1)
        seconds, presumed, reason = left(again)
        assert presumed
        assert seconds <= 10
        assert reason.startswith("it gave up after")
        again.deliver("x")


async def test_the_real_minute_of_a_real_server(server_everything: ServerCommand) -> None:
    """Its clock runs eight times as fast; the minute is its own."""
    async with stage(hurried(server_everything)) as scene:
        server = await scene.ready()
        calling = scene.call("trigger-sampling-request", prompt="hello")
        asked = await scene.clerk.next()
        assert left(asked) == (60, True, "the TypeScript SDK waits 60 s")
        assert "Request timed out" in (await calling).text
        await eventually(lambda: asked.withdrawn)
        assert asked.withdrawn == "the server cancelled it"
        assert server.waited is not None


async def test_a_push_server_asks_after_its_call_has_returned(typescript_v1: ServerCommand) -> None:
    async with stage(typescript_v1) as scene:
        server = await scene.ready()
        assert (await scene.call("ask_later", prompt="hello", after_ms=300)).text == "asking later"
        asked = await scene.clerk.next()
        assert (asked.origin.tool, asked.origin.unsolicited) == (None, True)
        asked.deliver("world")
        await eventually(lambda: "later: world" in texts(server, "stderr"))


# --- progress ---


def test_progress_comes_before_any_server_may_have_given_up() -> None:
    assert timeouts.PROGRESS_EVERY <= timeouts.MIN_OBSERVED < timeouts.TYPESCRIPT_TIMEOUT


async def test_progress_outlives_a_timeout(typescript_v1: ServerCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve times the timeout pass, as 90 s are many times 2 s; without progress the server gives up after one."""
    monkeypatch.setattr(timeouts, "PROGRESS_EVERY", 0.1)
    async with stage(typescript_v1) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello", timeout_ms=500, progress=True)
        asked = await scene.clerk.next()
        done, _ = await asyncio.wait((calling,), timeout=6)
        assert not done
        assert asked.withdrawn is None
        asked.deliver("at last")
        assert (await calling).text == "at last"


async def test_progress_counts_up_and_stops_with_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "PROGRESS_EVERY", 0.01)
    async with stage(PUPPET) as scene:
        await scene.ready()
        asked = await first_request(scene, _meta={"progressToken": "t-1"})
        other = await first_request(scene)

        async def progress() -> list[dict[str, Any]]:
            return [one["params"] for one in await scene.heard() if one.get("method") == "notifications/progress"]

        while len(told := await progress()) < 3:
            await asyncio.sleep(0.01)
        assert [one["progress"] for one in told] == list(range(1, len(told) + 1))
        assert {one["progressToken"] for one in told} == {"t-1"}, "a request without a token is told of nothing"
        asked.deliver("x")
        other.deliver("x")
        await eventually(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "progress"])
        messages = await scene.heard()
        answered = next(index for index, one in enumerate(messages) if one.get("id") == 1)
        assert all(one.get("method") is None for one in messages[answered:])


async def test_progress_stops_when_the_server_takes_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "PROGRESS_EVERY", 0.01)
    async with stage(PUPPET) as scene:
        await scene.ready()
        asked = await first_request(scene, _meta={"progressToken": 7})
        await scene.say(cancelled(1))
        await eventually(lambda: asked.withdrawn)
        await eventually(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "progress"])


# --- our own calls ---


async def test_cancelling_a_call_withdraws_what_came_in_it(legacy_python: Any) -> None:
    """A server on the first line of the SDK leaves its request open then."""
    async with stage(legacy_sdk_server(legacy_python)) as scene:
        server = await scene.ready()
        calling = scene.call("ask", prompt="hello")
        asked = await scene.clerk.next()
        calling.cancel()
        await eventually(lambda: asked.withdrawn)
        assert asked.withdrawn == "the call that it belonged to ended"
        assert server.waited is None, "it was we who gave up"
        again = scene.call("ask", prompt="again")
        (await scene.clerk.next(1)).deliver("world")
        assert (await again).text == "world"


async def test_what_is_withdrawn_with_its_call_is_answered_with_an_error() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait", before=[sampling(1, "in the call")])
        asked = await scene.clerk.next()
        assert (asked.origin.tool, asked.origin.presumed) == ("wait", True)
        calling.cancel()
        await eventually(lambda: asked.withdrawn)
        assert error_of((await scene.replies(1))[1]) == (-32603, "The request could not be answered")


async def test_a_call_that_ends_by_itself_takes_nothing_with_it() -> None:
    """Its server may well ask on: many ask in the background, and return."""
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "in the call"))
        asked = await scene.clerk.next()
        assert (asked.origin.tool, asked.origin.presumed) == ("say", True)
        asked.deliver("x")
        assert (await scene.replies(1))[1]["result"]["content"]["text"] == "x"


async def test_what_came_between_two_calls_stays_when_one_is_cancelled() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        asked = await first_request(scene)
        assert asked.origin.tool is None
        calling.cancel()
        await asyncio.wait((calling,))
        asked.deliver("still answered")
        assert (await scene.replies(1))[1]["result"]["content"]["text"] == "still answered"


# --- too late ---


async def test_an_answer_to_a_cancelled_call_is_counted() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        calling.cancel()
        await asyncio.wait((calling,))
        numbers = [one["params"]["requestId"] for one in await scene.heard() if "cancelled" in one.get("method", "")]
        late = [f'{{"jsonrpc":"2.0","id":{number},"result":{{"content":[]}}}}' for number in (*numbers, 9999)]
        await scene.say(*late)
        assert len(numbers) == 1
        assert server.late_replies == 2
        assert texts(server, "event") == ["it answered what nobody waits for any more"] * 2


async def test_an_answer_after_the_deadline_goes_out_and_is_counted() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        late = await first_request(scene, _meta={"timeoutMs": 1})
        in_time = await first_request(scene, _meta={"timeoutMs": 600_000})
        deadline = late.origin.deadline
        assert deadline is not None
        await eventually(lambda: time.monotonic() > deadline.at)
        late.deliver("late")
        in_time.deliver("in time")
        replies = await scene.replies(2)
        assert replies[1]["result"]["content"]["text"] == "late"
        assert server.late_answers == 1
        assert [line for line in texts(server, "event") if "after it may have given up" in line]


async def test_a_thousand_late_answers_are_counted_and_not_logged() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(*(f'{{"jsonrpc":"2.0","id":{number},"result":{{}}}}' for number in range(5000, 6000)))
        assert server.late_replies == 1000
        assert len(texts(server, "event")) == 20


@pytest.mark.parametrize("sdk", ["python", "typescript"])
async def test_a_state_that_has_expired_is_named_as_such(sdk: str, request: pytest.FixtureRequest) -> None:
    command = modern_sdk_server() if sdk == "python" else request.getfixturevalue("typescript_v2")
    settings = ServerSettings(
        "one", command.command, command.args, cwd=ROOT, protocol="modern", env={"STATE_SECONDS": "1"}
    )
    async with stage(settings) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        await asyncio.wait((calling,), timeout=2.5)
        asked.deliver("too late")
        with pytest.raises(CallRefused, match="the server no longer accepts an answer: its state expired"):
            await calling


async def test_answers_to_nothing_do_no_harm() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"what?"}}')
        assert server.late_replies == 1
        asked = await first_request(scene)
        asked.reject()
        assert error_of((await scene.replies(1))[1])[0] == -1
