"""The story of one request: both gates, every decision at each, and what the record says of it afterwards."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import Office, accept, approve, eventually, kinds, office, recorded, request
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import Finished, TextDelta, ThinkingDelta, UsageUpdate
from tuui_sampling.sampling.decision import Answer, Approve, Decision, Reject, Reopen, Stop
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response, Usage
from tuui_sampling.sampling.review import Outcome

CUT_OFF = ModelError(ModelErrorKind.CUT_OFF, "The stream ended early.", hint="Try again.")
BY_HAND = Response((TextBlock("written by hand"),), HUMAN_MODEL, "endTurn")


# --- the main thread ---


async def test_both_gates_unedited(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("one two"))
    async with office(tmp_path, model) as place:
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST)
        assert review.gate is Gate.REQUEST
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert review.candidate is not None
        assert review.candidate.is_whole
        assert review.ended is None
        place.settle(review, accept(review))
        outcome = await asking
        assert review.ended is not None
        assert outcome.phase is Phase.DELIVERED
        assert outcome.response is not None
        assert outcome.response.text == "one two"
        assert not outcome.edited
        assert (outcome.gate, outcome.model, outcome.usage) == (None, "scripted-1", Usage(3, 2))
        assert review.outcome is outcome
        assert model.asked == [request("hello")]
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "approved", "sent", "response", "delivered"]
    assert rows[0].data["tool"] == "summarize"
    assert rows[1].data["host"] == "model.example"
    assert rows[1].data["changed"] is False
    assert "params" not in rows[1].data
    assert rows[-1].data["edited"] is False
    assert rows[-1].data["result"]["content"]["text"] == "one two"


async def test_edits_at_both_gates(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("one two"))
    async with office(tmp_path, model) as place:
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST)
        edited = request("hello, edited", maxTokens=7)
        place.settle(review, approve(review, asked=edited))
        await place.at(Phase.RESPONSE)
        assert model.asked == [edited]
        assert review.outbound == edited
        assert review.asked == request("hello")
        response = accept(review).response.with_text("edited, too")
        place.settle(review, Answer(response, 1))
        outcome = await asking
        assert outcome.response == response
        assert outcome.edited
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "approved", "sent", "response", "response changed", "delivered"]
    assert rows[1].data["params"]["maxTokens"] == 7
    assert rows[4].data["candidate"] == 1
    assert rows[-1].data["result"]["content"]["text"] == "edited, too"
    assert rows[-1].data["edited"] is True


async def test_an_edited_request_alone_counts_as_edited(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, asked=request("edited")))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        assert (await asking).edited


async def test_the_answer_of_an_unedited_request_is_unedited_whatever_was_tried_later(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("first"), answer("second"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        first = accept(review)
        place.settle(review, approve(review, asked=request("something else")))
        await place.candidate(review, 2)
        place.settle(review, first)
        assert not (await asking).edited


async def test_the_answer_of_an_edited_request_is_edited_whatever_was_tried_later(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("first"), answer("second"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, asked=request("something else")))
        await place.at(Phase.RESPONSE)
        first = accept(review)
        place.settle(review, approve(review))
        await place.candidate(review, 2)
        place.settle(review, first)
        assert (await asking).edited


async def test_an_answer_by_hand_at_the_first_gate(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("never"))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, Answer(BY_HAND))
        outcome = await asking
        assert (outcome.response, outcome.model, outcome.edited, outcome.usage) == (BY_HAND, HUMAN_MODEL, True, None)
        assert model.asked == []
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "response changed", "delivered"]
    assert rows[1].data["candidate"] is None


async def test_regenerating_keeps_the_candidates_and_any_of_them_can_be_chosen(tmp_path: Path) -> None:
    other = ScriptedProvider(answer("from the other", "other-1"))
    async with office(tmp_path, ScriptedProvider(answer("first"), answer("second")), others={"other": other}) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        for number, model in ((2, "scripted"), (3, "other")):
            place.settle(review, approve(review, model))
            await place.candidate(review, number)
        texts = [candidate.text for candidate in review.candidates]
        assert texts == ["first", "second", "fromtheother"]
        assert [candidate.number for candidate in review.candidates] == [1, 2, 3]
        chosen = review.candidates[1]
        assert chosen.response is not None
        place.settle(review, Answer(chosen.response, 2))
        outcome = await asking
        assert outcome.response is not None
        assert outcome.response.text == "second"
        assert not outcome.edited
        assert outcome.usage == Usage(9, 6)
        rows = await place.rows(review)
    assert kinds(rows).count("approved") == kinds(rows).count("response") == 3


async def test_reopening_goes_back_to_the_request_and_keeps_the_candidates(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("first"), answer("second"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, Reopen())
        await place.at(Phase.REQUEST)
        assert len(review.candidates) == 1
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert len(review.candidates) == 2
        place.settle(review, accept(review))
        assert (await asking).phase is Phase.DELIVERED


async def test_thinking_and_counted_tokens_are_kept_and_thinking_never_leaves(tmp_path: Path) -> None:
    response = Response((TextBlock("said"),), "m", None, None, thinking="thought")
    script = (
        ThinkingDelta("tho"),
        ThinkingDelta("ught"),
        UsageUpdate(Usage(1, 1)),
        TextDelta("said"),
        Finished(response),
    )
    async with office(tmp_path, ScriptedProvider(script)) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert review.candidate is not None
        assert review.candidate.thinking == ["tho", "ught"]
        assert review.usage == Usage(1, 1)
        place.settle(review, accept(review))
        await asking
        rows = await place.rows(review)
    assert "thought" not in str(rows[-1].data)


# --- rejections ---


@pytest.mark.parametrize("gate", list(Gate))
async def test_rejecting_at_each_gate(gate: Gate, tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        if gate is Gate.RESPONSE:
            place.settle(review, approve(review))
            await place.at(Phase.RESPONSE)
        place.settle(review, Reject("not today"))
        outcome = await asking
        assert (outcome.phase, outcome.gate, outcome.reason) == (Phase.REJECTED, gate, "not today")
        assert outcome.response is None
        rows = await place.rows(review)
    assert kinds(rows)[-1] == "rejected"
    assert rows[-1].data["gate"] == gate.value
    assert rows[-1].data["reason"] == "not today"
    spent = {"input_tokens": 3, "output_tokens": 2, "cached_input_tokens": 0, "cache_write_tokens": 0}
    assert rows[-1].data["usage"] == (spent if gate is Gate.RESPONSE else None)


# --- while a model writes ---


async def writing(place: Office) -> asyncio.Task[Outcome]:
    """Bring a review so far that a model has written one word and never writes another."""
    asking = place.ask()
    review = await place.at(Phase.REQUEST)
    place.settle(review, approve(review))
    while not (review.candidate and review.candidate.text):
        await asyncio.sleep(0)
    assert review.phase is Phase.GENERATING
    return asking


@pytest.mark.parametrize(
    ("decision", "phase"), [(Stop(), Phase.RESPONSE), (Reopen(), Phase.REQUEST), (Reject(), Phase.REJECTED)]
)
async def test_a_decision_while_generating_ends_the_stream(decision: Decision, phase: Phase, tmp_path: Path) -> None:
    model = ScriptedProvider((TextDelta("half"), for_ever))
    async with office(tmp_path, model) as place:
        asking = await writing(place)
        review = place.desk.reviews[1]
        place.settle(review, decision)
        await place.at(phase)
        assert model.closed == 1
        candidate = review.candidate
        assert candidate is not None
        assert (candidate.stopped, candidate.is_whole, candidate.is_streaming) == (True, False, False)
        assert candidate.response is not None
        assert candidate.response.text == "half"
        if phase is Phase.REJECTED:
            assert (await asking).gate is Gate.RESPONSE
        elif phase is Phase.RESPONSE:
            place.settle(review, accept(review))
            assert (await asking).phase is Phase.DELIVERED
        else:
            place.settle(review, Reject())
            assert (await asking).gate is Gate.REQUEST
        rows = await place.rows(review)
    (response,) = [row for row in rows if row.kind.value == "response"]
    assert response.data["stopped"] is True
    assert response.data["result"]["content"]["text"] == "half"


@pytest.mark.parametrize("decision", [approve, accept])
async def test_nothing_can_be_approved_while_a_model_writes(decision: object, tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider((TextDelta("half"), for_ever))) as place:
        asking = await writing(place)
        review = place.desk.reviews[1]
        verdict = approve(review) if decision is approve else Answer(BY_HAND, 1)
        assert not place.desk.settle(1, Gate.REQUEST, verdict)
        assert not place.desk.settle(1, Gate.RESPONSE, verdict)
        place.settle(review, Reject())
        await asking


# --- failures ---


async def test_a_failing_model_leaves_the_review_open_and_the_next_try_works(tmp_path: Path) -> None:
    model = ScriptedProvider((CUT_OFF,), answer("at last"))
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert review.candidate is not None
        assert review.candidate.error is CUT_OFF
        assert review.candidate.response is None
        place.settle(review, approve(review))
        await place.candidate(review, 2)
        place.settle(review, accept(review))
        assert (await asking).phase is Phase.DELIVERED
        rows = await place.rows(review)
    assert rows[3].data["error"] == "The stream ended early."


@pytest.mark.hostile(69)
async def test_what_arrived_before_a_failure_is_a_partial_candidate(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider((TextDelta("half"), CUT_OFF))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        candidate = review.candidate
        assert candidate is not None
        assert not candidate.is_whole
        assert candidate.response == Response((TextBlock("half"),), "scripted")
        place.settle(review, Reject())
        await asking


@pytest.mark.hostile(73)
async def test_an_unknown_failure_of_a_model_says_nothing_of_its_text(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider((OSError("key sk-1234 is wrong"),))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        assert review.candidate is not None
        assert review.candidate.error is not None
        assert "sk-1234" not in review.candidate.error.message
        assert "OSError" in review.candidate.error.message
        place.settle(review, Reject())
        await asking


# --- what keeps an approval from being sent ---


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "openai"},
        {"model": "another"},
        {"base_url": "http://127.0.0.1:2"},
        {"extra_body": {"tools": []}},
        {"extra_headers": {"X": "y"}},
        {"drop_params": ("stop",)},
    ],
    ids=str,
)
async def test_what_was_approved_is_not_sent_once_the_model_is_configured_otherwise(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    provider = ScriptedProvider(answer("x"))
    async with office(tmp_path, provider) as place:
        models = place.desk.models
        shown = ModelSettings("scripted", "openai-compatible", model="m", base_url="http://127.0.0.1:1")
        configured = replace(models._settings, models={"scripted": shown})
        models.configure(configured)
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST)
        approval = Approve(review.asked, "scripted", outbound_digest(review.asked, models.recipient("scripted")))
        models.configure(replace(configured, models={"scripted": replace(shown, **change)}))
        place.settle(review, approval)
        await eventually(lambda: review.notices)
        assert "the way it goes, is not the one that was shown" in review.notices[0]
        models.configure(configured)
        place.settle(review, approve(review, recipient=models.recipient))
        await place.at(Phase.RESPONSE)
        assert len(provider.asked) == 1
        place.settle(review, Reject())
        await asking


async def test_an_approval_of_something_else_than_was_shown_is_not_sent(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model) as place:
        asking = place.ask("hello")
        review = await place.at(Phase.REQUEST)
        shown = approve(review)
        for wrong in (
            type(shown)(request("something else"), shown.model, shown.digest),
            type(shown)(shown.request, "other", shown.digest),
            type(shown)(shown.request, shown.model, ""),
        ):
            seen = review.revision
            place.settle(review, wrong)
            while review.revision == seen:
                await asyncio.sleep(0)
            assert "not the one that was shown" in review.notices[0]
            assert review.phase is Phase.REQUEST
        assert model.asked == []
        place.settle(review, shown)
        await place.at(Phase.RESPONSE)
        assert review.notices == ()
        place.settle(review, Reject())
        await asking
        rows = await place.rows(review)
    assert kinds(rows).count("approved") == 1


@pytest.mark.parametrize("severity", list(Severity))
async def test_a_note_that_blocks_keeps_it_from_being_sent(severity: Severity, tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    model.warned = (Note("messages[0].content", "this model takes no audio", severity),)
    async with office(tmp_path, model) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        if severity is Severity.BLOCK:
            while not review.notices:
                await asyncio.sleep(0)
            assert review.notices == ("Nothing was sent: messages[0].content: this model takes no audio",)
            assert model.asked == []
        else:
            await place.at(Phase.RESPONSE)
            assert review.notices == ()
        place.settle(review, Reject())
        await asking
        rows = await place.rows(review)
    assert ("approved" in kinds(rows)) is (severity is Severity.NOTE)


async def test_a_model_that_nobody_configured_is_refused_in_words(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, "nobody"))
        while not review.notices:
            await asyncio.sleep(0)
        assert '"nobody"' in review.notices[0]
        place.settle(review, Reject())
        await asking


async def test_the_approval_is_durable_before_the_model_is_called(tmp_path: Path) -> None:
    seen: list[int] = []
    path = tmp_path / "record.sqlite3"

    async def look() -> None:
        seen.append(recorded(path, "approved"))

    async with office(tmp_path, ScriptedProvider((look, *answer("x")))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, Reject())
        await asking
    assert seen == [1]


# --- verdicts that ask nobody ---


async def test_a_verdict_that_passes_delivers_unedited(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("by itself"))
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        outcome = await place.ask()
        assert outcome.phase is Phase.DELIVERED
        assert not outcome.edited
        assert model.closed == 1
        rows = await place.rows(place.desk.reviews[1])
    assert kinds(rows) == ["received", "approved", "sent", "response", "delivered"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ((CUT_OFF,), "The stream ended early."),
        ((TextDelta("half"), CUT_OFF), "The stream ended early."),
        ((Finished(Response((), "m")),), "The model's answer is not returned by itself."),
        (
            (Finished(Response((TextBlock(""),), HUMAN_MODEL)),),
            "A person was to write the answer, and nobody was asked.",
        ),
    ],
)
async def test_a_verdict_that_passes_fails_with_the_model(script: tuple[Finished], reason: str, tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(script), verdict=Verdict.PASS) as place:
        outcome = await place.ask()
        assert (outcome.phase, outcome.reason, outcome.response) == (Phase.FAILED, reason, None)
        rows = await place.rows(place.desk.reviews[1])
    assert kinds(rows)[-1] == "failed"


async def test_a_verdict_that_passes_needs_a_model(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(()), verdict=Verdict.PASS, selection=None) as place:
        outcome = await place.ask()
        assert (outcome.phase, outcome.reason) == (Phase.FAILED, "No model is configured.")


async def test_a_verdict_that_passes_stops_at_what_the_model_cannot_carry(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    model.warned = (Note("messages[0]", "no audio", Severity.BLOCK),)
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        outcome = await place.ask()
        assert outcome.phase is Phase.FAILED
        assert "no audio" in outcome.reason
        assert model.asked == []


async def test_a_verdict_that_rejects_asks_nobody(tmp_path: Path) -> None:
    model = ScriptedProvider(answer("x"))
    async with office(tmp_path, model, verdict=Verdict.REJECT) as place:
        outcome = await place.ask()
        assert (outcome.phase, outcome.gate) == (Phase.REJECTED, Gate.REQUEST)
        assert model.asked == []
        rows = await place.rows(place.desk.reviews[1])
    assert kinds(rows) == ["received", "rejected"]
