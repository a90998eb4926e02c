"""Prompts, resources, completion, subscriptions and log messages: real servers of both eras, and odd ones."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT, SERVERS, ServerCommand
from tests.support.supervised import PUPPET, Stage, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.servers.outbound import calls as calls_module
from tuui_sampling.servers.outbound.calls import Calls
from tuui_sampling.servers.primitives import lists
from tuui_sampling.servers.state.notifications import Notification
from tuui_sampling.servers.state.primitives import LogLevel, OfferKind, Reference
from tuui_sampling.servers.state.server import Server

TODAY = "notes://today"
ASKING = "notes://asking/why%3F"
STATIC = "demo://resource/static/document/architecture.md"


def offering() -> ServerSettings:
    """Return the server that offers everything, in the modern era."""
    command = (str(SERVERS / "offering_server.py"),)
    return ServerSettings("one", sys.executable, command, cwd=ROOT, protocol="modern")


def odd(mode: str) -> ServerCommand:
    """Return the server with odd lists."""
    return ServerCommand(sys.executable, (str(SERVERS / "odd_lists_server.py"), mode))


@dataclass
class Shop:
    """A server that is ready and has listed everything."""

    scene: Stage
    server: Server
    calls: Calls

    def told(self, method: str) -> list[Notification]:
        """Return the notifications of one method."""
        return [one for one in self.server.notifications if one.method == method]


async def opened(scene: Stage) -> Shop:
    """Start the first server, and wait for its lists."""
    server = await scene.ready()
    await eventually(lambda: not server.offered.pending, "everything is listed")
    return Shop(scene, server, scene.supervisor.calls(server.name))


def text_of(block: object) -> str:
    assert isinstance(block, dict)
    return str(block["text"])


# --- a server of many ---


async def test_everything_of_server_everything(server_everything: ServerCommand) -> None:
    async with stage(server_everything) as scene:
        shop = await opened(scene)
        offered = shop.server.offered
        assert (offered.completes, offered.subscribes, offered.logs) == (True, True, True)
        prompts = {prompt.name: prompt for prompt in offered.prompts}
        city, state = prompts["args-prompt"].arguments
        assert (city.name, city.required, state.required) == ("city", True, False)
        assert STATIC in {resource.uri for resource in offered.resources}
        templates = {template.uri_template for template in offered.templates}
        assert "demo://resource/dynamic/text/{resourceId}" in templates

        result = await shop.calls.get_prompt("args-prompt", {"city": "Paris"})
        assert "Paris" in text_of(result.messages[0]["content"])
        (contents,) = (await shop.calls.read_resource("demo://resource/dynamic/text/7")).contents
        assert "Resource 7" in text_of(contents)
        (blob,) = (await shop.calls.read_resource("demo://resource/dynamic/blob/7")).contents
        assert "blob" in blob

        department = Reference(OfferKind.PROMPT, "completable-prompt")
        assert (await shop.calls.complete(department, "department", "S")).values == ("Sales", "Support")
        member = Reference(OfferKind.PROMPT, "completable-prompt", {"department": "Sales"})
        assert (await shop.calls.complete(member, "name", "")).values == ("David", "Eve", "Frank")
        template = Reference(OfferKind.TEMPLATE, "demo://resource/dynamic/text/{resourceId}")
        assert (await shop.calls.complete(template, "resourceId", "12")).values == ("12",)


async def test_updates_of_server_everything(server_everything: ServerCommand) -> None:
    async with stage(server_everything) as scene:
        shop = await opened(scene)
        await shop.calls.subscribe(STATIC)
        await shop.calls.subscribe(STATIC)
        assert shop.server.subscribed == {STATIC}
        await scene.call("toggle-subscriber-updates")
        await eventually(lambda: STATIC in shop.server.updated)
        assert shop.told("resources/updated")[0].text == STATIC
        logged = shop.told("message")
        assert [one.text for one in logged if "Subscribe" in one.text], logged
        assert len([one for one in logged if "Received Subscribe" in one.text]) == 1
        await shop.calls.read_resource(STATIC)
        assert not shop.server.updated
        await shop.calls.unsubscribe(STATIC)
        assert not shop.server.subscribed


async def test_the_log_level_of_server_everything(server_everything: ServerCommand) -> None:
    async with stage(server_everything, restart=True) as scene:
        shop = await opened(scene)
        await shop.calls.set_logging_level("emergency")
        await shop.calls.subscribe(STATIC)  # it logs that at level "info"
        assert not shop.told("message")
        await shop.calls.set_logging_level("debug")
        await shop.calls.unsubscribe(STATIC)
        await eventually(lambda: shop.told("message"))
        assert shop.told("message")[0].level == "info"


# --- the modern era ---


async def test_prompts_and_resources_of_the_modern_era() -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        assert shop.server.modern
        assert [(prompt.name, prompt.title) for prompt in shop.server.offered.prompts] == [
            ("greet", "Greeting"),
            ("ask", None),
        ]
        assert [resource.uri for resource in shop.server.offered.resources] == [TODAY]
        result = await shop.calls.get_prompt("greet", {"name": "Ada"})
        assert text_of(result.messages[0]["content"]) == "Say hello to Ada."
        (contents,) = (await shop.calls.read_resource(TODAY)).contents
        assert contents == {"uri": TODAY, "mimeType": "text/plain", "text": "nothing yet"}
        page = Reference(OfferKind.TEMPLATE, "notes://{folder}/{page}", {"folder": "work"})
        assert (await shop.calls.complete(page, "page", "t")).values == ("tuesday",)


@pytest.mark.parametrize(
    ("doing", "kind", "name"),
    [
        (lambda calls: calls.get_prompt("ask", {"question_text": "why?"}), OfferKind.PROMPT, "ask"),
        (lambda calls: calls.read_resource(ASKING), OfferKind.RESOURCE, ASKING),
    ],
    ids=["a prompt", "a resource"],
)
async def test_what_asks_before_it_answers(
    doing: "Callable[[Calls], Coroutine[None, None, object]]", kind: OfferKind, name: str
) -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        call = asyncio.create_task(doing(shop.calls))
        asked = await scene.clerk.next()
        assert asked.prompt == "why?"
        assert (asked.origin.tool, asked.origin.presumed, asked.origin.unsolicited) == (f"{kind} {name}", False, False)
        assert [(one.kind, one.name) for one in shop.server.calls.values()] == [(kind, name)]
        asked.deliver("because")
        assert "because" in str(await call)
        assert not shop.server.calls


async def test_a_rejection_ends_a_prompt_that_asks() -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        call = asyncio.create_task(shop.calls.get_prompt("ask", {"question_text": "why?"}))
        (await scene.clerk.next()).reject()
        with pytest.raises(CallRefused, match="-1: User rejected sampling request"):
            await call


async def test_changes_are_listened_to_in_the_modern_era() -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        await shop.calls.subscribe(TODAY)
        await scene.call("write", text="new")
        await eventually(lambda: TODAY in shop.server.updated)
        await shop.calls.read_resource(TODAY)
        assert not shop.server.updated
        await shop.calls.unsubscribe(TODAY)
        await scene.call("write", text="newer")
        await scene.call("grow", name="added")
        await eventually(lambda: "added" in {prompt.name for prompt in shop.server.offered.prompts})
        await eventually(lambda: "grown://added" in {one.uri for one in shop.server.offered.resources})
        assert not shop.server.updated
        assert shop.told("prompts/list_changed") and shop.told("resources/list_changed")


async def test_a_call_asks_for_log_messages_in_the_modern_era() -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        assert shop.server.offered.logs
        await scene.call("log", level="error", text="unheard")
        await shop.calls.set_logging_level("warning")
        await scene.call("log", level="info", text="too mild")
        await scene.call("log", level="error", text="heard")
        await eventually(lambda: shop.told("message"))
        (message,) = shop.told("message")
        assert (message.level, message.logger, message.text) == ("error", "scribe", "heard")


async def test_what_was_chosen_holds_after_a_restart() -> None:
    async with stage(offering()) as scene:
        shop = await opened(scene)
        await shop.calls.subscribe(TODAY)
        await shop.calls.set_logging_level("error")
        await scene.supervisor.restart("one")
        shop = await opened(scene)
        assert shop.server.subscribed == {TODAY}

        async def told() -> bool:
            await scene.call("write", text="new")
            return TODAY in shop.server.updated

        for _ in range(200):  # the subscription is asked again soon after the server is ready
            if await told():
                break
            await asyncio.sleep(0.01)
        assert TODAY in shop.server.updated
        await scene.call("log", level="error", text="heard")
        await eventually(lambda: shop.told("message"))


async def test_a_legacy_server_gets_its_level_again_after_a_restart() -> None:
    async with stage(odd("plain")) as scene:
        shop = await opened(scene)
        with pytest.raises(CallRefused, match="-32601"):
            await shop.calls.set_logging_level("error")
        assert shop.server.log_level is None
        shop.server.log_level = "error"
        await scene.supervisor.restart("one")
        shop = await opened(scene)
        await eventually(lambda: any("refused the log level error" in text for text in texts(shop.server, "event")))
        assert shop.server.log_level == "error"


# --- what servers do wrong ---


async def test_a_server_without_templates_is_none_that_failed() -> None:
    async with stage(odd("plain")) as scene:
        shop = await opened(scene)
        offered = shop.server.offered
        assert (len(offered.prompts), len(offered.resources), offered.templates) == (1, 1, ())
        assert not texts(shop.server, "event")


async def test_lists_that_fail_are_logged_and_end_nothing() -> None:
    async with stage(odd("broken")) as scene:
        shop = await opened(scene)
        events = "\n".join(texts(shop.server, "event"))
        assert 'prompts is "none": expected a list' in events
        assert "its resources could not be listed: no such method" in events
        assert (shop.server.offered.prompts, shop.server.offered.resources) == ((), ())
        assert len(shop.server.tools) == 2


async def test_a_list_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_ENTRIES", 250)
    async with stage(odd("endless")) as scene:
        shop = await opened(scene)
        assert [one.uri for one in shop.server.offered.resources] == [f"odd://{number}" for number in range(250)]
        assert "it lists too many resources: the first 250 are shown" in texts(shop.server, "event")


async def test_pages_that_go_in_circles_end() -> None:
    async with stage(odd("circles")) as scene:
        shop = await opened(scene)
        assert {one.uri for one in shop.server.offered.resources} == {"odd://0", "odd://1"}


async def test_a_list_that_never_comes_holds_up_nothing() -> None:
    async with stage(odd("silent")) as scene:
        server = await scene.ready()
        await eventually(lambda: server.offered.pending == {OfferKind.PROMPT})
        assert server.offered.resources
        await scene.call("tell", lines=['{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'])
        await eventually(lambda: len(server.notifications) == 1)
        counted = json.loads((await scene.call("count")).text)
        while counted["tools/list"] < 2:
            counted = json.loads((await scene.call("count")).text)


async def test_a_restless_list_is_not_read_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "RELIST_PAUSE", 3600.0)
    async with stage(odd("restless")) as scene:
        shop = await opened(scene)
        await eventually(lambda: shop.told("prompts/list_changed"))
        assert json.loads((await scene.call("count")).text)["prompts/list"] == 1


async def test_what_a_server_can_not_do_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(odd("plain")) as scene:
        shop = await opened(scene)
        for refused in (
            shop.calls.get_prompt("plain", {}),
            shop.calls.read_resource("odd://x"),
            shop.calls.subscribe("odd://x"),
            shop.calls.complete(Reference(OfferKind.PROMPT, "plain"), "plain", ""),
        ):
            with pytest.raises(CallRefused, match="the server answered error -32601: no such method"):
                await refused
        assert not shop.server.subscribed
        await scene.supervisor.stop("one")
        with pytest.raises(ServerError, match="one is stopped"):
            scene.supervisor.calls("one")
        with pytest.raises(ServerError, match="stopped by hand"):
            await shop.calls.read_resource("odd://x")


async def test_small_requests_do_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "ANSWER_SECONDS", 0.05)
    async with stage(PUPPET) as scene:  # it answers nothing that it does not know
        shop = await opened(scene)
        with pytest.raises(CallRefused, match="did not answer within"):
            await shop.calls.complete(Reference(OfferKind.PROMPT, "x"), "y", "")


async def test_hostile_texts_arrive_as_they_are_and_bounded() -> None:
    async with stage(odd("hostile")) as scene:
        shop = await opened(scene)
        hostile = shop.server.offered.prompts[0].name
        assert "\x1b]0;t\x07" in hostile
        assert shop.server.offered.resources[0].mime_type == hostile
        completion = await shop.calls.complete(Reference(OfferKind.PROMPT, hostile), hostile, "")
        assert (len(completion.values), completion.has_more, completion.total) == (100, True, 10**9)
        result = await shop.calls.get_prompt(hostile, {})
        assert result.description == hostile
        contents = await shop.calls.read_resource(hostile)
        assert contents.contents[1]["blob"] == "not base64!"


async def test_notifications_are_kept_in_a_ring() -> None:
    def line(method: str, **params: object) -> str:
        return json.dumps({"jsonrpc": "2.0", "method": f"notifications/{method}", "params": params})

    async with stage(PUPPET) as scene:
        shop = await opened(scene)
        long = "x" * 100_000
        said = [
            line("message", level="notice", logger="l" * 300, data={"a": [1]}),
            line("message", level="error", data=long),
            line("message", level="shout", data="no such level"),
            line("resources/updated", uri="odd://never-asked"),
            line("progress", progressToken="nobody", progress=1, total=2, message="hm"),
        ]
        await scene.say(*said)
        await eventually(lambda: shop.told("progress"))
        structured, cut, odd_level = shop.told("message")
        assert "no such level" in odd_level.text, "nothing is dropped"
        assert json.loads(odd_level.text)["remark"] == 'level is "shout": expected a log level'
        assert (structured.text, structured.level) == ('{"a": [1]}', "notice")
        assert structured.logger == "l" * 200
        assert (cut.length, len(cut.text)) == (100_000, 16 * 1024)
        assert not shop.server.updated  # nobody asked about it
        assert json.loads(shop.told("progress")[0].text)["message"] == "hm"
        before = shop.server.notifications.count
        await scene.say(*[line("message", level="info", data="y" * 5_000)] * 3_000)
        await eventually(lambda: shop.server.notifications.count == before + 3_000)
        assert sum(len(one.text) for one in shop.server.notifications) <= 512 * 1024
        level: LogLevel | None = list(shop.server.notifications)[-1].level
        assert level == "info"
