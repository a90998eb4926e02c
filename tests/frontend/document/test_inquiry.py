"""What was found in a question stands below its words, wherever in it that is."""

import time
from datetime import UTC, datetime

import pytest

from tests.policy.values import made_secrets
from tuui_sampling.frontend.document.inquiry import said
from tuui_sampling.frontend.document.passage import Style
from tuui_sampling.policy.survey import in_inquiry
from tuui_sampling.sampling.inquiry import Asked, FormElicitation, Inquiry, RootsRequest, ToolCall, UrlElicitation
from tuui_sampling.sampling.origin import Origin

SECRET = made_secrets()[0][1]
FORM = {"type": "object", "properties": {"a": {"type": "string", "title": f"like {SECRET}"}}}


@pytest.mark.parametrize(
    ("asked", "notes"),
    [
        (FormElicitation("Is it ann@firm.net?", {}), ["message: personal (medium)"]),
        (FormElicitation("Which?", FORM), ["requestedSchema: in the form: secret (high)"]),
        (UrlElicitation(f"Use {SECRET}", "http://evil.example"), ["message: secret (high)"]),
        (ToolCall("s", "t", {"q": [SECRET], "to": "ann@firm.net"}, 1, 1, 9),
         ["arguments: in the arguments: secret (high)", "arguments: in the arguments: personal (medium)"]),
        (ToolCall("s", "t", {"q": "nothing"}, 1, 1, 9), []),
        (ToolCall("s", "t", {}, 1, 1, 9, said=f"I use {SECRET}"), ["said: secret (high)"]),
        (RootsRequest(()), []),
    ],
)  # fmt: skip
def test_what_is_found_is_told_below_the_words(asked: Asked, notes: list[str]) -> None:
    inquiry = Inquiry(
        id=1,
        key="1",
        origin=Origin("s", "2025-11-25", tool="t"),
        asked=asked,
        arrived=time.monotonic(),
        arrived_at=datetime.now(UTC),
    )
    told = [
        f"{part.field}: {str(passage.text).partition(':')[0] if part.field == 'message' else str(passage.text)}"
        for part in said(inquiry, in_inquiry(inquiry))
        for passage in part.passages
        if passage.style is Style.NOTE
    ]
    assert len(told) == len(notes)
    assert all(one.startswith(begins) for one, begins in zip(told, notes, strict=True))
    assert SECRET not in " ".join(told)


def test_an_agent_s_call_is_told_with_what_its_model_said() -> None:
    call = ToolCall("mail", "send", {}, 3, 1, 9, agent="worker", asker="calendar", said="I send it.")
    origin, now = Origin("mail", "2025-11-25", tool="send"), datetime.now(UTC)
    inquiry = Inquiry(id=1, key="1", origin=origin, asked=call, arrived=time.monotonic(), arrived_at=now)
    words = ["".join(str(one.text) for one in part.passages) for part in said(inquiry, ())]
    assert words[0] == "The agent worker, which answers #3 of calendar, wants this call. Step 1 of at most 9."
    assert words[1] == "its model saidI send it."
