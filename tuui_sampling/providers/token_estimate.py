"""
How many tokens a request will be, about: told before anything is sent, so no tokenizer of any provider can be asked.

- Text: a token for 4 ASCII characters, for 2 letters of two bytes in UTF-8 (Greek, Cyrillic, accents), and for each
  character of more (Chinese, Japanese, emoji). English prose comes out a little high, code a little low.
- JSON (tools, their arguments): a token for 3 characters, since it is mostly punctuation.
- Pictures: a token for 750 pixels, 1,600 at most, as Anthropic counts
  (https://docs.claude.com/en/docs/build-with-claude/vision); others are of the same order.
- Sound: a token for 1,000 bytes, which is right for compressed speech within a factor of three.
"""

import base64
import binascii
import io
import json
import math
from dataclasses import replace

from ..sampling.derived.beside import paced
from ..sampling.derived.json_pieces import json_pieces
from ..sampling.request import (
    AudioBlock,
    Block,
    ImageBlock,
    Json,
    JsonObject,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from ..sampling.response import Usage

PICTURE_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8", b"RIFF")
MAX_HEADER_BYTES = 2**20
"""So much of a picture is looked at: the size of a JPEG may stand behind a preview and a colour profile."""

PIXELS_PER_TOKEN, MAX_FOR_PICTURE = 750, 1_600
SOUND_BYTES_PER_TOKEN = 1_000
CHARACTERS_PER_JSON_TOKEN = 3
TOKENS_PER_MESSAGE = 4
"""What marks a message's begin and role."""

_ASCII = bytes(range(0x80))
_NOT_TWO_BYTE_LEADS = bytes(byte for byte in range(256) if not 0xC2 <= byte <= 0xDF)
_NOT_LONGER_LEADS = bytes(byte for byte in range(256) if byte < 0xE0)


def estimated_tokens(request: SamplingRequest) -> int:
    """Return about how many tokens the whole request is; computed once."""
    return request.once("estimated tokens", lambda: _estimated_tokens(request))


def _estimated_tokens(request: SamplingRequest) -> int:
    total = sum(_block(block) for block in paced(request.blocks)) + TOKENS_PER_MESSAGE * len(request.messages)
    if request.system_prompt:
        total += text_tokens(request.system_prompt) + TOKENS_PER_MESSAGE
    return total + sum(_json(tool) for tool in paced(request.tools or ()))


def estimated_usage(request: SamplingRequest, written: str, counted: Usage | None) -> Usage:
    """
    Return about how many tokens a call used whose provider had not counted them when it ended.

    Args:
        written: All that the model wrote, its reasoning and the arguments of its tool uses included.
        counted: What the provider had counted by then; nothing is estimated below it.
    """
    before = counted or Usage(0, 0)
    return replace(
        before,
        input_tokens=before.input_tokens or estimated_tokens(request),
        output_tokens=max(before.output_tokens, text_tokens(written)),
        estimated=True,
    )


def text_tokens(text: str) -> int:
    """Return about how many tokens a text is."""
    if text.isascii():
        return math.ceil(len(text) / 4)
    data = text.encode("utf-8", "surrogatepass")
    others = data.translate(None, _ASCII)
    two_bytes = len(others.translate(None, _NOT_TWO_BYTE_LEADS))
    longer = len(others.translate(None, _NOT_LONGER_LEADS))
    return math.ceil((len(data) - len(others)) / 4 + two_bytes / 2 + longer)


def _block(block: Block) -> int:
    match block:
        case TextBlock(text):
            return text_tokens(text)
        case ImageBlock():
            return _picture(block.content)
        case AudioBlock():
            return math.ceil(len(block.content) / SOUND_BYTES_PER_TOKEN)
        case ToolUseBlock():
            return text_tokens(block.name) + _json(block.input)
        case ToolResultBlock():
            return sum(_part_of_result(part) for part in paced(block.content))


def _part_of_result(part: JsonObject) -> int:
    kind, data = part.get("type"), part.get("data")
    if kind == "text" and isinstance(text := part.get("text"), str):
        return text_tokens(text)
    if kind in ("image", "audio") and isinstance(data, str):
        content = _decoded(data)
        return _picture(content) if kind == "image" else math.ceil(len(content) / SOUND_BYTES_PER_TOKEN)
    return _json(part)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return b""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a picture that models take; None for anything else, or when it is cut."""
    if not data.startswith(PICTURE_SIGNATURES):  # it is data of strangers, and the library reads XML, too
        return None
    import imagesize  # type: ignore[import-untyped]  # needed only where there is a picture

    width, height = imagesize.get(io.BytesIO(data[:MAX_HEADER_BYTES]))
    return (round(width), round(height)) if width > 0 and height > 0 else None


def _picture(data: bytes) -> int:
    width, height = picture_size(data) or (0, 0)
    return min(MAX_FOR_PICTURE, math.ceil(width * height / PIXELS_PER_TOKEN)) or MAX_FOR_PICTURE


def _json(value: Json) -> int:
    return math.ceil(sum(map(len, json_pieces(value, _COMPACT))) / CHARACTERS_PER_JSON_TOKEN)


_COMPACT = json.JSONEncoder(separators=(",", ":"), default=dict)
