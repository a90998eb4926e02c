"""What an agent waits for is said below its request, where the person can do something about it."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from tests.frontend.review.test_drafts import review
from tuui_sampling.frontend.review.consequences import effect_lines
from tuui_sampling.frontend.review.proposal import Proposal
from tuui_sampling.sampling.inquiry import Inquiry, ToolCall
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase

BUSY = Proposal(Gate.RESPONSE, None, obstacle="The model is writing.")


def test_what_an_agent_and_its_tools_want_is_told_below_its_request() -> None:
    first, child, other = review(number=1), review(number=3), review(number=6)
    first.phase, child.cause = Phase.GENERATING, first
    wanted = Inquiry(
        id=2,
        key="2",
        origin=Origin("s", "2025-11-25", tool="t"),
        asked=ToolCall("s", "t", {}, 1, 1, 9),
        arrived=time.monotonic(),
        arrived_at=datetime.now(UTC),
    )
    of_child = replace(wanted, id=5, asked=ToolCall("s", "t", {}, 3, 1, 9))

    def first_line(*items: object) -> str:
        return effect_lines(first, BUSY, [first, *items], {"next-request": "^N"}.get).partition("\n")[0]  # type: ignore[list-item,arg-type]

    assert first_line(other) == BUSY.obstacle
    assert first_line(wanted, other) == "Its agent waits for your decision about #2: ^N"
    assert first_line(child, of_child) == "Its agent waits for your decision about #3, #5: ^N"
    child.phase = Phase.GENERATING
    assert first_line(child, of_child) == "Its agent waits for your decision about #5: ^N"
    of_child.phase = Phase.DELIVERED
    assert first_line(child, of_child) == BUSY.obstacle
