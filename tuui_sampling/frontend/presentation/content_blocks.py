"""
Content blocks, as the specification's JSON, in words: what a tool returned, and what the record holds.

Everything here is raw foreign text, for `Plain`, `Reader` and `changes`; and the JSON may come from any server or from
another version of this program, so nothing about its shape is taken for granted.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...sampling.base64_data import decoded
from ...sampling.request import Json, JsonObject
from .format import octets, pretty_json


@dataclass(frozen=True)
class BlockWords:
    """
    One content block.

    Attributes:
        heading: What it is in one line; empty for plain text, which needs no words.
        text: What it says, empty when the heading says all.
    """

    heading: str
    text: str = ""

    def __str__(self) -> str:
        """Return both, one below the other."""
        return "\n".join(part for part in (self.heading and f"[{self.heading}]", self.text) if part)


def block_words(value: Json) -> BlockWords:
    """Return one block in words; a block of an unknown type as its JSON."""
    block = members(value)
    match block.get("type"):
        case "text":
            words = BlockWords("", _string(block, "text"))
        case "image" | "audio" as kind:
            words = BlockWords(_data(kind, _string(block, "mimeType"), _string(block, "data")))
        case "resource":
            words = _resource(members(block.get("resource")))
        case "resource_link":
            named = (_string(block, key) for key in ("title", "name", "mimeType", "description"))
            words = BlockWords(_joined("link", _string(block, "uri"), *named))
        case "tool_use":
            heading = _joined("tool_use", _string(block, "name"), _string(block, "id"))
            words = BlockWords(heading, pretty_json(block.get("input")))
        case "tool_result":
            heading = _joined(
                "tool_result", _string(block, "toolUseId"), "error" if block.get("isError") is True else ""
            )
            words = BlockWords(heading, content_text(block.get("content")))
        case _:
            words = BlockWords("a block of an unknown type", pretty_json(value))
    return words


def content_text(content: Json) -> str:
    """Return one block or a list of them as one text."""
    return "\n".join(str(block_words(block)) for block in as_blocks(content))


def as_blocks(content: Json) -> Sequence[Json]:
    """Return content as a list: the specification lets a single block stand alone."""
    if content is None:
        return ()
    return content if isinstance(content, list | tuple) else (content,)


def request_text(params: Json) -> str:
    """Return the parameters of a sampling request as a text that can be read, and compared with another."""
    return "\n\n".join(_request_parts(members(params)))


def members(value: Json) -> JsonObject:
    """Return an object as it is, and anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def _request_parts(params: JsonObject) -> Iterator[str]:
    if isinstance(prompt := params.get("systemPrompt"), str):
        yield f"system\n{prompt}"
    for message in as_blocks(params.get("messages")):
        yield f"{_string(members(message), 'role') or 'message'}\n{content_text(members(message).get('content'))}"
    others = {key: value for key, value in params.items() if key not in ("systemPrompt", "messages")}
    lines = (f"{key}: {value if isinstance(value, str) else _compact(value)}" for key, value in others.items())
    if others:
        yield "\n".join(lines)


def _resource(resource: JsonObject) -> BlockWords:
    uri, mime_type = _string(resource, "uri"), _string(resource, "mimeType")
    if isinstance(blob := resource.get("blob"), str):
        return BlockWords(_data(_joined("resource", uri), mime_type, blob))
    return BlockWords(_joined("resource", uri, mime_type), _string(resource, "text"))


def _data(kind: str, mime_type: str, data: str) -> str:
    """Return a line on binary data: the digest lets two be compared, since the data itself is not shown."""
    content = decoded(data)
    if content is None:
        return _joined(kind, mime_type, "its base64 is broken")
    return _joined(kind, mime_type, octets(len(content)), f"sha256 {hashlib.sha256(content).hexdigest()[:16]}…")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _string(block: JsonObject, key: str) -> str:
    value = block.get(key)
    return value if isinstance(value, str) else ""


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
