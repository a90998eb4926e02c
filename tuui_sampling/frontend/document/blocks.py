"""Makes passages of content blocks: of a request's messages, of what a tool returned, of a response."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...sampling.request import AudioBlock, Block, ImageBlock, Json, TextBlock, ToolResultBlock, ToolUseBlock
from ...sampling.visible import reveal
from ..presentation.content_blocks import members
from ..presentation.format import octets
from .passage import Outline, Passage, Style

LOOKED_THROUGH = 4_096
"""Characters of a text that are looked through for hidden ones; all of them are marked where they are drawn."""


@dataclass(frozen=True)
class Picture:
    """
    What is known of data once it has been looked at.

    Attributes:
        words: What it is; foreign text.
        rows: How many rows the picture takes; none where it can't be drawn.
    """

    words: str
    rows: int = 0


Looked = Mapping[str, Picture]
"""Name of a piece of data → what is known of it."""


def media_passages(kind: str, mime_type: Json, data: Json, name: str, looked: Looked) -> Iterator[Passage]:
    """Yield what is shown of data: what it is, at once; and the picture and what its bytes say, once looked at."""
    known = looked.get(name)
    if known is None:
        size = octets(len(data) * 3 // 4) if isinstance(data, str) else "no data"
        kind_of = mime_type if isinstance(mime_type, str) else ""
        yield Passage(" · ".join(filter(None, (kind, kind_of, size))), Style.MEDIA, picture="")
        return
    yield Passage(known.words, Style.MEDIA)
    if known.rows:
        yield Passage("\n" * (known.rows - 1), Style.MEDIA, picture=name)


def hidden_passages(text: str) -> Iterator[Passage]:
    """Yield a note of what is hidden in a text, where something is."""
    words = reveal(text[:LOOKED_THROUGH]).summary
    if words:
        more = f" in the first {LOOKED_THROUGH:,} characters" if len(text) > LOOKED_THROUGH else ""
        yield Passage(f"{words}{more}", Style.NOTE)


def text_passages(text: str, style: Style = Style.TEXT) -> Iterator[Passage]:
    """Yield a text, and below it a note of what is hidden in it."""
    yield Passage(text, style)
    yield from hidden_passages(text)


def block_passages(block: Block, name: str, looked: Looked) -> Iterator[Passage]:
    """Yield what is shown of a block, all but its heading; `name` is its field."""
    match block:
        case TextBlock():
            yield from text_passages(block.text)
        case ImageBlock() | AudioBlock():
            kind = "image" if isinstance(block, ImageBlock) else "audio"
            yield from media_passages(kind, block.mime_type, block.data, name, looked)
        case ToolUseBlock():
            yield Passage(Outline(block.input), Style.OUTLINE)
            if block.broken_input is not None:
                yield Passage("its arguments are not a JSON object:", Style.PROBLEM)
                yield Passage(block.broken_input)
        case ToolResultBlock():
            yield from result_passages(block.content, block.structured_content, name, looked)
    yield from other_passages(block.extra)


def result_passages(content: Json, structured: Json, name: str, looked: Looked) -> Iterator[Passage]:
    """Yield what is shown of a tool's result."""
    items = content if isinstance(content, list | tuple) else (content,)
    for position, item in enumerate(items):
        yield from item_passages(item, f"{name}.content[{position}]", looked)
    if not items:
        yield Passage("It returned nothing.", Style.MUTED)
    if structured is not None:
        yield Passage("structured content:", Style.MUTED)
        yield Passage(Outline(structured), Style.OUTLINE)


def item_passages(item: Json, name: str, looked: Looked) -> Iterator[Passage]:
    """Yield what is shown of one block of a tool's result, as the specification's JSON."""
    block = members(item)
    match block.get("type"):
        case "text" if isinstance(text := block.get("text"), str):
            yield from text_passages(text)
            yield from other_passages(_but(block, "type", "text"))
        case "image" | "audio" as kind:
            yield from media_passages(kind, block.get("mimeType"), block.get("data"), name, looked)
            yield from other_passages(_but(block, "type", "mimeType", "data"))
        case "resource" if isinstance(held := block.get("resource"), Mapping):
            named = (str(held[key]) for key in ("uri", "mimeType") if held.get(key))
            yield Passage(" · ".join(("resource", *named)), Style.MUTED)
            shown = ["uri", "mimeType"]
            if "blob" in held:
                shown += ["blob"]
                yield from media_passages("resource", held.get("mimeType"), held["blob"], name, looked)
            elif isinstance(text := held.get("text"), str):
                shown += ["text"]
                yield from text_passages(text)
            yield from other_passages(_but(held, *shown))
            yield from other_passages(_but(block, "type", "resource"))
        case _:
            yield Passage(Outline(item), Style.OUTLINE)


def other_passages(extra: Json) -> Iterator[Passage]:
    """Yield members beyond those that have words of their own."""
    if extra:
        yield Passage("also:", Style.MUTED)
        yield Passage(Outline(extra), Style.OUTLINE)


def _but(value: Mapping[str, Json], *keys: str) -> dict[str, Json]:
    return {key: member for key, member in value.items() if key not in keys}
