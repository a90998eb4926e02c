"""
What a server can do to us on the wire, by number; the parameters of its requests have a file of their own.

Each test is named by the row of the table of hostile behaviour that it holds; the numbers are stable.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.servers.fakes.rounds_server import STATE
from tests.support.desks import approve, backend, eventually, server_settings
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tests.support.paths import ROOT, SERVERS, ServerCommand, raw_server
from tests.support.supervised import PUPPET, Stage, cancelled, error_of, sampling, stage, texts
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.history.ledger import Kind
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import TextDelta, UsageUpdate
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.response import Usage
from tuui_sampling.sampling.review import Review
from tuui_sampling.sampling.visible import visible
from tuui_sampling.sampling.wire import request_params
from tuui_sampling.servers.state.server import Server, ServerState
from tuui_sampling.tui.widgets.plain import line as one_line

ROUNDS = ServerCommand(sys.executable, (str(SERVERS / "rounds_server.py"),))
NOT_READABLE = (-32600, "Not a valid JSON-RPC request")


async def still_works(scene: Stage, identifier: Any = "after") -> None:
    """Have a good request asked and answered."""
    number = len(scene.clerk.asked)
    before = len([one for one in await scene.heard() if "method" not in one])
    await scene.say(sampling(identifier, "a good one"))
    asked = await scene.clerk.next(number)
    assert asked.prompt == "a good one"
    asked.deliver("fine")
    assert (await scene.replies(before + 1))[identifier]["result"]["content"]["text"] == "fine"


# --- 1 to 14: what is not a message, or none of ours ---


async def test_01_noise_on_standard_output() -> None:
    noise = ["Welcome!", "", "{}", "[]", "\x1b[31mred\x1b[0m"]
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(*noise)
        assert texts(server, "stdout") == ["Welcome!", "{}", "[]", "\x1b[31mred\x1b[0m"]
        assert "\x1b" not in "".join(map(visible, texts(server))), "and is escaped on its way to a screen"
        await still_works(scene)


async def test_02_bytes_that_are_no_utf8() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say("\udcff\udcfe no json", sampling(1, "PLACE").replace("PLACE", "a\udcffb"))
        asked = await scene.clerk.next()
        assert asked.prompt == "a\ufffdb"
        asked.deliver("x")
        await scene.replies(1)
        await still_works(scene)


async def test_03_64_megabytes_without_a_newline() -> None:
    async with stage(raw_server("endless-line", "--bytes", str(64 << 20))) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason == "it sent a message of more than 8 MiB"


async def test_03_the_limit_is_configurable() -> None:
    command = raw_server("endless-line", "--bytes", str(2 << 20))
    async with stage(ServerSettings("one", command.command, command.args, cwd=ROOT, max_message_mb=1)) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason == "it sent a message of more than 1 MiB"


async def test_04_one_byte_at_a_time_hinders_nobody_else() -> None:
    slow = raw_server("slow-bytes", "--delay", "0.005")
    commands = [
        ServerSettings(name, one.command, one.args, cwd=ROOT) for name, one in (("one", PUPPET), ("slow", slow))
    ]
    async with stage(*commands) as scene:
        await scene.ready("one")
        await scene.ready("slow")
        for number in range(5):
            await still_works(scene, number)
        await eventually(lambda: "byte by byte" in [one.prompt for one in scene.clerk.asked])
        assert scene.clerk.asked[0].prompt == "a good one"


async def test_05_windows_line_ends() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(1) + "\r")
        (await scene.clerk.next()).deliver("x")
        await scene.replies(1)
        assert texts(server, "stdout") == []


async def test_06_byte_order_mark_truncated_and_batch() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        lines = ["\ufeff" + sampling(1), sampling(2)[:-9], f"[{sampling(3)}]"]
        await scene.say(*lines)
        await eventually(lambda: len(scene.clerk.asked) == 2)
        assert [line[:9] for line in texts(server, "stdout")] == [lines[1][:9]], "what is not a message is quoted"
        await still_works(scene)


@pytest.mark.parametrize("depth", [400, 3000, 50_000])
async def test_07_json_of_great_depth_is_refused_with_a_reply(depth: int) -> None:
    deep = sampling(4, metadata={"n": 0}).replace('"n": 0', f'"n": {"[" * depth}{"]" * depth}')
    last = json.dumps({"jsonrpc": "2.0", "method": "sampling/createMessage", "params": {"n": 0}, "id": "x\u00e9"})
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(deep, last.replace('"n": 0', f'"n": {"[" * depth}{"]" * depth}'))
        replies = await scene.replies(2)
        assert {error_of(replies[identifier]) for identifier in (4, "x\u00e9")} == {NOT_READABLE}
        assert scene.clerk.asked == []
        await still_works(scene)


@pytest.mark.parametrize("identifier", [None, 1.5, True])
async def test_08_an_id_that_is_none(identifier: object) -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(identifier))
        await still_works(scene)
        assert len(scene.clerk.asked) == 1
        shown = [line for line in texts(server) if "sampling/createMessage" in line]
        assert len(shown) == 1, "the person can see that something went wrong"


async def test_09_a_live_id_twice() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "first"), sampling(1, "second"), sampling("1", "third"))
        first = await scene.clerk.next()
        first.deliver("to the first")
        for _ in range(1000):
            got = [one for one in await scene.heard() if "method" not in one]
            if len(got) == 3:
                break
        refused = [error_of(one) for one in got if "error" in one]
        assert refused == [(-32600, "A request with this id is already being answered")] * 2
        assert [one.prompt for one in scene.clerk.asked] == ["first"]


async def test_10_a_number_cancelled_as_text_is_the_right_one() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1), sampling(2))
        first, second = await scene.clerk.next(0), await scene.clerk.next(1)
        await scene.say(cancelled("1"))
        await eventually(lambda: first.withdrawn)
        assert second.withdrawn is None
        second.deliver("x")
        assert set(await scene.replies(1)) == {2}


async def test_11_escapes_and_great_length_in_ids_methods_and_names() -> None:
    long = "\x1b]0;owned\x07" + "x" * 1024
    unknown = json.dumps({"jsonrpc": "2.0", "id": long, "method": long})
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(unknown)
        assert (await scene.replies(1))[long]["error"]["code"] == -32601
        await scene.call("tools", pages=[[long, "say", "heard"]])
        await eventually(lambda: server.tool(long))
        await scene.say(sampling(long + "2"))
        asked = await scene.clerk.next()
        assert asked.origin.request_id == long + "2"
        asked.deliver("x")
        assert (await scene.replies(2))[long + "2"]["result"]
        shown = one_line(long, 40).plain
        assert "\x1b" not in shown
        assert "\x07" not in shown
        assert "characters)" in shown, "with its length"


async def test_12_with_duplicate_keys_what_is_shown_is_what_is_sent() -> None:
    text = sampling(1, "the last").replace('"maxTokens": 100', '"maxTokens": 7, "maxTokens": 100')
    assert text.count('"maxTokens"') == 2
    twice = text.replace('"messages":', '"messages": [{"role": "user", "content": []}], "messages":')
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(twice)
        asked = await scene.clerk.next()
        shown = request_params(asked.request)
        assert (asked.prompt, shown["maxTokens"]) == ("the last", 100)
        assert asked.origin.raw == twice, "the messages are shown with both"
        asked.deliver("x")


async def test_13_an_unknown_method() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say('{"jsonrpc":"2.0","id":1,"method":"sampling/deleteEverything"}')
        assert (await scene.replies(1))[1]["error"]["code"] == -32601
        await still_works(scene)


async def test_14_a_lone_surrogate_gets_an_error_and_not_silence() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "PLACE").replace("PLACE", "\\ud800"))
        assert error_of((await scene.replies(1))[1]) == NOT_READABLE
        await still_works(scene)


# --- 15 to 21: when it asks, takes back, or dies ---


@asynccontextmanager
async def scripted(folder: Path, provider: ScriptedProvider) -> AsyncIterator[tuple[Backend, Server]]:
    """Open the house on the puppet, with a scripted model."""
    async with backend(folder, server_settings("one", PUPPET)) as opened:
        opened.models._providers["demo"] = provider
        yield opened, opened.supervisor.servers["one"]


async def say(opened: Backend, *lines: str, after: tuple[str, ...] = ()) -> None:
    """Have the puppet write lines."""
    await opened.supervisor.call_tool("one", "say", {"before": list(lines), "after": list(after)})


async def replies(opened: Backend) -> list[dict[str, Any]]:
    """Return the replies that the puppet has got so far."""
    heard = json.loads((await opened.supervisor.call_tool("one", "heard", {})).text)
    return [message for message in map(json.loads, heard) if "method" not in message]


async def the_review(opened: Backend, phase: Phase, number: int = 1) -> Review:
    """Wait until a review is in a phase."""
    reviews = opened.desk.reviews
    await eventually(lambda: number in reviews and reviews[number].phase is phase, f"#{number} {phase}")
    return reviews[number]


async def test_15_what_nobody_called_for_has_a_badge_and_never_passes_by_itself(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET), verdict=Verdict.PASS) as opened:
        await say(opened, sampling(1, "in a call"))
        await the_review(opened, Phase.DELIVERED)
        await say(opened, after=(sampling(2, "hours later"),))
        review = await the_review(opened, Phase.REJECTED, 2)
        assert review.origin.unsolicited
        assert review.outcome is not None
        assert review.outcome.reason.startswith("unsolicited")
    async with backend(tmp_path, server_settings("one", PUPPET)) as opened:
        await say(opened, after=(sampling(1, "hours later"),))
        assert (await the_review(opened, Phase.REQUEST)).origin.unsolicited


async def test_16_taken_back_during_the_review(tmp_path: Path) -> None:
    async with scripted(tmp_path, ScriptedProvider(answer("x"))) as (opened, _):
        await say(opened, sampling(1))
        await the_review(opened, Phase.REQUEST)
        await say(opened, cancelled(1))
        review = await the_review(opened, Phase.WITHDRAWN)
        assert review.outcome is not None
        assert review.outcome.reason == "the server cancelled it"
        await say(opened, "still there")
        assert await replies(opened) == []


async def test_17_taken_back_a_moment_after_the_approval(tmp_path: Path) -> None:
    model = ScriptedProvider((UsageUpdate(Usage(5, 1)), TextDelta("half"), for_ever))
    async with scripted(tmp_path, model) as (opened, _):
        await say(opened, sampling(1))
        review = await the_review(opened, Phase.REQUEST)
        assert opened.desk.settle(1, Gate.REQUEST, approve(review))
        await eventually(lambda: review.usage)
        await say(opened, cancelled(1))
        await the_review(opened, Phase.WITHDRAWN)
        assert model.closed == len(model.asked) == 1, "the model's call goes on"
        assert review.usage == Usage(5, 1)
        assert await replies(opened) == []
        await opened.ledger.aclose()
        rows = await opened.ledger.entries(review.key)
        ends = [row for row in rows if row.kind in (Kind.WITHDRAWN, Kind.DELIVERED, Kind.REJECTED, Kind.FAILED)]
        assert [(row.kind, row.data["usage"]) for row in ends] == [
            (
                Kind.WITHDRAWN,
                {"input_tokens": 5, "output_tokens": 1, "cached_input_tokens": 0, "cache_write_tokens": 0},
            )
        ]


async def test_18_ten_thousand_stray_cancels() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(*(cancelled(number) for number in range(10_000)), cancelled(None), cancelled([1]))
        assert len(server.log) < 10
        await still_works(scene)


async def test_19_a_death_in_the_review_calls_no_model(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with scripted(tmp_path, model) as (opened, _):
        await say(opened, sampling(1))
        review = await the_review(opened, Phase.REQUEST)
        with pytest.raises(ServerError):
            await opened.supervisor.call_tool("one", "exit", {"code": 7})
        await the_review(opened, Phase.WITHDRAWN)
        assert not opened.desk.settle(1, Gate.REQUEST, approve(review))
        assert review.outcome is not None
        assert review.outcome.reason == "it exited with code 7"
    assert model.asked == []


async def test_20_a_death_while_the_model_writes_ends_its_call_and_is_recorded(tmp_path: Path) -> None:
    model = ScriptedProvider((UsageUpdate(Usage(5, 1)), TextDelta("half"), for_ever))
    async with scripted(tmp_path, model) as (opened, _):
        await say(opened, sampling(1))
        review = await the_review(opened, Phase.REQUEST)
        assert opened.desk.settle(1, Gate.REQUEST, approve(review))
        await eventually(lambda: review.usage)
        with pytest.raises(ServerError):
            await opened.supervisor.call_tool("one", "exit", {"signal": 9})
        await the_review(opened, Phase.WITHDRAWN)
        assert model.closed == 1
        await opened.ledger.aclose()
        last = (await opened.ledger.entries(review.key))[-1]
        assert (last.kind, last.data["reason"]) == (Kind.WITHDRAWN, "it was ended by SIGKILL")
        assert last.data["usage"]


async def test_21_a_late_reply_is_counted() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        calling = scene.call("wait")
        await eventually(lambda: scene.server.calls)
        calling.cancel()
        await asyncio.wait((calling,))
        (number,) = [one["params"]["requestId"] for one in await scene.heard() if "cancelled" in one.get("method", "")]
        await scene.say(f'{{"jsonrpc":"2.0","id":{number},"result":{{"content":[]}}}}')
        assert server.late_replies == 1
        await still_works(scene)


# --- 22 and 23: the rounds of the modern era ---


@asynccontextmanager
async def rounds() -> AsyncIterator[Stage]:
    """Start the server that comes back asking."""
    async with stage(ServerSettings("one", ROUNDS.command, ROUNDS.args, cwd=ROOT, protocol="modern")) as scene:
        await scene.ready()
        yield scene


async def test_22_one_of_three_rejected_withdraws_the_others_and_ends_the_call() -> None:
    async with rounds() as scene:
        calling = scene.call("three")
        asked = [await scene.clerk.next(number) for number in range(3)]
        groups = [one.origin.group for one in asked]
        assert len(set(groups)) == 1
        assert groups[0] is not None
        assert (groups[0].round, groups[0].size) == (1, 3)
        asked[0].deliver("an answer that is lost")
        asked[1].reject()
        with pytest.raises(CallRefused, match="-1: User rejected sampling request"):
            await calling
        assert asked[2].withdrawn == "another request of the same round was rejected"
        assert json.loads((await scene.call("calls")).text)["three"] == 1, "the call is not made again"


async def test_22_three_answered_in_any_order_go_back_together_with_the_state_untouched() -> None:
    async with rounds() as scene:
        calling = scene.call("three")
        asked = [await scene.clerk.next(number) for number in range(3)]
        for one in reversed(asked):
            one.deliver(f"re: {one.prompt}")
        back = json.loads((await calling).text)
        assert back["requestState"] == STATE
        texts_back = {key: value["content"]["text"] for key, value in back["inputResponses"].items()}
        assert texts_back == {"a": "re: a", "b": "re: b", "c": "re: c"}


async def test_23_the_eleventh_round_is_never_asked() -> None:
    async with rounds() as scene:
        calling = scene.call("endless")
        for number in range(10):
            (await scene.clerk.next(number)).deliver("x")
        with pytest.raises(CallRefused, match="it was stopped after 10 rounds"):
            await calling
        assert len(scene.clerk.asked) == 10
        assert [one.origin.group.round for one in scene.clerk.asked if one.origin.group] == list(range(1, 11))
