"""The mapping table's rows about tools: offered, chosen, used, and what they returned."""

from collections.abc import Mapping
from typing import Any

from tuui_sampling.sampling.request import SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock

from .mapping_table import CHAT_HI, HI, MESSAGES_HI, PNG, RESPONSES_HI, WEATHER, Cell, Row, say, talk
from .wires import ask

WEATHER_SCHEMA = WEATHER["inputSchema"]
CHAT_WEATHER = {
    "type": "function",
    "function": {"name": "weather", "description": "Says how it is.", "parameters": WEATHER_SCHEMA},
}
MESSAGES_WEATHER = {"name": "weather", "description": "Says how it is.", "input_schema": WEATHER_SCHEMA}
RESPONSES_WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "Says how it is.",
    "parameters": WEATHER_SCHEMA,
    "strict": False,
}

ODD_ALIAS = "files_read_2b733164e15b"
ODD_TOOL = {"name": "files/read", "title": "Read", "annotations": {}, "inputSchema": {"type": "object"}}
EMPTY_SCHEMA = {"type": "object", "properties": {}}

TOOLS = [
    Row(
        "tools",
        ask("Hi", tools=(WEATHER,)),
        chat=Cell({"tools": [CHAT_WEATHER], "tool_choice": None}),
        messages=Cell({"tools": [MESSAGES_WEATHER], "tool_choice": None}),
        responses=Cell({"tools": [RESPONSES_WEATHER], "tool_choice": None, "include": ["reasoning.encrypted_content"]}),
    ),
    Row(
        "tools of a model that does not reason",
        ask("Hi", tools=(WEATHER,)),
        settings={"model": "gpt-4.1-mini"},
        chat=Cell({"tools": [CHAT_WEATHER]}),
        messages=Cell({"tools": [MESSAGES_WEATHER]}),
        responses=Cell({"tools": [RESPONSES_WEATHER], "include": None}),
    ),
    Row(
        "tools for a model that calls none",
        ask("Hi", tools=(WEATHER,)),
        settings={"supports": {"tools": False}},
        chat=Cell(notes={"tools": "this model can't call tools"}, blocked="tools"),
        messages=Cell(notes={"tools": "this model can't call tools"}, blocked="tools"),
        responses=Cell(notes={"tools": "this model can't call tools"}, blocked="tools"),
    ),
    Row(
        "no tools",
        ask("Hi", tools=(), tool_choice={"mode": "none"}),
        chat=Cell({"tools": None, "tool_choice": None}, {"toolChoice": "not sent: no tools are offered"}),
        messages=Cell({"tools": None, "tool_choice": None}, {"toolChoice": "not sent: no tools are offered"}),
        responses=Cell({"tools": None, "tool_choice": None}, {"toolChoice": "not sent: no tools are offered"}),
    ),
    Row(
        "a tool with an odd name",
        ask("Hi", tools=(ODD_TOOL,)),
        chat=Cell(
            {
                "tools": [
                    {
                        "type": "function",
                        "function": {"name": ODD_ALIAS, "parameters": EMPTY_SCHEMA},
                    }
                ]
            },
            odd := {
                "tools[0]": "not forwarded: title, annotations",
                "tools[0].name": f"sent as {ODD_ALIAS}, and translated back in the answer",
            },
        ),
        messages=Cell({"tools": [{"name": ODD_ALIAS, "input_schema": EMPTY_SCHEMA}]}, odd),
        responses=Cell(
            {
                "tools": [
                    {
                        "type": "function",
                        "name": ODD_ALIAS,
                        "parameters": EMPTY_SCHEMA,
                        "strict": False,
                    }
                ]
            },
            odd,
        ),
    ),
    *(
        Row(
            f"tool choice {mode}",
            ask("Hi", tools=(WEATHER,), tool_choice={"mode": mode}),
            chat=Cell({"tool_choice": mode}),
            messages=Cell({"tool_choice": {"type": "any" if mode == "required" else mode}}),
            responses=Cell({"tool_choice": mode}),
        )
        for mode in ("auto", "none", "required")
    ),
    Row(
        "tool choice required, of a model that can't be made to",
        ask("Hi", tools=(WEATHER,), tool_choice={"mode": "required"}),
        settings={"supports": {"tool_choice_required": False}},
        chat=Cell(
            {"tool_choice": "auto"},
            unforced := {
                "toolChoice": "this model can't be made to call a tool: sent as auto, and an answer without is marked"
            },
        ),
        messages=Cell({"tool_choice": {"type": "auto"}}, unforced),
        responses=Cell({"tool_choice": "auto"}, unforced),
    ),
]

CALLS = say(
    "assistant", TextBlock("Look:"), ToolUseBlock("a/1", "weather", {"city": "Köln"}), ToolUseBlock("b", "x", {})
)
SLASH_ALIAS = "a_1_773232abe934"
CALL_RESULTS = say(
    "user",
    ToolResultBlock("a/1", ({"type": "text", "text": "wet"}, {"type": "image", "data": PNG, "mimeType": "image/png"})),
    ToolResultBlock("b", ({"type": "text", "text": "no such tool"},), is_error=True),
)
PLAIN_CALL = say("assistant", ToolUseBlock("c", "weather", {}))
CHAT_CALL = {
    "role": "assistant",
    "content": "",
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}],
}
MESSAGES_CALL: dict[str, Any] = {
    "role": "assistant",
    "content": [{"type": "tool_use", "id": "c", "name": "weather", "input": {}}],
}
RESPONSES_CALL = {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"}


def returning(*content: Mapping[str, Any], **fields: Any) -> SamplingRequest:
    """Return a conversation whose tool has returned this."""
    return talk(HI, PLAIN_CALL, say("user", ToolResultBlock("c", content, **fields)))


def returned(text: str, notes: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells of a result that is one text on each wire."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": text}]}
    output = {"type": "function_call_output", "call_id": "c", "output": text}
    return {
        "chat": Cell({"messages": [CHAT_HI, CHAT_CALL, {"role": "tool", "tool_call_id": "c", "content": text}]}, notes),
        "messages": Cell({"messages": [MESSAGES_HI, MESSAGES_CALL, {"role": "user", "content": [block]}]}, notes),
        "responses": Cell({"input": [RESPONSES_HI, RESPONSES_CALL, output]}, notes),
    }


def unsent(field: str, note: str) -> dict[str, Any]:
    """Return the cells of what can't be sent on any wire."""
    return dict.fromkeys(("chat", "messages", "responses"), Cell(notes={field: note}, blocked=field))


RESULT = "messages[2].content"

RESULTS = [
    Row(
        "tool uses and results for a model that calls no tools",
        talk(HI, PLAIN_CALL, say("user", ToolResultBlock("c", ({"type": "text", "text": "wet"},)))),
        settings={"supports": {"tools": False}},
        **dict.fromkeys(
            ("chat", "messages", "responses"),
            Cell(
                notes=dict.fromkeys(("messages[1].content", "messages[2].content"), "this model can't call tools"),
                blocked="messages[1].content messages[2].content",
            ),
        ),
    ),
    Row(
        "tool uses and results, one with an image, one an error",
        talk(HI, CALLS, CALL_RESULTS),
        chat=Cell(
            {
                "messages": [
                    CHAT_HI,
                    {
                        "role": "assistant",
                        "content": "Look:",
                        "tool_calls": [
                            {
                                "id": SLASH_ALIAS,
                                "type": "function",
                                "function": {"name": "weather", "arguments": '{"city": "Köln"}'},
                            },
                            {"id": "b", "type": "function", "function": {"name": "x", "arguments": "{}"}},
                        ],
                    },
                    {"role": "tool", "tool_call_id": SLASH_ALIAS, "content": "wet"},
                    {"role": "tool", "tool_call_id": "b", "content": "ERROR: no such tool"},
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": f"Returned by the tool call {SLASH_ALIAS}:"},
                            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                        ],
                    },
                ]
            },
            {
                "messages[1].content[1].id": f"sent as {SLASH_ALIAS}, with its result",
                "messages[2].content[0].content[1]": "sent after the results, as a message of the user's",
                "messages[2].content[1].isError": 'said in words: "ERROR:" before the text',
            },
        ),
        messages=Cell(
            {
                "messages": [
                    MESSAGES_HI,
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "text", "text": "Look:"},
                            {"type": "tool_use", "id": SLASH_ALIAS, "name": "weather", "input": {"city": "Köln"}},
                            {"type": "tool_use", "id": "b", "name": "x", "input": {}},
                        ],
                    },
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "tool_result",
                                "tool_use_id": SLASH_ALIAS,
                                "content": [
                                    {"type": "text", "text": "wet"},
                                    {
                                        "type": "image",
                                        "source": {"type": "base64", "media_type": "image/png", "data": PNG},
                                    },
                                ],
                            },
                            {
                                "type": "tool_result",
                                "tool_use_id": "b",
                                "content": [{"type": "text", "text": "no such tool"}],
                                "is_error": True,
                            },
                        ],
                    },
                ]
            },
            {"messages[1].content[1].id": f"sent as {SLASH_ALIAS}, with its result"},
        ),
        responses=Cell(
            {
                "input": [
                    RESPONSES_HI,
                    {
                        "type": "message",
                        "role": "assistant",
                        "content": [{"type": "output_text", "text": "Look:"}],
                    },
                    {
                        "type": "function_call",
                        "call_id": SLASH_ALIAS,
                        "name": "weather",
                        "arguments": '{"city": "Köln"}',
                    },
                    {"type": "function_call", "call_id": "b", "name": "x", "arguments": "{}"},
                    {
                        "type": "function_call_output",
                        "call_id": SLASH_ALIAS,
                        "output": [
                            {"type": "input_text", "text": "wet"},
                            {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"},
                        ],
                    },
                    {"type": "function_call_output", "call_id": "b", "output": "ERROR: no such tool"},
                ]
            },
            {
                "messages[1].content[1].id": f"sent as {SLASH_ALIAS}, with its result",
                "messages[2].content[1].isError": 'said in words: "ERROR:" before the text',
            },
        ),
    ),
    Row(
        "text after a call",
        talk(
            HI,
            say("assistant", ToolUseBlock("c", "weather", {}), TextBlock("wait")),
            say("user", ToolResultBlock("c", ())),
        ),
        chat=Cell(
            {
                "messages": [
                    CHAT_HI,
                    CHAT_CALL | {"content": "wait"},
                    {"role": "tool", "tool_call_id": "c", "content": ""},
                ]
            },
            {"messages[1].content[1]": "sent before the calls of its message"},
        ),
        messages=Cell(
            {
                "messages": [
                    MESSAGES_HI,
                    {
                        "role": "assistant",
                        "content": [*MESSAGES_CALL["content"], {"type": "text", "text": "wait"}],
                    },
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c"}]},
                ]
            }
        ),
        responses=Cell(
            {
                "input": [
                    RESPONSES_HI,
                    RESPONSES_CALL,
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "wait"}]},
                    {"type": "function_call_output", "call_id": "c", "output": ""},
                ]
            }
        ),
    ),
    Row(
        "a call whose result was taken out",
        talk(HI, PLAIN_CALL),
        **unsent("messages[1].content", "a tool result is missing"),
    ),
    Row(
        "a resource",
        returning(
            {
                "type": "resource",
                "resource": {"uri": "file:///a", "mimeType": "text/plain", "text": "words"},
                "_meta": {},
            }
        ),
        **returned(
            "file:///a:\nwords",
            {
                f"{RESULT}.content[0]": "a resource, sent as text under its URI",
                f"{RESULT}.content[0]._meta": "not forwarded",
            },
        ),
    ),
    Row(
        "a link to a resource",
        returning(
            {
                "type": "resource_link",
                "uri": "https://x.example/",
                "name": "x",
                "mimeType": "text/html",
                "description": "A page",
            }
        ),
        **returned(
            "Resource x: https://x.example/ (text/html)\nA page",
            {f"{RESULT}.content[0]": "a link, sent as text and not fetched"},
        ),
    ),
    Row(
        "structured content alone",
        returning(structured_content={"a": 1}),
        **returned('{"a": 1}', {f"{RESULT}.structuredContent": "sent as text, since there is no content"}),
    ),
    Row(
        "structured content beside its text",
        returning({"type": "text", "text": "one"}, structured_content={"a": 1}),
        **returned("one", {f"{RESULT}.structuredContent": "not forwarded: the content stands for it"}),
    ),
    Row(
        "content of a type to come",
        returning({"type": "smell", "of": "rain"}),
        **returned(
            '{"type": "smell", "of": "rain"}',
            {f"{RESULT}.content[0]": "of a type that no model knows, sent as its JSON"},
        ),
    ),
    Row(
        "a resource that is not text, image or sound",
        returning({"type": "resource", "resource": {"uri": "file:///a", "mimeType": "application/pdf", "blob": ""}}),
        **unsent(f"{RESULT}.content[0]", "a resource that is not text, image or sound can't be sent to a model"),
    ),
    Row(
        "an image that is none",
        returning({"type": "image", "data": "no base64!", "mimeType": "image/png"}),
        **unsent(f"{RESULT}.content[0]", "not valid base64"),
    ),
]
