"""The words of an entry: what a search looks through, and the line that a list shows."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from ..sampling.derived.beside import paced
from ..sampling.derived.lazy_list import JSON_LISTS, LazyList
from .entry import JUDGED

MAX_SEARCHED = 1_000_000
"""Characters of one entry that a search looks through."""

TOGETHER = 10_000
"""Characters that are folded in one step, where a text is not longer by itself."""

PROMPT_LENGTH = 2_000
"""Characters of a prompt that a summary keeps: what many requests begin with alike may be long."""


def storable(text: str) -> str:
    r"""Return the text with lone surrogates written as ``\ud800``: SQLite stores UTF-8, which has no room for them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def folded(text: str) -> str:
    """Return the text as it is compared in a search: without case, compatible forms alike (full width and plain)."""
    # NUL ends a text for some of SQLite's functions, so what follows it could not be found.
    if text.isascii():
        return text.lower().replace("\0", " ")
    return unicodedata.normalize("NFKC", storable(text).casefold()).replace("\0", " ")


def prompt_line(params: object) -> str:
    """
    Return the first words of the newest user message that has any, else of any message, in one line.

    An elicitation has one `message`, which is a text.
    """
    if isinstance(message := _members(params).get("message"), str):
        return _first_words(message)
    messages = _list(_members(params).get("messages"))
    users = (message for message in reversed(messages) if _members(message).get("role") == "user")
    for message in paced(chain(users, messages)):
        for text in _block_texts(_members(message).get("content")):
            if words := _first_words(text):
                return words
    return ""


def _first_words(text: str) -> str:
    return storable(" ".join(text[:PROMPT_LENGTH].split()))


def searchable(data: Mapping[str, Any]) -> str:
    """
    Return what can be searched for in an entry's data, folded; an empty string when there is nothing.

    Of very much that is the beginning: each later row of a review writes all of it anew.
    """
    return "\n".join(map(folded, _together(_searched(data))))


def _searched(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts that a search looks through, as far as it does."""
    left = MAX_SEARCHED
    for text in _texts(data):
        if text and isinstance(text, str):
            yield text if len(text) <= left else text[:left]
            left -= min(len(text), left)
        if left <= 0:
            return


def _together(texts: Iterator[str]) -> Iterator[str]:
    """Yield several short texts as one, a line each: folded one by one, each would be a string of its own."""
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= TOGETHER:
            yield "\n".join(some)
            some, size = [], 0
    if some:
        yield "\n".join(some)


def _texts(data: Mapping[str, Any]) -> Iterator[object]:
    yield from (data.get(key) for key in ("tool", "model", "raw", "reason"))
    if judged := data.get(JUDGED):
        yield _members(judged).get("reason")
    if params := data.get("params"):
        yield from _request_texts(params)
    if result := data.get("result"):
        yield from _block_texts(_members(result).get("content"))
    if "action" in data or "kind" in data:
        yield from _inquiry_texts(data)


def _inquiry_texts(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an elicitation or a request for roots asked, and what it was answered with."""
    yield str(data.get("kind") or data.get("action"))
    params, result = _members(data.get("params")), _members(data.get("result"))
    for value in (params.get("message"), params.get("url")):
        if isinstance(value, str):
            yield value
    for given in (params.get("requestedSchema"), result.get("content"), result.get("roots")):
        if given:
            yield json.dumps(given, ensure_ascii=False, default=dict)


def _request_texts(params: object) -> Iterator[str]:
    members = _members(params)
    system_prompt = members.get("systemPrompt")
    if isinstance(system_prompt, str):
        yield system_prompt
    for message in paced(_list(members.get("messages"))):
        yield from _block_texts(_members(message).get("content"))


def _block_texts(content: object) -> Iterator[str]:
    """Yield the texts of one content block or a list of them; tools' names and arguments, but no base64."""
    for block in paced(content if isinstance(content, JSON_LISTS) else [content]):
        members = _members(block)
        if isinstance(text := members.get("text"), str):
            yield text
        if isinstance(name := members.get("name"), str):
            yield name
        if arguments := members.get("input"):
            yield json.dumps(arguments, ensure_ascii=False, default=dict)
        if (nested := members.get("content")) is not None:
            yield from _block_texts(nested)


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, (dict, Mapping)) else {}  # a `dict` is known at once


def _list(value: object) -> Sequence[object] | LazyList:
    return value if isinstance(value, JSON_LISTS) else ()
