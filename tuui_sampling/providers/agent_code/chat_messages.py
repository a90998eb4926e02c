"""
Turns a body of OpenAI's chat completions into a sampling request, and a response into a chat completion.

https://platform.openai.com/docs/api-reference/chat: the form in which every framework for agents can speak to a model.
The request has the server's parameters where the body says nothing else.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...sampling.errors import MalformedRequest
from ...sampling.request import Json, JsonObject, SamplingRequest, ToolUseBlock
from ...sampling.response import Response
from ...sampling.wire import parse_request, request_params

FINISH_REASONS = {"maxTokens": "length", "toolUse": "tool_calls"}
AUDIO_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}

ONLY_JSON = "Answer with JSON alone, without any words around it, that fits this JSON Schema:"


def sampling_request(body: JsonObject, asked: SamplingRequest) -> SamplingRequest:
    """
    Return what a body asks of the agent's model.

    Args:
        asked: The server's request; its `maxTokens` is never exceeded.

    Raises:
        MalformedRequest: The body holds what does not go through a sampling request.
    """
    given = [_object(message, "messages") for message in body.get("messages") or ()]
    system = [_text(message) for message in given if message.get("role") in ("system", "developer")]
    system += _output_format(body.get("response_format"))
    params = request_params(asked)
    for name in ("systemPrompt", "tools", "toolChoice"):
        params.pop(name, None)
    params["messages"] = list(_messages(given))
    if prompt := "\n\n".join(filter(None, system)):
        params["systemPrompt"] = prompt
    if tools := [_tool(tool) for tool in body.get("tools") or ()]:
        params |= _tools(tools, body.get("tool_choice"))
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    if isinstance(most, int):
        params["maxTokens"] = min(most, asked.max_tokens)
    if (temperature := body.get("temperature")) is not None:
        params["temperature"] = temperature
    if stop := body.get("stop"):
        params["stopSequences"] = [stop] if isinstance(stop, str) else list(stop)
    return parse_request(params)


def _messages(given: Iterable[JsonObject]) -> Iterator[dict[str, Json]]:
    """Yield the messages; results of tools that follow each other are one message."""
    results: list[Json] = []
    for message in given:
        role = message.get("role")
        if role == "tool":
            content = [{"type": "text", "text": _text(message)}]
            results.append({"type": "tool_result", "toolUseId": message.get("tool_call_id"), "content": content})
            continue
        if results:
            yield {"role": "user", "content": results}
            results = []
        if role in ("system", "developer"):
            continue
        blocks = [*_parts(message.get("content")), *(_use(call) for call in message.get("tool_calls") or ())]
        if blocks:
            yield {"role": role, "content": blocks}
    if results:
        yield {"role": "user", "content": results}


def _use(call: Json) -> dict[str, Json]:
    function = _object(_object(call, "tool_calls").get("function"), "tool_calls.function")
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except ValueError:
        arguments = None
    # What its model wrote and no tool could read is told to the model as it was written.
    read = arguments if isinstance(arguments, dict) else {"unreadable": str(function.get("arguments"))}
    return {"type": "tool_use", "id": call.get("id"), "name": function.get("name"), "input": read}


def _parts(content: Json) -> Iterator[dict[str, Json]]:
    if isinstance(content, str):
        content = [{"type": "text", "text": content}] if content else []
    for part in content or ():
        match part:
            case {"type": "text", "text": str(text)} | {"type": "refusal", "refusal": str(text)}:
                yield {"type": "text", "text": text}
            case {"type": "image_url", "image_url": {"url": str(url)}} if url.startswith("data:"):
                kind, _, data = url.removeprefix("data:").partition(";base64,")
                yield {"type": "image", "mimeType": kind, "data": data}
            case {"type": "input_audio", "input_audio": {"data": data, "format": form}} if form in AUDIO_TYPES:
                yield {"type": "audio", "mimeType": AUDIO_TYPES[form], "data": data}
            case _:
                named = part.get("type") if isinstance(part, Mapping) else None
                raise MalformedRequest("messages.content", f"a part of the type {named} does not go through the desk")


def _text(message: JsonObject) -> str:
    return "\n".join(str(part.get("text", "")) for part in _parts(message.get("content")))


def _tool(tool: Json) -> dict[str, Json]:
    function = _object(tool, "tools").get("function")
    if not isinstance(function, Mapping):
        raise MalformedRequest("tools", f"a tool of the type {tool.get('type')} does not go through the desk")
    listed: dict[str, Json] = {"name": function.get("name")}
    if described := function.get("description"):
        listed["description"] = described
    return listed | {"inputSchema": function.get("parameters") or {"type": "object"}}


def _tools(tools: list[dict[str, Json]], choice: Json) -> dict[str, Json]:
    """Return the tools and which of them must be used; one that is named is the only one that is offered."""
    if isinstance(choice, Mapping):
        named = _object(choice.get("function"), "tool_choice").get("name")
        return {"tools": [tool for tool in tools if tool["name"] == named], "toolChoice": {"mode": "required"}}
    return {"tools": tools} | ({"toolChoice": {"mode": choice}} if choice else {})


def _output_format(wanted: Json) -> list[str]:
    """Return what a model is told of the form of its answer: a sampling request has no member for that."""
    if not isinstance(wanted, Mapping) or wanted.get("type") in (None, "text"):
        return []
    schema = _object(wanted.get("json_schema") or {}, "response_format").get("schema") or {"type": "object"}
    return [f"{ONLY_JSON}\n{json.dumps(schema, ensure_ascii=False)}"]


def _object(value: Json, path: str) -> JsonObject:
    if not isinstance(value, Mapping):
        raise MalformedRequest(path, "expected an object")
    return value


# --- the answer ---


def chat_completion(response: Response, identifier: str) -> dict[str, Any]:
    """Return a response as a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": response.text or None}
    if response.tool_uses:
        message["tool_calls"] = [_call(use) for use in response.tool_uses]
    choice = {"index": 0, "message": message, "finish_reason": _finish_reason(response), "logprobs": None}
    return _head(response, identifier, "chat.completion") | {"choices": [choice], "usage": _usage(response)}


def chunks(response: Response, identifier: str) -> Iterator[dict[str, Any]]:
    """Yield the same as a client that wants a stream gets it: all at once."""
    head = _head(response, identifier, "chat.completion.chunk")
    delta: dict[str, Any] = {"role": "assistant", "content": response.text or None}
    if response.tool_uses:
        delta["tool_calls"] = [{"index": index} | _call(use) for index, use in enumerate(response.tool_uses)]
    yield head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield head | {"choices": [{"index": 0, "delta": {}, "finish_reason": _finish_reason(response)}]}
    yield head | {"choices": [], "usage": _usage(response)}


def _head(response: Response, identifier: str, kind: str) -> dict[str, Any]:
    return {"id": identifier, "object": kind, "created": int(time.time()), "model": response.model}


def _call(use: ToolUseBlock) -> dict[str, Any]:
    written = json.dumps(dict(use.input), ensure_ascii=False) if use.broken_input is None else use.broken_input
    return {"id": use.id, "type": "function", "function": {"name": use.name, "arguments": written}}


def _finish_reason(response: Response) -> str:
    return "tool_calls" if response.tool_uses else FINISH_REASONS.get(response.stop_reason or "", "stop")


def _usage(response: Response) -> dict[str, int]:
    usage = response.usage
    read, written = (usage.input_tokens, usage.output_tokens) if usage is not None else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
