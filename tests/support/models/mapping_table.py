"""
The mapping table: what becomes of each part of a request on each of the three wires, and what is said about it.

A cell names the members of the body that it is about, and every note. A cell that can't be sent holds the fields that
block it, separated by spaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tuui_sampling.providers.mapping.content import UNKNOWN_SIGHT
from tuui_sampling.sampling.request import AudioBlock, Block, ImageBlock, Message, Role, SamplingRequest, TextBlock

from .wires import CHAT, MESSAGES, RESPONSES, Wire, ask

PNG = "iVBORw0KGgo="
WAV = "UklGRg=="


@dataclass(frozen=True)
class Cell:
    """What one wire makes of a row."""

    body: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    blocked: str = ""


@dataclass(frozen=True)
class Row:
    """One part of a request, with what is configured for the model, on the three wires."""

    name: str
    request: SamplingRequest
    chat: Cell
    messages: Cell
    responses: Cell
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> tuple[tuple[Wire, Cell], ...]:
        """Each wire with what it makes of this."""
        return ((CHAT, self.chat), (MESSAGES, self.messages), (RESPONSES, self.responses))


def say(role: Role, *blocks: Block) -> Message:
    """Return one message."""
    return Message(role, blocks, single=len(blocks) == 1)


def talk(*messages: Message, **fields: Any) -> SamplingRequest:
    """Return a request of these messages."""
    return SamplingRequest(messages, max_tokens=100, **fields)


HI = say("user", TextBlock("Hi"))
CHAT_HI = {"role": "user", "content": "Hi"}
MESSAGES_HI = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}
RESPONSES_HI = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}

WEATHER = {
    "name": "weather",
    "description": "Says how it is.",
    "inputSchema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
PARAMETERS = [
    Row(
        "system prompt",
        ask("Hi", system_prompt="Be brief."),
        chat=Cell({"messages": [{"role": "system", "content": "Be brief."}, CHAT_HI]}),
        messages=Cell({"system": "Be brief.", "messages": [MESSAGES_HI]}),
        responses=Cell({"instructions": "Be brief.", "input": [RESPONSES_HI]}),
    ),
    Row(
        "system prompt for a model that takes none",
        ask("Hi", system_prompt="Be brief."),
        settings={"supports": {"system_prompt": False}},
        chat=Cell(
            {"messages": [{"role": "user", "content": "Be brief.\n\nHi"}]},
            {"systemPrompt": "this model takes none: put before the first message of the user"},
        ),
        messages=Cell(
            {"system": None, "messages": [{"role": "user", "content": [{"type": "text", "text": "Be brief.\n\nHi"}]}]},
            {"systemPrompt": "this model takes none: put before the first message of the user"},
        ),
        responses=Cell(
            {"instructions": None},
            {"systemPrompt": "this model takes none: put before the first message of the user"},
        ),
    ),
    Row(
        "more tokens than the model writes",
        ask("Hi", max_tokens=500),
        settings={"max_output_tokens": 64},
        chat=Cell({"max_tokens": 64}, {"maxTokens": "this model writes at most 64: sent as 64"}),
        messages=Cell({"max_tokens": 64}, {"maxTokens": "this model writes at most 64: sent as 64"}),
        responses=Cell({"max_output_tokens": 64}, {"maxTokens": "this model writes at most 64: sent as 64"}),
    ),
    Row(
        "temperature",
        ask("Hi", temperature=0.5),
        chat=Cell({"temperature": 0.5}),
        messages=Cell({"temperature": None}, {"temperature": "ignored by this model"}),
        responses=Cell({"temperature": None}, {"temperature": "ignored by this model"}),
    ),
    Row(
        "temperature, configured the other way",
        ask("Hi", temperature=0.5),
        settings={"supports": {"temperature": True}},
        chat=Cell({"temperature": 0.5}),
        messages=Cell({"temperature": 0.5}),
        responses=Cell({"temperature": 0.5}),
    ),
    Row(
        "parameters that the configuration leaves out",
        ask("Hi", temperature=0.5, stop_sequences=("a",), tools=(WEATHER,), tool_choice={"mode": "auto"}),
        settings={"drop_params": ("temperature", "stop", "stop_sequences", "tool_choice", "max_output_tokens")},
        chat=Cell(
            {"temperature": None, "stop": None, "tool_choice": None, "max_tokens": 100},
            {
                "temperature": "ignored by this model",
                "stopSequences": "none is sent; the answer is cut on our side",
                "toolChoice": "the configuration of this model leaves it out (drop_params)",
            },
        ),
        messages=Cell(
            {"temperature": None, "stop_sequences": None, "tool_choice": None, "max_tokens": 100},
            {
                "temperature": "ignored by this model",
                "stopSequences": "none is sent; the answer is cut on our side",
                "toolChoice": "the configuration of this model leaves it out (drop_params)",
            },
        ),
        responses=Cell(
            {"temperature": None, "tool_choice": None, "max_output_tokens": None},
            {
                "temperature": "ignored by this model",
                "stopSequences": "none is sent; the answer is cut on our side",
                "toolChoice": "the configuration of this model leaves it out (drop_params)",
                "maxTokens": "the configuration of this model leaves it out (drop_params)",
            },
        ),
    ),
    Row(
        "members that the configuration adds",
        ask("Hi", system_prompt="Be brief."),
        settings={"extra_body": {"top_k": 1, "model": "other", "stream": False, "system": "Rhyme."}},
        chat=Cell({"top_k": 1, "model": "some-model", "stream": True}),
        messages=Cell(
            {"top_k": 1, "model": "some-model", "stream": True, "system": "Rhyme."},
            {"systemPrompt": "the configuration of this model sets it (extra_body)"},
        ),
        responses=Cell({"top_k": 1, "model": "some-model", "stream": True, "instructions": "Be brief."}),
    ),
    Row(
        "stop sequences",
        ask("Hi", stop_sequences=("a", "b", "c", "d", "e")),
        chat=Cell(
            {"stop": ["a", "b", "c", "d"]},
            {"stopSequences": "at most 4 are sent, the others are cut on our side"},
        ),
        messages=Cell({"stop_sequences": ["a", "b", "c", "d", "e"]}),
        responses=Cell({"stop": None}, {"stopSequences": "none is sent; the answer is cut on our side"}),
    ),
]

SEEN = say("user", TextBlock("See"), ImageBlock(PNG, "image/png"))
HEARD = say("user", AudioBlock(WAV, "audio/x-wav"))
NO_EYES = "this model can't see images"

CONTENT = [
    Row(
        "blank text",
        talk(say("user", TextBlock(" "), TextBlock("Hi"))),
        chat=Cell({"messages": [CHAT_HI]}, {"messages[0].content[0]": "blank text, left out"}),
        messages=Cell({"messages": [MESSAGES_HI]}, {"messages[0].content[0]": "blank text, left out"}),
        responses=Cell({"input": [RESPONSES_HI]}, {"messages[0].content[0]": "blank text, left out"}),
    ),
    Row(
        "image",
        talk(SEEN),
        chat=Cell(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "See"},
                            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                        ],
                    }
                ]
            },
            {"messages[0].content[1]": UNKNOWN_SIGHT},
        ),
        messages=Cell(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "See"},
                            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
                        ],
                    }
                ]
            }
        ),
        responses=Cell(
            {
                "input": [
                    {
                        "type": "message",
                        "role": "user",
                        "content": [
                            {"type": "input_text", "text": "See"},
                            {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"},
                        ],
                    }
                ]
            }
        ),
    ),
    Row(
        "image to a model that can't see",
        talk(SEEN),
        settings={"supports": {"images": False}},
        chat=Cell(notes={"messages[0].content[1]": NO_EYES}, blocked="messages[0].content[1]"),
        messages=Cell(notes={"messages[0].content[1]": NO_EYES}, blocked="messages[0].content[1]"),
        responses=Cell(notes={"messages[0].content[1]": NO_EYES}, blocked="messages[0].content[1]"),
    ),
    Row(
        "sound to a model that hears",
        talk(HEARD),
        settings={"supports": {"audio": True}},
        chat=Cell(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}}],
                    }
                ]
            },
            {"messages[0].content": "sent as audio/wav"},
        ),
        messages=Cell(
            notes={"messages[0].content": "audio can't be sent to this model"}, blocked="messages[0].content"
        ),
        responses=Cell(
            notes={"messages[0].content": "audio can't be sent to this model"}, blocked="messages[0].content"
        ),
    ),
    Row(
        "sound of another type",
        talk(say("user", AudioBlock(WAV, "audio/ogg"))),
        settings={"supports": {"audio": True}},
        chat=Cell(
            notes={"messages[0].content": "sound of this type can't be sent to this model, only mpeg, wav"},
            blocked="messages[0].content",
        ),
        messages=Cell(
            notes={"messages[0].content": "audio can't be sent to this model"}, blocked="messages[0].content"
        ),
        responses=Cell(
            notes={"messages[0].content": "audio can't be sent to this model"}, blocked="messages[0].content"
        ),
    ),
    Row(
        "messages of one role in a row",
        talk(HI, say("user", TextBlock("again"))),
        chat=Cell(
            {
                "messages": [{"role": "user", "content": "Hi\nagain"}],
            },
            {
                "messages[1]": "sent as one with the message before it",
                "messages": "2 texts of one turn are sent as one, with line breaks between them",
            },
        ),
        messages=Cell(
            {
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "again"}]}
                ]
            },
            {"messages[1]": "sent as one with the message before it"},
        ),
        responses=Cell(
            {
                "input": [
                    RESPONSES_HI,
                    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "again"}]},
                ]
            }
        ),
    ),
    Row(
        "the assistant has the last word",
        talk(HI, say("assistant", TextBlock("Well, \n"))),
        chat=Cell(
            {"messages": [CHAT_HI, {"role": "assistant", "content": "Well, \n"}]},
            {"messages[1]": "the assistant has the last word: some servers go on from it, others begin anew"},
        ),
        messages=Cell(
            {"messages": [MESSAGES_HI, {"role": "assistant", "content": [{"type": "text", "text": "Well,"}]}]},
            {
                "messages[1]": "the model is to go on from these words, which the newer Claude models refuse; "
                "white space at their end is left out"
            },
        ),
        responses=Cell(
            {
                "input": [
                    RESPONSES_HI,
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Well, \n"}]},
                ]
            },
            {"messages[1]": "the assistant has the last word: the model begins anew after it"},
        ),
    ),
    Row(
        "what no model gets to see",
        talk(
            Message("user", (TextBlock("Hi", {"annotations": {"priority": 1}}),), extra={"_meta": {}}),
            metadata={"api_base": "https://evil.example"},
            include_context="thisServer",
            extra={"_meta": {"progressToken": 1}},
        ),
        chat=Cell(
            {"messages": [CHAT_HI], "metadata": None, "_meta": None},
            notes := {
                "messages[0]._meta": "not forwarded",
                "messages[0].content.annotations": "not forwarded",
                "metadata": "not forwarded",
                "includeContext": "nothing is added by itself",
                "_meta": "not forwarded",
            },
        ),
        messages=Cell({"messages": [MESSAGES_HI], "metadata": None, "_meta": None}, notes),
        responses=Cell({"input": [RESPONSES_HI], "metadata": None, "_meta": None}, notes),
    ),
]
