"""
Reads the results of calls: everything in them is shown, and what does not fit the specification gets a remark.

https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result. A block that is none stays in its
place as the JSON that it is; a member of the wrong type counts as absent. What came is kept whole beside it.
"""

from collections.abc import Mapping

from ...sampling.request import Json
from ..state.primitives import Completion, PromptResult, ResourceContents
from ..state.server import ToolResult
from .remarks import Members, expected

MAX_COMPLETIONS = 100
"""https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion: at most so many per answer."""

BLOCKS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "image": ("data", "mimeType"),
    "audio": ("data", "mimeType"),
    "resource_link": ("uri", "name"),
    "resource": (),
}
"""The types of content blocks, and the texts that each has to have."""


def read_tool_result(raw: Json) -> ToolResult:
    """Return what a tool returned."""
    members = Members(raw)
    content = _shown_items(members, "content", raw)
    _remark_on_blocks(members, content, "content")
    return ToolResult(
        content=tuple(content),
        is_error=members.flag("isError"),
        structured_content=members.get("structuredContent"),
        remarks=tuple(members.remarks),
        raw=raw,
    )


def read_prompt_result(raw: Json) -> PromptResult:
    """Return what a prompt became."""
    members = Members(raw)
    messages: list[Mapping[str, Json]] = []
    for index, one in enumerate(_shown_items(members, "messages", raw)):
        where = f"messages[{index}]"
        message = Members(one, where)
        if message.get("role") not in ("user", "assistant"):
            problem = expected(
                f"{where}.role", '"user" or "assistant"', message.get("role"), missing="role" not in message
            )
            message.remark(problem)
        content = message.get("content")
        _remark_on_blocks(message, content if isinstance(content, list) else [content], f"{where}.content")
        members.remarks += message.remarks
        messages.append(one if isinstance(one, Mapping) else {"role": "", "content": one})
    return PromptResult(tuple(messages), members.text("description"), tuple(members.remarks), raw)


def read_contents(raw: Json) -> ResourceContents:
    """Return what a resource held."""
    members = Members(raw)
    contents: list[Mapping[str, Json]] = []
    for index, one in enumerate(_shown_items(members, "contents", raw)):
        _remark_on_resource(members, one, f"contents[{index}]")
        contents.append(one if isinstance(one, Mapping) else {"text": one})
    return ResourceContents(tuple(contents), tuple(members.remarks), raw)


def read_completion(raw: Json) -> Completion:
    """Return what an argument may be completed to; a server that sends more than it may is cut short."""
    completion = Members(Members(raw).object("completion", needed=True))
    values = [value for value in completion.items("values") if isinstance(value, str)]
    more = completion.flag("hasMore") or len(values) > MAX_COMPLETIONS
    return Completion(tuple(values[:MAX_COMPLETIONS]), completion.whole_number("total"), more)


def _shown_items(members: Members, key: str, raw: Json) -> list[Json]:
    """Return a list of what is to be shown; what stands in its place instead is its one item."""
    items = members.items(key)
    if items or isinstance(members.get(key), list):
        return items
    instead = members.get(key) if members.is_object else raw
    return [] if instead is None else [instead]


def _remark_on_blocks(members: Members, blocks: list[Json], where: str) -> None:
    for index, block in enumerate(blocks):
        here = f"{where}[{index}]" if len(blocks) > 1 or where == "content" else where
        if not isinstance(block, Mapping):
            members.remark(expected(here, "a content block", block))
            continue
        kind = block.get("type")
        needed = BLOCKS.get(kind) if isinstance(kind, str) else None
        if needed is None:
            members.remark(expected(f"{here}.type", "a type of content", kind, missing="type" not in block))
        elif kind == "resource":
            _remark_on_resource(members, block.get("resource"), f"{here}.resource")
        for key in needed or ():
            if not isinstance(block.get(key), str):
                members.remark(expected(f"{here}.{key}", "text", block.get(key), missing=key not in block))


def _remark_on_resource(members: Members, resource: Json, where: str) -> None:
    if not isinstance(resource, Mapping):
        members.remark(expected(where, "the content of a resource", resource))
        return
    if not isinstance(resource.get("uri"), str):
        members.remark(expected(f"{where}.uri", "text", resource.get("uri"), missing="uri" not in resource))
    held = [key for key in ("text", "blob") if key in resource]
    if not any(isinstance(resource[key], str) for key in held):
        key = held[0] if held else "text"
        members.remark(expected(f"{where}.{key}", "text", resource.get(key), missing=not held))
