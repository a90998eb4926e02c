"""One request that uses every word of the specification, and a small one to build others from."""

from typing import Any

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOTED: dict[str, Any] = {"annotations": {"audience": ["user"], "priority": 0.5}, "_meta": {"x": 1}}

EVERYTHING: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": {"type": "text", "text": "One\r\nline\x0b\u2028 \ud800 ünï"} | NOTED},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": ""},
                {"type": "image", "data": PNG, "mimeType": "image/png"} | NOTED,
                {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"},
            ],
            "_meta": {"of": "the message"},
        },
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {"x": [1, None]}}]},
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "toolUseId": "t1",
                    "content": [{"type": "text", "text": "r"}, {"type": "resource_link", "uri": "file:///x"}],
                    "isError": True,
                    "structuredContent": {"y": 2},
                    "future": "kept",
                }
            ],
        },
        {"role": "assistant", "content": {"type": "text", "text": "half a"}},
    ],
    "modelPreferences": {
        "hints": [{"name": "claude"}, {"vendor": "no name"}, {"name": "gpt"}],
        "costPriority": 0,
        "speedPriority": 0.5,
        "intelligencePriority": 1,
        "future": [1],
    },
    "systemPrompt": "Be brief.",
    "includeContext": "thisServer",
    "temperature": 0.7,
    "maxTokens": 100,
    "stopSequences": ["\n", "END"],
    "metadata": {"api_base": "http://x", "deep": {"a": [1.5, True, None]}},
    "tools": [{"name": "f", "inputSchema": {"type": "object"}}],
    "toolChoice": {"mode": "required", "future": 1},
    "_meta": {"progressToken": "p"},
    "somethingNew": {"kept": True},
}


def params(**changes: Any) -> dict[str, Any]:
    """Return the parameters of a small request, with some members replaced or added."""
    return {"messages": [user("hello")], "maxTokens": 100} | changes


def user(content: Any) -> dict[str, Any]:
    """Return a user message: a string becomes a text block, anything else is the content as it is."""
    return {"role": "user", "content": {"type": "text", "text": content} if isinstance(content, str) else content}
