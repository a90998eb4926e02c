"""
What the tools share: building a request, pushing one, and putting an answer into words.

There are two protocol eras, and a tool asks in one of two ways:

- A tool whose questions are known from its arguments declares them, with `Resolve` and `Sample` of the SDK.
  In the legacy era the SDK pushes the request; in the modern one it returns it to the client, which answers
  in a retry.
- A tool that asks at a moment of its own choosing pushes the request itself (`push`). Only the legacy era
  allows that.

See https://modelcontextprotocol.io/specification/2025-11-25/client/sampling for the legacy era.
"""

from typing import Any

from mcp.server.mcpserver import Context, MCPServer, Sample
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolResult,
    CreateMessageRequest,
    CreateMessageResult,
    InputRequiredResult,
    SamplingMessage,
    TextContent,
)


class AskingServer(MCPServer[None]):
    """A server whose tools fail with the client's code and words when the client refuses to sample."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """
        Call a tool.

        Raises:
            ToolError: The tool failed, or the client refused to sample. Without this the client would get its
                own error back, as the protocol-level answer to its tool call, and could not tell who failed.
        """
        try:
            return await super().call_tool(name, arguments, context)
        except MCPError as error:
            raise ToolError(in_words(error)) from error


def user(text: str) -> SamplingMessage:
    """Return a user's turn."""
    return SamplingMessage(role="user", content=TextContent(type="text", text=text))


def assistant(text: str) -> SamplingMessage:
    """Return an assistant's turn."""
    return SamplingMessage(role="assistant", content=TextContent(type="text", text=text))


def can_push(context: Context[None, Any]) -> bool:
    """Whether this client takes requests at any time; from 2026-07-28 on it does not."""
    session: ServerSession = context.session
    return session.can_send_request


async def push(context: Context[None, Any], sample: Sample) -> CreateMessageResult:
    """
    Send the client a `sampling/createMessage` request now, and wait for the answer (perhaps a human's time).

    It belongs to the connection and not to the running tool call, so it also works after that call returned.

    Raises:
        MCPError: The client refused, can't sample, or is gone.
    """
    session: ServerSession = context.session
    return await session.send_request(CreateMessageRequest(params=sample.params), CreateMessageResult)


def in_words(outcome: CreateMessageResult | MCPError) -> str:
    """Return what came of a request: the answer, who gave it and why it ended there, or the refusal."""
    if isinstance(outcome, MCPError):
        return f"sampling failed: {outcome.code} {outcome.message}"
    content = outcome.content
    said = content.text if isinstance(content, TextContent) else f"({content.type}, {content.mime_type})"
    return f"{said}\n\n(model: {outcome.model}, stop reason: {outcome.stop_reason or 'not set'})"
