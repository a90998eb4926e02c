"""A message goes with its cause: what an action said, what says why not, and what happened by itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets._toast import Toast

from tests.support.screens.app import NARROW, screen_text
from tests.support.screens.requesting import requested
from tests.support.screens.responding import Stage, end, staged
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.tui import saying
from tuui_sampling.tui.widgets.header import ModeTab
from tuui_sampling.tui.widgets.plain import MARK_STYLE, StatusLine

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


async def ends(stage: Stage) -> None:
    """Let the review end."""
    stage.review.outcome = Outcome(Phase.REJECTED, Gate.REQUEST)
    stage.review.candidates.clear()
    stage.review.phase = Phase.REJECTED
    stage.changed()


async def policy_is_clicked(stage: Stage) -> None:
    """Go to another screen by the mouse."""
    await stage.pilot.click(next(tab for tab in stage.app.screen.query(ModeTab) if "Policy" in str(tab.visual)))


NOTHING, COPIED = "There is nothing to leave here", "Sent to the terminal (OSC 52)"

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


TOLD_WHERE_IT_STANDS: tuple[tuple[Step, str, Step], ...] = (
    # What makes it so that nothing is done, what the status line says of it, and what takes that away.
    (keys("ctrl+t"), "Write your answer first.", keys("ctrl+t")),
    (keys("3"), "Look at the request first (1).", keys("1")),
    (is_written, "The model is writing.", has_answered),
    (keys("1"), "Look at the response first (2).", keys("2")),
    (ends, "rejected: no model was asked", keys("4")),
)


async def test_what_the_status_line_says_is_pointed_out_there_and_told_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saying, "SECONDS", 3600.0)
    async with staged(tmp_path, size=NARROW) as stage:
        stage.enter(Phase.REQUEST)
        await stage.until(lambda: stage.app.arming.target is not None)
        for brings_about, sentence, takes_away in TOLD_WHERE_IT_STANDS:
            await brings_about(stage)
            await stage.press("ctrl+g")
            await stage.until(lambda sentence=sentence: sentence in pointed_out(stage))
            assert len(stage.app.screen.query(Toast)) == 0, sentence
            assert screen_text(stage.app).count(sentence) == 1
            await takes_away(stage)
            await stage.until(lambda: not pointed_out(stage))


async def test_it_is_pointed_out_for_a_moment_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "SECONDS", 5.0)  # a machine with much to do looks a second late
    async with staged(tmp_path) as stage:
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: "The model is writing." in screen_text(stage.app))
        await stage.press("ctrl+g")
        await stage.until(lambda: pointed_out(stage))
        await stage.until(lambda: not pointed_out(stage))


async def test_a_dialog_over_the_status_line_hides_nothing_that_is_told(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: "The model is writing." in screen_text(stage.app))
        await stage.press("question_mark")
        stage.app.say.why_not("The model is writing.")
        await stage.until(lambda: len(stage.app.screen.query(Toast)) == 1)


def pointed_out(stage: Stage) -> str:
    """Return what the status line draws in reverse."""
    shown = stage.inbox.query_one("#effect", StatusLine).content
    assert isinstance(shown, Content)
    return "".join(shown.plain[span.start : span.end] for span in shown.spans if span.style == MARK_STYLE)


async def test_an_empty_inbox_says_once_that_nothing_waits(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.until(lambda: "No request is waiting." in screen_text(desk.app))
        await desk.press("ctrl+g")
        empty = desk.inbox.query_one("#empty", StatusLine)
        await desk.until(lambda: isinstance(empty.content, Content) and empty.content.spans)
        assert len(desk.app.screen.query(Toast)) == 0
