"""From one decision to the next, and out of a failure: what is selected, what is shown, and what the chord does."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from tests.support.full_request import user
from tests.support.screens.app import NARROW, screen_text
from tests.support.screens.requesting import SETTINGS, TOOLS, requested
from tests.support.screens.responding import Stage, end, staged
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.tui.inbox import navigation


def asking(text: str) -> dict[str, Any]:
    """Return a request."""
    return {"messages": [user(text)], "maxTokens": 10}


async def test_the_next_one_is_shown_after_a_decision_and_has_to_be_looked_at(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        first, second, third = [await desk.ask(asking(text)) for text in ("one", "two", "three")]
        await desk.until(lambda: "your turn: the request · 1 of 3" in screen_text(desk.app))  # others have come since
        await desk.press("ctrl+r")
        await desk.until(lambda: first.phase is Phase.REJECTED and desk.inbox.reviewing.selected == second.id)
        await desk.until(lambda: desk.app.arming.target)
        desk.clock.now -= 0.1  # a move that was typed before the next one was shown means that one
        desk.app.post_message(events.Key("ctrl+n", None))
        await desk.pilot.pause()
        desk.clock.now += 0.1
        for chord, words in (("ctrl+g", "Not approved"), ("ctrl+r", "Not refused")):
            desk.clock.now += 0.2  # meant for the one before
            desk.app.post_message(events.Key(chord, None))
            await desk.until(lambda: words in screen_text(desk.app))  # noqa: B023
            desk.app.clear_notifications()
        assert second.phase is Phase.REQUEST and desk.inbox.reviewing.selected == second.id
        await desk.approve(Phase.RESPONSE)  # no end: its response is what comes next
        assert desk.inbox.reviewing.selected == second.id
        await desk.press("f3", "f1")
        assert desk.inbox.reviewing.selected == second.id
        await desk.look()
        await desk.press("ctrl+g")
        await desk.until(lambda: desk.inbox.reviewing.selected == third.id)


async def test_an_arrow_that_was_typed_before_the_next_one_was_shown_begins_where_the_person_was(
    tmp_path: Path,
) -> None:
    async with requested(tmp_path) as desk:
        asked = [await desk.ask(asking(text)) for text in ("one", "two", "three", "four")]
        for by, key, shown in ((1, "down", 2), (2, "up", 1)):
            waiting = [one for one in asked if one.phase is Phase.REQUEST]
            decided = waiting[by]
            desk.inbox.select(decided.id)
            desk.inbox.list.queue.focus()
            await desk.press("ctrl+r")
            await desk.until(lambda: decided.phase is Phase.REJECTED)  # noqa: B023
            await desk.until(lambda: desk.inbox.reviewing.selected != decided.id and desk.app.arming.target)  # noqa: B023
            desk.clock.now -= 0.1
            desk.app.post_message(events.Key(key, None))
            await desk.pilot.pause()
            desk.clock.now += 0.1
            assert desk.inbox.reviewing.selected == waiting[shown].id


async def test_the_title_says_where_a_request_stands_in_the_list_as_it_is_now(tmp_path: Path) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        for text in ("one", "two", "two more"):
            await desk.ask(asking(text))
        await desk.press("l", "slash", *"two", "enter", "l")
        await desk.until(lambda: " 1 of 2" in screen_text(desk.app))
        await desk.press("l", "slash", "escape", "l")
        await desk.until(lambda: " 2 of 3" in screen_text(desk.app))
        await desk.press("O")
        await desk.until(lambda: "The list is ordered by arrival now." in screen_text(desk.app))


async def test_a_list_that_a_larger_terminal_has_room_for_has_the_focus(tmp_path: Path) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        await desk.ask(asking("one"))
        for away, back in ((["f3"], ["f1"]), ([], [])):
            assert desk.app.focused is None  # the list is folded; the arrows scroll what is shown
            await desk.press(*away)
            await desk.pilot.resize_terminal(200, 50)
            await desk.press(*back)
            await desk.until(lambda: desk.app.focused is desk.inbox.list.queue)
            await desk.pilot.resize_terminal(*NARROW)
            await desk.until(lambda: not desk.inbox.list.is_shown)
            desk.app.screen.set_focus(None)


async def test_a_step_and_a_decision_go_row_by_row_where_identical_ones_share_one(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        texts = ("first", "same", "other", "same", "last", "same")
        _, same, other, again, *_ = [await desk.ask(asking(text)) for text in texts]
        for key, shown in (("ctrl+n", (2, 3, 5, 1)), ("left_square_bracket", (5, 3, 2))):
            for number in shown:
                await desk.press(key)
                assert desk.inbox.reviewing.selected == number
        await desk.look()
        await desk.press("ctrl+r")
        await desk.until(lambda: same.phase is Phase.REJECTED and desk.inbox.reviewing.selected == other.id)
        await desk.press("left_square_bracket", "left_square_bracket")
        assert desk.inbox.reviewing.selected == again.id + 1
        await desk.press("left_square_bracket")
        assert desk.inbox.reviewing.selected == again.id


async def test_without_the_setting_what_was_decided_stays_and_f1_lands_on_what_waits(tmp_path: Path) -> None:
    settings = replace(SETTINGS, interface=replace(SETTINGS.interface, advance=False))
    async with requested(tmp_path, settings=settings) as desk:
        first = await desk.ask(asking("one"))
        second = await desk.ask(asking("two"))
        await desk.press("ctrl+r")
        await desk.until(lambda: first.phase is Phase.REJECTED)
        assert desk.inbox.reviewing.selected == first.id
        await desk.until(lambda: "the one that waits" in screen_text(desk.app))
        await desk.ask(asking("three"))
        await desk.until(lambda: "the next of 2 that wait" in screen_text(desk.app))
        await desk.press("f2", "f1")
        await desk.until(lambda: desk.inbox.reviewing.selected == second.id)
        desk.inbox.select(first.id)
        await desk.press("f1")
        assert desk.inbox.reviewing.selected == second.id


async def test_enter_in_a_list_that_lies_over_the_request_shows_it_and_edits_nothing(tmp_path: Path) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        first, second = await desk.ask(asking("one")), await desk.ask(asking("two"))
        await desk.press("l", "down")
        await desk.until(lambda: "e show" in screen_text(desk.app))
        await desk.press("enter", "k")
        await desk.until(lambda: "│ two" in screen_text(desk.app))  # a letter would have gone into the request
        assert desk.inbox.reviewing.selected == second.id and desk.app.focused is None
        await desk.press("enter", "k")
        await desk.until(lambda: "▌ ktwo" in screen_text(desk.app))
        await desk.press("escape", "escape", "ctrl+r", "ctrl+r")  # it is edited
        await desk.until(lambda: second.phase is Phase.REJECTED and desk.inbox.reviewing.selected == first.id)
        await desk.press("l", "end", "enter")  # also one that has ended, and can't be edited
        await desk.until(lambda: "rejected" in screen_text(desk.app) and not desk.inbox.covers)
        assert desk.inbox.reviewing.selected == second.id


async def test_a_request_that_is_opened_from_elsewhere_shows_what_is_to_be_decided(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        review = await desk.ask(asking("one"))
        await desk.press("4", "f2")
        desk.app.show_review(review.id)
        await desk.until(lambda: desk.app.current_mode == "inbox" and desk.inbox.pane.panel.tab == "request")


async def test_the_next_turn_is_waited_for_after_an_answer_that_calls_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tools = asking("Plan a trip to Oslo.") | {"tools": TOOLS}
    async with requested(tmp_path) as desk:
        monkeypatch.setattr(navigation, "MAX_WAIT", 3600.0)
        reviewing = desk.inbox.reviewing
        first = await desk.ask(with_tools)
        second = await desk.ask(asking("two"))
        await desk.approve(Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        await desk.until(lambda: "waiting for the next turn of plan; ^N goes on" in screen_text(desk.app))
        assert reviewing.selected == first.id
        turn = await desk.ask(turn_after(first, with_tools))
        await desk.until(lambda: reviewing.selected == turn.id)
        await desk.approve(Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        await desk.until(lambda: "waiting for the next turn" in screen_text(desk.app))
        await desk.press("ctrl+n")  # who does not want to wait goes on
        assert reviewing.selected == second.id and "waiting for the next turn" not in screen_text(desk.app)
        third = await desk.ask(with_tools)
        monkeypatch.setattr(navigation, "MAX_WAIT", 0.01)
        desk.inbox.select(third.id)
        await desk.approve(Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        await desk.until(lambda: reviewing.selected == second.id)  # its server did not come back


def turn_after(review: Review, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a server asks once it has called the tools that the response named."""
    assert review.outcome is not None and review.outcome.response is not None
    uses = [
        {"type": "tool_use", "id": one.id, "name": one.name, "input": dict(one.input)}
        for one in review.outcome.response.tool_uses
    ]
    results = [{"type": "tool_result", "toolUseId": one["id"], "content": []} for one in uses]
    more = [{"role": "assistant", "content": uses}, {"role": "user", "content": results}]
    return asked | {"messages": [*asked["messages"], *more]}


# --- after a failure ---


async def failed(stage: Stage, *models: str) -> None:
    """Let these models fail, one after the other, and bring that to the second gate."""
    for model in models:
        candidate = stage.add(model)
        candidate.elapsed = 1.0
        candidate.error = ModelError(ModelErrorKind.NETWORK, "Nothing listens there.", hint="Start it.")
    stage.enter(Phase.RESPONSE)
    await stage.until(lambda: "Nothing listens there." in screen_text(stage.app))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_after_a_failure_the_chord_asks_again_and_the_title_says_so(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with staged(tmp_path, size=size) as stage:
        await failed(stage, "sonnet")
        await stage.until(lambda: "no response" in screen_text(stage.app) and "^G ask again" in screen_text(stage.app))
        if size[0] > 100:
            assert "no response: ^G asks sonnet again" in screen_text(stage.app)
        stage.inbox.groups.models.use(stage.review, "haiku")
        await stage.until(lambda: "^G sends this request to haiku" in screen_text(stage.app))
        await stage.until(lambda: "^G ask  ^R" in screen_text(stage.app))  # not again: it was not asked yet
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: stage.decided)
        assert [one.models for one in stage.decided if isinstance(one, Approve)] == [("haiku",)]


async def test_of_several_models_the_first_that_answered_is_shown(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.enter(Phase.REQUEST)
        await stage.until(lambda: stage.inbox.is_mounted and stage.inbox.reviewing.review is not None)
        for model in ("sonnet", "haiku", "opus"):
            stage.add(model)
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: stage.inbox.reviewing.edits(stage.review).candidate == 1)
        now = time.monotonic()
        for number, candidate in enumerate(stage.review.candidates):
            candidate.started = now
            if number != 1:
                candidate.elapsed, candidate.error = 0.5, ModelError(ModelErrorKind.NETWORK, "No.")
            else:
                end(candidate, "Words of haiku.")
        stage.enter(Phase.RESPONSE)
        await stage.until(lambda: "^G returns this response" in screen_text(stage.app))
        assert stage.inbox.reviewing.edits(stage.review).candidate == 2


async def test_a_reason_that_is_typed_in_one_go_is_kept(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        review = await desk.ask(asking("one"))
        await desk.press("X")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        for key in (*"odd", "enter"):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await desk.until(lambda: review.phase is Phase.REJECTED)
        assert review.outcome is not None and review.outcome.reason == "odd"
