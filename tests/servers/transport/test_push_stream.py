"""The streams on which servers push: they are opened again whoever ends them, and nothing is claimed meanwhile."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from mcp.shared.auth import OAuthToken

from tests.support.desks import eventually
from tests.support.supervised import Stage, stage, texts
from tests.support.web import Exchange, Rule, Web, asking, refusing, web
from tuui_sampling.config.paths import state_dir
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.servers import supervisor as supervisor_module
from tuui_sampling.servers.auth.oauth import Kept
from tuui_sampling.servers.auth.token_store import FileVault
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.servers.transport import http_client, push_stream


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all before anything is tried again."""
    monkeypatch.setattr(push_stream, "LISTEN_AGAIN", (0.01,))
    monkeypatch.setattr(supervisor_module, "BACK_OFF", (0.01,) * 50)


async def answered(scene: Stage, here: Web, number: int) -> None:
    """Have the server push, and see that its question comes and is answered."""
    await here.push()
    (await scene.clerk.next(number)).deliver("world")
    await eventually(lambda: len(here.answers) == number + 1, "the answer")


@pytest.mark.parametrize("statuses", [(), (502,), (502, 502, 502), (500, 429, 503, 502), (403,), (405,)])
@pytest.mark.parametrize("session", ["S", None])
async def test_a_stream_that_ends_is_opened_again(
    quickly: None, statuses: tuple[int, ...], session: str | None
) -> None:
    async with web(session=session) as here, stage(here.settings()) as scene:
        server = await scene.ready()
        await answered(scene, here, 0)
        if statuses:
            here.rules.append(refusing("GET", *statuses, times=len(statuses)))
        await here.end_streams()
        await here.until("GET", 2 + len(statuses))
        await answered(scene, here, 1)
        assert server.state is ServerState.READY
        assert server.not_listening is None


@pytest.mark.parametrize("status", [502, 500, 429, 403])
async def test_while_nobody_listens_the_state_says_so_and_when_it_is_tried_again(status: int) -> None:
    async with web() as here, stage(here.settings()) as scene:
        server = await scene.ready()
        await here.until("GET")
        here.rules.append(refusing("GET", status))
        await eventually(lambda: here.streams)
        assert server.state_words == "ready"
        await here.end_streams()
        await eventually(lambda: server.not_listening and f"HTTP {status}" in server.not_listening.reason)
        assert server.state_words.startswith("ready, not listening, next try in ")
        assert any("nobody listens to what it pushes" in text for text in texts(server, "event"))
        await scene.supervisor.stop("one")
        assert server.not_listening is None


async def test_the_pauses_grow_and_begin_anew_once_it_was_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    assert push_stream.LISTEN_AGAIN == (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    pauses: list[float] = []
    goes_on = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            await goes_on.wait()

    monkeypatch.setattr(asyncio, "sleep", pause)
    caller = None

    class Scripted(push_stream.PushStream):
        """Listens to a script."""

        async def _listen(self) -> str | None:
            if len(pauses) == 9:
                return None
            if len(pauses) == 8:
                self._is_heard()
            return "HTTP 502"

    stream = Scripted(caller, "", 1, None, lambda deaf: None)  # type: ignore[arg-type]  # neither is used
    goes_on.set()
    await stream.keep()
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 1.0]


async def test_a_pause_that_the_server_asks_for_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (0.0, -1.0, 0.4, 3.0, 1e9)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)

    class Scripted(push_stream.PushStream):
        """Listens to streams that end at once, with a pause in them."""

        async def _listen(self) -> str | None:
            self._is_heard()
            self._asked_pause = asked[len(pauses)] if len(pauses) < len(asked) else None
            return push_stream.ENDED if len(pauses) < len(asked) else None

    await Scripted(None, "", 1, None, lambda deaf: None).keep()  # type: ignore[arg-type]  # neither is used
    assert pauses == [0.5, 0.5, 0.5, 3.0, 30.0]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
async def test_a_server_without_such_a_stream_is_not_asked_again(quickly: None, status: int) -> None:
    async with web(refusing("GET", status)) as here, stage(here.settings()) as scene:
        server = await scene.ready()
        await scene.call("quick")
        if status < 500:
            assert (here.count("GET"), server.not_listening) == (1, None)
        assert server.state is ServerState.READY


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, None),
        (410, None),
        (404, {"error": "Not Found"}),
        (400, None),
        (400, {"jsonrpc": "2.0", "error": {"code": -32000, "message": "Bad Request: No valid session ID"}, "id": None}),
        (400, {"message": "Unknown Session"}),
    ],
)
@pytest.mark.parametrize("what", ["tools/call", "GET", "answer"])
async def test_an_unknown_session_is_begun_anew(quickly: None, status: int, body: object, what: str) -> None:
    if (status, body) == (400, None) and what != "GET":
        return  # it may mean anything: the next test
    async with web() as here, stage(here.settings(), restart=True) as scene:
        await scene.ready()
        forgotten = True

        async def forgets(one: Exchange) -> bool:
            nonlocal forgotten
            if one.what == "initialize":
                forgotten = False
            if not forgotten or one.what != what:
                return False
            await one.body(status, body)
            return True

        await eventually(lambda: here.streams)
        here.rules.append(forgets)
        if what == "answer":
            await here.push()
            (await scene.clerk.next()).deliver("world")
        elif what == "GET":
            await here.end_streams()
        else:
            with pytest.raises(Exception, match="session"):
                await scene.call("quick")
        await here.until("initialize", 2)
        await scene.until(ServerState.READY)
        await here.push()
        await scene.clerk.next(1 if what == "answer" else 0)


async def test_a_bad_request_that_is_no_word_of_the_session_ends_nothing(quickly: None) -> None:
    async with web(refusing("tools/call", 400)) as here, stage(here.settings()) as scene:
        await scene.ready()
        with pytest.raises(CallRefused, match="HTTP 400"):
            await scene.call("quick")
        assert scene.server.state is ServerState.READY
        assert here.count("initialize") == 1


# --- the older transport ---


def older(*, statuses: int = 405, endpoint: str = "/messages?sessionId=1") -> Rule:
    """Return a rule that speaks HTTP+SSE: POSTs to `/mcp` are refused, answers come on the one stream."""
    stream: list[Exchange] = []

    async def rule(one: Exchange) -> bool:
        if one.method == "GET":
            await one.head(200, "text/event-stream")
            await one.event(endpoint, "endpoint")
            stream.append(one)
            await one.end()
            return True
        if one.path == "/mcp":
            await one.body(statuses)
            return True
        await one.body(202)
        if one.what == "initialize":
            result = {"protocolVersion": "2024-11-05", "capabilities": {"tools": {}}}
            await reply(one, result | {"serverInfo": {"name": "older", "version": "1"}})
        elif one.what == "tools/list":
            await reply(one, {"tools": [{"name": "ask", "inputSchema": {"type": "object"}}]})
        elif one.what == "tools/call":
            await stream[-1].event(asking("s1", "hello"))
            calls.append(one)
        elif one.what == "answer":
            text = one.message["result"]["content"]["text"]
            await reply(calls.pop(), {"content": [{"type": "text", "text": text}]})
        return True

    async def reply(one: Exchange, result: object) -> None:
        await stream[-1].event({"jsonrpc": "2.0", "id": one.message["id"], "result": result})

    calls: list[Exchange] = []
    return rule


@pytest.mark.parametrize("statuses", [400, 404, 405])
@pytest.mark.parametrize("transport", ["auto", "sse"])
async def test_a_server_of_the_older_transport_is_found_and_answered(statuses: int, transport: str) -> None:
    async with web(older(statuses=statuses)) as here, stage(here.settings(transport=transport)) as scene:
        server = await scene.ready()
        assert server.protocol_version == "2024-11-05"
        calling = scene.call("ask")
        (await scene.clerk.next()).deliver("world")
        assert (await calling).text == "world"
        assert (here.count("initialize") == 1) is (transport == "sse")


async def test_the_older_transport_is_not_tried_where_the_other_is_configured() -> None:
    async with web(older()) as here, stage(here.settings(transport="http")) as scene:
        scene.supervisor.start("one")
        assert "HTTP 405" in (await scene.until(ServerState.FAILED)).reason
        assert here.count("GET") == 0


@pytest.mark.parametrize(
    "endpoint", ["http://elsewhere.invalid/messages", "//elsewhere.invalid/m", "https://127.0.0.1/m"]
)
async def test_messages_go_to_no_other_origin(endpoint: str) -> None:
    async with web(older(endpoint=endpoint)) as here, stage(here.settings(transport="sse")) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == "it wants its messages at another origin"


async def test_the_end_of_the_one_stream_is_the_end_of_the_older_session(quickly: None) -> None:
    async with web(older()) as here, stage(here.settings(), restart=True) as scene:
        server = await scene.ready()
        for one in here.seen:
            one.writer.close()
        await eventually(lambda: server.restarts and server.state is ServerState.READY)
        assert "it ended the stream" in "".join(texts(server, "event"))


@pytest.mark.parametrize(
    "act", [lambda scene: scene.call("wait"), lambda scene: scene.call("ask")], ids=["a call", "a call that asks"]
)
@pytest.mark.parametrize("token", [None, "tok-1"])
async def test_what_is_open_keeps_nothing_else_from_leaving(
    act: Callable[[Stage], Awaitable[object]], token: str | None
) -> None:
    """Headers of both calls come last, as with servers that answer in JSON; also where somebody has signed in."""
    async with web() as here, stage(here.settings()) as scene:
        if token is not None:
            kept = Kept(tokens=OAuthToken(access_token=token), expires_at=time.time() + 3600)
            FileVault(state_dir() / "sign-ins").write(here.url, kept.model_dump_json(exclude_none=True))
        await scene.ready()
        assert here.seen[0].headers.get("authorization") == (token and f"Bearer {token}")
        waiting = asyncio.ensure_future(act(scene))
        await here.until("tools/call")
        assert (await scene.call("quick")).text == "[]"
        await answered(scene, here, 0)
        doomed = scene.call("wait")
        await here.until("tools/call", 3)
        doomed.cancel()
        await here.until("notifications/cancelled")
        here.release.set()
        await waiting


async def test_an_answer_whose_acceptance_takes_long_keeps_no_other_waiting() -> None:
    held = asyncio.Event()

    async def slow(one: Exchange) -> bool:
        if one.what == "answer" and one.message["id"] == "s1":
            await held.wait()
        return False

    async with web(slow) as here, stage(here.settings()) as scene:
        await scene.ready()
        await here.push("one")
        await here.push("two")
        (await scene.clerk.next(0)).deliver("first")
        await here.until("answer")
        (await scene.clerk.next(1)).deliver("second")
        await eventually(lambda: [one["id"] for one in here.answers] == ["s2"])
        assert (await scene.call("quick")).text
        held.set()
        await eventually(lambda: len(here.answers) == 2)


async def test_only_what_waits_for_nobody_has_to_be_answered_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls wait for a person, and the stream for what the server pushes; an answer is accepted at once or never."""
    limits: dict[str, float | None] = {}
    limit = http_client._limit_time

    async def noted(request: httpx2.Request) -> None:
        await limit(request)
        body = json.loads(request.content or b"{}")
        what = body.get("method") or ("answer" if body else request.method)
        limits[what] = request.extensions["timeout"]["read"]

    monkeypatch.setattr(http_client, "_limit_time", noted)
    async with web() as here, stage(here.settings()) as scene:
        await scene.ready()
        calling = scene.call("ask")
        (await scene.clerk.next()).deliver("world")
        await calling
    seconds = http_client.CALL_SECONDS
    assert (limits["tools/call"], limits["GET"]) == (None, None)
    assert (limits["answer"], limits["notifications/initialized"]) == (seconds, seconds)
