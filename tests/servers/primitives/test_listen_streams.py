"""Streams of changes (modern era) that end, are dropped, or are not what was asked for."""

import json
import sys
from collections import Counter

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT, SERVERS
from tests.support.supervised import Stage, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.servers.primitives import listen_streams, lists

URI = "notes://today"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open streams again without much delay."""
    monkeypatch.setattr(listen_streams, "LISTEN_BACK_OFF", (0.01,))
    monkeypatch.setattr(lists, "RELIST_PAUSE", 0.01)


def fickle(mode: str) -> ServerSettings:
    command = (str(SERVERS / "fickle_server.py"), mode)
    return ServerSettings("one", sys.executable, command, cwd=ROOT, protocol="modern")


async def counted(scene: Stage) -> Counter[str]:
    return Counter(json.loads((await scene.call("count")).text))


async def until_counted(scene: Stage, what: str, times: int) -> Counter[str]:
    for _ in range(2_000):
        if (now := await counted(scene))[what] >= times:
            return now
    raise AssertionError(f"{what} was never called {times} times")


@pytest.mark.parametrize("mode", ["ends", "drops"])
async def test_a_stream_that_ends_is_opened_again_and_the_lists_are_read_anew(mode: str) -> None:
    async with stage(fickle(mode)) as scene:
        server = await scene.ready()
        before = await counted(scene)
        await until_counted(scene, "lists", before["lists"] + 3)
        await until_counted(scene, "resources/list", before["resources/list"] + 2)
        await scene.supervisor.calls("one").subscribe(URI)
        await until_counted(scene, "resource", 3)
        assert server.subscribed == {URI}
        assert URI in server.updated  # what came in between is lost: it may have changed
        await scene.supervisor.calls("one").unsubscribe(URI)
        assert not server.subscribed and not server.updated


async def test_a_server_that_refuses_to_be_listened_to_is_good_for_the_rest() -> None:
    async with stage(fickle("refuses")) as scene:
        server = await scene.ready()
        await eventually(lambda: any("does not tell when its lists change" in text for text in texts(server, "event")))
        with pytest.raises(CallRefused, match="-32603: not today"):
            await scene.supervisor.calls("one").subscribe(URI)
        assert not server.subscribed
        assert (await counted(scene))["lists"] == 1


async def test_a_server_that_agrees_to_less_watches_nothing() -> None:
    async with stage(fickle("less")) as scene:
        server = await scene.ready()
        with pytest.raises(CallRefused, match="it agreed to something else"):
            await scene.supervisor.calls("one").subscribe(URI)
        assert not server.subscribed


async def test_a_subscription_that_is_refused_later_is_said_to_be_lost() -> None:
    async with stage(fickle("turns")) as scene:
        server = await scene.ready()
        await scene.supervisor.calls("one").subscribe(URI)
        await eventually(lambda: any("no longer tells of changes of notes://today" in one for one in texts(server)))
        assert not server.subscribed


async def test_a_subscription_under_way_ends_with_the_server() -> None:
    async with stage(fickle("ends")) as scene:
        await scene.ready()
        calls = scene.supervisor.calls("one")
        await scene.supervisor.stop("one")
        with pytest.raises(ServerError):
            await calls.subscribe(URI)
