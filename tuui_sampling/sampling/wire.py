"""
The specification's JSON ⇄ the values under review.

`parse_request` checks what comes in: it refuses with `MalformedRequest` what the specification forbids and the SDK lets
through (a negative `maxTokens`, broken base64, an empty conversation), and keeps all that it does not know.
`request_params` is its inverse: what came in unedited goes out equal, but for members that said nothing (null, an
empty list of hints or stop sequences, `isError: false`).
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

from .base64_data import decoded
from .derived.beside import paced
from .derived.lazy_list import LazyList
from .errors import MalformedRequest
from .request import (
    MAX_USUAL,
    NOTHING,
    AudioBlock,
    Block,
    ImageBlock,
    Json,
    JsonObject,
    Message,
    ModelPreferences,
    Role,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from .response import Response, Usage
from .tool_turns import check_tool_turns

MAX_TOKENS_LIMIT = 2**64 - 1
"""
Above this, `maxTokens` is refused. Servers that want no limit send the largest number that they know: of 32 or 64 bits,
or the largest that JavaScript holds exactly. What no wire takes is lowered for the model, with a note.
"""

MAX_STOP_SEQUENCES = 1000
"""A server that sends more is refused: no provider takes more than a handful, and a screen can't show them."""

INCLUDE_CONTEXT = ("none", "thisServer", "allServers")
TOOL_CHOICE_MODES = ("auto", "required", "none")


def parse_request(params: Json) -> SamplingRequest:
    """
    Read the parameters of one `sampling/createMessage`.

    Raises:
        MalformedRequest: They break the specification; the server should get -32602.
    """
    rest = _members(params, "params")
    system_prompt = _optional_string(rest.pop("systemPrompt", None), "systemPrompt")
    # A server may mean its system prompt to be enough: that is for the person to see, who may add a message.
    messages = _messages(rest.pop("messages", None), may_be_empty=bool(system_prompt and system_prompt.strip()))
    return SamplingRequest(
        messages=messages,
        max_tokens=_max_tokens(rest.pop("maxTokens", None)),
        system_prompt=system_prompt,
        temperature=_number(rest.pop("temperature", None), "temperature"),
        stop_sequences=_stop_sequences(rest.pop("stopSequences", None)),
        metadata=_optional_object(rest.pop("metadata", None), "metadata"),
        include_context=_one_of(rest.pop("includeContext", None), INCLUDE_CONTEXT, "includeContext"),
        preferences=_preferences(rest.pop("modelPreferences", None)),
        tools=_tools(rest.pop("tools", None)),
        tool_choice=_tool_choice(rest.pop("toolChoice", None)),
        extra=rest,
    )


def request_params(request: SamplingRequest) -> dict[str, Json]:
    """
    Return the request as the specification's parameters; what is within them is not to be changed.

    They are kept as long as the request, unless it has so many blocks that they would take more room than it does.
    """
    if request.block_count > MAX_USUAL:
        return _request_params(request)
    return dict(request.once("params", lambda: _request_params(request)))


def _request_params(request: SamplingRequest) -> dict[str, Json]:
    return {"messages": [message_json(message) for message in paced(request.messages)]} | parameters(request)


def parameters(request: SamplingRequest) -> dict[str, Json]:
    """Return the same without the messages."""
    params: dict[str, Json] = {}
    if request.preferences is not None:
        params["modelPreferences"] = preferences_json(request.preferences)
    optional: Iterable[tuple[str, Json]] = (
        ("systemPrompt", request.system_prompt),
        ("includeContext", request.include_context),
        ("temperature", request.temperature),
    )
    params.update((key, value) for key, value in optional if value is not None)
    params["maxTokens"] = request.max_tokens
    if request.stop_sequences:
        params["stopSequences"] = list(request.stop_sequences)
    for key, value in (("metadata", request.metadata), ("toolChoice", request.tool_choice)):
        if value is not None:
            params[key] = value
    if request.tools is not None:
        params["tools"] = list(request.tools)
    return params | dict(request.extra)


def response_result(response: Response, *, with_tools: bool) -> dict[str, Json]:
    """
    Return the response as the result of `sampling/createMessage`.

    Args:
        with_tools: The request named tools, so `content` may be a list; else it is exactly one block, and
            text blocks are joined to make it so.
    """
    content: Json
    if with_tools and len(response.blocks) != 1:
        content = [block_json(block) for block in response.blocks]
    elif len(response.blocks) == 1:
        content = block_json(response.blocks[0])
    else:
        content = {"type": "text", "text": response.text}
    result: dict[str, Json] = {"role": "assistant", "content": content, "model": response.model}
    if response.stop_reason is not None:
        result["stopReason"] = response.stop_reason
    return result | dict(response.extra)


def usage_json(usage: Usage | None) -> dict[str, int | bool] | None:
    """Return the usage with the names of the record and of `call --json`, or None when nothing was counted."""
    if usage is None:
        return None
    counted: dict[str, int | bool] = {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_input_tokens": usage.cached_input_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
    }
    return counted | ({"estimated": True} if usage.estimated else {})


def block_json(block: Block) -> dict[str, Json]:
    """Return one content block as the specification's JSON."""
    match block:
        case TextBlock():
            value: dict[str, Json] = {"type": "text", "text": block.text}
        case ImageBlock():
            value = {"type": "image", "data": block.data, "mimeType": block.mime_type}
        case AudioBlock():
            value = {"type": "audio", "data": block.data, "mimeType": block.mime_type}
        case ToolUseBlock():
            value = {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
        case ToolResultBlock():
            value = {"type": "tool_result", "toolUseId": block.tool_use_id, "content": list(block.content)}
            if block.is_error:
                value["isError"] = True
            if block.structured_content is not None:
                value["structuredContent"] = block.structured_content
    return value | dict(block.extra) if block.extra else value


# --- reading, one field at a time; `path` is where in the parameters we are ---


def _members(value: Json, path: str) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        raise MalformedRequest(path, "expected an object", shown(value))
    return dict(value)


def _messages(value: Json, *, may_be_empty: bool) -> tuple[Message, ...]:
    if not isinstance(value, list):
        raise MalformedRequest("messages", "expected a list", shown(value))
    if not value and not may_be_empty:
        raise MalformedRequest("messages", "the list is empty, and there is no system prompt")
    messages = tuple(
        _plain_message(item) or _message(item, f"messages[{index}]") for index, item in enumerate(paced(value))
    )
    check_tool_turns(messages)
    return messages


def _plain_message(value: Json) -> Message | None:
    """Return a message that says one text and nothing else, as most of thousands do; None where it has to be read."""
    if type(value) is dict and len(value) == 2 and (role := value.get("role")) in ("user", "assistant"):
        block = _plain_text(value.get("content"))
        return Message(role, (block,)) if block is not None else None
    return None


def _plain_text(value: Json) -> TextBlock | None:
    """Return a block that is a text and nothing else; None where it has to be read."""
    if type(value) is dict and len(value) == 2 and value.get("type") == "text":
        text = value.get("text")
        return TextBlock(text) if type(text) is str else None
    return None


def _message(value: Json, path: str) -> Message:
    rest = _members(value, path)
    role = rest.pop("role", None)
    if role not in ("user", "assistant"):
        raise MalformedRequest(f"{path}.role", "expected 'user' or 'assistant'", shown(role))
    content, where = rest.pop("content", None), f"{path}.content"
    single = not isinstance(content, list | LazyList)
    items = [content] if single else content
    if not items:
        raise MalformedRequest(where, "the list is empty")
    blocks = tuple(
        _plain_text(item) or parse_block(item, where if single else f"{where}[{index}]")
        for index, item in enumerate(paced(items))
    )
    return Message(cast(Role, role), blocks, single, rest or NOTHING)


def parse_block(value: Json, path: str) -> Block:
    """
    Read one content block.

    Raises:
        MalformedRequest: It is none that the specification allows in a sampling message.
    """
    rest = _members(value, path)
    kind = rest.pop("type", None)
    match kind:
        case "text":
            return TextBlock(_string(rest.pop("text", None), f"{path}.text"), rest)
        case "image":
            return ImageBlock(_base64(rest, path), _string(rest.pop("mimeType", None), f"{path}.mimeType"), rest)
        case "audio":
            return AudioBlock(_base64(rest, path), _string(rest.pop("mimeType", None), f"{path}.mimeType"), rest)
        case "tool_use":
            return ToolUseBlock(
                id=_string(rest.pop("id", None), f"{path}.id"),
                name=_string(rest.pop("name", None), f"{path}.name"),
                input=_members(rest.pop("input", None), f"{path}.input"),
                extra=rest,
            )
        case "tool_result":
            return _tool_result(rest, path)
    raise MalformedRequest(f"{path}.type", "unknown content type", shown(kind))


def _tool_result(rest: dict[str, Json], path: str) -> ToolResultBlock:
    content = rest.pop("content", [])
    if not isinstance(content, list):
        raise MalformedRequest(f"{path}.content", "expected a list", shown(content))
    return ToolResultBlock(
        tool_use_id=_string(rest.pop("toolUseId", None), f"{path}.toolUseId"),
        content=tuple(_members(item, f"{path}.content[{index}]") for index, item in enumerate(paced(content))),
        is_error=_flag(rest.pop("isError", None), f"{path}.isError"),
        structured_content=rest.pop("structuredContent", None),
        extra=rest,
    )


def _base64(rest: dict[str, Json], path: str) -> str:
    data = _string(rest.pop("data", None), f"{path}.data")
    if decoded(data) is None:
        raise MalformedRequest(f"{path}.data", "not valid base64")
    return data


def _max_tokens(value: Json) -> int:
    if isinstance(value, float) and value.is_integer():  # 100.0 is an integer, as JSON Schema has it
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedRequest("maxTokens", "expected a whole number", shown(value))
    if not 0 < value <= MAX_TOKENS_LIMIT:
        raise MalformedRequest("maxTokens", f"expected 1 to {MAX_TOKENS_LIMIT}", shown(value))
    return value


def _number(value: Json, path: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise MalformedRequest(path, "expected a finite number", shown(value))
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False


def _string(value: Json, path: str) -> str:
    if not isinstance(value, str):
        raise MalformedRequest(path, "expected a string", shown(value))
    return value


def _optional_string(value: Json, path: str) -> str | None:
    return None if value is None else _string(value, path)


def _flag(value: Json, path: str) -> bool:
    if value is not None and not isinstance(value, bool):
        raise MalformedRequest(path, "expected true or false", shown(value))
    return value is True


def _optional_object(value: Json, path: str) -> JsonObject | None:
    return None if value is None else _members(value, path)


def _stop_sequences(value: Json) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise MalformedRequest("stopSequences", "expected a list", shown(value))
    if len(value) > MAX_STOP_SEQUENCES:
        raise MalformedRequest("stopSequences", f"at most {MAX_STOP_SEQUENCES} are accepted", str(len(value)))
    return tuple(_string(item, f"stopSequences[{index}]") for index, item in enumerate(value))


def _one_of(value: Json, allowed: tuple[str, ...], path: str) -> str | None:
    if value is None or value in allowed:
        return cast("str | None", value)
    raise MalformedRequest(path, f"expected one of {', '.join(allowed)}", shown(value))


def _preferences(value: Json) -> ModelPreferences | None:
    if value is None:
        return None
    rest = _members(value, "modelPreferences")
    hints = rest.pop("hints", None) or []
    if not isinstance(hints, list):
        raise MalformedRequest("modelPreferences.hints", "expected a list", shown(hints))
    for index, hint in enumerate(paced(hints)):
        name = _members(hint, f"modelPreferences.hints[{index}]").get("name")
        _optional_string(name, f"modelPreferences.hints[{index}].name")
    return ModelPreferences(
        hints=tuple(hints),
        cost_priority=_number(rest.pop("costPriority", None), "modelPreferences.costPriority"),
        speed_priority=_number(rest.pop("speedPriority", None), "modelPreferences.speedPriority"),
        intelligence_priority=_number(rest.pop("intelligencePriority", None), "modelPreferences.intelligencePriority"),
        extra=rest,
    )


def preferences_json(preferences: ModelPreferences) -> dict[str, Any]:
    """Return the preferences as the specification's JSON."""
    value: dict[str, Json] = {}
    if preferences.hints:
        value["hints"] = list(preferences.hints)
    priorities = (
        ("costPriority", preferences.cost_priority),
        ("speedPriority", preferences.speed_priority),
        ("intelligencePriority", preferences.intelligence_priority),
    )
    value.update((key, number) for key, number in priorities if number is not None)
    return value | dict(preferences.extra)


def _tools(value: Json) -> tuple[JsonObject, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise MalformedRequest("tools", "expected a list", shown(value))
    return tuple(_tool(item, f"tools[{index}]") for index, item in enumerate(paced(value)))


def _tool(value: Json, path: str) -> JsonObject:
    tool = _members(value, path)
    _string(tool.get("name"), f"{path}.name")
    _optional_string(tool.get("description"), f"{path}.description")
    _members(tool.get("inputSchema"), f"{path}.inputSchema")
    return tool


def _tool_choice(value: Json) -> JsonObject | None:
    choice = _optional_object(value, "toolChoice")
    if choice is not None:
        _one_of(choice.get("mode"), TOOL_CHOICE_MODES, "toolChoice.mode")
    return choice


def message_json(message: Message) -> dict[str, Json]:
    """Return one message as the specification's JSON."""
    blocks = [block_json(block) for block in paced(message.blocks)]
    content: Json = blocks[0] if message.single and len(blocks) == 1 else blocks
    return {"role": message.role, "content": content} | dict(message.extra)


def shown(value: Json) -> str:
    """Return a short, escaped form of a foreign value for an error message."""
    if value is None:
        return "nothing"
    if isinstance(value, list | Mapping):
        return f"a list of {len(value)}" if isinstance(value, list) else "an object"
    text = ascii(value[:40] if isinstance(value, str) else value)
    return text if len(text) <= 40 else text[:40] + "…"
