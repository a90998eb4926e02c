"""The data of one review, as files that can be saved: of the request, and of the responses."""

from collections.abc import Iterator

from ..frontend.presentation.media import all_media
from ..frontend.presentation.results import PartFile
from ..frontend.review.request_fields import holds_data
from ..sampling.request import AudioBlock, Block, ImageBlock, ToolResultBlock
from ..sampling.review import Review


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
