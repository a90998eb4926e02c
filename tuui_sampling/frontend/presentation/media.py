"""
Pictures, sound and other data in a request, a response or a result: what can be said of them without showing them.

Type, size and digest come from the bytes at once; `pictures.py` adds an image's dimensions, off the event loop.
"""

import hashlib
import io
import mimetypes
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ...sampling.base64_data import decoded
from ...sampling.request import AudioBlock, Block, ImageBlock, Json, ToolResultBlock
from ...sampling.review import Review
from ..review.request_fields import holds_data
from .content_blocks import members
from .format import octets
from .results import PartFile


@dataclass(frozen=True)
class Media:
    """
    Some data.

    Attributes:
        kind: "image", "audio" or "resource".
        mime_type: As it was named; foreign text, and maybe not true.
        content: None when the base64 is broken.
    """

    kind: str
    mime_type: str
    content: bytes | None

    @property
    def is_image(self) -> bool:
        """Whether it says that it is a picture."""
        return self.kind == "image" or (self.kind == "resource" and self.mime_type.startswith("image/"))

    @cached_property
    def words(self) -> str:
        """What it is, in one line: kind, type, length in time where that is known, size, digest. Foreign text."""
        if self.content is None:
            return f"{self.kind} · {self.mime_type} · its base64 is broken"
        lasts = [f"{seconds:.1f} s"] if (seconds := wav_seconds(self.content)) is not None else []
        digest = hashlib.sha256(self.content).hexdigest()
        parts = [self.kind, self.mime_type, *lasts, octets(len(self.content)), f"sha256 {digest[:12]}…"]
        return " · ".join(part for part in parts if part)

    @property
    def suffix(self) -> str:
        """The end of a name for a file of it."""
        return mimetypes.guess_extension(self.mime_type.partition(";")[0].strip()) or ".bin"


def media_of(block: Block) -> Media | None:
    """Return the data of a block that is nothing else."""
    if isinstance(block, ImageBlock | AudioBlock):
        return Media("image" if isinstance(block, ImageBlock) else "audio", block.mime_type, block.content)
    return None


def media_in(block: Json) -> Media | None:
    """Return the data of a content block of a tool's result, as the specification's JSON."""
    one = members(block)
    kind = one.get("type")
    if kind in ("image", "audio"):
        return _media(str(kind), one.get("data"), one.get("mimeType"))
    held = members(one.get("resource"))
    if kind == "resource" and "blob" in held:
        return _media("resource", held.get("blob"), held.get("mimeType"))
    return None


def all_media(blocks: Iterable[Block]) -> Iterator[Media]:
    """Yield all data in the blocks, that in the results of tools included."""
    for block in blocks:
        found = media_of(block)
        inner = block.content if isinstance(block, ToolResultBlock) else ()
        yield from (one for one in (found, *map(media_in, inner)) if one is not None)


def media_kinds(block: Block) -> list[str]:
    """Return the kinds of the data in a block, quickly: nothing is decoded."""
    if isinstance(block, ImageBlock | AudioBlock):
        return ["image" if isinstance(block, ImageBlock) else "audio"]
    inner = block.content if isinstance(block, ToolResultBlock) else ()
    return [str(one.get("type")) for one in inner if one.get("type") in ("image", "audio")]


def wav_seconds(content: bytes) -> float | None:
    """Return how long a WAV file sounds; None when it is none."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _media(kind: str, data: Json, mime_type: Json) -> Media:
    return Media(kind, mime_type if isinstance(mime_type, str) else "", decoded(data))


def holds_media(review: Review) -> bool:
    """Whether there is something to save; quick."""
    return any(
        isinstance(block, ImageBlock | AudioBlock) or (isinstance(block, ToolResultBlock) and holds_data(block.content))
        for block in _blocks(review)
    )


def media_files(review: Review) -> list[PartFile]:
    """Return what can be saved, in order; what is broken is left out."""
    named = enumerate(all_media(_blocks(review)), 1)
    return [
        PartFile(f"{number}. {media.words}", f"{media.kind}-{review.id}-{number}{media.suffix}", media.content)
        for number, media in named
        if media.content is not None
    ]


def _blocks(review: Review) -> Iterator[Block]:
    yield from review.asked.blocks
    for candidate in review.candidates:
        if candidate.response is not None:
            yield from candidate.response.blocks
