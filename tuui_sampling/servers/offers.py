"""
The lists of what a server offers, kept as the server's own; and what it tells about them, in both eras.

Legacy servers announce changes unasked, and each resource is subscribed to with a request. In the modern era a client
listens: one `subscriptions/listen` stream for the lists, and one for each resource
(https://modelcontextprotocol.io/specification/2026-07-28, SEP-2575). What comes on a stream also reaches the message
handler, so that both eras are heard in the same place.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

import mcp_types as types
from mcp import Client, MCPError
from mcp.client.session import IncomingMessage
from mcp.client.subscriptions import Subscription, SubscriptionLost
from pydantic import ValidationError

from .ended import first_line
from .offered import Offered, OfferKind
from .server import Server
from .translate import read_tool
from .translate_offers import note, read_prompt, read_resource_entry, read_template

MOST_PAGES = 1000
"""Pages of one list that are read; a server whose pages never end has more."""

MOST_ENTRIES = 2_000
"""Entries of one list that are kept."""

RELIST_PAUSE = 0.1
"""Seconds between two readings of one list, for servers that announce a change at each of them."""

LISTEN_BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before a stream that the server has ended is opened again."""

STEADY = 120.0
"""Seconds after which a stream counts as one that lasted."""

WORDS = {
    OfferKind.TOOL: "tools",
    OfferKind.PROMPT: "prompts",
    OfferKind.RESOURCE: "resources",
    OfferKind.TEMPLATE: "resource templates",
}

EntryT = TypeVar("EntryT")
Open = Callable[[], AbstractAsyncContextManager[Subscription]]


class _Page(Protocol):
    """One page of a list."""

    next_cursor: str | None


PageT = TypeVar("PageT", bound=_Page)


class NotHeard(RuntimeError):
    """The server does not tell what it was asked to tell."""


REFUSALS = (MCPError, ValidationError, SubscriptionLost, NotHeard)
"""How a server says no, in words or in what it does."""


class Offers:
    """What one connection's server offers."""

    def __init__(self, server: Server, changed: Callable[[Server], None]) -> None:
        """
        Know nothing yet.

        Args:
            changed: Called when the lists, the subscriptions or the updates are different.
        """
        self._server = server
        self._changed = changed
        self._due = {kind: asyncio.Event() for kind in OfferKind}
        self._group: asyncio.TaskGroup | None = None
        self._watching: dict[str, asyncio.Task[None]] = {}

    def begin(self, client: Client) -> None:
        """Take from the handshake what the server can do."""
        capabilities = client.server_capabilities
        resources = capabilities.resources
        pending = {OfferKind.PROMPT} if capabilities.prompts is not None else set()
        if resources is not None:
            pending |= {OfferKind.RESOURCE, OfferKind.TEMPLATE}
        self._server.offered = Offered(
            completes=capabilities.completions is not None,
            subscribes=resources is not None and bool(resources.subscribe),
            # In the modern era a request itself asks for log messages, and the server's leave is not needed.
            logs=self._server.modern or capabilities.logging is not None,
            pending=frozenset(pending),
        )
        for kind in pending:
            self._due[kind].set()

    async def keep(self, client: Client, closed: asyncio.Event) -> None:
        """Keep the lists as the server's until the connection is closed; the tools have been listed already."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            tasks = [group.create_task(self._keep_listed(kind, client, closed)) for kind in OfferKind]
            tasks.append(group.create_task(self._hear_of_lists(client)))
            tasks.append(group.create_task(self._restore(client)))
            try:
                await closed.wait()
            finally:
                for task in (*tasks, *self._watching.values()):
                    task.cancel()

    def notified(self, message: IncomingMessage) -> None:
        """Hear what the server tells."""
        if isinstance(message, Exception):
            return
        note(message, self._server.notifications)
        match message:
            case types.ToolListChangedNotification():
                self._due[OfferKind.TOOL].set()
            case types.PromptListChangedNotification():
                self._due[OfferKind.PROMPT].set()
            case types.ResourceListChangedNotification():
                self._due[OfferKind.RESOURCE].set()
                self._due[OfferKind.TEMPLATE].set()
            case types.ResourceUpdatedNotification(params=params):
                self._updated(params.uri)
            case _:
                pass

    # --- lists ---

    async def list_tools(self, client: Client) -> None:
        """
        List the tools.

        Raises:
            MCPError: The server refused.
            ValidationError: It answered what is no list.
        """
        if client.server_capabilities.tools is None:
            self._server.tools = ()
            return
        tools = await self._all(lambda cursor: client.list_tools(cursor=cursor), lambda page: page.tools, "tools")
        self._server.tools = tuple(read_tool(tool) for tool in tools)

    async def _keep_listed(self, kind: OfferKind, client: Client, closed: asyncio.Event) -> None:
        """List again each time the server says that the list is another."""
        due = self._due[kind]
        while True:
            await due.wait()
            due.clear()
            try:
                await self._list(kind, client)
            except (MCPError, ValidationError) as error:  # no reason to end what it is still good for
                if closed.is_set():
                    return
                if not (kind is OfferKind.TEMPLATE and _is_unknown_method(error)):
                    again = " again" if kind is OfferKind.TOOL else ""  # the first time was the handshake's
                    self._log(f"its {WORDS[kind]} could not be listed{again}: {first_line(error)}")
            self._server.offered = replace(self._server.offered, pending=self._server.offered.pending - {kind})
            self._changed(self._server)
            await asyncio.sleep(RELIST_PAUSE)

    async def _list(self, kind: OfferKind, client: Client) -> None:
        server = self._server
        match kind:
            case OfferKind.TOOL:
                await self.list_tools(client)
            case OfferKind.PROMPT:
                prompts = await self._all(
                    lambda cursor: client.list_prompts(cursor=cursor), lambda page: page.prompts, WORDS[kind]
                )
                server.offered = replace(server.offered, prompts=tuple(read_prompt(one) for one in prompts))
            case OfferKind.RESOURCE:
                resources = await self._all(
                    lambda cursor: client.list_resources(cursor=cursor), lambda page: page.resources, WORDS[kind]
                )
                server.offered = replace(server.offered, resources=tuple(read_resource_entry(one) for one in resources))
            case OfferKind.TEMPLATE:
                templates = await self._all(
                    lambda cursor: client.list_resource_templates(cursor=cursor),
                    lambda page: page.resource_templates,
                    WORDS[kind],
                )
                server.offered = replace(server.offered, templates=tuple(read_template(one) for one in templates))

    async def _all(
        self,
        list_page: Callable[[str | None], Awaitable[PageT]],
        entries_of: Callable[[PageT], Sequence[EntryT]],
        words: str,
    ) -> list[EntryT]:
        """Return the entries of all pages, as far as the list is not endless."""
        entries: list[EntryT] = []
        cursor: str | None = None
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = await list_page(cursor)
            entries += entries_of(page)
            cursor = page.next_cursor
            if cursor is None or cursor in seen:  # a server that goes in circles
                break
            if len(entries) >= MOST_ENTRIES:
                break
            seen.add(cursor)
        if len(entries) > MOST_ENTRIES or (len(entries) == MOST_ENTRIES and cursor is not None):
            self._log(f"it lists too many {words}: the first {MOST_ENTRIES:,} are shown")
        return entries[:MOST_ENTRIES]

    # --- resources that are watched ---

    async def subscribe(self, client: Client, uri: str) -> None:
        """
        Have the server tell when a resource has changed.

        Raises:
            MCPError: It refused.
            NotHeard: It agreed to another subscription than the one that was asked for, or ended.
        """
        if uri in self._server.subscribed:
            return
        await self._watch(client, uri)
        self._server.subscribed.add(uri)
        self._changed(self._server)

    async def unsubscribe(self, client: Client, uri: str) -> None:
        """
        Have the server tell no more.

        Raises:
            MCPError: It refused; it is no longer listened to all the same.
        """
        self._server.subscribed.discard(uri)
        self._server.updated.pop(uri, None)
        self._changed(self._server)
        if (task := self._watching.pop(uri, None)) is not None:
            task.cancel()
        elif not self._server.modern:
            request = types.UnsubscribeRequest(params=types.UnsubscribeRequestParams(uri=uri))
            await client.session.send_request(request, types.EmptyResult)

    async def _watch(self, client: Client, uri: str) -> None:
        if not self._server.modern:
            request = types.SubscribeRequest(params=types.SubscribeRequestParams(uri=uri))
            await client.session.send_request(request, types.EmptyResult)
            return
        if self._group is None or uri in self._watching:
            return
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self._group.create_task(self._hear_of(client, uri, opened))
        self._watching[uri] = task
        task.add_done_callback(lambda _: self._watching.pop(uri, None))
        await opened

    async def _restore(self, client: Client) -> None:
        """Ask again for what was chosen in an earlier run: the level of log messages, and the subscriptions."""
        if (level := self._server.log_level) is not None:
            with self._refusals(f"it refused the log level {level}"):
                await set_level(client, self._server)
        for uri in tuple(self._server.subscribed):
            try:
                await self._watch(client, uri)
            except REFUSALS as error:
                self._lost(uri, error)

    def _updated(self, uri: str) -> None:
        """Mark a resource that was asked about; the specification lets a server name a part of it."""
        watched = next((one for one in self._server.subscribed if uri == one or uri.startswith(one)), None)
        if watched is not None:
            self._server.updated[watched] = datetime.now().astimezone()
            self._changed(self._server)

    def _lost(self, uri: str, error: Exception) -> None:
        self._server.subscribed.discard(uri)
        self._log(f"it no longer tells of changes of {uri}: {first_line(error)}")
        self._changed(self._server)

    # --- streams of the modern era ---

    async def _hear_of_lists(self, client: Client) -> None:
        capabilities = client.server_capabilities
        listed = (capabilities.tools, capabilities.prompts, capabilities.resources)
        tools, prompts, resources = (one is not None and bool(one.list_changed) for one in listed)
        if not self._server.modern or not (tools or prompts or resources):
            return

        def again() -> None:
            for kind in OfferKind:
                self._due[kind].set()

        with self._refusals("it does not tell when its lists change"):
            await _hear(
                lambda: client.listen(
                    tools_list_changed=tools, prompts_list_changed=prompts, resources_list_changed=resources
                ),
                lambda _: True,
                again,
            )

    async def _hear_of(self, client: Client, uri: str, opened: "asyncio.Future[None]") -> None:
        """Listen for the changes of one resource; `opened` is done once the server has agreed, or has not."""

        def agreed(subscription: Subscription) -> bool:
            if uri not in (subscription.honored.resource_subscriptions or ()):
                return False
            if not opened.done():
                opened.set_result(None)
            return True

        try:
            await _hear(lambda: client.listen(resource_subscriptions=[uri]), agreed, lambda: self._updated(uri))
        except REFUSALS as error:
            if opened.done():
                self._lost(uri, error)
            else:
                opened.set_exception(error)
        finally:
            if not opened.done():
                opened.set_exception(NotHeard("the connection was closed"))

    @contextlib.contextmanager
    def _refusals(self, words: str) -> Iterator[None]:
        """Log a refusal, unless it is the connection that has ended."""
        try:
            yield
        except REFUSALS as error:
            if not (isinstance(error, MCPError) and error.code == types.CONNECTION_CLOSED):
                self._log(f"{words}: {first_line(error)}")

    def _log(self, text: str) -> None:
        self._server.log.add("event", text)


async def set_level(client: Client, server: Server) -> None:
    """
    Have the server's log messages begin at `server.log_level`; in the modern era each call says so itself.

    Raises:
        MCPError: It refused.
    """
    if server.log_level is not None and not server.modern:
        request = types.SetLevelRequest(params=types.SetLevelRequestParams(level=server.log_level))
        await client.session.send_request(request, types.EmptyResult)


async def _hear(open_stream: Open, agreed: Callable[[Subscription], bool], again: Callable[[], None]) -> None:
    """
    Keep a stream open. What comes on it is heard by the message handler, too, and so is only taken off it here.

    Args:
        agreed: Looks at what the server has agreed to, and says whether that is enough.
        again: Called each time the stream had to be opened again: what came in between is lost.

    Raises:
        MCPError: The server refused.
        NotHeard: It agreed to less than enough.
        SubscriptionLost: It ended the first stream before it agreed to anything.
    """
    failures = opened = 0
    while True:
        since = time.monotonic()
        try:
            async with open_stream() as subscription:
                if not agreed(subscription):
                    raise NotHeard("it agreed to something else than what it was asked for")
                opened += 1
                if opened > 1:
                    again()
                async for _ in subscription:
                    pass
        except SubscriptionLost:
            if not opened:
                raise
        failures = 1 if time.monotonic() - since > STEADY else failures + 1
        await asyncio.sleep(LISTEN_BACK_OFF[min(failures, len(LISTEN_BACK_OFF)) - 1])


def _is_unknown_method(error: Exception) -> bool:
    return isinstance(error, MCPError) and error.code == types.METHOD_NOT_FOUND
