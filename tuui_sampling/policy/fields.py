"""
Walks every text of a request, a response or a JSON value, with the field that it stands in; and puts others in place.

One walk serves the search (`survey.py`) and the redaction (`redaction/`), so that whatever is found can be replaced.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from ..sampling.derived.beside import paced
from ..sampling.request import (
    Block,
    Json,
    JsonObject,
    Message,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from ..sampling.response import Response


@dataclass(frozen=True, slots=True)
class Field:
    """
    Where a text stands.

    Attributes:
        name: The field's path in the parameters or the result, as notes and screens name it.
        block: The position of the content block in its message; None for what is not in a block.
        inner: The way to the text inside the field's JSON value, such as ``.input.query``, or ``.input{0}`` for the
            first of its keys; empty for a plain text.
    """

    name: str
    block: int | None = None
    inner: str = ""


MIN_LENGTH = 8
"""Characters of the shortest text in which something can be found."""

MAX_WORD = 30
"""Characters of a word, as a name of a member is, which is nothing that can be found."""

MAX_WORDS = 512
"""Words that are remembered: the same few name the members of every request, answer and row."""

KEYS_AT_ONCE = 64
"""Keys that are shown together."""

Change = Callable[[Field, str], str]
"""A text and where it stands → the text that is to stand there."""

ValueT = TypeVar("ValueT")

_TEXTS = "texts"
"""Under this, a request keeps them."""


def request_texts(request: SamplingRequest) -> list[tuple[Field, str]]:
    """Return every text of a request; of a long one that is much to hold: `see_texts` does without."""
    return kept_texts(request) if request.knows(_TEXTS) else _request_texts(request)


def kept_texts(request: SamplingRequest) -> list[tuple[Field, str]]:
    """Return the same of one that is not long: whoever goes through it from now on finds them gathered."""
    return request.once(_TEXTS, lambda: _request_texts(request))


def _request_texts(request: SamplingRequest) -> list[tuple[Field, str]]:
    return _gathered(lambda change: change_request(request, change))


def see_texts(request: SamplingRequest, see: Callable[[Field, str], object]) -> None:
    """Show every text of a request to a function, one after the other."""
    if request.knows(_TEXTS):
        for field, text in kept_texts(request):
            see(field, text)
        return

    def unchanged(field: Field, text: str) -> str:
        if text:
            see(field, text)
        return text

    change_request(request, unchanged)


def response_texts(response: Response) -> list[tuple[Field, str]]:
    """Return every text of a response that a server would get."""
    return _gathered(lambda change: change_response(response, change))


def json_texts(name: str, value: Json) -> list[tuple[Field, str]]:
    """Return every text of a JSON value, such as a tool's arguments."""
    return _gathered(lambda change: change_json(Field(name), value, change))


def _gathered(walk: Callable[[Change], object]) -> list[tuple[Field, str]]:
    found: list[tuple[Field, str]] = []

    def note(field: Field, text: str) -> str:
        if text:
            found.append((field, text))
        return text

    walk(note)
    return found


def change_request(request: SamplingRequest, change: Change) -> SamplingRequest:
    """Return a request with its texts changed; the same object where nothing is different."""
    changed: dict[str, object] = {}
    if request.system_prompt:
        changed["system_prompt"] = change(Field("systemPrompt"), request.system_prompt)
    changed["messages"] = _each(request.messages, lambda n, message: _message(n, message, change))
    if stops := request.stop_sequences:
        changed["stop_sequences"] = _each(stops, lambda n, stop: change(Field("stopSequences", inner=f"[{n}]"), stop))
    for name, value in (("metadata", request.metadata), ("extra", request.extra)):
        if value:
            changed[name] = change_json(Field("metadata" if name == "metadata" else "_meta"), value, change)
    if request.tools:
        changed["tools"] = _each(request.tools, lambda n, tool: change_json(Field(f"tools[{n}]"), tool, change))
    different = {name: value for name, value in changed.items() if value is not getattr(request, name)}
    return replace(request, **different) if different else request  # type: ignore[arg-type]


def change_response(response: Response, change: Change) -> Response:
    """Return a response with its texts changed; the same object where nothing is different."""
    single = len(response.blocks) == 1
    blocks = _each(
        response.blocks, lambda n, block: _block(Field("content" if single else f"content[{n}]", n), block, change)
    )
    return response if blocks is response.blocks else replace(response, blocks=blocks)


def is_word(key: str) -> bool:
    """Whether a key is a usual name, which holds nothing that can be found."""
    return len(key) < MIN_LENGTH or (len(key) <= MAX_WORD and _is_word(key))


@lru_cache(MAX_WORDS)
def _is_word(key: str) -> bool:
    return key.isascii() and key.replace("_", "a").isalpha()


def change_json(field: Field, value: Json, change: Change) -> Json:
    """
    Return a JSON value with its texts and keys changed; the same object where nothing is different.

    Keys that are words are shown together, and stay as they are.
    """
    if isinstance(value, str):
        return change(field, value)
    if isinstance(value, Mapping):
        return _object(field, value, change)
    if isinstance(value, list | tuple):
        items = [
            change_json(Field(field.name, field.block, f"{field.inner}[{n}]"), inner, change)
            for n, inner in enumerate(paced(value))
        ]
        return items if any(one is not other for one, other in zip(items, value, strict=True)) else value
    return value


def _object(field: Field, value: Mapping[str, Json], change: Change) -> Json:
    members: dict[str, Json] = {}
    words: list[str] = []
    is_changed = False
    for n, (key, inner) in enumerate(paced(value.items())):
        new = key
        if is_word(key):
            words.append(key)
        else:
            new = change(Field(field.name, field.block, f"{field.inner}{{{n}}}"), key)
        members[new] = change_json(Field(field.name, field.block, f"{field.inner}.{key}"), inner, change)
        is_changed = is_changed or new != key or members[new] is not inner
        if len(words) == KEYS_AT_ONCE or (words and n == len(value) - 1):
            change(Field(field.name, field.block, f"{field.inner}{{}}"), "\n".join(words))
            words.clear()
    return members if is_changed else value


def _message(number: int, message: Message, change: Change) -> Message:
    path = f"messages[{number}].content"

    def block(n: int, one: Block) -> Block:
        return _block(Field(path if message.single else f"{path}[{n}]", n), one, change)

    blocks = _each(message.blocks, block)
    return message if blocks is message.blocks else replace(message, blocks=blocks)


def _block(field: Field, block: Block, change: Change) -> Block:
    match block:
        case TextBlock():
            text = change(field, block.text)
            return block if text is block.text else replace(block, text=text)
        case ToolUseBlock():
            given = change_json(replace(field, inner=".input"), block.input, change)
            return block if given is block.input else replace(block, input=given)
        case ToolResultBlock():
            return _tool_result(field, block, change)
    return block


def _tool_result(field: Field, block: ToolResultBlock, change: Change) -> ToolResultBlock:
    def item(n: int, one: JsonObject) -> JsonObject:
        if one.get("type") in ("image", "audio"):  # base64 is not text
            return one
        changed: JsonObject = change_json(replace(field, inner=f".content[{n}]"), one, change)
        return changed

    content = _each(block.content, item)
    structured = change_json(replace(field, inner=".structuredContent"), block.structured_content, change)
    if content is block.content and structured is block.structured_content:
        return block
    return replace(block, content=content, structured_content=structured)


def _each(values: tuple[ValueT, ...], change: Callable[[int, ValueT], ValueT]) -> tuple[ValueT, ...]:
    """Return values changed one by one; the same object where none is different."""
    changed = [change(n, value) for n, value in enumerate(paced(values) if len(values) > 1 else values)]
    for one, other in zip(changed, values, strict=True):
        if one is not other:
            return tuple(changed)
    return values


def blocks_of(request: SamplingRequest) -> Iterator[tuple[Field, Block]]:
    """Yield every content block of a request with its field."""
    for number, message in enumerate(request.messages):
        for n, block in enumerate(paced(message.blocks)):
            path = f"messages[{number}].content"
            yield Field(path if message.single else f"{path}[{n}]", n), block
