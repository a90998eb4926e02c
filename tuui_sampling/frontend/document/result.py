"""Shows what a call returned as parts: its blocks, its structured content; all of it, where something is odd."""

from collections.abc import Iterator, Sequence

from ...desk.invocations import Result
from ...servers.state.primitives import PromptResult
from ...servers.state.server import ToolResult
from ..presentation.content_blocks import members
from ..presentation.format import pretty_json
from ..presentation.results import parts_of
from .blocks import Looked, item_passages
from .passage import Outline, Part, Passage, Style


def result_parts(result: Result, remarks: Sequence[str], looked: Looked) -> list[Part]:
    """
    Return the parts of a result.

    Args:
        remarks: What in it is not as it should be.
        looked: What is known of its data.
    """
    parts = [Part("", tuple(_head(result, remarks)))]
    for number, part in enumerate(parts_of(result)):
        name = f"content[{number}]"
        heading = [Passage(part.label, Style.HEADING)] if part.label else []
        parts.append(Part(name, (*heading, *item_passages(part.block, name, looked))))
    structured = result.structured_content if isinstance(result, ToolResult) else None
    if structured is not None:
        heading = [Passage("structured content", Style.HEADING)]
        parts.append(Part("structuredContent", (*heading, Passage(Outline(structured), Style.OUTLINE))))
    if len(parts) == 1:
        parts.append(Part("", (Passage("It returned nothing.", Style.MUTED),)))
    if remarks:
        heading = [Passage("raw: the whole result as it was sent", Style.HEADING)]
        parts.append(Part("raw", (*heading, Passage(pretty_json(result.raw)))))
    return parts


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
        yield Passage(f"Not as it should be: {remark}", Style.NOTE)
