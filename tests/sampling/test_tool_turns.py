"""Which conversations with tool uses are none, and where that is said."""

import pytest

from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.request import Block, Message, Role, TextBlock, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.tool_turns import check_tool_turns

TEXT = TextBlock("text")
UNASKED = "a tool result without its tool use"


def said(role: Role, *blocks: Block) -> Message:
    """Return a message."""
    return Message(role, blocks)


def used(identifier: str) -> ToolUseBlock:
    """Return a tool use."""
    return ToolUseBlock(identifier, "tool", {})


def result(identifier: str) -> ToolResultBlock:
    """Return a tool result."""
    return ToolResultBlock(identifier, ())


@pytest.mark.parametrize(
    "messages",
    [
        (said("user", TEXT), said("assistant", TEXT)),
        (said("assistant", used("1")), said("user", result("1"))),
        (
            said("assistant", TEXT, used("1"), used("2")),
            said("user", result("2"), result("1")),
            said("assistant", TEXT),
        ),
        (said("assistant", used("1")), said("user", result("1"))) * 2,
    ],
)
def test_every_use_followed_by_its_result_is_a_conversation(messages: tuple[Message, ...]) -> None:
    check_tool_turns(messages)


@pytest.mark.parametrize(
    ("messages", "place", "problem"),
    [
        ((said("user", TEXT), said("assistant", used("1"))), 1, "a tool result is missing"),
        ((said("assistant", used("1")), said("user", TEXT)), 1, "a tool result is missing"),
        ((said("assistant", used("1"), used("2")), said("user", result("1"))), 1, "a tool result is missing"),
        ((said("user", result("1")),), 0, UNASKED),
        (
            (said("assistant", used("1")), said("user", result("1"), result("2"))),
            1,
            UNASKED,
        ),
        (
            (said("assistant", used("1")), said("user", result("1"), result("1"))),
            1,
            UNASKED,
        ),
        (
            (said("assistant", used("1"), used("1")), said("user", *[result("1")] * 2)),
            0,
            "two tool uses with one id",
        ),
        ((said("user", used("1")), said("user", result("1"))), 0, "a tool use in a message of the user"),
        (
            (said("assistant", used("1")), said("user", result("1"), TEXT)),
            1,
            "tool results are mixed with other content",
        ),
        (
            (said("assistant", used("1")), said("assistant", result("1"))),
            1,
            "tool results are mixed with other content",
        ),
    ],
)
def test_what_is_wrong_with_a_conversation_and_where(messages: tuple[Message, ...], place: int, problem: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        check_tool_turns(messages)
    assert (refused.value.path, refused.value.problem) == (f"messages[{place}].content", problem)
