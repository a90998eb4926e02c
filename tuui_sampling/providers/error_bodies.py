"""
Reads what a provider says of a failure, in whichever form: the words, the names of the error, and its number.

Seen are OpenAI's and Anthropic's objects, a bare string (LM Studio, Ollama), vLLM's `{"object": "error"}`, FastAPI's
`detail`, Gemini's list, OpenRouter's `choices[0].error`, and members such as `errors` and `error_msg`.
"""

from collections.abc import Iterator, Mapping

from ..sampling.request import Json
from .wire_values import clean_text, dig

WORD_MEMBERS = (
    *("message", "msg", "detail", "details", "error", "errors", "error_description", "error_message"),
    *("error_msg", "errmsg", "description", "title", "reason"),
)
"""Members that hold a provider's words, the most telling first."""

ERROR_MEMBERS = ("error", "errors", "detail", "error_message", "error_msg", "errmsg")
"""Members that are there when something failed, and only then."""

ANSWER_MEMBERS = ("choices", "content", "output", "delta", "response", "candidates", "content_block")

MAX_PARTS = 3
"""Of several errors in one body, so many are quoted."""

MAX_DEPTH = 4


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


def words_of(body: Json, depth: int = MAX_DEPTH) -> str:
    """Return a provider's own words, on one line; an empty string where it has none."""
    if isinstance(body, str):
        return " ".join(clean_text(body).split())
    if depth == 0:
        return ""
    if isinstance(body, list):
        parts = dict.fromkeys(words_of(item, depth - 1) for item in body[:MAX_PARTS])
        return "; ".join(part for part in parts if part)
    if not isinstance(body, Mapping):
        return ""
    words = next((found for one in WORD_MEMBERS if (found := words_of(body.get(one), depth - 1))), "")
    where = body.get("loc")  # FastAPI's: the path of the field that it is about
    if words and isinstance(where, list) and all(isinstance(step, str | int) for step in where):
        words = f"{'.'.join(map(str, where))}: {words}"
    behind = words_of(dig(body, "metadata", "raw"), depth - 1)  # OpenRouter's: what the provider behind it says
    return f"{words} ({behind})" if words and behind and behind not in words else words or behind


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
