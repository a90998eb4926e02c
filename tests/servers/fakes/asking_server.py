"""A server that asks once when its tool is called, and once more as soon as a file appears."""

import asyncio
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import SamplingMessage, TextContent

server = MCPServer("asking", log_level="ERROR")


@server.tool()
async def ask_twice(context: Context[None, Any], path: str) -> list[str]:
    """Ask; when the file is there, ask again."""

    async def ask(prompt: str) -> str:
        message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
        result = await context.session.create_message([message], max_tokens=10)
        return str(result.content)

    async def ask_later() -> str:
        while not Path(path).exists():
            await asyncio.sleep(0.02)
        return await ask("the second")

    return list(await asyncio.gather(ask("the first"), ask_later()))


if __name__ == "__main__":
    server.run()
