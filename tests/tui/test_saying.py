"""A message goes with its cause: what an action said, what says why not, and what happened by itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.screens.app import NARROW, screen_text
from tests.support.screens.responding import Stage, end, staged
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui import saying
from tuui_sampling.tui.widgets.header import ModeTab

NEWS = "letters: it was ended by SIGKILL."

Step = Callable[[Stage], Awaitable[object]]


def keys(*pressed: str) -> Step:
    """Return what presses keys."""
    return lambda stage: stage.press(*pressed)


async def is_written(stage: Stage) -> None:
    """Let a model begin to write."""
    stage.add("sonnet")
    stage.enter(Phase.GENERATING)


async def has_answered(stage: Stage) -> None:
    """Let the model end."""
    end(stage.review.candidates[-1], "It rains.")
    stage.enter(Phase.RESPONSE)


async def policy_is_clicked(stage: Stage) -> None:
    """Go to another screen by the mouse."""
    await stage.pilot.click(next(tab for tab in stage.app.screen.query(ModeTab) if "Policy" in str(tab.visual)))


NOTHING, COPIED = "There is nothing to leave here", "Copied: "

ROWS: tuple[tuple[Step, str, Step, str], ...] = (
    # What brings a message about, the message, what takes it away, and what to see by then.
    (keys("escape"), NOTHING, keys("l"), "show"),  # the list is open now: there is something to leave
    (keys("escape", "escape"), NOTHING, keys("4"), "as it came"),
    (keys("y"), COPIED, keys("1"), "system prompt"),
    (keys("full_stop"), "There is no other response", is_written, "1 pending"),
    (keys("ctrl+g"), "The model is writing", has_answered, "^G return"),
    (keys("1", "ctrl+g"), "Look at the response first", keys("2"), "It rains."),
    (keys("y"), COPIED, keys("f2"), "No server is configured"),
    (keys("x"), "No server", keys("f4"), "No rule"),
    (keys("x"), "Only a rule that is held", keys("f1"), "It rains."),
    (keys("c"), "There is no other response", policy_is_clicked, "No rule"),
)


async def test_a_message_goes_with_its_cause_and_what_happened_by_itself_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saying, "SECONDS", 3600.0)  # none goes by time
    async with staged(tmp_path, size=NARROW) as stage:
        stage.enter(Phase.REQUEST)
        await stage.until(lambda: stage.app.arming.target is not None)
        stage.app.say.tell(NEWS)
        for said, message, gone, seen in ROWS:
            await said(stage)
            await stage.until(lambda message=message: message in screen_text(stage.app))
            await gone(stage)
            await stage.until(lambda message=message: message not in screen_text(stage.app))
            await stage.until(lambda seen=seen: seen in screen_text(stage.app))
            assert NEWS in screen_text(stage.app), message
