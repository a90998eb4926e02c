"""
Finds the words in an error, in whichever form a provider or a server puts them.

Seen are OpenAI's and Anthropic's objects, a bare string (LM Studio, Ollama), FastAPI's `detail`, Gemini's list,
OpenRouter's error behind an error, and members such as `errors` and `error_msg`.
"""

from collections.abc import Mapping

from .request import Json
from .whole_text import clean_text

WORD_MEMBERS = (
    *("message", "msg", "detail", "details", "error", "errors", "error_description", "error_message"),
    *("error_msg", "errmsg", "description", "title", "reason"),
)
"""Members that hold a provider's words, the most telling first."""

MAX_PARTS = 3
"""Of several errors in one body, so many are quoted."""

MAX_DEPTH = 4


def words_of(body: Json, depth: int = MAX_DEPTH) -> str:
    """Return the sender's own words, on one line; an empty string where it has none."""
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
    metadata = body.get("metadata")  # OpenRouter's: what the provider behind it says
    behind = words_of(metadata.get("raw"), depth - 1) if isinstance(metadata, Mapping) else ""
    return f"{words} ({behind})" if words and behind and behind not in words else words or behind
