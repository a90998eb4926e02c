"""
Reads a request of very many plain text blocks without making an object of each, which takes seven times their room.

Stretches of such blocks are cut out of the message, read a few at a time, and put back as the texts that they are: a
list that makes a block when it is reached. All the rest is read as ever, and all of it wherever anything else is found.
"""

import re
import secrets

from pydantic_core import from_json

from ...sampling.derived.beside import pause
from ...sampling.derived.lazy_list import LazyList
from ...sampling.request import MAX_USUAL, Json

MANY = 8
"""Blocks; a shorter stretch stays as it is."""

_TEXT = rb'"(?:[^"\\]|\\.){0,1000}+"'
_PLAIN = (
    rb'\{\s*+(?:"type"\s*+:\s*+"text"\s*+,\s*+"text"\s*+:\s*+%b|"text"\s*+:\s*+%b\s*+,\s*+"type"\s*+:\s*+"text")\s*+\}'
    % (_TEXT, _TEXT)
)
_BLOCK = re.compile(_PLAIN, re.DOTALL)
_BLOCKS = re.compile(rb"(?:%b\s*+,\s*+){1,256}+" % _PLAIN, re.DOTALL)
"""As many of them as are read in one call, each with its comma."""


def with_many_texts(raw: bytes) -> object:
    """
    Return what a JSON text says; the `content` of a sampling message may be a `LazyList`.

    Raises:
        ValueError: It is not JSON.
    """
    if raw.count(b'"text"') > 2 * MAX_USUAL and b'"sampling/createMessage"' in raw:
        cut = _Cut(raw)
        if cut.stretches:
            value = from_json(cut.rest)
            if cut.put_back(value):
                return value
    return from_json(raw)


class _Cut:
    """
    A message without its stretches of plain texts.

    Attributes:
        rest: The message; a text that nobody can guess stands for each stretch.
        stretches: What stands for each, and the texts in it.
    """

    def __init__(self, raw: bytes) -> None:
        self.stretches: dict[str, list[str]] = {}
        token = secrets.token_hex(16)
        kept: list[bytes] = []
        done = place = 0
        while (some := _BLOCKS.search(raw, place)) is not None:
            start = some.start()
            texts, place, is_last = _stretch(raw, some)
            if len(texts) >= MANY:
                name = f"{token} {len(self.stretches)}"
                self.stretches[name] = texts
                kept += (raw[done:start], f'"{name}"{"" if is_last else ","}'.encode())
                done = place
        self.rest = b"".join((*kept, raw[done:]))

    def put_back(self, value: Json) -> bool:
        """Put all stretches in where they belong; False where one belongs to anything but a sampling message."""
        try:
            contents = [message["content"] for message in value["params"]["messages"]]
            found = [content for content in contents if isinstance(content, list) and self._names(content)]
            names = [name for content in found for name in self._names(content)]
            others = [one for content in found for one in content if not isinstance(one, dict)]
        except (KeyError, TypeError, IndexError):
            return False
        if value.get("method") != "sampling/createMessage" or not names == others == list(self.stretches):
            return False
        for message in value["params"]["messages"]:
            if isinstance(message["content"], list) and self._names(message["content"]):
                message["content"] = LazyList(self._whole(message["content"]), _block)
        return True

    def _names(self, content: list[Json]) -> list[str]:
        return [one for one in content if isinstance(one, str) and one in self.stretches]

    def _whole(self, content: list[Json]) -> list[Json]:
        """Return the members of a list: a text for a block that is nothing else."""
        whole: list[Json] = []
        for one in content:
            whole += self.stretches.pop(one) if isinstance(one, str) else (one,)
        return whole


def _stretch(raw: bytes, some: re.Match[bytes] | None) -> tuple[list[str], int, bool]:
    """Return the texts of the blocks that follow each other, where they end, and whether the list ends there, too."""
    texts: list[str] = []
    end = 0
    while some is not None:
        pause()
        *blocks, _end = from_json(b"[%b0]" % some[0])
        texts += [block["text"] for block in blocks]
        end = some.end()
        some = _BLOCKS.match(raw, end)
    if (last := _BLOCK.match(raw, end)) is None:
        return texts, end, False
    return [*texts, from_json(last[0])["text"]], last.end(), True


def _block(one: Json) -> Json:
    return {"type": "text", "text": one} if isinstance(one, str) else one
