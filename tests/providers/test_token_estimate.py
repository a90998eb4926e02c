"""The estimate of tokens: within a factor that is worth showing, and quick on what is large."""

import base64
import struct
from typing import Any

import pytest

from tests.support.models.wires import ask
from tuui_sampling.providers.token_estimate import estimated_tokens, picture_size, text_tokens
from tuui_sampling.sampling.request import AudioBlock, Block, ImageBlock, Message, ToolResultBlock, ToolUseBlock

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0" + b"\0" * 4
JPEG = b"\xff\xd8" + b"\xff\xe0\0\x10" + b"\0" * 14 + b"\xff\xc2\0\x11\x08" + struct.pack(">HH", 480, 640) + b"\0" * 12
RIFF = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("word", 1),
        ("The quick brown fox jumps over the lazy dog.", 11),
        ("Привет, мир", 5),
        ("你好世界", 4),
        ("🙂🙂", 2),
        ("\ud800", 1),
        ("x" * 8_000_000, 2_000_000),
    ],
)
def test_texts(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 640, 480), (640, 480)),
        (JPEG, (640, 480)),
        (RIFF + b"VP8 " + b"\0" * 10 + struct.pack("<HH", 640, 480), (640, 480)),
        (RIFF + b"VP8L" + b"\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14), (640, 480)),
        (RIFF + b"VP8X" + b"\0" * 8 + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"), (640, 480)),
        (b"", None),
        (b"BM....", None),
        (b"<svg width='640' height='480' xmlns='http://www.w3.org/2000/svg'/>", None),
        (PNG[:20], None),
        (b"GIF89a\0", None),
        (JPEG[:22], None),
        (JPEG[:-20], None),
        (RIFF + b"VP8X\0", None),
        (RIFF + b"VP8L\0", None),
        (b"\xff\xd8" + b"\xff\xe0\0\0" * 4, None),
    ],
)
def test_pictures(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


def tokens_of(*blocks: Block, **fields: Any) -> int:
    """Return the estimate for one message of these blocks."""
    plain = ask(**fields)
    return estimated_tokens(type(plain)((Message("user", blocks),), 9, **fields))


def test_everything_that_is_sent_counts() -> None:
    empty = tokens_of()
    png = base64.b64encode(PNG).decode()
    assert tokens_of(ImageBlock(png, "image/png")) - empty == 410
    assert tokens_of(ImageBlock("AAAA", "image/tiff")) - empty == 1_600
    assert tokens_of(AudioBlock("AAAA" * 1_000, "audio/wav")) - empty == 3
    assert tokens_of(ToolUseBlock("1", "look", {"where": "here"})) - empty == 7
    result = ({"type": "text", "text": "word" * 10}, {"type": "image", "data": png}, {"type": "image", "data": "%"})
    assert tokens_of(ToolResultBlock("1", result)) - empty == 10 + 410 + 1_600
    assert tokens_of(system_prompt="word" * 10) - empty == 14
    assert tokens_of(tools=({"name": "x" * 290},)) - empty == 101
