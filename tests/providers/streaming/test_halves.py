"""A character whose halves came in two events is whole in the answer; a half that stays alone is told."""

import pytest

from tests.support.models.model_server import event, streams, typed
from tests.support.models.tool_streams import chat, chat_call, messages, messages_call, responses, responses_call
from tests.support.models.wires import CHAT, WIRES, Wire, ask, respond
from tuui_sampling.providers.streaming.halves import LOST_HALF, Halves
from tuui_sampling.sampling.request import ToolUseBlock

TOOLS = ({"name": "f", "inputSchema": {"type": "object"}},)
FACE = "\U0001f600"
FIRST, SECOND = "\ud83d", "\ude00"

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


@each_wire
async def test_halves_of_text_and_of_reasoning_are_joined(wire: Wire) -> None:
    thoughts = (wire.thinking(f"h{FIRST}"), wire.thinking(f"{SECOND}m"))
    texts = (wire.text(f"a{FIRST}"), wire.text(f"{SECOND}{FIRST}"), wire.text(f"{SECOND}b"))
    response = await respond(wire.make(streams(wire.begin, *thoughts, *texts, wire.end, wire.done)[0]), ask())
    assert (response.text, response.thinking) == (f"a{FACE}{FACE}b", f"h{FACE}m")
    assert response.remarks == ()


@each_wire
@pytest.mark.parametrize("texts", [(f"a{FIRST}", "b"), (f"a{SECOND}b",), (f"ab{FIRST}",)])
async def test_a_half_that_stays_alone_is_told(wire: Wire, texts: tuple[str, ...]) -> None:
    response = await respond(wire.make(streams(*wire.answer(*texts))[0]), ask())
    assert response.text.replace("\ufffd", "") == "ab"
    assert (response.remarks, response.is_partial) == ((LOST_HALF,), True)


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        (name, stream)
        for cut in ((f'{{"a":"{FIRST}', f'{SECOND}"}}'), ('{"a":"\\ud83d', '\\ude00"}'))
        for name, stream in (
            ("openai-compatible", chat(chat_call(0, id="c", name="f"), *(chat_call(0, piece) for piece in cut))),
            ("anthropic", messages(messages_call("c", "f", *cut))),
            ("openai", responses(responses_call(0, "c", "f", *cut))),
        )
    ],
)
async def test_halves_of_arguments_are_joined_written_as_escapes_or_not(name: str, stream: bytes) -> None:
    wire = next(one for one in WIRES if one.name == name)
    response = await respond(wire.make(streams(stream)[0]), ask(tools=TOOLS))
    (call,) = response.blocks
    assert isinstance(call, ToolUseBlock)
    assert (call.input, response.remarks) == ({"a": FACE}, ())


async def test_what_is_final_completes_a_half() -> None:
    whole = {"choices": [{"index": 0, "message": {"content": f"a{FACE}b"}, "finish_reason": "stop"}]}
    response = await respond(CHAT.make(streams(CHAT.text(f"a{FIRST}"), event(whole))[0]), ask())
    assert (response.text, response.remarks) == (f"a{FACE}b", ())


def test_each_place_waits_for_its_own_half() -> None:
    halves = Halves()
    assert halves.join("text", f"a{FIRST}") == ("a", False)
    assert halves.join("thinking", SECOND) == ("\ufffd", True)
    assert halves.join("text", None) == ("", False)
    assert halves.waits
    assert halves.join("text", SECOND) == (FACE, False)
    assert halves.join(None, f"a{FIRST}") == ("a\ufffd", True)
    assert halves.join("text", "\ufffd") == ("\ufffd", False)
    assert not halves.waits


def test_typed_events_keep_halves_as_escapes() -> None:
    assert b"\\ud83d" in typed(type="x", text=FIRST)
