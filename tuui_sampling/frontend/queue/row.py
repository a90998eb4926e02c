"""What a row of the queue says of a request, found out once: looking at a large one takes a while."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from ...policy.finding import FindingKind
from ...policy.survey import in_response
from ...sampling.inquiry import Asked, Inquiry, RootsRequest, ToolCall
from ...sampling.request import Message, TextBlock
from ...sampling.response import Response
from ...sampling.review import Review
from ...sampling.visible import json_text
from ..presentation.findings import count_words
from ..presentation.format import tool_words
from ..presentation.media import media_kinds
from ..review.found import found_in, told

OPENING = 2_000
"""Characters of what is asked from which a row takes its first words; what many begin with alike may be long."""

FIRST_TEXTS = 20
"""Texts that are looked at for first words."""

SEARCHED = 50_000
"""Characters of what is asked that a filter looks through."""


@dataclass(frozen=True)
class Weight:
    """
    What is found out once about something that waits.

    Attributes:
        searched: All that a filter looks through, in lower case.
        found: What is found of secrets and the like, such as "2 secret, 1 url"; empty without any.
        worst: What the proposed model may cost at most, in US dollars; None when that is not known.
    """

    searched: str
    characters: int
    hidden: int
    found: str = ""
    images: int = 0
    sounds: int = 0
    tools: int = 0
    worst: Decimal | None = None


class Found(NamedTuple):
    """What is found in what is to be decided about: hidden characters, and the rest in words."""

    hidden: int = 0
    words: str = ""

    @property
    def total(self) -> int:
        """How much is found in all."""
        return self.hidden + sum(int(word) for word in self.words.split() if word.isdecimal())


def weighed(item: Review | Inquiry, worst: Decimal | None) -> Weight:
    """Look at something that waits."""
    texts, found = list(_texts(item)), found_in(item)
    hidden = sum(one.count for one in found if one.kind is FindingKind.HIDDEN)
    named = [item.origin.server, tool_words(item.origin)]
    searched = "\n".join([*named, *texts])[:SEARCHED].lower()
    characters = sum(map(len, texts))
    if isinstance(item, Inquiry):
        return Weight(searched, characters, hidden, count_words(told(found)))
    kinds = [kind for block in item.asked.blocks for kind in media_kinds(block)]
    return Weight(
        searched,
        characters,
        hidden,
        count_words(told(found)),
        kinds.count("image"),
        kinds.count("audio"),
        len(item.asked.tools or ()),
        worst,
    )


def found_in_response(response: Response) -> Found:
    """Look at a response that waits to be returned."""
    found = in_response(response)
    hidden = sum(one.count for one in found if one.kind is FindingKind.HIDDEN)
    return Found(hidden, count_words(told(found)))


def glanced(item: Review | Inquiry) -> Weight:
    """Say what can be told of something large without looking at all of it, until that is done."""
    return Weight(item.origin.server.lower(), len(item.origin.raw), hidden=0)


def opening(item: Review | Inquiry) -> str:
    """
    Return the first words of what is asked, in one line; raw foreign text. A system prompt is said last.

    Of a conversation that is what the person in it said last: it begins as it did the last time.
    """
    if isinstance(item, Review) and (last := _opening(_last_said(item.asked.messages))):
        return last
    texts = list(islice(_texts(item), FIRST_TEXTS))
    return _opening(texts[1:]) or _opening(texts)


def _texts(item: Review | Inquiry) -> Iterator[str]:
    if isinstance(item, Inquiry):
        yield _asked_words(item.asked)
        return
    yield item.asked.system_prompt or ""
    yield from (block.text for block in item.asked.blocks if isinstance(block, TextBlock))


def _last_said(messages: Sequence[Message]) -> list[str]:
    """Return the texts of the newest message of the user that has any, as far as that is near the end."""
    for message in islice(reversed(messages), FIRST_TEXTS):
        texts = [block.text for block in message.blocks[:FIRST_TEXTS] if isinstance(block, TextBlock)]
        if message.role == "user" and any(texts):
            return texts
    return []


def _asked_words(asked: Asked) -> str:
    """Return what a question says; of an agent's call whose it is, and with which arguments."""
    match asked:
        case RootsRequest():
            return ""
        case ToolCall():
            return f"for #{asked.review}: {json_text(dict(asked.arguments))}"
    return asked.message


def _opening(texts: list[str]) -> str:
    return next((" ".join(text[:OPENING].split()) for text in texts if text[:OPENING].strip()), "")
