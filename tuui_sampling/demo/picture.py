"""A picture for `describe_image`, made with the standard library alone."""

import struct
import zlib


def gradient_png(side: int = 32) -> bytes:
    """
    Return a square PNG: red grows to the right, blue downwards, green is constant.

    Args:
        side: Width and height in pixels; at least 2.
    """
    step = 255 / (side - 1)
    rows = bytearray()
    for y in range(side):
        rows.append(0)  # each row names its filter first; 0 is "none"
        for x in range(side):
            rows += bytes((round(x * step), 64, round(y * step)))
    # Width, height, 8 bits a channel, colour type 2 (RGB), the usual compression and filter, not interlaced:
    # https://www.w3.org/TR/png-3/#11IHDR
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(rows))), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
