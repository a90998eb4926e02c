"""What the second gate looks like over tool uses and over several responses, on both sizes."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import _settled, _timeless
from tests.support.screens.app import NARROW, WIDE, screen_text
from tests.support.screens.responding import Stage, call, end, staged
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import PartialToolUse, Retry

pytestmark = pytest.mark.drawn  # what lies under a dialog is part of its frame

Walk = Callable[[Stage], Awaitable[None]]


async def tool_uses(stage: Stage) -> None:
    """One call is fine, one breaks its schema, one is not JSON, one is unlisted and left out."""
    stage.answered(
        "Let me look.",
        call(city="Oslo", days=12),
        call("search", broken='{"query": '),
        call("delete_all"),
        stop_reason="toolUse",
    )
    stage.inbox.reviewing.edits(stage.review).of(1).left_out.add(3)
    stage.enter(Phase.RESPONSE)


async def written_at_once(stage: Stage) -> None:
    """Three at once: one writes a tool use, one waits for its second attempt, one has failed."""
    stage.enter(Phase.REQUEST)
    await stage.until(lambda: stage.inbox.is_mounted)
    first, second, third = (stage.add(model) for model in ("sonnet", "haiku", "opus"))
    first.parts.append("Let me look.")
    first.tool_uses[0] = PartialToolUse("get_weather", ['{"city": "Os'])
    second.retries.append(Retry(2, "rate limited", time.monotonic() + 500))
    third.error = ModelError(ModelErrorKind.OVERLOADED, "The provider can't serve right now.", hint="Try again later.")
    third.elapsed = 0.5
    stage.enter(Phase.GENERATING)


async def one_of_several(stage: Stage) -> None:
    """Three have answered, and the second is shown, edited."""
    for model in ("sonnet", "haiku", "opus"):
        stage.answered(f"The words of {model}.", model=model)
    edits = stage.inbox.reviewing.edits(stage.review)
    edits.candidate = 2
    edits.of(2).set_text(0, "My words.", "The words of haiku.")
    stage.enter(Phase.RESPONSE)


async def compared(stage: Stage) -> None:
    """The same side by side."""
    await one_of_several(stage)
    await stage.until(lambda: stage.inbox.is_mounted and stage.inbox.reviewing.selected == 1)
    await stage.press("c")


async def the_choice_of_several(stage: Stage) -> None:
    """The models that can be asked at once."""
    stage.enter(Phase.REQUEST)
    await stage.until(lambda: stage.inbox.is_mounted and stage.inbox.reviewing.selected == 1)
    await stage.press("a", "down", "space")


async def an_earlier_answer(stage: Stage) -> None:
    """What was returned before is offered at the request."""
    end(stage.add(earlier="returned for #12 on 3 Nov"), "As before.")
    stage.enter(Phase.REQUEST)


WALKS = (tool_uses, written_at_once, one_of_several, compared, the_choice_of_several, an_earlier_answer)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
async def test_screen(walk: Walk, size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with staged(tmp_path, tools=True, size=size) as stage:
        await walk(stage)
        await stage.until(lambda: screen_text(stage.app).count("forecast"))
        await _settled(stage.pilot)
        assert _timeless(screen_text(stage.app)) == snapshot
