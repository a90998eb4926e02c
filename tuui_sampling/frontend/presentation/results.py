"""What a call returned as a list of parts, and each of them as a file that can be saved. Raw foreign text."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...desk.invocations import Result
from ...forms.check import SchemaCheck
from ...sampling.base64_data import decoded
from ...sampling.request import Json, JsonObject
from ...sampling.visible import json_text
from ...servers.state.primitives import PromptResult, ResourceContents
from ...servers.state.server import Tool, ToolResult
from .content_blocks import block_words, members

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 60


@dataclass(frozen=True)
class Part:
    """
    One part of a result.

    Attributes:
        block: The content block as the specification's JSON; a resource's content as an embedded resource.
        label: Which of several it is, such as the role of a prompt's message; ours.
    """

    block: Json
    label: str = ""


@dataclass(frozen=True)
class PartFile:
    """
    A part as a file.

    Attributes:
        words: What it is, in one line; foreign text.
        name: A name to propose: no folder, and only harmless characters.
    """

    words: str
    name: str
    data: bytes


def parts_of(result: Result) -> list[Part]:
    """Return the parts of a result, in its order."""
    match result:
        case ToolResult():
            return [Part(block) for block in result.content]
        case PromptResult():
            return [Part(message.get("content"), f"{message.get('role')} says") for message in result.messages]
        case ResourceContents():
            return [Part({"type": "resource", "resource": contents}) for contents in result.contents]


def remarks_of(result: Result, tool: Tool | None = None) -> tuple[str, ...]:
    """
    Return what in a result does not fit the specification, or what its tool has promised.

    Args:
        tool: As its server lists it; None where it is none, or is not listed.
    """
    remarks = result.remarks
    if not isinstance(result, ToolResult) or result.is_error or tool is None or tool.output_schema is None:
        return remarks
    if result.structured_content is None:
        return (*remarks, "structuredContent is missing: its tool promises it (outputSchema)")
    problems = SchemaCheck(tool.output_schema).problems(result.structured_content)
    return (*remarks, *(f"structuredContent is not what its tool promises: {problem}" for problem in problems))


def files_of(result: Result) -> list[PartFile]:
    """Return what of a result can be saved."""
    return list(_files(result))


def may_be_saved(result: Result) -> bool:
    """Whether there is something in a result that could be a file; `files_of` says whether it is."""
    if isinstance(result, ToolResult) and result.structured_content is not None:
        return True
    return any(_holds_data(members(part.block)) for part in parts_of(result))


def _holds_data(block: JsonObject) -> bool:
    held = members(block.get("resource")) if block.get("type") == "resource" else block
    return any(isinstance(held.get(key), str) for key in ("text", "data", "blob"))


def _files(result: Result) -> Iterator[PartFile]:
    for number, part in enumerate(parts_of(result), 1):
        block = members(part.block)
        words = block_words(part.block).heading or "text"
        if block.get("type") == "resource":
            held = members(block.get("resource"))
            data, kind = _data(held.get("blob"), held.get("text")), held.get("mimeType")
            name = str(held.get("uri") or "")
        else:
            data, kind, name = _data(block.get("data"), block.get("text")), block.get("mimeType"), ""
        if data is not None:
            yield PartFile(f"{number}. {words}", file_name(name, kind if isinstance(kind, str) else "", number), data)
    if isinstance(result, ToolResult) and result.structured_content is not None:
        text = json_text(result.structured_content, indent=2)  # somebody may have a terminal show it
        yield PartFile("structured content", "structured.json", text.encode("utf-8", "replace"))


def _data(encoded: Json, text: Json) -> bytes | None:
    """Return what a part holds as bytes; None when it holds nothing, or its base64 is broken."""
    if isinstance(encoded, str):
        return decoded(encoded)
    return text.encode("utf-8", "replace") if isinstance(text, str) else None


def file_name(uri: str, mime_type: str, number: int) -> str:
    """Return a name to propose for a file: the end of its URI where that gives one, never a hidden file."""
    end = re.split(r"[?#]", uri, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    stem = _NOT_IN_A_NAME.sub("-", end).strip(".-")[:_MAX_NAME] or f"result-{number}"
    if "." in stem:
        return stem
    guessed = mimetypes.guess_extension(mime_type.partition(";")[0].strip()) if mime_type else ".txt"
    return stem + (guessed or ".bin")
