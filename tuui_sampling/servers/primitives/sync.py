"""
What a server offers and tells: its lists, the resources that are subscribed to, its log messages; in both eras.

Legacy servers announce changes unasked, and each resource is subscribed to with a request. In the modern era a client
listens (`listening.py`). What a server tells is heard here, whichever way it came.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import mcp_types as types
from mcp import Client, MCPError
from mcp.client.session import IncomingMessage

from ..state.primitives import OfferKind
from ..state.server import Server
from ..transport.exit_reasons import first_line
from .listen_streams import REFUSALS, hear
from .lists import Lists
from .subscriptions import Subscriptions
from .translate import note


class Offers:
    """
    What one connection's server offers.

    Attributes:
        lists: Of its tools, prompts, resources and templates.
        subscriptions: The resources that it tells of.
    """

    def __init__(self, server: Server, changed: Callable[[Server], None]) -> None:
        """
        Know nothing yet.

        Args:
            changed: Called when the lists, the subscriptions or the updates are different.
        """
        self._server = server
        self.lists = Lists(server, changed)
        self.subscriptions = Subscriptions(server, changed)

    async def keep(self, client: Client, closed: asyncio.Event) -> None:
        """Keep the lists as the server's until the connection is closed; the tools have been listed already."""
        async with asyncio.TaskGroup() as group:
            self.subscriptions.open(group)
            tasks = [group.create_task(self.lists.keep(kind, client, closed)) for kind in OfferKind]
            tasks.append(group.create_task(self._hear_of_lists(client)))
            tasks.append(group.create_task(self._restore(client)))
            try:
                await closed.wait()
            finally:
                self.subscriptions.close()
                for task in tasks:
                    task.cancel()

    def notified(self, message: IncomingMessage) -> None:
        """Hear what the server tells."""
        if isinstance(message, Exception):
            return
        note(message, self._server.notifications)
        match message:
            case types.ToolListChangedNotification():
                self.lists.read_again([OfferKind.TOOL])
            case types.PromptListChangedNotification():
                self.lists.read_again([OfferKind.PROMPT])
            case types.ResourceListChangedNotification():
                self.lists.read_again([OfferKind.RESOURCE, OfferKind.TEMPLATE])
            case types.ResourceUpdatedNotification(params=params):
                self.subscriptions.updated(params.uri)
            case _:
                pass

    async def _restore(self, client: Client) -> None:
        """Ask again for what was chosen in an earlier run: the level of log messages, and the subscriptions."""
        with self._refusals(f"it refused the log level {self._server.log_level}"):
            await set_level(client, self._server)
        await self.subscriptions.restore(client)

    async def _hear_of_lists(self, client: Client) -> None:
        capabilities = client.server_capabilities
        listed = (capabilities.tools, capabilities.prompts, capabilities.resources)
        tools, prompts, resources = (one is not None and bool(one.list_changed) for one in listed)
        if not self._server.modern or not (tools or prompts or resources):
            return
        with self._refusals("it does not tell when its lists change"):
            await hear(
                lambda: client.listen(
                    tools_list_changed=tools, prompts_list_changed=prompts, resources_list_changed=resources
                ),
                lambda _: True,
                lambda: self.lists.read_again(OfferKind),
            )

    @contextlib.contextmanager
    def _refusals(self, words: str) -> Iterator[None]:
        """Log a refusal, unless it is the connection that has ended."""
        try:
            yield
        except REFUSALS as error:
            if not (isinstance(error, MCPError) and error.code == types.CONNECTION_CLOSED):
                self._server.log.add("event", f"{words}: {first_line(error)}")


async def set_level(client: Client, server: Server) -> None:
    """
    Have the server's log messages begin at `server.log_level`; in the modern era each call says so itself.

    Raises:
        MCPError: It refused.
    """
    if server.log_level is not None and not server.modern:
        request = types.SetLevelRequest(params=types.SetLevelRequestParams(level=server.log_level))
        await client.session.send_request(request, types.EmptyResult)
