"""
Makes a block of what a person adds to a request, from the result of a call, a file or a text.

A text goes to the model byte for byte, below one line that says what it is; both are shown, and can be edited.
"""

import base64
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...config.files.regular import NotRegular, TooLarge, read_regular
from ...desk.invocations import Result
from ...sampling.errors import MalformedRequest
from ...sampling.request import AudioBlock, ImageBlock, Json, TextBlock
from ...sampling.wire import parse_block
from ...servers.state.server import ToolResult
from ..presentation.format import octets, pretty_json
from ..presentation.results import parts_of

MAX_ATTACHED = 16
"""Blocks that can be added to one request."""

MAX_BYTES = 8 * 1024 * 1024
"""Of a file, or of what the clipboard holds."""

CONTEXT_FIELDS = tuple(f"context[{number}]" for number in range(MAX_ATTACHED))
"""The fields of what is added."""


class CannotAttach(Exception):
    """
    It can't be added.

    Attributes:
        reason: Why, in words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attached:
    """
    One block that a person adds.

    Attributes:
        source: Where it is from, in words, for the person and the record. May hold foreign text.
    """

    source: str
    block: TextBlock | ImageBlock | AudioBlock


def of_text(source: str, text: str, title: str = "") -> Attached:
    """
    Return a text as a block.

    Args:
        title: What the model is told that it is, where that is not all of the source.
    """
    return Attached(source, TextBlock(f"[{' '.join((title or source).split())}]\n{text}"))


def of_result(source: str, result: Result) -> list[Attached]:
    """
    Return what a call returned as blocks.

    Raises:
        CannotAttach: Something in it is neither a text, a picture nor sound; or nothing is in it.
    """
    found = [one for part in parts_of(result) for one in _of_json(source, part.block)]
    if not found and isinstance(result, ToolResult) and result.structured_content is not None:
        found = [of_text(source, pretty_json(result.structured_content))]
    if not found:
        raise CannotAttach("there is nothing in it")
    return found


def of_file(path: Path) -> Attached:
    """
    Read a file. Slow: not for the event loop.

    Raises:
        CannotAttach: It can't be read, is too large, or neither a text, a picture nor sound.
    """
    try:
        content, _ = read_regular(path, MAX_BYTES)
    except TooLarge as error:
        raise CannotAttach(f"it has more than {octets(MAX_BYTES)}") from error
    except NotRegular as error:
        raise CannotAttach(f"it {error.strerror}") from error
    except OSError as error:
        raise CannotAttach(error.strerror or "it can't be read") from error
    source = f"file {path}"
    mime_type = mimetypes.guess_type(path.name)[0] or ""
    if mime_type.startswith(("image/", "audio/")) and mime_type != "image/svg+xml":
        data = base64.b64encode(content).decode("ascii")
        return Attached(source, (ImageBlock if mime_type.startswith("image/") else AudioBlock)(data, mime_type))
    try:
        return of_text(source, content.decode("utf-8"), f"file {path.name}")
    except UnicodeDecodeError as error:
        raise CannotAttach("it is neither a text in UTF-8, a picture nor sound") from error


def _of_json(source: str, block: Json) -> Iterator[Attached]:
    """Yield a block of a result, which is anything, as what a model can be sent."""
    kind = block.get("type") if isinstance(block, Mapping) else None
    if kind == "resource" and isinstance(held := block.get("resource"), Mapping):
        yield from _of_resource(source, held)
    elif kind in ("text", "image", "audio"):
        try:
            read = parse_block(
                {key: block.get(key) for key in ("type", "text", "data", "mimeType") if key in block}, ""
            )
        except MalformedRequest as error:
            raise CannotAttach(f"it breaks the specification: {error}") from error
        assert isinstance(read, TextBlock | ImageBlock | AudioBlock)
        yield of_text(source, read.text) if isinstance(read, TextBlock) else Attached(source, read)
    else:
        yield of_text(source, json.dumps(block, ensure_ascii=False, default=dict))


def _of_resource(source: str, held: Mapping[str, Json]) -> Iterator[Attached]:
    uri, text, mime_type = held.get("uri"), held.get("text"), held.get("mimeType")
    named = source if not isinstance(uri, str) or uri in source else f"{source}: {uri}"
    if isinstance(text, str):
        yield of_text(named, text)
        return
    kind = mime_type.partition("/")[0] if isinstance(mime_type, str) else ""
    if kind not in ("image", "audio"):
        raise CannotAttach(f"it is data of the type {mime_type or 'unknown'}, which is not sent to models")
    yield from _of_json(named, {"type": kind, "data": held.get("blob"), "mimeType": mime_type})
