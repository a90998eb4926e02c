"""What a wire can't carry is said on the field that it concerns, and what would be lost for good is refused."""

from dataclasses import replace

import pytest

from tests.support.models.model_server import streams
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, WIRES, Wire, ask, collect
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.providers.demo.model import DemoProvider
from tuui_sampling.providers.human import HumanProvider
from tuui_sampling.providers.mapping.content import HALF_CHARACTER
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Severity
from tuui_sampling.sampling.request import (
    Block,
    ImageBlock,
    Message,
    ModelPreferences,
    Role,
    SamplingRequest,
    TextBlock,
)

PNG = "iVBORw0KGgo="

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


def notes(wire: Wire, request: SamplingRequest) -> dict[str, tuple[str, Severity]]:
    """Return the notes of a wire by their field; each field has at most one here."""
    found = wire.with_client(None, supports={"images": True}).notes(request)
    assert len({note.field for note in found}) == len(found)
    return {note.field: (note.text, note.severity) for note in found}


def holding(*blocks: Block, role: Role = "user", single: bool = False) -> SamplingRequest:
    """Return a request with one message of these blocks, after some text of the other role."""
    first = Message("assistant" if role == "user" else "user", (TextBlock("Look"),))
    return SamplingRequest((first, Message(role, blocks, single=single)), max_tokens=100)


@each_wire
def test_plain_request_has_no_notes(wire: Wire) -> None:
    preferences = ModelPreferences(hints=({"name": "x"},), cost_priority=1.0)
    assert notes(wire, ask(preferences=preferences, include_context="none", system_prompt="Be brief.")) == {}


LOST = {
    "metadata": ("not forwarded", Severity.NOTE),
    "includeContext": ("nothing is added by itself", Severity.NOTE),
    "_meta": ("not forwarded", Severity.NOTE),
    "messages[0].content.annotations": ("not forwarded", Severity.NOTE),
    "messages[0].name": ("not forwarded", Severity.NOTE),
    "systemPrompt": ("blank, left out", Severity.NOTE),
}
TEMPERATURE = {"temperature": ("ignored by this model", Severity.NOTE)}


@pytest.mark.parametrize(
    ("wire", "more"),
    [
        (CHAT, {"stopSequences": ("at most 4 are sent, the others are cut on our side", Severity.NOTE)}),
        (MESSAGES, TEMPERATURE),
        (
            RESPONSES,
            TEMPERATURE
            | {
                "stopSequences": ("none is sent; the answer is cut on our side", Severity.NOTE),
                "maxTokens": ("OpenAI refuses fewer than 16", Severity.NOTE),
            },
        ),
    ],
)
def test_parameters(wire: Wire, more: dict[str, tuple[str, Severity]]) -> None:
    block = TextBlock("Hi", {"annotations": {"priority": 1}})
    request = SamplingRequest(
        messages=(Message("user", (block,), extra={"name": "x"}),),
        max_tokens=9,
        system_prompt=" ",
        temperature=0.2,
        stop_sequences=("a", "b", "c", "d", "e"),
        metadata={},
        include_context="allServers",
        extra={"_meta": {}},
    )
    assert notes(wire, request) == LOST | more


def test_blank_and_empty_stop_sequences() -> None:
    blank = {"stopSequences": ("blank ones are not sent, but cut on our side", Severity.NOTE)}
    empty = {"stopSequences": ("empty ones are left out", Severity.NOTE)}
    assert notes(MESSAGES, ask(stop_sequences=("a", "\n\n"))) == blank
    assert notes(CHAT, ask(stop_sequences=("a", "\n\n"))) == {}
    assert notes(CHAT, ask(stop_sequences=("a", ""))) == empty


@each_wire
@pytest.mark.parametrize(
    ("request_", "field", "text"),
    [
        (ask(tools=({},)), "tools[0]", "a tool without a name can't be offered"),
        (ask(tools=({"name": "a"}, {"name": "a"})), "tools[1]", "there are two tools of this name"),
        (
            ask(tools=({"name": "a", "description": "\ud800"},)),
            "tools[0]",
            HALF_CHARACTER,
        ),
        (
            ask(tools=({"name": "a", "inputSchema": {"minimum": float("nan")}},)),
            "tools[0]",
            "holds a number that JSON does not have, which can't be sent",
        ),
        (ask(tool_choice={"mode": "required"}), "toolChoice", "a tool must be called, but none is offered"),
        (
            holding(ImageBlock(PNG, "image/tiff"), single=True),
            "messages[1].content",
            "an image of this type can't be sent to this model, only gif, jpeg, png, webp",
        ),
        (
            replace(ask(), messages=(Message("assistant", (ImageBlock(PNG, "image/png"),)), *ask().messages)),
            "messages[0].content",
            "this model takes images from the user only, not from the assistant",
        ),
        (
            ask("half \udc00"),
            "messages[0].content",
            HALF_CHARACTER,
        ),
        (
            ask(system_prompt="half \ud800"),
            "systemPrompt",
            HALF_CHARACTER,
        ),
    ],
)
async def test_what_can_not_be_sent_is_refused(wire: Wire, request_: SamplingRequest, field: str, text: str) -> None:
    assert notes(wire, request_) == {field: (text, Severity.BLOCK)}
    server, _ = streams(*wire.answer("ok"))
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(server), request_)
    assert caught.value.kind is ModelErrorKind.UNSUPPORTED
    assert field in caught.value.message
    assert not server.requests


@pytest.mark.parametrize("wire", [CHAT, MESSAGES], ids=lambda wire: wire.name)
def test_half_character_in_a_stop_sequence(wire: Wire) -> None:
    assert notes(wire, ask(stop_sequences=("\ud800",)))["stopSequences"][1] is Severity.BLOCK


@each_wire
async def test_blank_texts(wire: Wire) -> None:
    one = replace(ask(), messages=(*ask("\t").messages, *ask().messages))
    assert notes(wire, one) == {"messages[0].content": ("blank text, left out", Severity.NOTE)}
    assert notes(wire, ask(" "))["messages"][1] is Severity.BLOCK


@each_wire
def test_misnamed_image_type(wire: Wire) -> None:
    found = notes(wire, holding(ImageBlock(PNG, "image/jpg"), single=True))
    assert found == {"messages[1].content": ("sent as image/jpeg", Severity.NOTE)}


def test_demonstration_takes_any_image_and_every_parameter() -> None:
    provider = DemoProvider(ModelSettings("demo", "demo"))
    request = replace(holding(ImageBlock(PNG, "image/tiff")), temperature=1.0, stop_sequences=("1", "2", "3", "4", "5"))
    assert provider.notes(request) == ()


def test_human_can_read_everything() -> None:
    assert HumanProvider().notes(ask(tools=(), metadata={})) == ()
