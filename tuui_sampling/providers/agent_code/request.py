"""
Gives an agent's code the request that it answers: what was asked, a model to ask, and tools to call.

This is what the user's own code sees, so its names are kept. Whatever goes through it is held to the agent's limits,
and each call of a tool is decided by a person or by a rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...sampling.inquiry import Called
from ...sampling.request import Json, JsonObject, SamplingRequest, TextBlock
from ...sampling.response import Response
from ...sampling.wire import parse_request, request_params
from .port import Port

if TYPE_CHECKING:
    from openai import AsyncOpenAI


@dataclass(frozen=True)
class AgentTool:
    """
    A tool of a configured server that the agent may want to call.

    Attributes:
        name: `server__tool`.
        schema: The JSON Schema of its arguments.
    """

    name: str
    description: str
    schema: JsonObject
    port: Port

    async def invoke(self, arguments: JsonObject) -> Called:
        """Have somebody decide about a call, and return the tool's result, or what stands in its place."""
        return await self.port.call(self.name, arguments)

    async def call(self, **arguments: Any) -> str:
        """Return the text of the same: what most frameworks want of a function."""
        return (await self.invoke(arguments)).marked_text


class AgentRequest:
    """
    The request that an agent's code answers.

    Attributes:
        sampling: What the server asked, as it was approved.
        model: The name of the agent's model in the configuration.
        servers: The names of the servers that the configuration gives it.
        tools: Theirs, as far as it may want them.
        port: The desk.
    """

    def __init__(
        self,
        sampling: SamplingRequest,
        model: str,
        tools: Mapping[str, tuple[str, JsonObject]],
        port: Port,
        servers: Sequence[str] = (),
    ) -> None:
        """
        Take what the agent may use.

        Args:
            tools: The description and the schema of each tool, by its name.
        """
        self.sampling = sampling
        self.model = model
        self.port = port
        self.servers = tuple(servers)
        self.tools = tuple(AgentTool(name, about, schema, port) for name, (about, schema) in tools.items())

    @property
    def text(self) -> str:
        """The texts of the last message: what the server wants, where it is one sentence."""
        last = self.sampling.messages[-1].blocks if self.sampling.messages else ()
        return "\n".join(block.text for block in last if isinstance(block, TextBlock))

    @property
    def system_prompt(self) -> str | None:
        """The server's system prompt."""
        return self.sampling.system_prompt

    @property
    def params(self) -> dict[str, Json]:
        """The whole request, as the parameters of `sampling/createMessage`."""
        return request_params(self.sampling)

    async def ask(
        self, messages: str | Sequence[JsonObject] | None = None, *, system_prompt: str | None = None
    ) -> Response:
        """
        Have the agent's model answer, without tools.

        Args:
            messages: A text, or messages as the specification has them; those of the server when left out.
            system_prompt: Instead of the server's.

        Raises:
            ModelError: It gave no answer.
            MalformedRequest: The messages are none.
        """
        asked = replace(self.sampling, tools=None, tool_choice=None)
        if system_prompt is not None:
            asked = replace(asked, system_prompt=system_prompt)
        if isinstance(messages, str):
            messages = [{"role": "user", "content": {"type": "text", "text": messages}}]
        if messages is not None:
            asked = parse_request(request_params(asked) | {"messages": list(messages)})
        return await self.port.ask(asked)

    @cached_property
    def openai_client(self) -> "AsyncOpenAI":
        """A client of OpenAI's whose chat completions are answered by the agent's model; nothing else is sent."""
        from .chat_client import chat_client

        return chat_client(self.sampling, self.port)
