"""A configuration that is taken over while requests wait: nothing of them is lost, and no server is ended by itself."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.desks import accept, call, eventually, reviews
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, demo_server
from tests.support.warm_start import warm
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.changes import Changes
from tuui_sampling.config.load import ConfigError, load
from tuui_sampling.desk.assess import assess
from tuui_sampling.frontend.reloading import Reloading
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ServerState

MODELS = '[models.demo]\nprovider = "demo"\n[models.other]\nprovider = "demo"\n'


def server(name: str, more: str = "") -> str:
    """Return the demonstration server under a name, as TOML."""
    command = warm(demo_server())
    lines = [f"[servers.{name}]", f"command = {json.dumps(command.command)}", f"args = {json.dumps(command.args)}"]
    return "\n".join([*lines, f"cwd = {json.dumps(str(ROOT))}", more, ""])


@dataclass
class House:
    """A backend on a file that a test changes; what was told of each change, and what was told before it was done."""

    backend: Backend
    reloading: Reloading
    path: Path

    async def reload(self, text: str) -> tuple[str, ...]:
        """Write the file, have it taken over, and return what was told; nothing of it was done by then."""
        self.path.write_text(text)
        told: list[str] = []

        def tell(changes: Changes) -> None:
            assert self.backend.settings.servers.keys() == self.backend.supervisor.servers.keys()
            told.extend(changes.lines)

        await self.reloading.reload(tell)
        return tuple(told)

    def digest(self, review: Review, model: str) -> str:
        """Return what an approval of a review would be bound to now."""
        recipient = assess(self.backend.models, review.outbound, model, review.origin.server).recipient
        return outbound_digest(review.outbound, recipient)


@asynccontextmanager
async def house(folder: Path, text: str) -> AsyncIterator[House]:
    """Open a house on a configuration, its servers started."""
    folder.chmod(0o700)
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(0o600)

    settings = load(path, os.environ)
    async with (
        asyncio.timeout(2 * LIMIT),
        open_backend(settings, os.environ, restart=False, ledger_path=folder / "r.sqlite3", demo_delay=0) as backend,
    ):
        backend.supervisor.start_all()
        for name in settings.servers:
            assert (await backend.supervisor.settled(name)).state is ServerState.READY
        yield House(backend, Reloading(backend, path, lambda: load(path, os.environ)), path)


async def test_nothing_that_waits_is_lost_and_what_harms_nothing_is_taken_over(tmp_path: Path) -> None:
    async with house(tmp_path, server("one") + server("two") + MODELS) as it:
        desk, supervisor = it.backend.desk, it.backend.supervisor
        calls = [call(it.backend, name, "generate_poem", topic=name) for name in ("one", "two")]
        waiting = {review.origin.server: review for review in await reviews(it.backend, 2)}
        pids = {name: one.pid for name, one in supervisor.servers.items()}

        # one changed, one gone, one new; a model, a limit and a rule
        rule = '[[rules]]\ndeny = "nothing from three"\nserver = "three"\n'
        changed = server("one", 'env = { NEW = "1" }\nmax_pending = 7') + server("three")
        told = await it.reload(changed + MODELS.replace("other", "another") + rule)
        assert told == (
            "server three: new",
            "server one: env, from its next start",
            "server one: max_pending",
            "server two: no longer configured",
            "model another: new",
            "model other: no longer configured",
            "rules: 1 new",
        )
        assert (await supervisor.settled("three")).state is ServerState.READY
        assert {name: supervisor.servers[name].pid for name in pids} == pids
        assert [review.phase for review in waiting.values()] == [Phase.REQUEST] * 2
        assert supervisor.servers["one"].settings.max_pending == 7
        assert [one.name for one in it.reloading.undecided] == ["one", "two"]

        # the rule holds
        denied = await call(it.backend, "three", "generate_poem", topic="more")
        assert denied.is_error
        # the ranking no longer names what is gone
        assert [one.model for one in waiting["one"].selection.ranking] == ["demo", "another"]  # type: ignore[union-attr]

        # what waits is answered as ever, and then the servers are ended, as was decided
        for name in ("one", "two"):
            it.reloading.act_later(name)
            await it.reloading.act_on_idle()
            assert supervisor.servers[name].pid == pids[name], "a request of it waits"
        for name, review in waiting.items():
            digest = it.digest(review, "demo")
            assert desk.settle(review.id, Gate.REQUEST, Approve(review.outbound, "demo", digest)), name
        await eventually(lambda: all(review.phase is Phase.RESPONSE for review in waiting.values()))
        for review in waiting.values():
            assert desk.settle(review.id, Gate.RESPONSE, accept(review))
        assert not any(result.is_error for result in await asyncio.gather(*calls))
        await it.reloading.act_on_idle()
        assert set(supervisor.servers) == {"one", "three"}
        one = await supervisor.settled("one")
        assert one.state is ServerState.READY and one.pid != pids["one"]
        assert one.settings.env == {"NEW": "1"} and not one.configured_words
        assert it.reloading.undecided == []


async def test_who_is_gone_from_the_file_is_told_of_once_and_may_come_back(tmp_path: Path) -> None:
    both = server("one") + server("two") + MODELS
    async with house(tmp_path, both) as it:
        pid = (await it.backend.supervisor.settled("two")).pid
        for told in ("server two: no longer configured",), ():
            assert await it.reload(server("one") + MODELS) == told
            assert [one.name for one in it.reloading.undecided] == ["two"]
        assert await it.reload(both) == ("server two: configured again",)
        assert it.reloading.undecided == []
        assert it.backend.supervisor.servers["two"].pid == pid, "it was never ended"
        assert await it.reload(both) == ()


async def test_a_model_that_was_changed_is_approved_anew(tmp_path: Path) -> None:
    async with house(tmp_path, server("one") + MODELS) as it:
        calling = call(it.backend, "one", "generate_poem", topic="sea")
        (review,) = await reviews(it.backend, 1)
        shown = {model: it.digest(review, model) for model in ("demo", "other")}
        where = assess(it.backend.models, review.outbound, "other", "one")
        elsewhere = '[models.other]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "http://127.0.0.1:1/v1"\n'
        await it.reload(server("one") + '[models.demo]\nprovider = "demo"\n' + elsewhere)
        assert assess(it.backend.models, review.outbound, "other", "one").host == "127.0.0.1:1" != where.host
        it.backend.desk.settle(review.id, Gate.REQUEST, Approve(review.outbound, "other", shown["other"]))
        await eventually(lambda: review.notices)
        assert "not the one that was shown" in review.notices[0] and review.phase is Phase.REQUEST
        it.backend.desk.settle(review.id, Gate.REQUEST, Approve(review.outbound, "demo", shown["demo"]))
        await eventually(lambda: review.phase is Phase.RESPONSE, "the other model is as it was")
        calling.cancel()


BROKEN = {
    "no TOML": "[servers",
    "an unknown key": '[servers.one]\ncomand = "x"\n',
    "nothing at all of a server": "[servers.one]\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
async def test_what_can_not_be_used_changes_nothing(tmp_path: Path, text: str) -> None:
    async with house(tmp_path, server("one") + MODELS) as it:
        before = it.backend.settings
        with pytest.raises(ConfigError):
            await it.reload(text)
        assert it.backend.settings is before and it.backend.supervisor.servers["one"].state is ServerState.READY


async def test_the_file_is_read_once_it_is_still_and_a_failed_server_is_tried_as_it_is_now(tmp_path: Path) -> None:
    async with house(tmp_path, MODELS) as it:
        assert not it.reloading.look()
        it.path.write_text("# being written\n" + MODELS)
        assert not it.reloading.look(), "it may not be whole yet"
        assert it.reloading.look()
        assert await it.reload('[servers.new]\ncommand = "/nowhere"\n' + MODELS) == ("server new: new",)
        assert not it.reloading.look() and not it.reloading.look(), "it was read since"
        assert (await it.backend.supervisor.settled("new")).state is ServerState.FAILED
        wrong = server("new", 'env = { TOKEN = "${NOT_SET_AT_ALL}" }') + MODELS
        with pytest.raises(ConfigError, match="NOT_SET_AT_ALL"):
            await it.reload(wrong)
        assert it.backend.supervisor.servers["new"].settings.command == "/nowhere", "what was good stays"
        await it.reload(server("new") + MODELS)
        await eventually(lambda: it.backend.supervisor.servers["new"].state is ServerState.READY)
        await it.reload(server("new") + '[servers.unset]\ncommand = "${NOT_SET_AT_ALL}"\n' + MODELS)
        unset = await it.backend.supervisor.settled("unset")
        assert (unset.state, unset.reason.partition(":")[2]) == (
            ServerState.FAILED,
            " command: the environment variable NOT_SET_AT_ALL is not set",
        )
        await it.reload(server("new") + server("unset") + MODELS)
        await eventually(lambda: unset.state is ServerState.READY)
        it.path.unlink()
        assert not it.reloading.look() and it.reloading.look()
