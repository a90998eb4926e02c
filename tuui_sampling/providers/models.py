"""Every configured model by its name, made when it is first used. Importing this imports no SDK."""

import hashlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from ..config.network import Network, Route
from ..config.problems import words_of
from ..config.settings import CAPABILITIES, ModelSettings, Settings
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Note, Severity
from ..sampling.request import SamplingRequest
from ..sampling.response import Estimate, Usage
from ..sampling.review import Selection
from . import catalogue
from .agent import AgentProvider, of_an_agent
from .agent_code import source
from .credentials import Credential
from .http_provider import RemoteProvider
from .mapping.profile import Profile
from .plugin import BrokenProvider
from .provider import Event, Provider
from .selection.hint_aliases import merged
from .selection.select import SelectionKey, allowed_models, obstacles, select, selection_key

DEMO_DELAY = 0.03
"""Seconds between two words of the demonstration model."""


MAX_SELECTIONS = 200
"""Proposals that are kept: a server asks with the same preferences again and again."""

DIRECT = Route()


@dataclass(frozen=True)
class _Way:
    """
    What follows from the configuration alone, of one model: asked for several times in each request.

    Attributes:
        route: How its host is reached.
        words: The same in words.
        recipient: See `Models.recipient`; without the code of an agent, which may change at any time.
    """

    route: Route
    words: str
    recipient: str


class Models:
    """
    The models of a configuration.

    Every method that takes a model's name raises `ModelError` (CONFIGURATION) when no model has that name.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str], *, demo_delay: float = DEMO_DELAY) -> None:
        """
        Remember what is configured.

        Args:
            environ: Where keys are read, at each call; proxies and certificates once, now.
            demo_delay: Seconds between two words of the demonstration model.
        """
        self._settings = settings
        self._environ = environ
        self._demo_delay = demo_delay
        self._network = Network(environ)
        self._providers: dict[str, Provider] = {}
        self._former: dict[str, ModelSettings] = {}
        self._retired: list[Provider] = []
        self._marks: dict[str, int] = {}
        self._reloads = 0
        self._ways: dict[str, _Way] = {}
        self._selections: dict[SelectionKey, Selection | None] = {}

    def configure(self, settings: Settings) -> None:
        """
        Take over what is configured anew; calls that are under way go on as they were begun.

        What was approved for a model whose settings are different now is approved no more: `recipient` differs.
        """
        self._reloads += 1
        self._former |= self._settings.models
        changed = {name for name in self._former if settings.models.get(name) != self._settings.models.get(name)}
        for name, former in self._former.items():
            if name in changed or (former.is_agent and former.model in changed):
                self._marks[name] = self._reloads
                if (provider := self._providers.pop(name, None)) is not None:
                    self._retired.append(provider)
        self._settings = settings
        self._ways, self._selections = {}, {}  # others: a thread may still be putting what was into those

    @property
    def version(self) -> int:
        """How often the configuration was taken over anew: what was computed before may be otherwise now."""
        return self._reloads

    def state(self, name: str) -> object:
        """Return what differs once something else may be said of this model than before."""
        return (self._reloads, self._code(name)) if name in self._settings.models else self._reloads

    @property
    def names(self) -> tuple[str, ...]:
        """The configured names, in the order of the configuration."""
        return tuple(self._settings.models)

    def get(self, name: str) -> Provider:
        """Return the model of this name."""
        if (known := self._providers.get(name)) is None:  # asked for in threads, too: the first that is made stays
            known = self._providers.setdefault(name, self._make(_with_known_support(self.settings(name))))
        return known

    def settings(self, name: str) -> ModelSettings:
        """Return what is configured under this name."""
        if (settings := self._settings.models.get(name)) is None:
            raise ModelError(
                ModelErrorKind.CONFIGURATION,
                f'No model is configured under the name "{name}".',
                hint=f"Configured are: {', '.join(self.names)}." if self.names else "Add one to [models].",
            )
        return settings

    def called(self, name: str) -> str:
        """Return the model that is called under this name: an agent's own, else itself."""
        settings = self.settings(name)
        return settings.model if settings.is_agent else name

    def host(self, name: str) -> str:
        """Return where a request to this model goes; quick."""
        return self.get(name).host

    @property
    def network(self) -> Network:
        """How hosts are reached: what the environment says of proxies and certificates."""
        return self._network

    def route(self, name: str) -> Route:
        """Return how this model's host is reached; quick."""
        return self._way(name).route

    def place(self, name: str) -> str:
        """Return where a request to this model goes, and how; quick."""
        host, words = self.host(name), self._way(name).words
        return f"{host}, {words}" if host and words else host or words

    def recipient(self, name: str) -> str:
        """
        Return what an approval of this model covers besides the request: its name, its configuration, and the route.

        The configuration says who is called where, by which name, with which headers and which members of the body; of
        an agent what it may do, its code as it is on the disk now, and the same of its model.
        """
        recipient, code = self._way(name).recipient, self._code(name)
        return f"{recipient}, {code}" if code else recipient

    def _code(self, name: str) -> str:
        """Return a digest of an agent's own code; empty where there is none."""
        settings = self.settings(name)
        return source.digest(settings.agent) if settings.agent is not None else ""

    def _way(self, name: str) -> _Way:
        ways = self._ways  # before anything of the configuration is read, which may be another in the next moment
        if (known := ways.get(name)) is None:
            known = ways[name] = self._found_way(name)
        return known

    def _found_way(self, name: str) -> _Way:
        called = self.called(name)
        provider = self.get(called)
        route = provider.route if isinstance(provider, RemoteProvider) else DIRECT
        mark = f"configured anew ({self._marks[name]})" if name in self._marks else ""
        configured = (_configuration(self.settings(one)) for one in dict.fromkeys((name, called)))
        recipient = ", ".join(part for part in (name, *configured, route.words, mark) if part)
        return _Way(route, route.words, recipient)

    def notes(self, name: str, request: SamplingRequest) -> tuple[Note, ...]:
        """Return what this model can't carry of the request, and what keeps it from being reached; computed once."""
        return request.once((self, self.state(name), "notes", name), lambda: self._notes(name, request))

    def _notes(self, name: str, request: SamplingRequest) -> tuple[Note, ...]:
        problem = self._way(name).route.problem
        blocked = (Note("model", problem, Severity.BLOCK),) if problem else ()
        return (*blocked, *self.get(name).notes(request))

    def select(self, request: SamplingRequest, server: str) -> Selection | None:
        """Propose a model for a server's request, with the reason and the ranking; None when none is configured."""
        selections, settings = self._selections, self._settings
        found = obstacles(request, settings, self)
        if (key := selection_key(request.preferences, server, found)) is None:
            return select(request, found, settings, server, self)
        if (selection := selections.get(key)) is None:
            if len(selections) >= MAX_SELECTIONS:
                selections.clear()
            selection = selections[key] = select(request, found, settings, server, self)
        return selection

    def objection(self, name: str, server: str) -> str:
        """Return why this model may not answer this server, in words; an empty string when it may."""
        allowed = allowed_models(self._settings, server)
        if allowed is None or name in allowed:
            return ""
        return f'the configuration does not allow "{name}" for this server (allowed_models)'

    def hint_aliases(self) -> dict[str, tuple[str, ...]]:
        """Return what may stand in for what a hint names: the user's entries and the built-in ones."""
        return merged(self._settings.hint_aliases)

    def capabilities(self, name: str) -> dict[str, bool | None]:
        """Return what this model can do, by the names of `CAPABILITIES`; None: not known."""
        name = self.called(name)
        profile = getattr(self.get(name), "profile", None)
        if not isinstance(profile, Profile):
            return dict.fromkeys(CAPABILITIES, True)  # the person, or a class of the user's own: nothing is mapped
        fitted = profile.fitted(_with_known_support(self.settings(name)))
        can: dict[str, bool | None] = {name: getattr(fitted, name) for name in CAPABILITIES if name != "stop_sequences"}
        return can | {"stop_sequences": fitted.stop_sequences != 0}

    def context_window(self, name: str) -> int | None:
        """Return how many tokens this model reads; None when that is not known."""
        return catalogue.context_window(self.settings(self.called(name)))

    def price(self, name: str) -> catalogue.Price | None:
        """Return what a million tokens of this model cost; None when that is not known."""
        return catalogue.price(self.settings(self.called(name)))

    def estimate(self, name: str, request: SamplingRequest) -> Estimate:
        """Return what a request to this model will use and cost, about; computed once for each."""
        return request.once((self, self._reloads, "estimate", name), lambda: self._estimate(name, request))

    def _estimate(self, name: str, request: SamplingRequest) -> Estimate:
        settings = self.settings(name)
        one = catalogue.estimate(self.settings(self.called(name)), request)
        return of_an_agent(settings, one) if settings.is_agent else one

    def cost(self, name: str, usage: Usage, answered_by: str | None) -> Decimal | None:
        """
        Return what a call cost in US dollars; None when the price is unknown.

        Args:
            answered_by: The model that the response names; None while it is being written.
        """
        settings = self._settings.models.get(name) or self._former.get(name)  # it may have gone while it was writing
        if settings is not None and settings.is_agent:
            settings = self._settings.models.get(settings.model) or self._former.get(settings.model)
        return catalogue.cost(settings or self.settings(name), usage, answered_by)

    def key_status(self, name: str) -> str:
        """Return "set", "missing: NAME" or "not needed"; never the key."""
        return self._credential(self.settings(self.called(name))).status

    def stream(self, name: str, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Send the request to this model and yield its answer; closing the iterator ends the call.

        Raises:
            ModelError: There is no whole answer.
        """
        return self.get(name).stream(request)

    async def aclose(self) -> None:
        """Close what was opened. The models can't be used after this."""
        providers = [*self._providers.values(), *self._retired]
        self._providers.clear()
        self._retired.clear()
        for provider in providers:
            await provider.aclose()

    def _credential(self, settings: ModelSettings) -> Credential:
        return Credential(settings.key_variable, self._environ)

    def _make(self, settings: ModelSettings) -> Provider:
        if settings.problems:
            return BrokenProvider(words_of(settings.problems), "Correct its table in the configuration.")
        credential = self._credential(settings)
        match settings.provider:
            case "anthropic":
                from .anthropic import AnthropicProvider

                return AnthropicProvider(settings, credential, network=self._network)
            case "openai":
                from .openai_responses import OpenAIResponsesProvider

                return OpenAIResponsesProvider(settings, credential, network=self._network)
            case "openai-compatible":
                from .openai_chat import OpenAIChatProvider

                return OpenAIChatProvider(settings, credential, network=self._network)
            case "human":
                from .human import HumanProvider

                return HumanProvider()
            case "agent":
                called = self.called(settings.name)
                return AgentProvider(settings, self.get(called), self.settings(called))
            case "demo":
                from .demo.model import DemoProvider

                return DemoProvider(settings, delay=self._demo_delay)
            case _:
                from .plugin import load_custom

                return load_custom(settings, credential)


def _configuration(settings: ModelSettings) -> str:
    """Return a digest of how a model is configured; empty for one that is asked here, since nothing goes out."""
    if settings.provider in ("human", "demo"):
        return ""
    written = repr(sorted(asdict(settings).items()))
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()


def _with_known_support(settings: ModelSettings) -> ModelSettings:
    """Return what is configured, and what is known of the model's capabilities where nothing is."""
    return replace(settings, supports={**catalogue.known_support(settings), **settings.supports})
