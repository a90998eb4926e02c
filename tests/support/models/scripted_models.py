"""Models that do what a test tells them, behind the real registry."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from types import MappingProxyType

from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.providers.models import Models
from tuui_sampling.providers.provider import Event, Finished, Provider, TextDelta, ToolUseDelta
from tuui_sampling.sampling.note import Note
from tuui_sampling.sampling.request import SamplingRequest, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage

Step = Event | Exception | Callable[[], Awaitable[None]]
"""What a stream does next: yields an event, raises, or waits for something."""


class ScriptedProvider:
    """
    Plays one script after the other, one for each call; the last one again and again.

    Attributes:
        asked: The requests that came, in order.
        closed: How many streams have ended, in whatever way.
        warned: What `notes` returns.
    """

    host = "model.example"

    def __init__(self, *scripts: tuple[Step, ...]) -> None:
        self._scripts = scripts
        self.asked: list[SamplingRequest] = []
        self.closed = 0
        self.warned: tuple[Note, ...] = ()

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Return what the test wants noted."""
        return self.warned

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """Play the next script."""
        script = self._scripts[min(len(self.asked), len(self._scripts) - 1)]
        self.asked.append(request)
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if callable(step):
                    await step()
                else:
                    yield step
        finally:
            self.closed += 1

    async def aclose(self) -> None:
        """Do nothing."""


class ScriptedModels(Models):
    """The real registry, with providers of the test's under the configured names."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        servers: Mapping[str, ServerSettings] = MappingProxyType({}),
        configured: Mapping[str, ModelSettings] = MappingProxyType({}),
    ) -> None:
        self._scripted = providers
        settings = Settings(servers, {name: ModelSettings(name, "demo") for name in providers} | dict(configured))
        super().__init__(settings, {})

    def get(self, name: str) -> Provider:
        """Return the test's provider; a name that is not configured is an error, as always."""
        if self.settings(name).is_agent:
            return super().get(name)
        return self._scripted[name]


def answer(text: str, model: str = "scripted-1") -> tuple[Event, ...]:
    """Return the events of a whole answer."""
    response = Response((TextBlock(text),), model, "endTurn", Usage(3, 2))
    return (*(TextDelta(word) for word in text.split(" ")), Finished(response))


def tool_call(name: str, identifier: str = "t1", **arguments: object) -> tuple[Event, ...]:
    """Return the events of an answer that wants one tool called."""
    block = ToolUseBlock(identifier, name, arguments)
    response = Response((block,), "scripted-1", "toolUse", Usage(3, 2))
    return (ToolUseDelta(0, name), ToolUseDelta(0, arguments=json.dumps(arguments)), Finished(response))


async def for_ever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()
