"""Shows what a call returned as parts: its blocks, its structured content; all of it, where something is odd."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from ...desk.invocations import Result
from ...servers.state.primitives import PromptResult
from ...servers.state.server import ToolResult
from ..presentation.content_blocks import members
from ..presentation.format import pretty_json
from ..presentation.results import parts_of
from ..review.found import STRUCTURED
from .blocks import Looked, item_passages
from .passage import Outline, Part, Passage, Remarks, Style


def result_parts(
    result: Result, remarks: Sequence[str], looked: Looked, found: Remarks = MappingProxyType({})
) -> list[Part]:
    """
    Return the parts of a result.

    Args:
        remarks: What in it breaks the specification.
        looked: What is known of its data.
        found: What was found in each field.
    """
    parts = [Part("", tuple(_head(result, remarks)))]
    for number, part in enumerate(parts_of(result)):
        name = f"content[{number}]"
        heading = [Passage(part.label, Style.HEADING)] if part.label else []
        parts.append(Part(name, (*heading, *item_passages(part.block, name, looked), *_found(found, name))))
    structured = result.structured_content if isinstance(result, ToolResult) else None
    if structured is not None:
        heading = [Passage("structured content", Style.HEADING)]
        shown = (*heading, Passage(Outline(structured), Style.OUTLINE))
        parts.append(Part(STRUCTURED, (*shown, *_found(found, STRUCTURED))))
    if len(parts) == 1:
        parts.append(Part("", (Passage("It returned nothing.", Style.MUTED),)))
    if remarks:
        heading = [Passage("raw: the whole result as it was sent", Style.HEADING)]
        parts.append(Part("raw", (*heading, Passage(pretty_json(result.raw), Style.JSON))))
    return parts


def _found(found: Remarks, field: str) -> Iterator[Passage]:
    return (Passage(one.text, one.style) for one in found.get(field, ()))


def data_of(result: Result) -> Iterator[tuple[str, object]]:
    """Yield each piece of data of a result: its name, and the block that holds it."""
    for number, part in enumerate(parts_of(result)):
        block = members(part.block)
        held = members(block.get("resource")) if block.get("type") == "resource" else block
        if "data" in held or "blob" in held:
            yield f"content[{number}]", part.block


def _head(result: Result, remarks: Sequence[str]) -> Iterator[Passage]:
    if isinstance(result, ToolResult) and result.is_error:
        yield Passage("The tool says that this is an error:", Style.PROBLEM)
    if isinstance(result, PromptResult) and result.description:
        yield Passage(result.description)
    for remark in remarks:
        yield Passage(f"Breaks the specification: {remark}", Style.NOTE)
