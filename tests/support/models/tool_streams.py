"""Answers that use tools, as each of the three wires streams them."""

from typing import Any

from tests.support.models.model_server import event, typed


def chat(*deltas: dict[str, Any], end: str = "tool_calls") -> bytes:
    """Return a whole stream of these deltas."""
    chunks = [{"model": "real", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    last = {"model": "real", "choices": [{"index": 0, "delta": {}, "finish_reason": end}]}
    return b"".join(event(chunk) for chunk in [*chunks, last]) + event("[DONE]")


def chat_call(
    index: int | None, arguments: Any = "", *, id: str | None = None, name: str | None = None
) -> dict[str, Any]:
    """Return a delta with a piece of one tool call."""
    call = {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}
    return {"tool_calls": [{key: value for key, value in call.items() if value is not None}]}


def messages(*blocks: tuple[dict[str, Any], list[dict[str, Any]]], end: str = "tool_use") -> bytes:
    """Return a whole stream of these blocks: each one's begin, and its deltas."""
    pieces = [typed(type="message_start", message={"model": "real", "usage": {"input_tokens": 7, "output_tokens": 1}})]
    for index, (block, deltas) in enumerate(blocks):
        pieces.append(typed(type="content_block_start", index=index, content_block=block))
        pieces.extend(typed(type="content_block_delta", index=index, delta=delta) for delta in deltas)
        pieces.append(typed(type="content_block_stop", index=index))
    pieces.append(typed(type="message_delta", delta={"stop_reason": end}, usage={"output_tokens": 2}))
    return b"".join(pieces) + typed(type="message_stop")


def messages_text(*texts: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a block of text."""
    return {"type": "text", "text": ""}, [{"type": "text_delta", "text": text} for text in texts]


def messages_call(id: str, name: str, *pieces: str, input: Any = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a tool use."""
    block = {"type": "tool_use", "id": id, "name": name, "input": input or {}}
    return block, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]


def messages_thought(text: str, signature: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a block of thinking."""
    deltas = [{"type": "thinking_delta", "thinking": text}, {"type": "signature_delta", "signature": signature}]
    return {"type": "thinking", "thinking": "", "signature": ""}, deltas


def responses(*items: list[bytes], end: str = "completed", reason: str | None = None) -> bytes:
    """Return a whole stream of these items."""
    response = {"model": "real", "status": end, "incomplete_details": {"reason": reason} if reason else None}
    done = typed(type=f"response.{end}", response=response)
    return b"".join(piece for item in items for piece in item) + done


def responses_text(index: int, *texts: str) -> list[bytes]:
    """Return a message."""
    item = {"type": "message", "id": f"msg_{index}"}
    return [
        typed(type="response.output_item.added", output_index=index, item=item),
        *(typed(type="response.output_text.delta", output_index=index, delta=text) for text in texts),
        typed(type="response.output_item.done", output_index=index, item=item),
    ]


def responses_call(index: int, id: str, name: str, *pieces: str, whole: str | None = None) -> list[bytes]:
    """Return a function call; `whole` are its arguments in the event that ends it."""
    item = {"type": "function_call", "id": f"fc_{index}", "call_id": id, "name": name, "arguments": ""}
    last = item | {"arguments": "".join(pieces) if whole is None else whole}
    key = {"output_index": index, "item_id": f"fc_{index}"}
    return [
        typed(type="response.output_item.added", output_index=index, item=item),
        *(typed(type="response.function_call_arguments.delta", **key, delta=piece) for piece in pieces),
        typed(type="response.output_item.done", output_index=index, item=last),
    ]


def responses_thought(index: int, text: str, secret: str | None) -> list[bytes]:
    """Return a reasoning item."""
    item = {"type": "reasoning", "id": f"rs_{index}", "summary": [{"type": "summary_text", "text": text}]}
    return [
        typed(type="response.reasoning_summary_text.delta", output_index=index, delta=text),
        typed(type="response.output_item.done", output_index=index, item=item | {"encrypted_content": secret}),
    ]
