"""An Agent of the OpenAI Agents SDK: what it is given, and what it may not bring along."""

from pathlib import Path

import pytest

from tests.support.models.agent_code import NoDesk, of_the_sdk
from tests.support.models.wires import ask
from tuui_sampling.providers.agent_code.request import AgentRequest
from tuui_sampling.providers.agent_code.run import run
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.request import TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response

SERVERS = """
from agents import Agent, CodeInterpreterTool
from agents.mcp import MCPServerStdio, MCPServerStreamableHttp

mail = MCPServerStdio(name="mail", params={"command": "/bin/no-such-program"})
notes = MCPServerStreamableHttp(name="notes", params={"url": "http://127.0.0.1:9/mcp"})
clerk = Agent(name="clerk", mcp_servers=[mail])
boss = Agent(name="boss", handoffs=[Agent(name="stranger", mcp_servers=[mail, notes])])
coder = Agent(
    name="coder", tools=[CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})]
)
"""

SEND = {"mail__send": ("Send a mail.", {"type": "object", "properties": {"to": {"type": "string"}}})}


async def test_a_configured_server_stands_in_for_an_mcp_server_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own is not started, and so can't fail; the call goes to the desk."""
    module = of_the_sdk(tmp_path, monkeypatch, SERVERS)
    wants = Response((ToolUseBlock("t1", "mail__send", {"to": "Ada"}),), "m", "toolUse", None)
    desk = NoDesk(wants, Response((TextBlock("done"),), "m", "endTurn", None))
    request = AgentRequest(ask(), "claude", SEND, desk, ("mail",))
    assert await run(f"{module}:clerk", request) == "done"
    assert [tool["name"] for tool in desk.asked[0].tools or ()] == ["mail__send"]
    assert "mail__send {'to': 'Ada'}" in str(desk.asked[1].messages[-1].blocks)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("boss", "The agent stranger would speak to the MCP server “notes” by itself."),
        ("coder", "The tool code_interpreter would be run by a provider"),
    ],
)
async def test_what_would_go_past_the_desk_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    module, desk = of_the_sdk(tmp_path, monkeypatch, SERVERS), NoDesk()
    with pytest.raises(ModelError, match=problem) as caught:
        await run(f"{module}:{name}", AgentRequest(ask(), "claude", SEND, desk, ("mail",)))
    assert desk.asked == [] and "under [servers]" in caught.value.hint
