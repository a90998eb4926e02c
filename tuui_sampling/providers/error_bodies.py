"""
Reads what a provider says of a failure, in whichever form: the error itself, its names, and its number.

Seen are OpenAI's and Anthropic's objects, a bare string (LM Studio, Ollama), vLLM's `{"object": "error"}`, FastAPI's
`detail`, Gemini's list, and OpenRouter's `choices[0].error`. The words in an error are found in `wire_errors.py`.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..sampling.request import Json
from .wire_values import dig

if TYPE_CHECKING:
    import httpx2

ERROR_MEMBERS = ("error", "errors", "detail", "error_message", "error_msg", "errmsg")
"""Members that are there when something failed, and only then."""

ANSWER_MEMBERS = ("choices", "content", "output", "delta", "response", "candidates", "content_block")


class UnreadRefusal(Exception):
    """An error whose body could not be read; its status is known all the same."""

    def __init__(self, status: int) -> None:
        """Remember the status."""
        super().__init__(f"status {status}")
        self.status_code = status


async def read_refusal(response: "httpx2.Response") -> None:
    """
    Read the body of an answer that is an error, before an SDK does, which would forget its status where that fails.

    Raises:
        UnreadRefusal: It breaks off, or is not in the encoding that it names.
    """
    import httpx2

    if response.status_code >= 400:
        try:
            await response.aread()
        except (httpx2.HTTPError, httpx2.StreamError):
            raise UnreadRefusal(response.status_code) from None


def error_in(data: Json) -> Json:
    """Return the error that a body or an event reports; None when it reports none."""
    if isinstance(data, list):
        return next((error for item in data if (error := error_in(item)) is not None), None)
    if not isinstance(data, Mapping):
        return None
    if (error := data.get("error")) or (error := dig(data, "choices", 0, "error")):
        return error if isinstance(error, str | Mapping | list) else dict(data)
    if "error" in (data.get("type"), data.get("object"), data.get("status")):
        return dict(data)
    if any(data.get(member) for member in ERROR_MEMBERS):
        return dict(data)
    named = data.get("code") or data.get("status") or "error" in str(data.get("type"))
    answers = any(member in data for member in ANSWER_MEMBERS)
    return dict(data) if isinstance(data.get("message"), str) and named and not answers else None


def names_of(body: Json) -> Iterator[str]:
    """Yield what a provider calls its error by: codes, types and statuses, as far as they are words."""
    for one in body if isinstance(body, list) else (body,):
        inner = dig(one, "error") or one
        for member in ("code", "type", "status", "error_code"):
            if isinstance(name := dig(inner, member), str):
                yield name


def number_of(body: Json) -> int | None:
    """Return the HTTP status that an error names itself, as a number or as digits."""
    for one in body if isinstance(body, list) else (body,):
        inner = dig(one, "error") or one
        for member in ("code", "status", "status_code", "http_status"):
            value = dig(inner, member)
            value = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
            if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
                return value
    return None
