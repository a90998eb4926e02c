"""
Runs an Agent of the OpenAI Agents SDK (https://openai.github.io/openai-agents-python) with nothing of it patched.

Its model calls go to the agent's model, through a client that has no network; each call of a tool, also of a function
of its own or of an agent within it, is decided by a person or a rule first. Its traces, which the SDK sends to OpenAI
where nobody says otherwise, are never made. An MCP server of its own is not spoken to: the configured server of that
name stands in for it. What has no place here is refused: tools that a provider runs, and other MCP servers.
"""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextvars import ContextVar
from typing import Any

import agents
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.tool import FunctionTool, Tool, ToolOutputImage, ToolOutputText
from agents.tool_context import ToolContext
from pydantic import TypeAdapter

from ...sampling.errors import ModelError, ModelErrorKind
from ...sampling.inquiry import NO_OBJECT, Called
from ...sampling.request import AudioBlock, ImageBlock, JsonObject, Message, TextBlock, ToolResultBlock, ToolUseBlock
from ..openai_common import data_url
from .port import Wanted
from .request import AgentRequest, AgentTool

LOGGERS = ("openai.agents", "openai.agents.tracing")
"""What logs runs, onto the screen."""

Invoke = Callable[[ToolContext[Any], str], Awaitable[Any]]

_current: ContextVar[AgentRequest | None] = ContextVar("_current", default=None)
"""The request that is being answered; the tools of a module are the same for all of them."""


def is_agent(thing: object) -> bool:
    """Whether this is an Agent of the SDK."""
    return isinstance(thing, agents.Agent)


async def answer(agent: object, request: AgentRequest) -> str:
    """
    Run an agent, and return what it answers: its words, or JSON where it has an `output_type`.

    Raises:
        ModelError: It holds what has no place here.
    """
    assert isinstance(agent, agents.Agent)
    agents.set_tracing_disabled(True)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    model = DeskModel(model=request.model, openai_client=request.openai_client)
    config = agents.RunConfig(model=model, tracing_disabled=True)
    given: list[Tool] = [_server_tool(tool) for tool in request.tools]
    _current.set(request)  # of the task that runs this, and of those that it starts
    result = await agents.Runner.run(
        _prepared(agent, given, request.servers, {}), list(_items(request)), run_config=config, max_turns=None
    )
    output = result.final_output
    return output if isinstance(output, str) else TypeAdapter(Any).dump_json(output).decode()


def _prepared(
    agent: "agents.Agent[Any]", given: list[Tool], servers: Collection[str], known: dict[int, "agents.Agent[Any]"]
) -> "agents.Agent[Any]":
    """Return a copy of an agent that has the tools of the servers too, as have those that it may hand over to."""
    if id(agent) not in known:
        for server in agent.mcp_servers:
            if server.name not in servers:
                raise _refused(f"The agent {agent.name} would speak to the MCP server “{server.name}” by itself.")
        own = {tool.name for tool in agent.tools}
        tools = [*agent.tools, *(tool for tool in given if tool.name not in own)]
        copy = known[id(agent)] = agent.clone(tools=tools, handoffs=[], mcp_servers=[])
        for other in agent.handoffs:
            copy.handoffs.append(_prepared(other, given, servers, known) if isinstance(other, agents.Agent) else other)
    return known[id(agent)]


def _refused(words: str) -> ModelError:
    hint = "Give it functions; or a server under [servers], of the same name in the code and in `servers` of the model."
    return ModelError(ModelErrorKind.CONFIGURATION, words, hint=hint)


class DeskModel(OpenAIChatCompletionsModel):
    """The agent's model. Whatever tools it is offered can be called only by way of a decision."""

    async def get_response(
        self, system_instructions: Any, input: Any, model_settings: Any, tools: list[Tool], *rest: Any, **more: Any
    ) -> Any:
        """Have the model answer."""
        _put_before_the_person(tools)
        return await super().get_response(system_instructions, input, model_settings, tools, *rest, **more)

    async def stream_response(
        self, system_instructions: Any, input: Any, model_settings: Any, tools: list[Tool], *rest: Any, **more: Any
    ) -> AsyncIterator[Any]:
        """Have the model answer, and yield that as the SDK's events."""
        _put_before_the_person(tools)
        async for event in super().stream_response(system_instructions, input, model_settings, tools, *rest, **more):
            yield event


# --- tools ---


def _put_before_the_person(tools: list[Tool]) -> None:
    """Have every tool that a model is offered ask first, wherever in the agent it comes from."""
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            raise _refused(f"The tool {tool.name} would be run by a provider, which nobody would be asked about.")
        if not isinstance(tool.on_invoke_tool, Decided):
            tool.on_invoke_tool = Decided(tool, tool.on_invoke_tool)
            tool.timeout_seconds = None  # it would count how long a person takes


class Decided:
    """A function of the agent's own, called once somebody has decided so."""

    def __init__(self, tool: FunctionTool, function: Invoke) -> None:
        self._tool = tool
        self._function = function

    async def __call__(self, context: ToolContext[Any], written: str) -> Any:
        """Ask about a call, make it as decided, and return what comes of it."""
        request, output = _current.get(), None
        if request is None:
            raise _refused(f"The tool {self._tool.name} was called outside of any request.")
        if (arguments := _object(written)) is None:
            return NO_OBJECT

        async def function(decided: JsonObject) -> str:
            nonlocal output
            output = await self._function(context, json.dumps(dict(decided), ensure_ascii=False))
            return output if isinstance(output, str) else str(output)

        wanted = Wanted(self._tool.name, arguments, self._tool.description, self._tool.params_json_schema)
        called = await request.port.decide(wanted, function)
        return _output(called) if output is None else output


class ServerCall(Decided):
    """A tool of a configured server; the desk asks about it."""

    def __init__(self, tool: AgentTool) -> None:
        self._listed = tool

    async def __call__(self, context: ToolContext[Any], written: str) -> Any:
        """Have the call decided and made, and return the tool's result."""
        arguments = _object(written)
        return NO_OBJECT if arguments is None else _output(await self._listed.invoke(arguments))


def _server_tool(tool: AgentTool) -> Tool:
    return FunctionTool(tool.name, tool.description, dict(tool.schema), ServerCall(tool), strict_json_schema=False)


def _object(written: str) -> JsonObject | None:
    """Return arguments as they are read; None where they are not a JSON object."""
    try:
        read = json.loads(written or "{}")
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _output(called: Called) -> Any:
    """Return a result as the SDK has it: its texts, and its pictures."""
    text = called.marked_text
    pictures = [
        ToolOutputImage(image_url=f"data:{block.get('mimeType')};base64,{block.get('data')}")
        for block in called.content
        if block.get("type") == "image"
    ]
    return [*([ToolOutputText(text=text)] if text else []), *pictures] if pictures else text


# --- the conversation ---


def _items(request: AgentRequest) -> Iterator[Any]:
    """Yield the server's request as the SDK's input: its system prompt first."""
    if request.system_prompt:
        yield {"role": "system", "content": request.system_prompt}
    for message in request.sampling.messages:
        yield from _of_message(message)


def _of_message(message: Message) -> Iterator[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for block in message.blocks:
        match block:
            case TextBlock(text) if message.role == "assistant":
                yield {"role": "assistant", "content": text}
            case TextBlock(text):
                parts.append({"type": "input_text", "text": text})
            case ImageBlock():
                parts.append({"type": "input_image", "image_url": data_url(block), "detail": "auto"})
            case AudioBlock():
                raise ModelError(ModelErrorKind.UNSUPPORTED, "An Agent of the SDK takes no sound.")
            case ToolUseBlock():
                arguments = json.dumps(dict(block.input), ensure_ascii=False)
                yield {"type": "function_call", "call_id": block.id, "name": block.name, "arguments": arguments}
            case ToolResultBlock():
                output = Called(block.content).text
                yield {"type": "function_call_output", "call_id": block.tool_use_id, "output": output}
    if parts:
        yield {"role": message.role, "content": parts}
