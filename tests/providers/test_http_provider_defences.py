"""What stands between a person and a provider, one test for each: limits, order, secrets, prices."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from tests.support.models.model_server import ModelServer, event, refuses, streams
from tests.support.models.wires import CHAT, MESSAGES, WIRES, Wire, ask, collect, respond
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.providers import catalogue
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.note import Severity
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Usage

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)

CALLED = SamplingRequest(
    (
        Message("user", (TextBlock("go"),)),
        Message("assistant", (ToolUseBlock("c", "f", {}),)),
        Message("user", (ToolResultBlock("c", ({"type": "text", "text": "42"},)),)),
    ),
    max_tokens=9,
    tools=({"name": "f", "inputSchema": {}},),
)


@pytest.mark.hostile(71)
@each_wire
async def test_an_empty_answer_has_a_block_to_write_in(wire: Wire) -> None:
    server, _ = streams(*wire.answer())
    assert (await respond(wire.make(server), ask())).blocks == (TextBlock(""),)


@pytest.mark.parametrize("counts", [(-7, -2), ("seven", ""), (True, True), (7.5, 2.5), (None, None)])
async def test_counts_that_are_none_are_left_to_be_estimated(counts: tuple[object, object]) -> None:
    usage = {"prompt_tokens": counts[0], "completion_tokens": counts[1]}
    end = event({"model": "real", "choices": [], "usage": usage})
    server, _ = streams(CHAT.begin, CHAT.text("x"), CHAT.end.split(b"\n\n")[0] + b"\n\n", end)
    counted = (await respond(CHAT.make(server), ask())).usage
    assert counted is None


@each_wire
async def test_calls_of_tools_do_not_go_to_a_model_without_tools(wire: Wire) -> None:
    server, _ = streams(*wire.answer("ok"))
    provider = wire.make(server, supports={"tools": False})
    request = SamplingRequest(CALLED.messages, 9)
    blocked = {note.field for note in provider.notes(request) if note.severity is Severity.BLOCK}
    assert blocked == {"messages[1].content", "messages[2].content"}
    with pytest.raises(ModelError):
        await collect(provider, request)
    assert not server.requests


OWN = [(CHAT, "messages"), (CHAT, "model"), (CHAT, "stream"), (MESSAGES, "messages"), (MESSAGES, "max_tokens")]


@pytest.mark.parametrize(("wire", "member"), [*OWN, (WIRES[2], "input"), (WIRES[2], "stream")])
async def test_what_makes_a_request_can_not_be_dropped_or_replaced(wire: Wire, member: str) -> None:
    server, _ = streams(*wire.answer("ok"))
    await respond(wire.make(server, drop_params=(member,), extra_body={member: "x"}), ask())
    assert server.asked.get(member) not in (None, "x")


def test_a_response_that_names_a_megabyte_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_prices import data_snapshot

    looked: list[int] = []
    snapshot = data_snapshot.get_snapshot()
    find = type(snapshot).find_provider_model

    def counting(self: Any, model: str, *more: Any) -> Any:
        looked.append(len(model))
        return find(self, model, *more)

    monkeypatch.setattr(type(snapshot), "find_provider_model", counting)
    model = ModelSettings("m", "openai", model="gpt-4o")
    assert catalogue.cost(model, Usage(1_000_000, 0), "x" * 1_000_000) == catalogue.cost(model, Usage(1_000_000, 0))
    assert max(looked) < 1_000


async def test_what_deepseek_read_from_its_cache_is_cheaper() -> None:
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "prompt_cache_hit_tokens": 1_000_000}
    server, _ = streams(CHAT.begin, CHAT.text("x"), CHAT.end, event({"choices": [], "usage": usage}))
    counted = (await respond(CHAT.make(server), ask())).usage
    assert counted == Usage(1_000_000, 0, 1_000_000)
    prices: dict[str, Any] = {
        "input_price": Decimal(2),
        "output_price": Decimal(8),
        "cached_input_price": Decimal("0.5"),
    }
    assert catalogue.cost(ModelSettings("m", "openai-compatible", model="m", **prices), counted) == Decimal("0.5")


@each_wire
async def test_the_configured_timeout_counts_and_no_other(wire: Wire) -> None:
    """The HTTP library's own is five seconds, the SDKs' ten minutes."""
    seen: list[dict[str, float]] = []

    async def wait_for_us(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(wait_for_us, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        provider = wire.with_client(None, base_url=f"http://127.0.0.1:{port}/v1", timeout=0.05)
        with pytest.raises(ModelError, match=r"nothing came for 0\.05 s"):
            await collect(provider, ask())
    model_server, _ = streams(*wire.answer("ok"))
    reply = model_server.reply

    def noting(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.extensions["timeout"])
        return reply(request)

    model_server.reply = noting
    await respond(wire.make(model_server, timeout=300.0), ask())
    assert set(seen[0].values()) == {300.0}


@pytest.mark.hostile(66)
@each_wire
@pytest.mark.parametrize("form", ["{key}", "Bearer {key}", "x{key}x", "the key '{key}'", "https://x/?k={key}"])
async def test_the_key_is_never_quoted(wire: Wire, form: str) -> None:
    key = "0123456789-plain-key"  # nothing in it looks like a key
    body = {"error": {"message": f"I got {form.format(key=key)} from you"}}
    for status in (400, 401, 403, 404, 429, 500):
        provider = wire.make(refuses(status, body), environ={"MODEL_KEY": key})
        with pytest.raises(ModelError) as caught:
            await collect(provider, ask())
        assert key not in f"{caught.value.message}{caught.value.hint}"
    in_band, _ = streams(event(body))
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(in_band, environ={"MODEL_KEY": key}), ask())
    assert key not in caught.value.message


def test_models_that_may_not_answer_come_after_those_that_can_not() -> None:
    models = {
        name: ModelSettings(name, "openai-compatible", model=name, base_url="http://x/v1", supports=supports)
        for name, supports in (("forbidden", {}), ("blind", {"tools": False}), ("good", {}))
    }
    servers = {"s": ServerSettings("s", allowed_models=("blind", "good"))}
    selection = Models(Settings(models=models, servers=servers), {}).select(CALLED, "s")
    assert selection is not None
    assert [(one.model, one.excluded, one.forbidden) for one in selection.ranking] == [
        ("good", False, False),
        ("blind", True, False),
        ("forbidden", True, True),
    ]


def test_no_span_carries_a_request_to_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever configures OpenTelemetry for something else would get prompts; the SDK asks for its tracer then."""
    from anthropic import AsyncAnthropic

    made: list[Any] = []
    original = AsyncAnthropic.__init__

    def noting(self: AsyncAnthropic, **options: Any) -> None:
        made.append(options.get("open_telemetry"))
        original(self, **options)

    monkeypatch.setattr(AsyncAnthropic, "__init__", noting)
    server = ModelServer(lambda request: httpx2.Response(200, text=json.dumps({})))
    with pytest.raises(ModelError):
        asyncio.run(collect(MESSAGES.make(server), ask()))
    assert made == [False]
