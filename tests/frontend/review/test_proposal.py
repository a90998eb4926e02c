"""What approving would do, given what is on the screen; and what keeps it from being done."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.desks import request
from tuui_sampling.desk.assess import Assessment
from tuui_sampling.frontend.review.proposal import BY_HAND, Edits, Tab, has_failed, proposal
from tuui_sampling.frontend.review.request_draft import Draft
from tuui_sampling.sampling.decision import Answer, Approve
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Candidate, Review

TABS: tuple[Tab, ...] = ("request", "response", "changes", "raw")
DEMO = Assessment("demo", "model.example", recipient="demo")
BLOCKED = replace(DEMO, notes=(Note("model", "no key", Severity.BLOCK),))
NOTED = replace(DEMO, notes=(Note("temperature", "left out", Severity.NOTE),))


def review(phase: Phase = Phase.REQUEST, *answers: str) -> Review:
    """Return a review in a phase, with a whole response for each of these texts."""
    now, asked = datetime(2026, 1, 1, tzinfo=UTC), request()
    one = Review(
        id=1,
        key="1",
        origin=Origin("s", "2025-11-25"),
        arrived=0,
        arrived_at=now,
        asked=asked,
        outbound=asked,
        phase=phase,
    )
    for number, text in enumerate(answers, start=1):
        response = Response((TextBlock(text),), "m", "endTurn")
        one.candidates.append(Candidate(number, "demo", asked, 0.0, parts=[text], response=response))
    return one


def edits(one: Review) -> Edits:
    """Return the edits of a review to which nothing was done."""
    return Edits(Draft(one.asked, "demo"))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("phase", "answers", "approved_on"),
    [
        (Phase.REQUEST, (), "request"),
        (Phase.RESPONSE, ("one",), "response"),
        (Phase.RESPONSE, ("one", "two"), "response"),
        (Phase.GENERATING, ("one",), None),
        (Phase.SENDING, ("one",), None),
        (Phase.UNDELIVERED, ("one",), None),
        (Phase.DELIVERED, ("one",), None),
        (Phase.WITHDRAWN, (), None),
    ],
)
def test_only_what_is_on_the_screen_is_approved(
    phase: Phase, answers: tuple[str, ...], approved_on: Tab | None, tab: Tab
) -> None:
    one = review(phase, *answers)
    would = proposal(one, edits(one), tab, (DEMO,))
    assert (would.decision is not None) is (tab == approved_on)
    assert (would.obstacle == "") is (tab == approved_on)


@pytest.mark.parametrize(("text", "what"), [("one", "this response"), (" \n", "this empty response")])
def test_that_an_answer_is_empty_is_told_before_it_is_returned(text: str, what: str) -> None:
    one = review(Phase.RESPONSE, text)
    would = proposal(one, edits(one), "response", (DEMO,))
    assert would.effect == f"returns {what} to the server"
    assert would.warnings == (() if text == "one" else ("The answer is empty",))


@pytest.mark.parametrize("tab", TABS)
def test_an_earlier_answer_is_returned_from_its_own_tab(tab: Tab) -> None:
    one = review(Phase.REQUEST, "earlier")
    would = proposal(one, edits(one), tab, (DEMO,))
    kinds = {"request": Approve, "response": Answer}
    assert type(would.decision) is kinds.get(tab, type(None))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("text", ["", "mine"])
def test_an_own_answer_is_returned_when_it_is_written_and_seen(text: str, tab: Tab) -> None:
    one = review()
    mine = edits(one)
    mine.by_hand = True
    mine.of(BY_HAND).set_text(0, text, "")
    would = proposal(one, mine, tab, (DEMO,))
    if tab == "response" and text:
        assert isinstance(would.decision, Answer)
        assert would.decision.response.text == text
    else:
        assert would.decision is None
        assert would.obstacle


@pytest.mark.parametrize(
    ("models", "obstacle"),
    [
        ((DEMO,), ""),
        ((NOTED,), ""),
        ((BLOCKED,), "model: no key"),
        ((DEMO, replace(BLOCKED, model="other")), "other: model: no key"),
        (
            (BLOCKED, replace(BLOCKED, model="other")),
            "demo: model: no key; other: model: no key",
        ),
    ],
)
def test_what_keeps_a_model_from_being_asked_is_told_before_the_approval(
    models: tuple[Assessment, ...], obstacle: str
) -> None:
    one = review()
    mine = edits(one)
    mine.others = tuple(model.model for model in models[1:])
    would = proposal(one, mine, "request", models)
    assert would.obstacle == obstacle
    assert (would.decision is None) is bool(obstacle)


def test_without_a_model_nothing_is_sent() -> None:
    one = review()
    assert proposal(one, Edits(Draft(one.asked, None)), "request", ()).decision is None


def test_the_approval_covers_which_values_are_put_back() -> None:
    one = review(Phase.RESPONSE, "to ⟦personal 1⟧ with ⟦secret 1⟧")
    one.asked = request("mail ann@firm.net")
    one.redacted = {"⟦personal 1⟧": "ann@firm.net", "⟦secret 1⟧": "s3cret"}
    its = edits(one)
    seen: dict[str, object] = {}
    for chosen in ({}, {"⟦secret 1⟧": True}, {"⟦personal 1⟧": False}, {"⟦personal 9⟧": True}):
        its.put_back = dict(chosen)
        now = proposal(one, its, "response", [])
        assert isinstance(now.decision, Answer)
        seen.setdefault(now.digest, now.decision.put_back)
        assert ("s3cret" in now.effect) is ("⟦secret 1⟧" in chosen)
    both = frozenset({"⟦personal 1⟧", "⟦secret 1⟧"})
    assert list(seen.values()) == [frozenset({"⟦personal 1⟧"}), both, frozenset()]


def test_what_counts_as_edited() -> None:
    one = review(Phase.RESPONSE, "one", "two")
    mine = edits(one)
    assert not mine.is_edited(one)
    mine.of(2).set_text(0, "three", "two")
    assert mine.is_edited(one), "an answer, also one that is not shown"
    mine.of(2).set_text(0, "two", "two")
    assert not mine.is_edited(one)
    mine.draft.set("maxTokens", "7")
    assert mine.is_edited(one), "the request"
    mine.draft.edits.clear()
    mine.of(BY_HAND).set_text(0, "mine", "")
    assert mine.is_edited(one), "the answer in the model's place"
    mine.answers.clear()
    one.outbound = replace(one.asked, max_tokens=7)
    assert mine.is_edited(one), "what was sent"


@pytest.mark.parametrize(
    ("phase", "tab", "by_hand", "comparing", "words"),
    [
        (Phase.REQUEST, "raw", False, False, "Look at the request first (key of show-request)."),
        (Phase.RESPONSE, "raw", False, False, "Look at the response first (key of show-response)."),
        (Phase.REQUEST, "changes", True, False, "Look at your answer first (key of show-response)."),
        (Phase.RESPONSE, "response", False, True, "Show the selected one alone first (key of compare)."),
        (Phase.DELIVERED, "request", False, False, "It has ended: delivered."),
    ],
)
def test_what_names_a_key_names_the_persons_own(
    phase: Phase, tab: Tab, by_hand: bool, comparing: bool, words: str
) -> None:
    one = review(phase, "One.", "Two.")
    its = edits(one)
    its.by_hand, its.comparing = by_hand, comparing
    assert proposal(one, its, tab, (DEMO,)).with_key(lambda command: f"key of {command}").obstacle == words


@pytest.mark.parametrize(("earlier", "shown"), [("", 1), ("returned today", 2)])
def test_a_failure_is_shown_before_an_answer_of_the_record_and_after_one_of_the_models_asked(
    earlier: str, shown: int
) -> None:
    one = review(Phase.RESPONSE, "an answer")
    one.candidates[0].earlier = earlier
    error = ModelError(ModelErrorKind.OVERLOADED, "Nothing listens there.")
    one.candidates.append(Candidate(2, "m", one.asked, 0, elapsed=1.0, error=error))
    now = edits(one)
    now.look_at_an_answer(one)
    candidate = now.shown_candidate(one)
    assert candidate is not None
    assert (candidate.number, has_failed(one, now)) == (shown, bool(earlier))
