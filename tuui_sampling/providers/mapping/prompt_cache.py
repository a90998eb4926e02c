"""
Marks what of a conversation Anthropic may keep in its cache, and read from there at the next turn.

Writing to the cache costs a quarter more than reading the prompt, and reading from it a tenth
(https://docs.claude.com/en/docs/build-with-claude/prompt-caching). So nothing is marked in a first request: only one
that goes on from what was sent a short time ago shows that there is a conversation.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...sampling.request import prefix_digests

LIFETIME = 300.0
"""Seconds for which Anthropic keeps what was marked, since it was last read."""

MAX_KNOWN = 2_000
"""Beginnings of conversations that are remembered."""

MARK = {"type": "ephemeral"}


class SentTurns:
    """What was sent to one model a short time ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._sent: OrderedDict[str, float] = OrderedDict()

    def mark(self, body: Mapping[str, Any]) -> None:
        """Mark the end of what a request repeats, and its own end; and remember it for the next one."""
        turns: Sequence[dict[str, Any]] = body["messages"]
        fixed = {key: value for key, value in body.items() if key in ("system", "tools", "tool_choice")}
        digests = prefix_digests(map(_json, turns), _json(fixed))
        now = self._clock()
        recent = [index for index, one in enumerate(digests[:-1]) if now - self._sent.get(one, -LIFETIME) < LIFETIME]
        for digest in digests:
            self._sent[digest] = now
            self._sent.move_to_end(digest)
        while len(self._sent) > MAX_KNOWN:
            self._sent.popitem(last=False)
        if recent:
            _mark(turns[recent[-1]])
            _mark(turns[-1])


def _mark(turn: dict[str, Any]) -> None:
    """Mark the last block of a turn; what the model thought can't be marked."""
    block = turn["content"][-1]
    if "thinking" not in block["type"]:
        block["cache_control"] = MARK


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=dict)
