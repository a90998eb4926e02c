"""
A server on `mcp` 2.x for agents. Run it as a script over stdio, with the names of the tools that it is to have.

`check_videos(channel)` changes nothing, and says so. `send_email(to, text)` does. `think(about)` asks a model. `die()`
ends the server. `report(prompt, path)` returns at once, asks later by itself, and writes the answer to the file `path`.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import SamplingMessage, TextContent, ToolAnnotations

AnyContext = Context[None, Any]

server = MCPServer("errands", log_level="ERROR")
tasks: set[asyncio.Task[None]] = set()


async def asked(context: AnyContext, prompt: str) -> str:
    """Return a model's answer."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    result = await context.session.create_message([message], max_tokens=200)
    return getattr(result.content, "text", str(result.content))


def check_videos(channel: str) -> str:
    """List the new videos of a channel."""
    return f"new on {channel}: The Sea"


def send_email(to: str, text: str) -> str:
    """Send a mail."""
    return f"sent to {to}: {text}"


async def think(context: AnyContext, about: str) -> str:
    """Ask a model."""
    return await asked(context, f"Think about {about}.")


def die() -> str:
    """End the server."""
    os._exit(3)


async def report(context: AnyContext, prompt: str, path: str) -> str:
    """Ask later."""

    async def later() -> None:
        await asyncio.sleep(0.05)
        try:
            answer = await asked(context, prompt)
        except Exception as error:
            answer = f"error: {error}"
        Path(path).write_text(answer, encoding="utf-8")

    task = asyncio.create_task(later())
    tasks.add(task)
    return "asking later"


READ_ONLY = ToolAnnotations(read_only_hint=True)
TOOLS: dict[str, tuple[Callable[..., Any], ToolAnnotations | None]] = {
    "check_videos": (check_videos, READ_ONLY),
    "send_email": (send_email, ToolAnnotations(destructive_hint=True)),
    "think": (think, None),
    "die": (die, None),
    "report": (report, None),
}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        function, annotations = TOOLS[name]
        server.add_tool(function, name=name, annotations=annotations)
    server.run()
