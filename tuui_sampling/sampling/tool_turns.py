"""
The order of tool calls and their results in a conversation.

https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#tool-result-messages: a user message with tool
results holds nothing else; every assistant message with tool uses is followed by one that holds the result of each of
them, and of nothing else.
"""

from collections.abc import Sequence

from .derived.beside import paced
from .errors import MalformedRequest
from .request import Message, TextBlock, ToolResultBlock, ToolUseBlock


def check_tool_turns(messages: Sequence[Message]) -> None:
    """
    Check a conversation.

    Raises:
        MalformedRequest: A result is missing, belongs to no call, or is mixed with other content.
    """
    open_calls: list[str] = []
    for index, message in enumerate(paced(messages)):
        if not open_calls and len(message.blocks) == 1 and isinstance(message.blocks[0], TextBlock):
            continue  # as most of thousands are
        path = f"messages[{index}].content"
        results = [block.tool_use_id for block in paced(message.blocks) if isinstance(block, ToolResultBlock)]
        calls = [block.id for block in paced(message.blocks) if isinstance(block, ToolUseBlock)]
        if results and (message.role != "user" or len(results) != len(message.blocks)):
            raise MalformedRequest(path, "tool results are mixed with other content")
        if calls and message.role != "assistant":
            raise MalformedRequest(path, "a tool use in a message of the user")
        if len(set(calls)) != len(calls):
            raise MalformedRequest(path, "two tool uses with one id")
        if sorted(results) != sorted(open_calls):
            missing = set(open_calls) - set(results)
            problem = "a tool result is missing" if missing else "a tool result without its tool use"
            raise MalformedRequest(path, problem)
        open_calls = calls
    if open_calls:
        raise MalformedRequest(f"messages[{len(messages) - 1}].content", "a tool result is missing")
