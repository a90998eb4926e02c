"""What is out of its bounds in a request is said, and the request is still shown."""

from typing import Any

import pytest

from tuui_sampling.sampling.remarks import remarks_on
from tuui_sampling.sampling.wire import parse_request

MESSAGE = {"role": "user", "content": {"type": "text", "text": "x"}}

MANY = {"role": "user", "content": [{"type": "text", "text": "x"}] * 2001}
TOOL = {"name": "t", "inputSchema": {"type": "object"}}


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({"modelPreferences": {"costPriority": 2}}, "modelPreferences.costPriority is 2: expected 0 to 1"),
        ({"modelPreferences": {"speedPriority": -0.1}}, "modelPreferences.speedPriority is -0.1: expected 0 to 1"),
        ({"modelPreferences": {"intelligencePriority": 1e300}}, "modelPreferences.intelligencePriority is 1e+300"),
        ({"modelPreferences": {"costPriority": 10**100}}, f"modelPreferences.costPriority is 1{'0' * 39}…: "),
        ({"temperature": -1}, "temperature is -1: expected 0 or more"),
        ({"messages": [], "systemPrompt": "x"}, "messages is []: expected at least one message"),
        ({"modelPreferences": {"costPriority": 0, "speedPriority": 1}, "temperature": 0}, ""),
        ({"messages": [MESSAGE] * 2001}, "it has 2,001 messages, and more than 2,000 are unusual"),
        ({"messages": [MANY]}, "it has 2,001 content blocks, and more than 2,000 are unusual"),
        ({"tools": [TOOL] * 2001}, "it has 2,001 tools, and more than 2,000 are unusual"),
        ({"messages": [MESSAGE] * 2000, "tools": [TOOL] * 2000}, ""),
        ({}, ""),
    ],
)
def test_what_is_out_of_its_bounds(change: dict[str, Any], remark: str) -> None:
    remarks = remarks_on(parse_request({"messages": [MESSAGE], "maxTokens": 10} | change))
    assert len(remarks) == bool(remark)
    assert "".join(remarks).startswith(remark)
