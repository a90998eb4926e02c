"""The lists of what a server offers: read page by page, and again each time the server says that they have changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import mcp_types as types
from mcp import Client, MCPError
from pydantic import ValidationError

from ..inbound.translate import read_tool
from ..state.primitives import Offered, OfferKind
from ..state.server import Server
from ..transport.exit_reasons import first_line
from .translate import read_prompt, read_resource_entry, read_template

MOST_PAGES = 1000
"""Pages of one list that are read; a server whose pages never end has more."""

MOST_ENTRIES = 2_000
"""Entries of one list that are kept."""

RELIST_PAUSE = 0.1
"""Seconds between two readings of one list, for servers that announce a change at each of them."""

WORDS = {
    OfferKind.TOOL: "tools",
    OfferKind.PROMPT: "prompts",
    OfferKind.RESOURCE: "resources",
    OfferKind.TEMPLATE: "resource templates",
}

EntryT = TypeVar("EntryT")


class _Page(Protocol):
    """One page of a list."""

    next_cursor: str | None


PageT = TypeVar("PageT", bound=_Page)


class Lists:
    """What one connection's server offers, as its lists say."""

    def __init__(self, server: Server, changed: Callable[[Server], None]) -> None:
        """
        Know nothing yet.

        Args:
            changed: Called when the lists are different.
        """
        self._server = server
        self._changed = changed
        self._due = {kind: asyncio.Event() for kind in OfferKind}

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
        self.read_again(pending)

    def read_again(self, kinds: Iterable[OfferKind]) -> None:
        """Have lists read again, as soon as somebody keeps them."""
        for kind in kinds:
            self._due[kind].set()

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

    async def keep(self, kind: OfferKind, client: Client, closed: asyncio.Event) -> None:
        """Keep a list as the server's."""
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
                    self._server.log.add("event", f"its {WORDS[kind]} could not be listed{again}: {first_line(error)}")
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
            self._server.log.add("event", f"it lists too many {words}: the first {MOST_ENTRIES:,} are shown")
        return entries[:MOST_ENTRIES]


def _is_unknown_method(error: Exception) -> bool:
    return isinstance(error, MCPError) and error.code == types.METHOD_NOT_FOUND
