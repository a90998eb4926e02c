"""Pausing, muting, and how many requests of one server may wait at once."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from tests.support.desks import eventually, request
from tests.support.paths import ROOT, modern_sdk_server
from tests.support.supervised import PUPPET, Clerk, Stage, cancelled, error_of, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.servers.inbound.admission import Admission
from tuui_sampling.servers.inbound.desk import Receipt
from tuui_sampling.servers.state.server import Server, ServerState

MUTED = (-1, "User rejected the request: this server is muted")
TOO_MANY = (-32005, "rate limit: too many requests wait for the user already")


def puppet(**more: int) -> ServerSettings:
    """Return the puppet's settings with more."""
    return ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, **more)  # type: ignore[arg-type]


def modern(**more: int) -> AbstractAsyncContextManager[Stage]:
    """Set up a server of the modern era."""
    command = modern_sdk_server()
    return stage(ServerSettings("one", command.command, command.args, cwd=ROOT, protocol="modern", **more))  # type: ignore[arg-type]


async def no_delivery(outcome: Outcome) -> Receipt:
    """Deliver nothing: all are rejected."""
    raise AssertionError(outcome)


# --- pausing ---


async def test_what_a_paused_server_asks_is_held_back_and_comes_in_order() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(*(sampling(number, f"prompt {number}") for number in range(5)))
        await eventually(lambda: server.held == 5)
        assert server.paused
        assert scene.clerk.asked == []
        scene.supervisor.pause("one", False)
        await scene.clerk.next(4)
        assert [asked.prompt for asked in scene.clerk.asked] == [f"prompt {number}" for number in range(5)]
        assert server.held == 0
        for asked in scene.clerk.asked:
            asked.deliver("x")
        assert set(await scene.replies(5)) == set(range(5))
        assert texts(server, "event") == ["paused by hand", "resumed by hand"]


async def test_nothing_overtakes_what_was_held_back() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(sampling("held", "first"))
        await eventually(lambda: server.held == 1)
        for _ in range(3):  # whoever is woken finds it shut again
            scene.supervisor.pause("one", False)
            scene.supervisor.pause("one", True)
        await scene.say(sampling("late", "second"))
        await eventually(lambda: server.held == 2)
        assert scene.clerk.asked == []
        scene.supervisor.pause("one", False)
        await scene.clerk.next(1)
        assert [asked.prompt for asked in scene.clerk.asked] == ["first", "second"]


async def test_who_comes_in_the_moment_of_resuming_stands_behind_all_that_were_held_back() -> None:
    clerk, server = Clerk(), Server(ServerSettings("one", "command"))
    admission = Admission(server, clerk, lambda changed: None)
    origin = Origin("one", "2025-11-25")
    asking: list[asyncio.Task[Outcome]] = []

    def ask(prompt: str) -> None:
        asking.append(asyncio.create_task(admission.ask(request(prompt), origin, lambda: "", no_delivery)))

    admission.pause(True)
    for number in range(3):
        ask(f"held {number}")
    await eventually(lambda: server.held == 3)
    admission.pause(False)
    ask("new")
    await clerk.next(3)
    assert [one.prompt for one in clerk.asked] == ["held 0", "held 1", "held 2", "new"]
    for one in clerk.asked:
        one.reject()
    await asyncio.gather(*asking)


async def test_what_is_cancelled_while_it_is_held_back_never_was_a_review() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(sampling(1, "cancelled"), sampling(2, "stays"))
        await eventually(lambda: server.held == 2)
        await scene.say(cancelled(1))
        await eventually(lambda: server.held == 1)
        scene.supervisor.pause("one", False)
        assert (await scene.clerk.next()).prompt == "stays"
        assert len(scene.clerk.asked) == 1
        assert "a request that was held back is withdrawn: the server cancelled it" in texts(server, "event")


async def test_an_end_withdraws_what_is_held_back_and_a_new_run_is_still_paused() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(sampling(1))
        await eventually(lambda: server.held == 1)
        with pytest.raises(ServerError):
            await scene.call("exit", code=7)
        await scene.until(ServerState.FAILED)
        assert server.held == 0
        assert "a request that was held back is withdrawn: it exited with code 7" in texts(server, "event")
        await scene.ready()
        await scene.say(sampling(1, "anew"))
        await eventually(lambda: server.held == 1)
        assert scene.clerk.asked == []
        scene.supervisor.pause("one", False)
        assert (await scene.clerk.next()).prompt == "anew"


async def test_a_paused_server_can_be_stopped() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(sampling(1))
        await eventually(lambda: server.held == 1)
        await scene.supervisor.stop("one")
        assert (server.state, server.held, server.paused) == (ServerState.STOPPED, 0, True)


async def test_only_its_own_requests_are_held_back() -> None:
    other = ServerSettings("other", PUPPET.command, PUPPET.args, cwd=ROOT)
    async with stage(puppet(), other) as scene:
        await scene.ready("one")
        await scene.ready("other")
        scene.supervisor.pause("one", True)
        await scene.say(sampling(1, "held"))
        calling = scene.supervisor.call_tool("other", "say", {"before": [sampling(1, "free")]})
        assert not (await calling).is_error
        assert (await scene.clerk.next()).prompt == "free"


async def test_a_paused_server_of_the_modern_era() -> None:
    async with modern() as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        calling = scene.call("ask_resolved", prompt="hello")
        await eventually(lambda: server.held == 1)
        assert scene.clerk.asked == []
        scene.supervisor.pause("one", False)
        (await scene.clerk.next()).deliver("answered")
        assert "answered" in (await calling).text
        scene.supervisor.pause("one", True)
        calling = scene.call("ask_resolved", prompt="again")
        await eventually(lambda: server.held == 1)
        calling.cancel()
        await asyncio.wait((calling,))
        await eventually(lambda: server.held == 0)
        assert len(scene.clerk.asked) == 1


# --- muting ---


async def test_what_a_muted_server_asks_is_refused_and_what_waits_stays() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling(1, "before"))
        waiting = await scene.clerk.next()
        scene.supervisor.mute("one", True)
        await scene.say(sampling(2), *(ask(method, method) for method in ("roots/list", "elicitation/create")))
        replies = await scene.replies(3)
        assert {error_of(reply) for reply in replies.values()} == {MUTED}
        waiting.deliver("still")
        replies = await scene.replies(4)
        assert "result" in replies[1]
        assert len(scene.clerk.asked) == 1
        assert (server.muted, server.refused) == (True, 3)
        assert texts(server, "event") == ["muted by hand", "refused a request: it is muted"]
        scene.supervisor.mute("one", False)
        await scene.say(sampling(5, "after"))
        assert (await scene.clerk.next(1)).prompt == "after"


def ask(identifier: str, method: str) -> str:
    """Return any request as a line."""
    return f'{{"jsonrpc":"2.0","id":"{identifier}","method":"{method}","params":{{}}}}'


async def test_muting_refuses_what_is_held_back_and_lasts_over_a_restart() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(sampling(1), sampling(2))
        await eventually(lambda: server.held == 2)
        scene.supervisor.mute("one", True)
        assert {error_of(reply) for reply in (await scene.replies(2)).values()} == {MUTED}
        assert (server.held, server.refused) == (0, 2)
        await scene.supervisor.restart("one")
        await scene.supervisor.settled("one")
        await scene.say(sampling(1))
        assert error_of((await scene.replies(1))[1]) == MUTED
        scene.supervisor.mute("one", False)
        await scene.say(sampling(4))
        await eventually(lambda: server.held == 1, "it is still paused")
        assert scene.clerk.asked == []


async def test_a_muted_server_of_the_modern_era() -> None:
    """Nothing goes over the wire: the call just is not made again, and says here why."""
    async with modern() as scene:
        await scene.ready()
        scene.supervisor.mute("one", True)
        with pytest.raises(CallRefused, match="muted"):
            await scene.call("ask_resolved", prompt="hello")
        assert scene.clerk.asked == []


async def test_saying_it_twice_is_saying_it_once() -> None:
    async with stage(PUPPET) as scene:
        for on in (True, True, False, False):
            scene.supervisor.pause("one", on)
            scene.supervisor.mute("one", on)
        assert texts(scene.server) == [
            "paused by hand",
            "muted by hand",
            "resumed by hand",
            "no longer muted by hand",
        ]
        with pytest.raises(ServerError, match="no server is named two"):
            scene.supervisor.pause("two", True)


# --- how many ---


async def test_more_than_may_wait_are_refused_until_one_is_answered() -> None:
    async with stage(puppet(max_pending=3)) as scene:
        server = await scene.ready()
        await scene.say(*(sampling(number) for number in range(5)))
        replies = await scene.replies(2)
        assert {number: error_of(reply) for number, reply in replies.items()} == {3: TOO_MANY, 4: TOO_MANY}
        assert len(scene.clerk.asked) == 3
        assert texts(server, "event") == [
            "refused a request: as many as may wait at once are waiting (rate limit)",
        ]
        scene.clerk.asked[0].deliver("x")
        await scene.replies(3)
        await scene.say(sampling(3, "now"))
        assert (await scene.clerk.next(3)).prompt == "now"


async def test_what_is_held_back_counts_too() -> None:
    async with stage(puppet(max_pending=3)) as scene:
        server = await scene.ready()
        scene.supervisor.pause("one", True)
        await scene.say(*(sampling(number) for number in range(5)))
        assert {error_of(reply) for reply in (await scene.replies(2)).values()} == {TOO_MANY}
        assert server.held == 3


async def test_each_server_has_a_limit_of_its_own() -> None:
    other = ServerSettings("other", PUPPET.command, PUPPET.args, cwd=ROOT, max_pending=1)
    async with stage(puppet(max_pending=1), other) as scene:
        await scene.ready("one")
        await scene.ready("other")
        await scene.say(sampling(1, "a"))
        await scene.supervisor.call_tool("other", "say", {"before": [sampling(1, "b")]})
        await scene.clerk.next(1)
        assert sorted(asked.prompt for asked in scene.clerk.asked) == ["a", "b"]


async def test_the_modern_era_has_the_same_limit() -> None:
    async with modern(max_pending=1) as scene:
        await scene.ready()
        first = scene.call("ask_resolved", prompt="first")
        asked = await scene.clerk.next()
        with pytest.raises(CallRefused, match="rate limit"):
            await scene.call("ask_resolved", prompt="second")
        asked.deliver("x")
        assert not (await first).is_error
        third = scene.call("ask_resolved", prompt="third")
        (await scene.clerk.next(1)).deliver("y")
        assert not (await third).is_error
