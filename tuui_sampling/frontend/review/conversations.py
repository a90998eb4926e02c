"""
Recognises a conversation that a server sends again with each request, and what of it the person has seen already.

Only what was painted, unedited, when an earlier request of the same server was decided counts; and only as far as the
later request begins with exactly the same messages. It is kept in memory, as digests.
"""

import json
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...policy.survey import is_longer, size_of
from ...sampling.request import AudioBlock, Block, ImageBlock, Json, Message, SamplingRequest, prefix_digests
from ...sampling.response import Response
from ...sampling.review import Review
from ...sampling.wire import block_json, parameters, response_result
from .request_fields import LABELS, OTHERS, PREFERENCES, TOOLS, block_field, tool_field

MAX_CHARACTERS, MAX_MESSAGES, MAX_BLOCKS = 500_000, 300, 1_000
"""Of a request that is looked at, its base64 included: in a longer one nothing is recognised, so that it is there at
once (comparing takes some five milliseconds then)."""

MAX_KNOWN = 50_000
"""Digests that are remembered; the oldest are forgotten first, and what they stand for has to be seen anew."""

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Known:
    """
    What of a request is known.

    Attributes:
        earlier: The id of the review that began with the same messages.
        same: How many messages are the same.
        differs: It went on in another way there: with another message after these.
        seen: The fields that were seen in that review, or in one before it.
    """

    earlier: int
    same: int
    differs: bool
    seen: frozenset[str] = frozenset()

    def words(self, first: int, last: int) -> str:
        """Return what a stretch of messages is, counted from 1."""
        named = f"message {first}" if first == last else f"messages {first} to {last}"
        return f"{named}: same as #{self.earlier}, unchanged"


class Conversations:
    """What was sent and seen in this session."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._ends: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lengths: OrderedDict[int, int] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def known(self, review: Review) -> Known | None:
        """Return what is known of a request; None where it goes on from no earlier one."""
        if not self._ends:
            return None
        digests, server = _digests(review.asked), review.origin.server
        for same in range(len(digests), 0, -1):
            earlier = self._ends.get((server, digests[same - 1]))
            if earlier is not None and earlier != review.id:
                differs = same < min(self._lengths.get(earlier, 0), len(digests))
                seen = frozenset(name for name, key in _keys(review.asked, same) if (server, key) in self._seen)
                return Known(earlier, same, differs, seen)
        return None

    def decided(self, review: Review, seen: Collection[str]) -> None:
        """
        Note that a request was decided about.

        Args:
            seen: The fields of which every row had been painted, as the server sent them.
        """
        digests, server = _digests(review.asked), review.origin.server
        for digest in digests:
            _keep(self._ends, (server, digest), review.id)
        _keep(self._lengths, review.id, len(digests))
        for name, key in _keys(review.asked, len(digests)):
            if name in seen:
                _keep(self._seen, (server, key), None)

    def answered(self, review: Review, response: Response, *, seen: bool) -> None:
        """Note what a server was answered: it will be the next message of the conversation."""
        content = response_result(response, with_tools=review.asked.wants_tools)["content"]
        blocks = content if isinstance(content, list) else [content]
        pieces = [*map(_message, review.asked.messages), _json(["assistant", blocks, {}])]
        if not _digests(review.asked):
            return
        digest, server = prefix_digests(pieces)[-1], review.origin.server
        _keep(self._ends, (server, digest), review.id)
        _keep(self._lengths, review.id, len(pieces))
        if seen:
            for position in range(len(blocks)):
                _keep(self._seen, (server, f"{digest} {position}"), None)


def _digests(request: SamplingRequest) -> tuple[str, ...]:
    """Return one digest for each beginning of the conversation; none of a request that is too long for that."""

    def derive() -> tuple[str, ...]:
        return () if _is_long(request) else prefix_digests(map(_message, request.messages))

    return request.once("conversation", derive)


def _is_long(request: SamplingRequest) -> bool:
    if len(request.messages) > MAX_MESSAGES or request.block_count > MAX_BLOCKS or is_longer(request, MAX_CHARACTERS):
        return True
    data = (len(block.data) for block in request.blocks if isinstance(block, ImageBlock | AudioBlock))
    return sum(data) + size_of(request) > MAX_CHARACTERS


def _keys(request: SamplingRequest, same: int) -> Iterator[tuple[str, str]]:
    """Yield each field of the first messages, and all that are of no message, with what it is known by."""
    for index, digest in enumerate(_digests(request)[:same]):
        message = request.messages[index]
        for position in range(len(message.blocks)):
            yield block_field(index, message, position), f"{digest} {position}"
    params = parameters(request)
    for name in (*LABELS, PREFERENCES):
        yield name, f"{name} {_json(params.get(name))}"
    yield OTHERS, f"{OTHERS} {_json(request.extra)}"
    yield TOOLS, f"{TOOLS} {len(request.tools or ())}"
    for position, tool in enumerate(request.tools or ()):
        yield tool_field(position), f"tool {_json(tool)}"


def _message(message: Message) -> str:
    return _json([message.role, _blocks(message.blocks), message.extra])


def _blocks(blocks: Sequence[Block]) -> list[Json]:
    return [block_json(block) for block in blocks]


def _json(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=dict)


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MAX_KNOWN:
        kept.popitem(last=False)
