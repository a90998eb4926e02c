"""What comes over the wire: answered, refused or survived, and each request of a server's exactly once."""

import asyncio
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.full_request import EVERYTHING, params
from tests.support.paths import ROOT, raw_server
from tests.support.supervised import PUPPET, cancelled, error_of, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.sampling.wire import request_params
from tuui_sampling.servers.state.server import ServerState

REJECTED = (-1, "User rejected sampling request")
NOT_ANSWERED = (-32603, "The request could not be answered")
DUPLICATE = (-32600, "A request with this id is already being answered")
UNASKED_RESULT = {"type": "tool_result", "toolUseId": "secret", "content": []}
NOT_JSON_RPC = (-32600, "Not a valid JSON-RPC request")


# --- answers ---


async def test_an_answer_and_a_rejection() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "first"), sampling("2", "second"))
        first, second = await scene.clerk.next(0), await scene.clerk.next(1)
        second.deliver("to the second")
        first.reject()
        replies = await scene.replies(2)
        assert error_of(replies[1]) == REJECTED, "and the reason stays here"
        assert replies["2"]["result"] == {
            "role": "assistant",
            "content": {"type": "text", "text": "to the second"},
            "model": "test-model",
            "stopReason": "endTurn",
        }


async def test_everything_that_came_is_under_review_also_what_the_sdk_drops() -> None:
    odd = {"role": "user", "content": [{"type": "text", "text": "x", "future": 1}], "also": 2}
    wire = EVERYTHING | {"messages": [odd]}
    async with stage(PUPPET) as scene:
        await scene.ready()
        line = sampling(5, params=wire)
        await scene.say(line)
        asked = await scene.clerk.next()
        assert request_params(asked.request) == wire
        assert asked.origin.raw == line
        assert asked.origin.request_id == 5
        assert (asked.origin.server, asked.origin.protocol_version) == ("one", "2025-11-25")
        assert not asked.origin.modern


async def test_what_is_refused_names_the_place_and_what_is_wanted_there() -> None:
    def message(content: object) -> dict[str, object]:
        return {"role": "user", "content": content}

    refused: list[tuple[dict[str, Any], str, str]] = [
        ({"maxTokens": -5}, "maxTokens", "-5"),
        ({"maxTokens": 10**30}, "maxTokens", "1000000"),
        ({"maxTokens": "100"}, "maxTokens", "'100'"),
        ({"maxTokens": True}, "maxTokens", "True"),
        ({"temperature": float("nan")}, "temperature", "nan"),
        ({"temperature": float("inf")}, "temperature", "inf"),
        ({"messages": []}, "messages", "empty"),
        (
            {"messages": [{"role": "user", "content": {"type": "image", "data": "!", "mimeType": "x"}}]},
            "data",
            "base64",
        ),
        ({"messages": [{"role": "user", "content": UNASKED_RESULT}]}, "messages[0].content", "tool"),
        ({"stopSequences": ["x"] * 10_000}, "stopSequences", "10000"),
        ({"maxTokens": 1.5}, "maxTokens", "1.5"),
        ({"maxTokens": None}, "maxTokens", "nothing"),
        ({"messages": [{"role": "system", "content": {"type": "text", "text": "x"}}]}, "messages[0].role", "'system'"),
        ({"messages": [{"role": "user", "content": {"type": "video"}}]}, "messages[0].content.type", "'video'"),
        ({"tools": [5]}, "tools[0]", "5"),
        ({"metadata": "x"}, "metadata", "'x'"),
        ({"modelPreferences": {"hints": {"name": "x"}}}, "modelPreferences.hints", "an object"),
    ]
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(*(sampling(number, params=params(**change)) for number, (change, *_) in enumerate(refused)))
        replies = await scene.replies(len(refused))
        for number, (change, place, value) in enumerate(refused):
            error = replies[number]["error"]
            assert error["code"] == -32602, change
            assert error["data"]["field"].endswith(place), change
            assert (
                error["message"]
                == f"Invalid sampling parameters at {error['data']['field']}: {error['data']['problem']}"
            )
            assert any(f"{place}: " in line and value in line for line in server.invalid), (change, "for the person")
        assert scene.clerk.asked == []
        assert any("maxTokens: expected 1 to" in line for line in texts(server, "event"))


@pytest.mark.hostile(73)
async def test_a_bug_of_ours_tells_the_server_nothing() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.clerk.breaks = ValueError("the key is sk-1234")
        await scene.say(sampling(1))
        assert error_of((await scene.replies(1))[1]) == NOT_ANSWERED
        assert not [line for line in texts(server) if "sk-1234" in line]
        assert texts(server, "event") == ["a request (sampling) failed inside this program: ValueError"]


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.WITHDRAWN])
async def test_an_outcome_without_an_answer_is_an_error_without_a_reason(phase: Phase) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1))
        (await scene.clerk.next()).answer.set_result(Outcome(phase, reason="the model's key is wrong"))
        assert error_of((await scene.replies(1))[1]) == NOT_ANSWERED


@pytest.mark.hostile(69)
async def test_a_lone_surrogate_in_an_answer_arrives_escaped_or_not_at_all() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1), sampling(2))
        (await scene.clerk.next(0)).deliver("half a \ud800 pair")
        (await scene.clerk.next(1)).deliver("whole")
        replies = await scene.replies(2)
        assert replies[2]["result"]["content"]["text"] == "whole", "the connection lives"
        assert replies[1]["result"]["content"]["text"] == "half a \ud800 pair"


# --- ids ---


async def test_a_live_id_is_refused_as_often_as_it_comes_again() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "the first"))
        first = await scene.clerk.next()
        for _ in range(3):
            await scene.say(sampling(1, "another"), sampling("1", "as text"))
        await eventually(lambda: not scene.server.calls)
        first.deliver("answered once")
        for _ in range(1000):
            got = [one for one in await scene.heard() if "method" not in one]
            if len(got) == 7:
                break
        assert [error_of(one) for one in got[:6]] == [DUPLICATE] * 6
        assert got[6]["result"]["content"]["text"] == "answered once"
        assert len(scene.clerk.asked) == 1
        await scene.say(sampling(1, "a new one"))
        assert (await scene.clerk.next(1)).prompt == "a new one"


@pytest.mark.parametrize("identifier", [None, 1.5, True, [], {}])
async def test_an_id_that_is_none_is_never_asked(identifier: object) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(identifier), sampling(7, "a good one"))
        (await scene.clerk.next()).deliver("x")
        await scene.replies(1)
        assert [one.prompt for one in scene.clerk.asked] == ["a good one"]


# --- the server takes it back ---


@pytest.mark.parametrize(("identifier", "named"), [(1, 1), (1, "1"), ("1", 1), ("x", "x")])
async def test_a_cancelled_request_is_withdrawn_and_never_answered(identifier: object, named: object) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(identifier), sampling(2))
        asked = await scene.clerk.next(0)
        other = await scene.clerk.next(1)
        await scene.say(cancelled(named))
        await eventually(lambda: asked.withdrawn)
        assert asked.withdrawn == "the server cancelled it"
        assert other.withdrawn is None
        other.deliver("x")
        assert set(await scene.replies(1)) == {2}


async def test_the_id_of_a_cancelled_request_may_be_used_again_at_once() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "first"), cancelled(1), sampling(1, "second"))
        await eventually(lambda: scene.clerk.asked and scene.clerk.asked[-1].prompt == "second")
        scene.clerk.asked[-1].deliver("x")
        assert (await scene.replies(1))[1]["result"]["content"]["text"] == "x"


async def test_stray_cancels_are_ignored_and_nothing_of_them_is_kept() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        lines = [cancelled(number) for number in range(2000)] + [cancelled(None), cancelled([1]), cancelled(True)]
        await scene.say(*lines)
        assert len(server.log) < 10
        connection = scene.supervisor._connections["one"]
        assert len(connection._arrivals) == 0


async def test_what_is_cancelled_before_anyone_looked_at_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is malformed, so that nobody is ever asked and no reply is ever sent: nothing else would forget it."""
    from tuui_sampling.servers.inbound import in_flight

    monkeypatch.setattr(in_flight, "FORGET_CANCELLED", 0.01)
    async with stage(PUPPET) as scene:
        await scene.ready()
        connection = scene.supervisor._connections["one"]
        broken = {"messages": "none"}
        lines = [line for number in range(50) for line in (sampling(number, params=broken), cancelled(number))]
        await scene.say(*lines)
        await eventually(lambda: len(connection._arrivals) == 0)


async def test_what_is_cancelled_while_it_is_read_is_told_to_the_record() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        line = sampling(1, "never read")
        async with scene.supervisor._connections["one"]._callbacks._reading:
            await scene.say(line, cancelled(1), sampling(2, "the next"))
            await eventually(lambda: scene.clerk.taken_back)
        assert scene.clerk.taken_back == [("sampling/createMessage", line, "the server cancelled it")]
        assert (await scene.clerk.next()).prompt == "the next"


async def test_a_short_request_does_not_overtake_a_long_one() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "long " * 100_000), sampling(2, "short"), sampling(3, "long, too " * 5_000))
        await scene.clerk.next(2)
        assert [one.prompt.split()[0] for one in scene.clerk.asked] == ["long", "short", "long,"]


# --- the end of a server ---


async def test_the_death_of_a_server_withdraws_what_it_asked() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1), sampling(2))
        asked = [await scene.clerk.next(number) for number in range(2)]
        with pytest.raises(ServerError, match="it exited with code 7"):
            await scene.call("exit", code=7)
        await eventually(lambda: all(one.withdrawn for one in asked))
        assert {one.withdrawn for one in asked} == {"it exited with code 7"}


async def test_a_server_that_dies_in_its_own_request() -> None:
    async with stage(raw_server()) as scene:
        await scene.ready()
        with pytest.raises(ServerError, match="it exited with code 7"):
            await scene.call("die_pending", prompt="hello")
        asked = await scene.clerk.next()
        await eventually(lambda: asked.withdrawn)
        assert asked.withdrawn == "it exited with code 7"


# --- where a request came from ---


async def test_a_request_in_the_only_call_is_presumed_to_be_that_call_s() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1))
        origin = (await scene.clerk.next()).origin
        assert (origin.tool, origin.presumed, origin.unsolicited) == ("say", True, False)


async def test_a_request_between_two_calls_belongs_to_neither() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        waiting = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        await scene.say(sampling(1))
        origin = (await scene.clerk.next()).origin
        assert (origin.tool, origin.presumed, origin.unsolicited) == (None, False, False)
        assert (origin.call, len(set(origin.among))) == (None, 2), "it is counted for both"
        assert set(origin.tools) == {"wait", "say"}
        waiting.cancel()


async def test_between_two_calls_of_one_tool_the_tool_is_known() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        saying = [scene.call("wait"), scene.call("wait")]
        await eventually(lambda: len(scene.server.calls) == 2)
        await scene.say(after=(sampling(1),))
        origin = (await scene.clerk.next()).origin
        assert (origin.tool, origin.presumed, origin.call, len(origin.among)) == ("wait", True, None, 2)
        for one in saying:
            one.cancel()


async def test_a_request_without_any_call_is_unsolicited() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(after=(sampling(1, "hours later"),))
        asked = await scene.clerk.next()
        assert (asked.origin.tool, asked.origin.presumed, asked.origin.unsolicited) == (None, False, True)
        asked.deliver("still answered")
        assert (await scene.replies(1))[1]["result"]["content"]["text"] == "still answered"


# --- noise ---


async def test_lines_that_are_no_messages_are_logged_and_survived() -> None:
    noise = ["Welcome!", "", "{}", "[]", "\x1b[31mred\x1b[0m", "\ufeff{", '{"jsonrpc":"2.0"', "null", "[" * 3000]
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(*noise, sampling(1) + "\r")
        (await scene.clerk.next()).deliver("x")
        await scene.replies(1)
        logged = texts(server, "stdout")
        assert logged[:5] == ["Welcome!", "{}", "[]", "\x1b[31mred\x1b[0m", "{"]
        assert max(map(len, logged)) <= 1024


async def test_a_banner_before_the_handshake() -> None:
    async with stage(raw_server("banner")) as scene:
        server = await scene.ready()
        assert texts(server, "stdout")[0] == "Welcome to the raw server!"


async def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say("\udcff\udcfe no json", sampling(1, "PLACE").replace("PLACE", "a\udcffb"))
        asked = await scene.clerk.next()
        assert asked.prompt == "a\ufffdb"
        asked.deliver("x")
        await scene.replies(1)


async def test_a_request_that_cannot_be_read_gets_an_error_and_not_silence() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        surrogate = sampling(1, "PLACE").replace("PLACE", "\\ud800")
        listed = '{"jsonrpc":"2.0","id":2,"method":"sampling/createMessage","params":[]}'
        digits = sampling(3, metadata={"n": 0}).replace('"n": 0', f'"n": {"1" * 5000}')
        deep = sampling(4, metadata={"n": 0}).replace('"n": 0', f'"n": {"[" * 400}{"]" * 400}')
        await scene.say(surrogate, listed, digits, deep)
        replies = await scene.replies(4)
        assert [error_of(replies[number]) for number in (1, 2, 3, 4)] == [NOT_JSON_RPC] * 4
        assert scene.clerk.asked == []


async def test_a_result_that_cannot_be_read_ends_the_call_and_not_the_server() -> None:
    result = '{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"\\ud800"}]}}'
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        answers = [result % number for number in range(20)]  # one of them is the id of our call
        speaking = scene.call("say", before=answers)
        with pytest.raises(ServerError, match="not a valid JSON-RPC"):
            await calling
        await asyncio.wait((speaking,))
        speaking.exception()
        await eventually(lambda: len(texts(scene.server, "stdout")) == 20, "all twenty: no later call may get one")
        await scene.say(sampling(1))
        assert (await scene.clerk.next()).prompt == "hello"


async def test_an_unknown_method_is_refused() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say('{"jsonrpc":"2.0","id":1,"method":"sampling/deleteEverything"}')
        assert (await scene.replies(1))[1]["error"]["code"] == -32601


async def test_a_message_without_an_end_is_cut_off() -> None:
    one = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, max_message_mb=1)
    async with stage(one) as scene:
        await scene.ready()
        await scene.say(sampling(1, "x" * (1 << 19)))
        asked = await scene.clerk.next()
        assert len(asked.prompt) == 1 << 19, "half of the limit goes through"
        with pytest.raises(ServerError, match="it sent a message of more than 1 MiB"):
            await scene.say("x" * (2 << 20))
        server = await scene.until(ServerState.FAILED)
        assert server.reason == "it sent a message of more than 1 MiB"
        assert asked.withdrawn == server.reason
