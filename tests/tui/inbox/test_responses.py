"""Several models at once, and several responses: asked for, watched, stopped, compared, merged, and one picked."""

import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.full_request import user
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tests.support.screens.app import NARROW, WIDE, screen_text
from tests.support.screens.requesting import requested
from tests.support.screens.responding import MODELS, Stage, asked, end, staged
from tuui_sampling.frontend.document.passage import Style
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.decision import Answer, Approve, Stop
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Candidate, Retry
from tuui_sampling.tui.dialogs.choose_several import ChooseSeveral
from tuui_sampling.tui.inbox.widgets.candidate_columns import CandidateColumn


async def ready(stage: Stage, phase: Phase) -> None:
    """Bring the review into a phase, and wait until it is on the screen."""
    stage.enter(phase)
    await stage.until(lambda: stage.inbox.is_mounted and stage.inbox.reviewing.review is not None)
    await stage.pilot.pause()


async def watching(stage: Stage, *models: str) -> list[Candidate]:
    """Let the person have asked these models at once, and watch them."""
    await ready(stage, Phase.REQUEST)
    candidates = [stage.add(model) for model in models]
    for candidate in candidates:
        candidate.parts.append(f"Words of {candidate.model}.")
    stage.enter(Phase.GENERATING)
    await stage.until(lambda: f"Words of {models[0]}." in screen_text(stage.app))
    return candidates


async def two_answers(stage: Stage) -> None:
    """Bring two responses to the second gate."""
    stage.answered("One.", model="sonnet")
    stage.answered("Two.", model="haiku")
    await ready(stage, Phase.RESPONSE)
    await stage.until(lambda: "Two." in screen_text(stage.app))


# --- asking ---


async def test_the_chosen_models_are_all_sent_what_is_on_the_screen(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await ready(stage, Phase.REQUEST)
        await stage.press("a")
        await stage.until(lambda: "Which models are to answer #1 at once?" in screen_text(stage.app))
        await stage.press("down", "space", "enter")
        await stage.until(lambda: "sends this request to 2 models" in screen_text(stage.app))
        text = screen_text(stage.app)
        assert "sonnet at model.example, haiku at model.example" in " ".join(re.sub("[▕│┃]", " ", text).split())
        assert "2 are asked at once" in text
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: stage.decided)
        (decision,) = stage.decided
        assert isinstance(decision, Approve)
        assert decision.models == ("sonnet", "haiku")
        assert decision.digest == outbound_digest(
            stage.review.asked, *map(stage.backend.models.recipient, ("sonnet", "haiku"))
        )


async def test_the_configured_models_are_preset(tmp_path: Path) -> None:
    async with staged(tmp_path, ask_several=("haiku", "opus")) as stage:
        await ready(stage, Phase.REQUEST)
        await stage.press("a")
        await stage.until(lambda: isinstance(stage.app.screen, ChooseSeveral))
        assert "[ ] sonnet" in screen_text(stage.app)
        assert "[x] haiku" in screen_text(stage.app)
        assert "[x] opus" in screen_text(stage.app)
        await stage.press("escape")
        assert stage.inbox.reviewing.edits(stage.review).models == ("sonnet",)


async def test_a_model_that_can_not_carry_it_is_offered_with_the_reason_and_can_not_be_chosen(tmp_path: Path) -> None:
    async with staged(tmp_path, ask_several=("sonnet", "haiku")) as stage:
        scripted = stage.backend.models.get("haiku")
        scripted.warned = (Note("messages[0]", "it sees no images", Severity.BLOCK),)  # type: ignore[attr-defined]
        await ready(stage, Phase.REQUEST)
        await stage.press("a")
        await stage.until(lambda: "✗ messages[0]: it sees no images" in screen_text(stage.app))
        assert isinstance(stage.app.screen, ChooseSeveral)
        assert stage.app.screen.chosen == {"sonnet"}


async def test_choosing_one_model_takes_the_others_back(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await ready(stage, Phase.REQUEST)
        edits = stage.inbox.reviewing.edits(stage.review)
        edits.others = ("haiku", "opus")
        stage.inbox.groups.models.use(stage.review, "opus")
        assert edits.models == ("opus",)


async def test_once_asked_only_one_is_asked_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await ready(stage, Phase.REQUEST)
        stage.inbox.reviewing.edits(stage.review).others = ("haiku",)
        for model in ("sonnet", "haiku"):
            stage.add(model)
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: stage.inbox.reviewing.edits(stage.review).others == ())


# --- watching ---


def notes_of(column: CandidateColumn) -> list[str]:
    """Return what is told of a response in a column."""
    parts = column.pane.view.document.parts
    passages = (one for number in range(len(parts)) for one in parts[number].passages)
    return [str(one.text) for one in passages if one.style is Style.NOTE]


async def test_in_a_wide_terminal_each_has_a_column_until_all_have_ended(tmp_path: Path) -> None:
    async with staged(tmp_path, size=WIDE) as stage:
        first, second, third = await watching(stage, "sonnet", "haiku", "opus")
        assert [column.number for column in stage.inbox.query(CandidateColumn)] == [1, 2, 3]
        text = screen_text(stage.app)
        assert all(f"Words of {model}." in text for model in ("sonnet", "haiku", "opus"))
        end(second, "")
        assert second.response is not None
        second.response = replace(second.response, remarks=("The answer is empty: the model wrote nothing.",))
        stage.changed()
        column = stage.inbox.query(CandidateColumn)[1]
        await stage.until(lambda: notes_of(column) == ["The answer is empty: the model wrote nothing."])
        end(second, f"Whole. To anna.meier@firma-meier.de.\n{'A long one. ' * 4_000}")  # searched beside the event loop
        third.error, third.elapsed = ModelError(ModelErrorKind.OVERLOADED, "Overloaded."), 0.5
        stage.changed()
        await stage.until(lambda: "✗ Overloaded." in screen_text(stage.app))
        await stage.until(lambda: any(one in screen_text(stage.app) for one in ("Whole.", "A long one.")))
        await stage.until(lambda: any("e-mail address" in note for note in notes_of(column)))
        end(first, "Last.")
        stage.enter(Phase.RESPONSE)
        await stage.until(lambda: not stage.inbox.query_one("#candidate-columns").display)
        await stage.until(lambda: "Last." in screen_text(stage.app))
        assert "Whole." not in screen_text(stage.app)


async def test_a_response_in_a_column_that_comes_at_once_is_shown_from_its_start(tmp_path: Path) -> None:
    async with staged(tmp_path, size=WIDE) as stage:
        _first, second = await watching(stage, "sonnet", "haiku")
        second.parts.append("\n" + "\n".join(f"row {number}" for number in range(100)))
        stage.changed()
        await stage.until(lambda: "row 5" in screen_text(stage.app))
        end(second, second.text)
        stage.changed()
        view = stage.inbox.query(CandidateColumn)[1].pane.view
        await stage.until(lambda: view.document.is_complete and view.document.count > 100)
        assert view.scroll_offset.y == 0 and "Words of haiku." in screen_text(stage.app)


async def test_in_a_narrow_one_a_line_lists_them_and_one_is_shown(tmp_path: Path) -> None:
    async with staged(tmp_path, size=NARROW) as stage:
        await watching(stage, "sonnet", "haiku")
        text = screen_text(stage.app)
        assert "1 sonnet …" in text
        assert "2 haiku …" in text
        assert "Words of haiku." not in text
        assert ", . others" in text
        await stage.press("full_stop")
        await stage.until(lambda: "Words of haiku." in screen_text(stage.app))


async def test_s_stops_the_selected_one_and_S_all(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await watching(stage, "sonnet", "haiku", "opus")
        await stage.press("full_stop", "s")
        await stage.until(lambda: stage.decided == [Stop(2)])
        stage.enter(Phase.GENERATING)
        await stage.press("S")
        await stage.until(lambda: stage.decided == [Stop(2), Stop()])


async def test_one_that_has_ended_is_not_stopped(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        first, *_ = await watching(stage, "sonnet", "haiku", "opus")
        end(first, "Whole.")
        stage.changed()
        await stage.press("s")
        await stage.until(lambda: "This one has ended. S stops" in screen_text(stage.app))
        assert stage.decided == []


@pytest.mark.parametrize("key", ["s", "ctrl+c"])
async def test_one_alone_is_stopped_as_ever(tmp_path: Path, key: str) -> None:
    async with staged(tmp_path) as stage:
        await watching(stage, "sonnet")
        assert "s stops it" in screen_text(stage.app)
        await stage.press(key)
        await stage.until(lambda: stage.decided == [Stop()])


async def test_a_retry_is_told_while_it_waits(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        (candidate,) = await watching(stage, "sonnet")
        candidate.retries.append(Retry(2, "rate limited", time.monotonic() + 1000))
        stage.changed()
        await stage.until(lambda: "attempt 2 of 3 in" in screen_text(stage.app))
        assert "rate limited" in screen_text(stage.app)


@pytest.mark.hostile(71)
async def test_what_must_be_known_of_an_answer_is_told_and_not_returned(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        candidate = stage.answered("Half a")
        candidate.thinking.append("I think so.")
        assert candidate.response is not None
        candidate.response = replace(candidate.response, remarks=("a tool call was cut off, and is left out",))
        await ready(stage, Phase.RESPONSE)
        await stage.until(lambda: "⚑ a tool call was cut off, and is left out" in screen_text(stage.app))
        assert "thinking (not returned to the server)" in screen_text(stage.app)
        await stage.press("4")
        await stage.until(lambda: "What it would get:" in screen_text(stage.app))
        assert "cut off" not in screen_text(stage.app)
        assert "I think so." not in screen_text(stage.app)


# --- picking and merging ---


async def test_the_one_that_is_shown_is_the_one_that_is_returned(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await two_answers(stage)
        await stage.press("comma")
        await stage.until(lambda: "One." in screen_text(stage.app))
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: stage.decided)
        (answer,) = stage.decided
        assert isinstance(answer, Answer)
        assert (answer.candidate, answer.response.text) == (1, "One.")


async def test_a_click_on_its_heading_shows_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await two_answers(stage)
        await stage.pilot.click("#candidates", offset=(4, 0))
        await stage.until(lambda: "One." in screen_text(stage.app))
        assert stage.inbox.reviewing.edits(stage.review).candidate == 1


async def test_they_are_compared_side_by_side_but_nothing_is_approved_there_unseen(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await two_answers(stage)
        await stage.until(lambda: "c compare" in screen_text(stage.app) and ". next response" in screen_text(stage.app))
        await stage.press("c")
        await stage.until(lambda: "One." in screen_text(stage.app) and "Two." in screen_text(stage.app))
        await stage.look()
        await stage.press("ctrl+g")
        assert "Show the selected one alone first" in screen_text(stage.app)
        assert stage.decided == []
        await stage.press("c")
        await stage.until(lambda: "One." not in screen_text(stage.app))


async def test_the_selected_of_many_is_in_view_beside_others(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for number in range(1, 6):
            stage.answered(f"Answer {number}.", model="sonnet")
        await ready(stage, Phase.RESPONSE)
        await stage.until(lambda: "Answer 5." in screen_text(stage.app))
        await stage.press("c")
        await stage.until(lambda: "Answer 5." in screen_text(stage.app) and "Answer 4." in screen_text(stage.app))
        await stage.press("full_stop")
        await stage.until(lambda: "Answer 1." in screen_text(stage.app) and "Answer 2." in screen_text(stage.app))


@pytest.mark.parametrize("key", ["plus", "f9"])
async def test_the_text_of_another_is_inserted_at_the_cursor(tmp_path: Path, key: str) -> None:
    async with staged(tmp_path) as stage:
        await two_answers(stage)
        await stage.press("e", "end", *(["escape"] if key == "plus" else []), key)
        await stage.until(lambda: "Whose text is to be inserted" in screen_text(stage.app))
        await stage.press("enter")
        candidate = stage.review.candidates[1]
        await stage.until(lambda: "Two.One." in screen_text(stage.app))
        edited = stage.inbox.reviewing.edits(stage.review).answer(candidate)
        assert edited is not None
        assert edited.text == "Two.One."


async def test_the_own_answer_is_one_among_others(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await two_answers(stage)
        await stage.press("ctrl+t", *"Mine: ", "f9", "enter")
        await stage.until(lambda: "Mine: One." in screen_text(stage.app))
        assert "by hand" in screen_text(stage.app)
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: stage.decided)
        (answer,) = stage.decided
        assert isinstance(answer, Answer)
        assert (answer.candidate, answer.response.text, answer.response.model) == (None, "Mine: One.", "human")


async def test_an_earlier_answer_is_offered_at_the_request_and_never_used_by_itself(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        earlier = stage.answered("As before.")
        earlier.earlier = "returned for #12 on 3 Nov"
        await ready(stage, Phase.REQUEST)
        await stage.until(lambda: "↺ returned for #12 on 3 Nov: 2 shows it" in screen_text(stage.app))
        assert "sends this request to sonnet" in screen_text(stage.app)
        await stage.press("2")
        await stage.until(lambda: "an earlier answer: returned for #12" in screen_text(stage.app))
        assert "no model is asked" in screen_text(stage.app)
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: stage.decided)
        (answer,) = stage.decided
        assert isinstance(answer, Answer)
        assert (answer.candidate, answer.response.text) == (1, "As before.")


async def test_three_are_asked_of_which_one_fails_and_one_is_stopped(tmp_path: Path) -> None:
    failure = ModelError(ModelErrorKind.BAD_REQUEST, "Refused.")
    providers = {
        "sonnet": ScriptedProvider((TextDelta("Never"), for_ever)),
        "haiku": ScriptedProvider((failure,)),
        "opus": ScriptedProvider(answer("The whole answer.")),
    }
    async with staged(tmp_path, ask_several=MODELS, providers=providers) as stage:
        desk = stage.backend.desk
        desk.reviews.clear()
        asking = asyncio.create_task(desk.ask(asked(), stage.review.origin, lambda: "gone"))
        await stage.until(lambda: desk.reviews and stage.inbox.is_mounted and stage.inbox.reviewing.selected == 1)
        review = desk.reviews[1]
        await stage.press("a", "enter")
        await stage.until(lambda: "sends this request to 3 models" in screen_text(stage.app))
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: [one.is_streaming for one in review.candidates] == [True, False, False])
        await stage.until(lambda: "Never" in screen_text(stage.app))
        assert "✗ Refused." in screen_text(stage.app)
        await stage.press("s")
        await stage.until(lambda: review.phase is Phase.RESPONSE)
        assert [provider.asked for provider in providers.values()] == [[review.asked]] * 3
        await stage.press("full_stop", "full_stop")
        await stage.until(lambda: "stop reason endTurn" in screen_text(stage.app))
        await stage.look()
        await stage.press("ctrl+g")
        outcome = await asking
        assert outcome.response is not None
        assert outcome.response.text == "The whole answer."


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_an_answer_to_what_the_request_was_before_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    said = "The request was changed after this answer"
    async with requested(tmp_path, size=size) as desk:
        review = await desk.ask({"messages": [user("Name a river.")], "maxTokens": 10})
        await desk.look()
        await desk.press("ctrl+g")
        await desk.until(lambda: review.phase is Phase.RESPONSE)
        await desk.until(lambda: "the response" in screen_text(desk.app))
        assert said not in screen_text(desk.app)
        edits = desk.inbox.reviewing.edits(review)
        for text, is_changed in (("11", True), ("10", False)):
            edits.draft.set("maxTokens", text)
            desk.inbox.show_item()
            await desk.until(lambda: (said in screen_text(desk.app)) == is_changed)  # noqa: B023
