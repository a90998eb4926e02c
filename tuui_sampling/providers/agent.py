"""
Says what an agent may do, and what it can't: another model of the configuration, with tools of the person's servers.

Its loop is `desk/agents/work.py`, since each call of a tool is a decision there. As a model it is what its model is.
"""

from collections.abc import AsyncGenerator

from ..config.settings import ModelSettings
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Note, Severity
from ..sampling.request import SamplingRequest
from ..sampling.response import Estimate
from . import catalogue
from .agent_code import source
from .agent_code.run import missing
from .provider import Event, Provider


class AgentProvider:
    """
    Stands for an agent where models are listed, ranked and approved.

    Args:
        settings: Of the agent.
        inner: Its model.
        priced: Those of its model.
    """

    def __init__(self, settings: ModelSettings, inner: Provider, priced: ModelSettings) -> None:
        self._settings = settings
        self._inner = inner
        self._priced = priced
        self._code = source.digest(settings.agent) if settings.agent is not None else ""

    @property
    def host(self) -> str:
        """Where its model is."""
        return self._inner.host

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say what its model can't carry, and what it may do besides writing."""
        may = Note("model", f"an agent: {agent_words(self._settings)}", Severity.NOTE)
        return (*self._unusable(), *self._unpriced(), *self._inner.notes(request), may, *self._changed())

    def _unusable(self) -> tuple[Note, ...]:
        problem = missing(self._settings.agent) if self._settings.agent is not None else ""
        return (Note("model", problem, Severity.BLOCK),) if problem else ()

    def _changed(self) -> tuple[Note, ...]:
        """Say that its code is not what it was when this program first looked at it."""
        if self._settings.agent is None or source.digest(self._settings.agent) == self._code:
            return ()
        return (Note("model", f"the code {self._settings.agent} has changed since the program began", Severity.NOTE),)

    def _unpriced(self) -> tuple[Note, ...]:
        if self._settings.max_cost is None or catalogue.price(self._priced) is not None:
            return ()
        words = f"its price is unknown, so max_cost can't be held: give `price` to the model {self._priced.name}"
        return (Note("model", words, Severity.BLOCK),)

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Send nothing: an agent answers at the desk only, where a person decides about the tools.

        Raises:
            ModelError: Always.
        """
        raise ModelError(ModelErrorKind.CONFIGURATION, "An agent answers requests of servers only.")
        yield  # makes this a generator, as the protocol wants it

    async def aclose(self) -> None:
        """Do nothing: its model is closed by itself."""


def agent_words(settings: ModelSettings) -> str:
    """Return what an agent may do, in words."""
    tools = settings.tools or tuple(f"{server}.*" for server in settings.servers)
    wants = f"may ask for the tools {', '.join(tools)}" if tools else "has no tools of servers"
    if settings.agent is not None:
        known = f" ({words})" if (words := source.words(settings.agent)) else ""
        wants = f"is asked by the Python code {settings.agent}{known}, which runs on this computer and {wants}"
    steps = f"at most {settings.max_steps} step{'s'[: settings.max_steps != 1]}"
    cost = f"at most ${settings.max_cost:f}" if settings.max_cost is not None else "no limit of money"
    return f"{settings.model} {wants}; {steps}, {cost}"


def of_an_agent(settings: ModelSettings, one: Estimate) -> Estimate:
    """
    Return what an agent's answer may cost, where the first call of its model may cost so much.

    Each further call reads what the tools have returned besides, which nobody knows before.
    """
    if not one.worst or settings.max_steps == 1:
        return one
    likely = one.likely if settings.max_cost is None else None
    return Estimate(one.input_tokens, likely, settings.max_cost, one.output_tokens)
