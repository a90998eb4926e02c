"""The OpenAI SDK's client as both OpenAI wires use it: nothing in it comes from the environment."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..sampling.request import ImageBlock
from .mapping.content import mime_type
from .mapping.conversation import Call, Result

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI, Omit

NO_KEY = "none"
"""The SDK wants a key to be made; this one never leaves (see `authorization`)."""


def make_openai_client(
    base_url: str, query: Mapping[str, str], timeout: float, http_client: "httpx2.AsyncClient"
) -> "AsyncOpenAI":
    """Return a client with no key, organization or project; imports the SDK."""
    import openai

    client = openai.AsyncOpenAI(
        api_key=NO_KEY, base_url=base_url, default_query=query, max_retries=0, timeout=timeout, http_client=http_client
    )
    # Taken from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_ADMIN_KEY, for whatever host.
    client.organization = client.project = client.admin_api_key = None
    return client


def authorization(client: "AsyncOpenAI") -> "Mapping[str, str | Omit]":
    """Return the header that carries the client's key, or that takes the header away where there is no key."""
    import openai

    return {"Authorization": f"Bearer {client.api_key}" if client.api_key else openai.Omit()}


def data_url(image: ImageBlock) -> str:
    """Return the image as a data URL."""
    return f"data:{mime_type(image)};base64,{image.data}"


def arguments(call: Call) -> str:
    """Return a tool use's arguments as JSON text."""
    return json.dumps(dict(call.input), ensure_ascii=False)


def result_text(result: Result) -> str:
    """Return the text of a tool's result; these wires have no mark for an error."""
    return f"ERROR: {result.text}".rstrip() if result.is_error else result.text
