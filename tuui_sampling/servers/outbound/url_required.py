"""
Error -32042: a server will not do what it was called for until the person has visited some pages.

https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#url-elicitation-required-error. The pages
are put to the desk like any other; what is answered there goes nowhere, and the call has to be made again.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import mcp_types as types

from ...sampling.errors import CallRefused, RequestRefused
from ...sampling.inquiry import InquiryOutcome, UrlElicitation

MAX_PAGES = 20
"""Pages of one error that are put to the person; nobody visits more."""

Put = Callable[[UrlElicitation, str], Awaitable[InquiryOutcome]]
"""Puts a page to the desk, with the JSON that it came as."""


def pages_of(error: types.ErrorData) -> list[tuple[UrlElicitation, str]]:
    """Return the pages that an error asks to visit, each with its JSON; those that are none are left out."""
    data: Any = error.data
    listed = data.get("elicitations") if isinstance(data, Mapping) else None
    if error.code != types.URL_ELICITATION_REQUIRED or not isinstance(listed, list):
        return []
    pages = [(_page(value), json.dumps(value, ensure_ascii=False)) for value in listed[:MAX_PAGES]]
    return [(page, raw) for page, raw in pages if page is not None]


def _page(value: object) -> UrlElicitation | None:
    if not isinstance(value, Mapping):
        return None
    rest = dict(value)
    mode, url, message = rest.pop("mode", "url"), rest.pop("url", None), rest.pop("message", "")
    identifier = rest.pop("elicitationId", None)
    if mode != "url" or not isinstance(url, str) or not url or not isinstance(message, str):
        return None
    return UrlElicitation(message, url, identifier if isinstance(identifier, str) else None, rest, in_error=True)


async def ask_for_visits(error: types.ErrorData, put: Put) -> CallRefused | None:
    """
    Put the pages of an error to the person, all at once, and wait until each is decided.

    Returns:
        What the call has come to, in words; None when the error asks for no visit.
    """
    pages = pages_of(error)
    if not pages:
        return None
    agreed: list[UrlElicitation] = []

    async def one(page: UrlElicitation, raw: str) -> None:
        try:
            outcome = await put(page, raw)
        except RequestRefused:  # the server is muted, or has asked too much
            return
        if outcome.reply is not None and outcome.reply.action == "accept":
            agreed.append(page)

    async with anyio.create_task_group() as tasks:
        for page, raw in pages:
            tasks.start_soon(one, page, raw)
    count = "a page" if len(pages) == 1 else f"{len(pages)} pages"
    hint = "visit it, then call again" if len(pages) == 1 else "visit them, then call again"
    if len(agreed) < len(pages):
        hint = "you did not agree to that; the call will fail until the visit has been made"
    return CallRefused(f"the server wants {count} visited first: {error.message} ({error.code})", hint=hint)
