"""
What the three wires have in common: one call, streamed, with every failure in words and the connection closed.

The SDKs are imported when the first call is made, in a thread, because that takes a second or two. Nothing that they
read from the environment by themselves reaches a call: address, key and headers are ours alone.
"""

import asyncio
import importlib
import logging
import ssl
import warnings
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ..config.network import Network, Route
from ..config.settings import ModelSettings
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Note
from ..sampling.request import SamplingRequest, ToolUseBlock
from .credentials import MIN_SECRET, Callee, Credential, check_base_url, host_of, secrets_of, split_query
from .error_bodies import UnreadRefusal, read_refusal
from .errors import explain
from .mapping.prepare import MAX_WIRE_TOKENS, Prepared, prepare, refuse_blocked
from .mapping.profile import Profile
from .provider import Event, Finished
from .streaming.read_stream import read_stream
from .streaming.reading import Reading
from .streaming.reasoning import ReasoningMemory
from .streaming.response_builder import Answer
from .token_estimate import estimated_usage

if TYPE_CHECKING:
    import httpx2

LOGGERS = ("anthropic", "openai", "httpx2", "httpcore2")
"""What logs requests. It would end up on the screen, contents included, when an SDK's debug variable is set."""

SDK_WARNINGS = "The model '|Using Claude with "
"""What the Anthropic SDK prints about the model that is called; it would end up on the screen, too."""

GARBLED = (ValueError, TypeError, LookupError, AttributeError, RuntimeError)
"""What reading an answer that is not what anybody expects may raise."""


class SdkStream(Protocol):
    """
    What both SDKs give for a streamed answer.

    Only its response is used: the SDKs' own reading passes over events that it does not know, in silence.
    """

    @property
    def response(self) -> "httpx2.Response":
        """The HTTP response, its body still to come."""
        ...


class RemoteProvider(ABC):
    """
    A model behind an HTTP API; one subclass for each wire.

    Attributes:
        sdk: The SDK's module, which is imported at the first call.
        sdk_error: The name in it of the class that all its exceptions derive from.
        default_base_url: The provider's own address; None where there is none.
        profile: What the wire carries, before what is configured for the model.
        reading: Reads the events of its answers.
    """

    sdk: ClassVar[str]
    sdk_error: ClassVar[str]
    default_base_url: ClassVar[str | None] = None
    profile: ClassVar[Profile]
    reading: ClassVar[type[Reading]]

    def __init__(
        self,
        settings: ModelSettings,
        credential: Credential,
        *,
        http_client: "httpx2.AsyncClient | None" = None,
        network: Network | None = None,
    ) -> None:
        """
        Remember what to call; nothing is imported or opened yet.

        Args:
            settings: What is configured, and what a preset and the catalogue add to it.
            http_client: Used in place of one of our own, and closed with this provider.
            network: How hosts are reached; directly when left out.
        """
        self._settings = settings
        self._credential = credential
        self._http_client = http_client
        self._network = network or Network({})
        self._fitted = self.profile.fitted(settings)
        self._reasoning = ReasoningMemory()
        self._client: Any = None
        self._connecting = asyncio.Lock()

    @cached_property
    def host(self) -> str:
        """Where a request goes."""
        return host_of(self._settings.base_url or self.default_base_url or "")

    @cached_property
    def route(self) -> Route:
        """How that host is reached."""
        return self._network.route(self._settings.base_url or self.default_base_url or "")

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say what this model can't carry of the request."""
        return self._prepare(request).notes

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Send the request and yield the answer as it is written.

        Raises:
            ModelError: There is no whole answer.
        """
        prepared = self._prepare(request)
        refuse_blocked(prepared.notes)
        base_url = check_base_url(self._settings.base_url or self.default_base_url, self._settings.name)
        if problem := self.route.problem:
            raise ModelError(
                ModelErrorKind.CONFIGURATION, f"{problem}.", hint="Correct it and start the program again."
            )
        key = self._credential.read()
        callee = self._callee(base_url, key)
        client = await self._connected(base_url, key)
        answer = self._begin(request, prepared)
        async with AsyncExitStack() as stack:
            try:
                sdk_stream = await stack.enter_async_context(self._open(client, self._whole_body(prepared)))
            except self._call_errors() as error:
                raise explain(error, callee, streaming=False) from None
            failures = (*self._call_errors(), *GARBLED)
            read = read_stream(sdk_stream.response, self.reading(answer, callee), callee, failures)
            async with aclosing(read) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        self._reasoning.keep(answer.reasoning())
                    yield event

    async def aclose(self) -> None:
        """Release connections."""
        if self._client is not None:
            await self._client.close()
        elif self._http_client is not None:
            await self._http_client.aclose()

    @abstractmethod
    def _body(self, prepared: Prepared) -> dict[str, Any]:
        """Return the request as the SDK's arguments."""

    @abstractmethod
    def _open(self, client: Any, arguments: dict[str, Any]) -> AbstractAsyncContextManager[SdkStream]:
        """Make the call; leaving the context closes the response."""

    @abstractmethod
    def _make_client(self, base_url: str, query: Mapping[str, str], http_client: "httpx2.AsyncClient") -> Any:
        """Return the SDK's client, with no key yet, which adds this query to each call; runs in a thread."""

    def _prepare(self, request: SamplingRequest) -> Prepared:
        return prepare(request, self._fitted, self._reasoning)

    def _begin(self, request: SamplingRequest, prepared: Prepared) -> Answer:
        return Answer(
            self._settings.model,
            prepared.max_tokens or MAX_WIRE_TOKENS,
            request.stop_sequences,
            names=prepared.names,
            taken_ids={block.id for block in request.blocks if isinstance(block, ToolUseBlock)},
            tool_choice=prepared.asked_choice,
            count_uncounted=lambda written, counted: estimated_usage(request, written, counted),
        )

    def _whole_body(self, prepared: Prepared) -> dict[str, Any]:
        """Return the SDK's arguments, with what the configuration leaves out, adds and puts in other places."""
        fitted, extra = self._fitted, self._settings.extra_body
        arguments = {key: value for key, value in self._body(prepared).items() if key not in fitted.dropped}
        added = {key: value for key, value in extra.items() if key in fitted.replaced}
        return arguments | {
            "extra_body": arguments.get("extra_body", {}) | dict(prepared.parameters) | added,
            "extra_headers": dict(self._settings.extra_headers),
        }

    async def _connected(self, base_url: str, key: str | None) -> Any:
        """Return the SDK's client with this key, made at the first call."""
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect, base_url)
        self._client.api_key = key or ""
        return self._client

    def _connect(self, base_url: str) -> Any:
        importlib.import_module(self.sdk)
        httpx2 = importlib.import_module("httpx2")
        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", message=SDK_WARNINGS)
        if self._http_client is None:
            # Redirects are not followed: a request goes to the host that was on the screen, or nowhere. A connection is
            # not kept for the next call, which is minutes away: the server may just be closing it.
            self._http_client = httpx2.AsyncClient(
                follow_redirects=False,
                trust_env=False,  # the environment was read, and told to the person
                proxy=self.route.proxy,
                verify=self._trusted(),
                limits=httpx2.Limits(max_keepalive_connections=0),
            )
        self._http_client.event_hooks["response"].append(read_refusal)
        client = self._make_client(*split_query(base_url), self._http_client)
        # Both SDKs add headers from ANTHROPIC_CUSTOM_HEADERS and OPENAI_CUSTOM_HEADERS, which may hold credentials
        # for another host. Neither has an option to leave them out.
        client._custom_headers = {}
        return client

    def _trusted(self) -> "ssl.SSLContext | bool":
        try:
            return self.route.trusted() or True
        except OSError as error:
            variable = self.route.certificates_variable
            raise ModelError(
                ModelErrorKind.CONFIGURATION,
                f"The certificates that {variable} names can't be read ({type(error).__name__}).",
                hint=f"Check {variable}, and start the program again.",
            ) from None

    def _call_errors(self) -> tuple[type[BaseException], ...]:
        """Return what a call may raise; the SDK is imported by now."""
        root = getattr(importlib.import_module(self.sdk), self.sdk_error)
        httpx2 = importlib.import_module("httpx2")
        anyio = importlib.import_module("anyio")
        return (root, UnreadRefusal, httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError, anyio.EndOfStream)

    def _callee(self, base_url: str, key: str | None) -> Callee:
        headers = (value for value in self._settings.extra_headers.values() if len(value) >= MIN_SECRET)
        secrets = (*((key,) if key else ()), *secrets_of(base_url), *self.route.secrets, *headers)
        return Callee(
            host=self.host,
            model=self._settings.model,
            variable=self._credential.variable,
            timeout=self._settings.timeout,
            secrets=secrets,
            route=self.route,
        )
