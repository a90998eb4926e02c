"""
What we ask a connected server for: calls that it may answer with questions of its own, and small requests.

Calls of tools, prompts and resources have no time limit, since a human's time may be part of them; small requests do.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any, TypeVar, cast

import anyio
import mcp_types as types
from mcp import Client, MCPError
from mcp.client.session import ClientRequestContext
from mcp.shared.dispatcher import ProgressFnT
from pydantic import BaseModel, ValidationError

from ...sampling.errors import CallRefused, ConnectionLost, ServerError
from ...sampling.origin import Group
from ...sampling.request import Json, JsonObject
from ..inbound.callbacks import Callbacks
from ..inbound.context import current_call, current_group
from ..lenient.errors import has_code
from ..lenient.fitting import as_sent
from ..lenient.results import read_completion, read_contents, read_prompt_result, read_tool_result
from ..primitives.listen_streams import NotHeard
from ..primitives.sync import Offers, set_level
from ..primitives.translate import sdk_reference
from ..state.primitives import Completion, LogLevel, OfferKind, PromptResult, Reference, ResourceContents
from ..state.server import Call, Server, ToolResult
from ..transport.exit_reasons import first_line
from .multi_round import Send, TooManyRounds, in_rounds
from .url_required import ask_for_visits

Progress = Callable[[float, float | None, str | None], None]
"""How far a call is: done, of how much, and words."""

Begun = Callable[[int], None] | None
"""Is told the number of the call, which is that of `Origin.call`, before anything is sent."""

Answers = types.InputResponses | None

ANSWER_SECONDS = 30.0
"""Seconds that a server may take for a small request, in which no human has a part."""

ReadT = TypeVar("ReadT")
_call_ids = count(1)


class _WithAnswers(BaseModel):
    """A call whose answers go as they are, also where a form asked for what the specification has no type for."""

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return it as JSON, each answer by its own type."""
        return super().model_dump(**options | {"serialize_as_any": True})


class _CallTool(_WithAnswers, types.CallToolRequest):
    pass


class _GetPrompt(_WithAnswers, types.GetPromptRequest):
    pass


class _ReadResource(_WithAnswers, types.ReadResourceRequest):
    pass


class Calls:
    """
    What can be asked of one connection.

    Attributes:
        client: Set as long as the connection is open.
    """

    def __init__(
        self,
        server: Server,
        callbacks: Callbacks,
        offers: Offers,
        changed: Callable[[Server], None],
        why_closed: Callable[[], str],
    ) -> None:
        """
        Ask nothing yet.

        Args:
            why_closed: Why the connection is closed; empty while it is not.
        """
        self.client: Client | None = None
        self._server = server
        self._callbacks = callbacks
        self._offers = offers
        self._changed = changed
        self._why_closed = why_closed
        self._calling: set[anyio.CancelScope] = set()

    # --- calls that may be answered with questions ---

    async def call_tool(
        self, name: str, arguments: Mapping[str, Json], on_progress: Progress | None = None, begun: Begun = None
    ) -> ToolResult:
        """
        Call a tool and return what it returned.

        Raises:
            CallRefused: The server refused the call, or answered what is not a result.
            ServerError: The server is not running, or ended.
        """
        session = self._connected().session
        report = _reporting(on_progress)

        async def send(answers: Answers, state: str | None) -> Json:
            params = types.CallToolRequestParams(
                name=name,
                arguments=dict(arguments),
                input_responses=answers,
                request_state=state,
                _meta=self._meta(),
            )
            request = _CallTool(params=params)
            return as_sent(await session.send_request(request, types.EmptyResult, progress_callback=report))

        tool = self._server.tool(name)
        if tool is not None and tool.problem:
            raise CallRefused(f"the tool {name} can't be used: {tool.problem}", hint="its server has to be corrected")
        return await self._in_rounds(Call(next(_call_ids), name, arguments), send, read_tool_result, begun)

    # The SDK's own methods would look at the results themselves, and know no progress for the next two.

    async def get_prompt(
        self, name: str, arguments: Mapping[str, str], on_progress: Progress | None = None, begun: Begun = None
    ) -> PromptResult:
        """
        Get a prompt with these arguments.

        Raises:
            CallRefused: The server refused, or answered what is not a prompt.
            ServerError: The server is not running, or ended.
        """
        session = self._connected().session
        report = _reporting(on_progress)

        async def send(answers: Answers, state: str | None) -> Json:
            params = types.GetPromptRequestParams(
                name=name,
                arguments=dict(arguments),
                input_responses=answers,
                request_state=state,
                _meta=self._meta(),
            )
            request = _GetPrompt(params=params)
            return as_sent(await session.send_request(request, types.EmptyResult, progress_callback=report))

        call = Call(next(_call_ids), name, arguments, OfferKind.PROMPT)
        return await self._in_rounds(call, send, read_prompt_result, begun)

    async def read_resource(
        self, uri: str, on_progress: Progress | None = None, begun: Begun = None
    ) -> ResourceContents:
        """
        Read a resource; its mark for being updated is taken away.

        Raises:
            CallRefused: The server refused, or answered what is not content.
            ServerError: The server is not running, or ended.
        """
        session = self._connected().session
        report = _reporting(on_progress)

        async def send(answers: Answers, state: str | None) -> Json:
            params = types.ReadResourceRequestParams(
                uri=uri, input_responses=answers, request_state=state, _meta=self._meta()
            )
            request = _ReadResource(params=params)
            return as_sent(await session.send_request(request, types.EmptyResult, progress_callback=report))

        self._server.updated.pop(uri, None)  # before it is read: what changes from now on is news
        return await self._in_rounds(Call(next(_call_ids), uri, {}, OfferKind.RESOURCE), send, read_contents, begun)

    def end(self) -> None:
        """
        End the calls that are still under way once the connection is closed.

        In the modern era a call spends a human's time on our side of the wire, where nothing else would end it.
        """
        for scope in self._calling:
            scope.cancel()

    async def _in_rounds(self, call: Call, send: Send, read: Callable[[Json], ReadT], begun: Begun) -> ReadT:
        most = self._server.settings.max_rounds
        if begun is not None:
            begun(call.id)
        with self._under_way(call) as scope, self._refused(call.tool):
            try:
                return read(await in_rounds(call.id, send, self._answer, most))
            except MCPError as error:
                refused = await ask_for_visits(error.error, partial(self._callbacks.visit, call))
                if refused is None:
                    raise
                raise refused from error
            except TooManyRounds as error:
                raise CallRefused(f"the server kept asking: it was stopped after {most} rounds") from error
        assert scope.cancelled_caught
        raise self._lost()

    async def _answer(
        self, key: str, request: JsonObject, group: Group, why_withdrawn: Callable[[], str]
    ) -> types.InputResponse | types.ErrorData:
        """Answer one request of a round, as those of the legacy era are answered."""
        current_group.set((group, why_withdrawn))
        params = request.get("params")
        meta = params.get("_meta") if isinstance(params, Mapping) else None
        context = ClientRequestContext(
            session=self._connected().session,
            request_id=key,
            meta=cast("types.RequestParamsMeta", dict(meta)) if isinstance(meta, Mapping) else None,
        )
        return await self._callbacks.answer(context, request)

    @contextlib.contextmanager
    def _under_way(self, call: Call) -> Iterator[anyio.CancelScope]:
        """Have a call of ours listed while it lasts, and ended with the connection."""
        self._server.calls[call.id] = call
        token = current_call.set(call)
        scope = anyio.CancelScope()
        self._calling.add(scope)
        try:
            with scope:
                yield scope
        except asyncio.CancelledError:
            self._callbacks.withdraw(call)
            raise
        finally:
            self._calling.discard(scope)
            current_call.reset(token)
            del self._server.calls[call.id]
            self._changed(self._server)

    # --- small requests ---

    async def complete(self, reference: Reference, argument: str, value: str) -> Completion:
        """
        Return what an argument may be completed to.

        Raises:
            CallRefused: The server refused, or took too long.
            ServerError: The server is not running, or ended.
        """
        session = self._connected().session
        async with self._small_request("the completion"):
            result = await session.complete(
                sdk_reference(reference), {"name": argument, "value": value}, dict(reference.others) or None
            )
        return read_completion(as_sent(result))

    async def subscribe(self, uri: str) -> None:
        """
        Have the server tell when a resource has changed; errors as in `complete`.

        It is asked again after a restart.
        """
        client = self._connected()
        async with self._small_request("the subscription"):
            await self._offers.subscriptions.subscribe(client, uri)

    async def unsubscribe(self, uri: str) -> None:
        """Have the server tell no more; errors as in `complete`."""
        client = self._connected()
        async with self._small_request("the end of the subscription"):
            await self._offers.subscriptions.unsubscribe(client, uri)

    async def set_logging_level(self, level: LogLevel) -> None:
        """
        Have the server's log messages begin at a level; errors as in `complete`.

        Legacy servers are told once, and again after a restart; in the modern era each call says so itself.
        """
        client = self._connected()
        before, self._server.log_level = self._server.log_level, level
        try:
            async with self._small_request("the log level"):
                await set_level(client, self._server)
        except ServerError:
            self._server.log_level = before
            raise
        self._changed(self._server)

    async def tell_roots_changed(self) -> bool:
        """
        Tell the server that its roots have changed, so that it may ask for them again.

        Returns:
            Whether it was told: it was not if it knows of no roots, or of no such notification (modern era).
        """
        if self.client is None or self._server.modern or not self._server.roots_declared:
            return False
        await self.client.session.send_notification(types.RootsListChangedNotification())
        return True

    def _meta(self) -> types.RequestParamsMeta | None:
        """Return what asks for log messages about one call (modern era)."""
        level = self._server.log_level
        if level is None or not self._server.modern:
            return None
        return cast("types.RequestParamsMeta", {types.LOG_LEVEL_META_KEY: level})  # an open map, says its docstring

    @contextlib.asynccontextmanager
    async def _small_request(self, what: str) -> AsyncIterator[None]:
        """Turn the SDK's errors into ours, and refuse to wait for ever."""
        with self._refused(what):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    yield
            except TimeoutError as error:
                raise CallRefused(f"the server did not answer within {ANSWER_SECONDS:.0f} s") from error

    # --- what went wrong ---

    def _connected(self) -> Client:
        if self.client is None:
            if self._why_closed():  # it has just ended, and its state does not say so yet
                raise self._lost()
            raise ServerError(f"{self._server.name} is not running", hint="start it first")
        return self.client

    @contextlib.contextmanager
    def _refused(self, what: str) -> Iterator[None]:
        """Turn the SDK's errors into ours."""
        try:
            yield
        except MCPError as error:
            if self._why_closed():
                raise self._lost() from error
            number = f"error {error.code}" if has_code(error.error) else "an error"
            raise CallRefused(f"the server answered {number}: {error.message}") from error
        except (ValidationError, RuntimeError) as error:
            if self._why_closed():
                raise self._lost() from error
            if isinstance(error, NotHeard):
                raise CallRefused(f"the server does not subscribe to it: {error}") from error
            raise CallRefused(f"the result of {what} is not valid: {first_line(error)}") from error

    def _lost(self) -> ConnectionLost:
        return ConnectionLost(self._why_closed() or "the connection was lost", hint="see the server's log")


def _reporting(on_progress: Progress | None) -> ProgressFnT:
    """Return what the SDK tells of progress: it is always asked for, since it keeps whoever is between us waiting."""

    async def report(progress: float, total: float | None, message: str | None) -> None:
        if on_progress is not None:
            on_progress(progress, total, message)

    return report
