"""
The resources that a server is to tell of when they change: one request for each (legacy), or one stream (modern era).

They are asked for again after a restart of the server.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import mcp_types as types
from mcp import Client
from mcp.client.subscriptions import Subscription

from ..state.server import Server
from ..transport.exit_reasons import first_line
from .listen_streams import REFUSALS, NotHeard, hear


class Subscriptions:
    """The resources that are subscribed to over one connection; `Server.subscribed` and `updated` outlive it."""

    def __init__(self, server: Server, changed: Callable[[Server], None]) -> None:
        """
        Subscribe to nothing yet.

        Args:
            changed: Called when the subscriptions or the updates are different.
        """
        self._server = server
        self._changed = changed
        self._group: asyncio.TaskGroup | None = None
        self._streams: dict[str, asyncio.Task[None]] = {}

    def open(self, group: asyncio.TaskGroup) -> None:
        """Have streams live in a group of tasks, until `close`."""
        self._group = group

    def close(self) -> None:
        """End the streams."""
        for task in self._streams.values():
            task.cancel()

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
        if (task := self._streams.pop(uri, None)) is not None:
            task.cancel()
        elif not self._server.modern:
            request = types.UnsubscribeRequest(params=types.UnsubscribeRequestParams(uri=uri))
            await client.session.send_request(request, types.EmptyResult)

    async def _watch(self, client: Client, uri: str) -> None:
        if not self._server.modern:
            request = types.SubscribeRequest(params=types.SubscribeRequestParams(uri=uri))
            await client.session.send_request(request, types.EmptyResult)
            return
        if self._group is None or uri in self._streams:
            return
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self._group.create_task(self._hear_of(client, uri, opened))
        self._streams[uri] = task
        task.add_done_callback(lambda _: self._streams.pop(uri, None))
        await opened

    async def restore(self, client: Client) -> None:
        """Ask again for what was subscribed to in an earlier run."""
        for uri in tuple(self._server.subscribed):
            try:
                await self._watch(client, uri)
            except REFUSALS as error:
                self._lost(uri, error)

    def updated(self, uri: str) -> None:
        """Mark a resource that was asked about; the specification lets a server name a part of it."""
        subscribed = next((one for one in self._server.subscribed if uri == one or uri.startswith(one)), None)
        if subscribed is not None:
            self._server.updated[subscribed] = datetime.now().astimezone()
            self._changed(self._server)

    def _lost(self, uri: str, error: Exception) -> None:
        self._server.subscribed.discard(uri)
        self._server.log.add("event", f"it no longer tells of changes of {uri}: {first_line(error)}")
        self._changed(self._server)

    async def _hear_of(self, client: Client, uri: str, opened: "asyncio.Future[None]") -> None:
        """Listen for the changes of one resource; `opened` is done once the server has agreed, or has not."""

        def agreed(subscription: Subscription) -> bool:
            if uri not in (subscription.honored.resource_subscriptions or ()):
                return False
            if not opened.done():
                opened.set_result(None)
            return True

        try:
            await hear(lambda: client.listen(resource_subscriptions=[uri]), agreed, lambda: self.updated(uri))
        except REFUSALS as error:
            if opened.done():
                self._lost(uri, error)
            else:
                opened.set_exception(error)
        finally:
            if not opened.done():
                opened.set_exception(NotHeard("the connection was closed"))
