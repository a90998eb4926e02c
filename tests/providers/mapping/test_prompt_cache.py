"""What of a conversation is marked for Anthropic's cache."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.models.model_server import streams
from tests.support.models.wires import MESSAGES, ask
from tuui_sampling.providers.mapping.prompt_cache import LIFETIME, MAX_KNOWN, SentTurns
from tuui_sampling.sampling.request import Message, TextBlock

U1, A1, U2, A2, U3 = ("user", "one"), ("assistant", "yes"), ("user", "two"), ("assistant", "no"), ("user", "three")


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def body(*turns: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a request's body."""
    messages = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in turns]
    return {"model": "m", "messages": messages} | more


def marked(one: dict[str, Any]) -> list[int]:
    """Return the turns that are marked."""
    return [n for n, turn in enumerate(one["messages"]) if any("cache_control" in part for part in turn["content"])]


def send(sent: SentTurns, *turns: tuple[str, str], **more: Any) -> list[int]:
    """Send a request, and return what of it was marked."""
    one = body(*turns, **more)
    sent.mark(one)
    return marked(one)


def test_a_conversation_is_marked_where_it_is_known_and_at_its_end() -> None:
    sent = SentTurns()
    assert send(sent, U1) == []
    assert send(sent, U1, A1, U2) == [0, 2]
    assert send(sent, U1, A1, U2, A2, U3) == [2, 4]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ((U1,), (U1,)),  # nothing is new: it is asked again
        ((U1,), (("user", "one "), A1, U2)),
        ((U1,), (U2, U1)),
        ((U1,), (("assistant", "one"), A1)),
    ],
)
def test_what_does_not_go_on_is_not_marked(first: tuple[Any, ...], then: tuple[Any, ...]) -> None:
    sent = SentTurns()
    assert send(sent, *first) == []
    assert send(sent, *then) == []


@pytest.mark.parametrize(
    "other", [{"system": "Be brief."}, {"tools": [{"name": "x"}]}, {"tool_choice": {"type": "any"}}]
)
def test_what_stands_before_the_turns_counts(other: dict[str, Any]) -> None:
    sent = SentTurns()
    send(sent, U1)
    assert send(sent, U1, A1, U2, **other) == []
    assert send(sent, U1, A1, U2, A2, U3, **other) == [2, 4]


def test_what_is_no_longer_kept_is_not_marked() -> None:
    clock = Clock()
    sent = SentTurns(clock)
    send(sent, U1)
    clock.now = LIFETIME
    assert send(sent, U1, A1, U2) == []
    clock.now = 2 * LIFETIME - 1
    assert send(sent, U1, A1, U2, A2, U3) == [2, 4]


def test_what_the_model_thought_is_not_marked() -> None:
    sent = SentTurns()
    send(sent, U1)
    one = body(U1, A1, U2)
    one["messages"][0]["content"].append({"type": "redacted_thinking", "data": "x"})
    before = copy.deepcopy(one)
    sent.mark(one)
    assert one == before


def test_memory_is_bounded() -> None:
    sent = SentTurns()
    send(sent, U1)
    for number in range(MAX_KNOWN):
        send(sent, ("user", str(number)))
    assert send(sent, U1, A1, U2) == []


@pytest.mark.parametrize("prompt_cache", [True, False])
async def test_it_is_marked_on_the_wire_unless_that_is_switched_off(prompt_cache: bool) -> None:
    server, _ = streams(*MESSAGES.answer("ok"))
    provider = MESSAGES.make(server, prompt_cache=prompt_cache)
    turns = tuple(Message(role, (TextBlock(text),)) for role, text in (U1, A1, U2))  # type: ignore[arg-type]
    for sent in (turns[:1], turns):
        assert [event async for event in provider.stream(replace(ask(), messages=sent))]
    await provider.aclose()
    _first, asked = (json.loads(request.content) for request in server.requests)
    assert marked(asked) == ([0, 2] if prompt_cache else [])
    last = {"type": "text", "text": "two"} | ({"cache_control": {"type": "ephemeral"}} if prompt_cache else {})
    assert asked["messages"][-1] == {"role": "user", "content": [last]}
