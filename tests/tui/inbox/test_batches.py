"""Requests that are marked are shown side by side, and decided by one key: what was looked at, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.containers import VerticalScroll
from textual.content import Content

from tests.support.desks import approve
from tests.support.screens.app import NARROW, WIDE, is_possible, screen_text
from tests.support.screens.requesting import SETTINGS, requested
from tests.support.terminal.late_driver import LateDriver
from tests.tui.inbox.test_navigation import asking
from tuui_sampling.frontend.tour import Tour
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.tui.dialogs.batch import DecideTogether
from tuui_sampling.tui.widgets.plain import Plain


@pytest.mark.drawn
@pytest.mark.hostile(52)
@pytest.mark.usefixtures("late_terminal")
@pytest.mark.parametrize(
    ("chord", "done", "ended"),
    [
        ("ctrl+g", "sent", {Phase.GENERATING, Phase.RESPONSE}),
        ("ctrl+r", "refused", {Phase.REJECTED}),
    ],
)
async def test_a_batch_is_sent_or_refused_once_the_terminal_has_taken_all_of_it(
    tmp_path: Path, chord: str, done: str, ended: set[Phase]
) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        long = "\n".join(f"row {number}" for number in range(30))
        reviews = [await desk.ask(asking(f"{long}\n{which}")) for which in ("the first", "the second")]
        for one in reviews:
            desk.inbox.select(one.id)
            await desk.press("space")
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, DecideTogether) and desk.app.arming.target)
        shown, driver = desk.app.screen, LateDriver.of(desk.app)
        assert isinstance(shown, DecideTogether)

        async def too_early(words: str) -> None:
            desk.app.post_message(events.Key(chord, None))
            await desk.until(lambda: f"Not {done}: {words}" in " ".join(screen_text(desk.app).split()))
            desk.app.clear_notifications()
            assert [one.phase for one in reviews] == [Phase.REQUEST] * 2

        driver.terminal.hold()
        await desk.press("end")
        await desk.until(lambda: shown.query_one(VerticalScroll).scroll_offset.y and not driver.has_written)
        shown._look()  # as some time later
        desk.clock.now += 60
        await too_early("more stands below")
        driver.terminal.let()
        await desk.until(lambda: shown.is_seen)
        desk.clock.now += 0.3
        await too_early("it has just appeared")
        await desk.press(chord)
        await desk.until(lambda: {one.phase for one in reviews} <= ended)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_the_person_s_own_keys_are_named_and_decide(tmp_path: Path, size: tuple[int, int]) -> None:
    keys = {"approve": "f8", "reject": "f9", "make-rule": "M", "leave-editor": "f6"}
    settings = replace(SETTINGS, interface=replace(SETTINGS.interface, keys=keys))
    async with requested(tmp_path, settings=settings, size=size) as desk:
        desk.app.commands.groups.tour = tour = Tour(desk.backend.desk, tmp_path / "ended")
        told = " ".join(tour.words(mode, desk.app.key_of) for mode in ("inbox", "servers", "history"))
        assert told.count("F6 ends the tour") == 3 and "esc" not in told
        await desk.press("f4")
        await desk.until(lambda: "M in the Inbox makes one." in screen_text(desk.app))
        await desk.press("f1")
        reviews = [await desk.ask(asking(text)) for text in ("the first", "the second")]
        for one in reviews:
            desk.inbox.select(one.id)
            await desk.press("space")
        await desk.press("B")
        await desk.until(lambda: "F8 send all    F9 reject all" in screen_text(desk.app))
        await desk.look()
        await desk.press("ctrl+r")
        assert {one.phase for one in reviews} == {Phase.REQUEST}
        await desk.press("f9")
        await desk.until(lambda: {one.phase for one in reviews} == {Phase.REJECTED})


async def test_what_is_marked_is_sent_or_refused_once_it_was_seen_beside_the_others(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        reviews = [await desk.ask(asking(text)) for text in ("the first", "the second", "the third")]
        first, second, third = reviews
        assert not is_possible(desk.app, "decide-marked")

        desk.inbox.select(first.id)
        await desk.press("space")
        desk.inbox.select(second.id)
        await desk.press("space")
        await desk.until(lambda: screen_text(desk.app).count("◆ ") == 2)
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, DecideTogether))
        await desk.until(lambda: "≠ message 1" in screen_text(desk.app) and "the second" in screen_text(desk.app))
        assert "the third" not in screen_text(desk.app)
        assert "= maxTokens" in screen_text(desk.app)
        shown = desk.app.screen
        assert isinstance(shown, DecideTogether)
        assert shown.query_one(".dialog").outer_size.width > 110, "what differs needs the width"
        columns = [one.visual for one in shown.query(".column").results(Plain)]
        assert all(isinstance(one, Content) for one in columns)
        marks = [one.plain[span.start : span.end] for one in columns if isinstance(one, Content) for span in one.spans]
        assert marks == ["first", "second"], "what differs is marked"
        await desk.until(lambda: desk.app.arming.target is not None and shown.is_seen)
        desk.clock.now += 0.2
        desk.app.post_message(events.Key("ctrl+g", None))
        await desk.until(lambda: "Not sent: it has just appeared" in screen_text(desk.app))
        assert [one.phase for one in reviews] == [Phase.REQUEST] * 3
        await desk.press("ctrl+g")
        await desk.until(lambda: {first.phase, second.phase} <= {Phase.GENERATING, Phase.RESPONSE})
        assert third.phase is Phase.REQUEST, "it was not marked"

        fourth = await desk.ask(asking("the fourth"))
        for one in (third, fourth):
            desk.inbox.select(one.id)
            await desk.press("space")
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, DecideTogether) and desk.app.screen.is_seen)
        await desk.press("ctrl+r")
        await desk.until(lambda: third.phase is fourth.phase is Phase.REJECTED)
        assert third.outcome is not None and third.outcome.reason == "rejected together with others"
        await desk.until(lambda: desk.inbox.reviewing.selected == first.id)  # what waits next, as after one decision
        assert desk.backend.desk.settle(first.id, Gate.RESPONSE, Reject("")), "as a rule does"
        await desk.until(lambda: desk.inbox.reviewing.selected == second.id)

        alike = [await desk.ask(asking("the same")) for _ in range(3)]
        desk.inbox.select(alike[0].id)
        await desk.until(lambda: "×3" in screen_text(desk.app))
        await desk.press("space")
        assert desk.inbox.reviewing.listing.marked == {one.id for one in alike}, "all that the row stands for"
        await desk.press("space")
        assert not desk.inbox.reviewing.listing.marked


@pytest.mark.parametrize("chord", ["ctrl+g", "ctrl+r"])
async def test_marked_responses_are_returned_or_refused_once_they_were_seen(tmp_path: Path, chord: str) -> None:
    async with requested(tmp_path) as desk:
        reviews = [await desk.ask(asking(text)) for text in ("the first", "the second", "the third")]
        first, second, third = reviews
        for one in (first, second):
            approved = approve(one)
            assert desk.backend.desk.settle(one.id, Gate.REQUEST, replace(approved, model="demo"))
        await desk.until(lambda: first.phase is second.phase is Phase.RESPONSE)
        for one in (first, second):
            desk.inbox.select(one.id)
            await desk.press("space")
        desk.inbox.select(third.id)
        await desk.press("space")
        await desk.until(lambda: "Requests and responses are not decided at once" in screen_text(desk.app))
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, DecideTogether) and desk.app.screen.is_seen)
        shown = screen_text(desk.app)
        assert "2 responses of trips › plan" in shown and "^G return all" in shown and "≠ response" in shown
        assert "≠ asked · message 1" in shown and "asked · maxTokens" not in shown, (
            "what was seen before is not repeated"
        )
        desk.clock.now += 0.2
        desk.app.post_message(events.Key(chord, None))
        done = "returned" if chord == "ctrl+g" else "refused"
        await desk.until(lambda: f"Not {done}: it has just appeared" in screen_text(desk.app))
        assert first.phase is second.phase is Phase.RESPONSE
        await desk.press(chord)
        ended = Phase.DELIVERED if chord == "ctrl+g" else Phase.REJECTED
        await desk.until(lambda: first.phase is second.phase is ended)
        assert third.phase is Phase.REQUEST, "it was not marked"
        assert not desk.inbox.reviewing.listing.marked


async def test_a_response_that_was_edited_is_decided_by_itself(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        review = await desk.ask(asking("the first"))
        assert desk.backend.desk.settle(review.id, Gate.REQUEST, replace(approve(review), model="demo"))
        await desk.until(lambda: review.phase is Phase.RESPONSE)
        assert is_possible(desk.app, "mark")
        await desk.press("e", "x", "escape", "escape", "space")
        await desk.until(lambda: "It was edited" in screen_text(desk.app))
        assert not is_possible(desk.app, "mark")
