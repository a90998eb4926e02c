"""The lists of what a server offers: read page by page, and again each time the server says that they have changed."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

import mcp_types as types
from mcp import Client, MCPError
from mcp.shared.inbound import find_invalid_x_mcp_header

from ..lenient.entries import LIST_KEYS, READERS
from ..lenient.errors import error_words
from ..lenient.fitting import as_sent
from ..lenient.remarks import Members, quoted
from ..state.primitives import Offered, OfferKind, Resource, ResourceTemplate
from ..state.server import Server, Tool

MAX_PAGES = 1000
"""Pages of one list that are read; a server whose pages never end has more."""

MAX_ENTRIES = 2_000
"""Entries of one list that are kept."""

RELIST_PAUSE = 0.1
"""Seconds between two readings of one list, for servers that announce a change at each of them."""

WORDS = {
    OfferKind.TOOL: "tools",
    OfferKind.PROMPT: "prompts",
    OfferKind.RESOURCE: "resources",
    OfferKind.TEMPLATE: "resource templates",
}

FIELDS = {OfferKind.PROMPT: "prompts", OfferKind.RESOURCE: "resources", OfferKind.TEMPLATE: "templates"}
"""The members of `Offered` that hold the lists."""

MAX_SAID = 20
"""Remarks on one list that get a line each in the log."""


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
        """
        if client.server_capabilities.tools is None:
            self._server.tools = ()
            return
        self._server.tools = tuple(await self._all(OfferKind.TOOL, client))

    def could_not(self, kind: OfferKind, error: MCPError, *, again: bool = False) -> None:
        """Note that a list could not be read, which is not a reason to end what a server is still good for."""
        words = f"its {WORDS[kind]} could not be listed{' again' if again else ''}: {error_words(error.error)}"
        self._server.log.add("event", words)
        offered = self._server.offered
        self._server.offered = replace(offered, unlisted={**offered.unlisted, kind: words})

    def _listed(self, kind: OfferKind) -> None:
        offered = self._server.offered
        if kind in offered.unlisted:
            unlisted = {other: words for other, words in offered.unlisted.items() if other is not kind}
            self._server.offered = replace(offered, unlisted=unlisted)

    async def keep(self, kind: OfferKind, client: Client, closed: asyncio.Event) -> None:
        """Keep a list as the server's."""
        due = self._due[kind]
        while True:
            await due.wait()
            due.clear()
            try:
                await self._list(kind, client)
            except MCPError as error:  # no reason to end what it is still good for
                if closed.is_set():
                    return
                if not (kind is OfferKind.TEMPLATE and error.code == types.METHOD_NOT_FOUND):
                    self.could_not(kind, error, again=kind is OfferKind.TOOL)  # the first time was the handshake's
            else:
                self._listed(kind)
            self._server.offered = replace(self._server.offered, pending=self._server.offered.pending - {kind})
            self._changed(self._server)
            await asyncio.sleep(RELIST_PAUSE)

    async def _list(self, kind: OfferKind, client: Client) -> None:
        if kind is OfferKind.TOOL:
            await self.list_tools(client)
        else:
            entries: dict[str, Any] = {FIELDS[kind]: tuple(await self._all(kind, client))}
            self._server.offered = replace(self._server.offered, **entries)

    async def _all(self, kind: OfferKind, client: Client) -> list[Any]:
        """Return the entries of all pages, as far as the list is not endless, each once."""
        entries: dict[str, Any] = {}
        problems: list[str] = []
        count, cursor = 0, None
        seen: set[str] = set()
        for _ in range(MAX_PAGES):
            page, kept = await _page(kind, client, cursor)
            listed = page.items(LIST_KEYS[kind])
            for number, entry in enumerate(listed[: MAX_ENTRIES - count], count + 1):
                one = _checked(READERS[kind](entry, number), kept)
                key = _key(one)
                if key in entries and entries[key] != one:
                    problems.append(f"it lists {quoted(key)} twice: the first one counts")
                entries.setdefault(key, one)
            count += len(listed)
            problems += page.remarks
            cursor = page.text("nextCursor")
            # An empty cursor is none, and a server may go in circles.
            if not cursor or cursor in seen or count >= MAX_ENTRIES:
                break
            seen.add(cursor)
        if count > MAX_ENTRIES or (count == MAX_ENTRIES and cursor):
            problems.append(f"it lists too many {WORDS[kind]}: the first {MAX_ENTRIES:,} are shown")
        self._say(kind, problems, entries.values())
        return list(entries.values())

    def _say(self, kind: OfferKind, problems: Iterable[str], entries: Iterable[Any]) -> None:
        """Log what is wrong with a list, and with its entries."""
        said = list(problems)
        for one in entries:
            if one.problem:
                said.append(f"its {kind} {one.name} can't be used: {one.problem}")
            said += [f"its {kind} {one.name}: {remark}" for remark in one.remarks]
        for line in said[:MAX_SAID]:
            self._server.log.add("event", line)
        if len(said) > MAX_SAID:
            self._server.log.add("event", f"… and {len(said) - MAX_SAID:,} more such remarks on its {WORDS[kind]}")


async def _page(kind: OfferKind, client: Client, cursor: str | None) -> tuple[Members, set[str]]:
    """Return one page as it was sent, and the names of the tools that the session would call."""
    match kind:
        case OfferKind.TOOL:
            tools = await client.list_tools(cursor=cursor)
            return Members(as_sent(tools)), {tool.name for tool in tools.tools}
        case OfferKind.PROMPT:
            page: types.Result = await client.list_prompts(cursor=cursor)
        case OfferKind.RESOURCE:
            page = await client.list_resources(cursor=cursor)
        case OfferKind.TEMPLATE:
            page = await client.list_resource_templates(cursor=cursor)
    return Members(as_sent(page)), set()


def _checked(entry: Any, kept: Collection[str]) -> Any:
    """Return an entry; a tool that the session has sorted out for its headers (modern era) can't be used."""
    if isinstance(entry, Tool) and not entry.problem and entry.name not in kept:
        reason = find_invalid_x_mcp_header(dict(entry.input_schema))
        if reason is not None:
            return replace(entry, problem=f"inputSchema: an x-mcp-header that is not valid ({reason})")
    return entry


def _key(entry: Any) -> str:
    """Return what an entry is told from its siblings by."""
    match entry:
        case Resource(uri=uri):
            return uri
        case ResourceTemplate(uri_template=template):
            return template
    return str(entry.name)
