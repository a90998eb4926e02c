"""Requests of any shape for tests of documents, and what is read off the rows that are drawn."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as some
from rich.cells import split_graphemes

from tuui_sampling.frontend.document.document import Document, Row
from tuui_sampling.frontend.document.passage import Style
from tuui_sampling.frontend.document.request import RequestParts
from tuui_sampling.frontend.review.request_draft import Draft
from tuui_sampling.sampling.request import SamplingRequest
from tuui_sampling.sampling.visible import visible
from tuui_sampling.sampling.wire import parse_request

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

LETTERS = 'abcXYZ 019-:,.{}[]"\\|(éßДж漢字かשלום\n\t\r\x1b\x7f\u202e\u200b\u00a0\x07\x9b\x9d\u2028\u0301👩\u200d'
"""Ordinary letters of several scripts, and what is hidden, wide, or means something to JSON or to an outline."""


def document(asked: dict[str, Any] | SamplingRequest, width: int = 80) -> Document:
    """Return a request's document, all of it laid out."""
    request = asked if isinstance(asked, SamplingRequest) else parse_request(asked)
    made = Document(RequestParts(Draft(request, None)), split_graphemes)
    made.resize(width)
    made.grow_all()
    return made


def rows(made: Document) -> list[Row]:
    """Return every row."""
    return [made.row(number) for number in range(made.count)]


def drawn_lines(made: Document) -> Iterator[str]:
    """Yield the lines of text that the rows show: rows of one line are put together again."""
    line, before = "", None
    for row in rows(made):
        goes_on = row.place.offset > 0 or (before is not None and before.breaks)
        if before is not None and not goes_on and not _is_cut(before, row):
            yield line
            line = ""
        line += row.text
        before = row
    yield line


def _is_cut(before: Row, row: Row) -> bool:
    """Whether a very long line was cut at a space between two rows."""
    same = before.place[:2] == row.place[:2] and row.style is not Style.MEDIA
    return same and row.place.start > 0 and before.text.endswith(" ") and row.place.start - before.place.start > 3000


def strings_in(value: Any, *, but: Sequence[str] = ("data", "blob", "type", "role")) -> Iterator[str]:
    """Yield every string of a JSON value, members' names included, but for base64 and the specification's own words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            if key not in but:
                yield from strings_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from strings_in(member)


def ways_to_show(text: str) -> Iterator[list[str]]:
    """Yield the ways in which a string may be drawn, each as its lines."""
    yield [_shown(line) for line in text.split("\n")]
    yield [_shown(json.dumps(text, ensure_ascii=False))]
    yield [visible(text, multiline=False).replace("\t", "␉   ")]


def _shown(line: str) -> str:
    return visible(line).replace("\t", "␉   ")


def objects(texts: some.SearchStrategy[str]) -> some.SearchStrategy[dict[str, Any]]:
    """Return JSON objects of some depth."""
    plain = some.none() | some.booleans() | some.integers(-9, 99_999) | texts
    values = some.recursive(
        plain,
        lambda inner: some.lists(inner, max_size=4) | some.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
    return some.dictionaries(texts, values, max_size=5)


LONG_TEXTS = some.builds(
    lambda text, times: text * times, some.text(LETTERS, min_size=1, max_size=20), some.integers(1, 300)
)
DATA = {"data": PIXEL, "mimeType": "image/png"}


@some.composite
def asked_params(draw: some.DrawFn) -> dict[str, Any]:
    """Draw the parameters of a request: blocks of all kinds, tools, and every other member."""
    texts = some.text(LETTERS, max_size=60)
    text = draw(some.sampled_from([texts, texts, LONG_TEXTS]))
    media = some.builds(lambda kind: {"type": kind, **DATA}, some.sampled_from(["image", "audio"]))
    block = some.one_of(some.builds(lambda said: {"type": "text", "text": said}, text), media)
    message = some.builds(_message, some.lists(block, min_size=1, max_size=4), some.booleans())
    messages = draw(some.lists(message, min_size=1, max_size=5))
    params: dict[str, Any] = {"messages": messages, "maxTokens": draw(some.integers(1, 9999))}
    if draw(some.booleans()):
        params |= _with_tools(draw, text, objects(texts))
    if draw(some.booleans()):
        params |= {"systemPrompt": draw(text), "stopSequences": draw(some.lists(texts, max_size=4))}
        params |= {"metadata": draw(objects(texts)), "extra": draw(objects(texts))}
        params["modelPreferences"] = {"hints": [{"name": name} for name in draw(some.lists(texts, max_size=3))]}
    return params


def _message(blocks: list[Any], single: bool) -> dict[str, Any]:
    return {"role": "user", "content": blocks[0] if single and len(blocks) == 1 else blocks}


def _with_tools(draw: some.DrawFn, text: Any, values: Any) -> dict[str, Any]:
    """Draw tools, a call of one, and its result."""
    names = some.text("abcdef_", min_size=1, max_size=12)
    tool = some.builds(
        lambda name, said, schema: {"name": name, "description": said, "inputSchema": schema}, names, text, values
    )
    tools = draw(some.lists(tool, min_size=1, max_size=3))
    items = some.one_of(
        some.builds(lambda said: {"type": "text", "text": said}, text),
        some.just({"type": "image", **DATA}),
        some.builds(lambda said: {"type": "resource_link", "uri": "file:///x", "name": "x", "description": said}, text),
        some.builds(lambda said: {"type": "resource", "resource": {"uri": "file:///y", "text": said}}, text),
    )
    used = {"type": "tool_use", "id": "call-1", "name": tools[0]["name"], "input": draw(values)}
    result = {"type": "tool_result", "toolUseId": "call-1", "content": draw(some.lists(items, max_size=3))}
    result["structuredContent"] = draw(values)
    asked = {"role": "user", "content": {"type": "text", "text": draw(text)}}
    turns = [{"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]
    return {"tools": tools, "messages": [asked, *turns]}
