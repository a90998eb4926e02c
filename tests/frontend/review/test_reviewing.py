"""For whom an answer is: for all that a row stands for, unless the person has told them apart."""

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.support.desks import ORIGIN, approve, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.frontend.queue.duplicates import Fold
from tuui_sampling.frontend.review.proposal import Proposal, proposal
from tuui_sampling.frontend.review.reviewing import Reviewing
from tuui_sampling.sampling.decision import Answer, Approve, Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import HUMAN_MODEL, Response


async def test_an_answer_is_for_all_that_the_row_stood_for_when_it_was_sent(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = [place.ask(text) for text in ("same", "same", "same", "other")]
        first, second, _, other = [await place.at(Phase.REQUEST, number) for number in (1, 2, 3, 4)]
        reviewing = Reviewing(place.desk, place.desk.models)
        rows, folds = reviewing.duplicates.fold(place.desk.items, 1, reviewing.is_edited)
        assert ([row.id for row in rows], folds) == ([1, 4], {1: Fold(3, unfolded=False)})
        assert (reviewing.together(first), reviewing.together(other)) == ((2, 3), ())
        reviewing.address(first)
        now = proposal(first, reviewing.edits(first), "request", reviewing.addressees)
        shown = reviewing.shared(first, now)
        assert shown.effect.endswith("; the answer is for 2 identical requests that wait, too")
        assert (shown.decision, shown.digest) == (now.decision, now.digest), "more that come do not disarm it"
        assert isinstance(shown.decision, Approve) and shown.decision.also == (2, 3), "a rule may return the answer"
        own = Proposal(Gate.REQUEST, Answer(Response((TextBlock("mine"),), HUMAN_MODEL, "endTurn")), "returns your own")
        for edits, effect in (
            ({}, "returns your own, and to 2 identical requests that wait"),
            ({"max_tokens": "9"}, "returns your own; 2 identical requests wait on"),
        ):
            reviewing.edits(first).draft.edits.update(edits)
            assert reviewing.shared(first, own).effect == effect
        reviewing.edits(first).draft.edits.clear()
        earlier = replace(own, effect="returns this to the server; no model is asked; ⟦secret 1⟧ stays")
        words = "returns this to the server, and to 2 identical requests that wait; no model is asked; ⟦secret 1⟧ stays"
        assert reviewing.shared(first, earlier).effect == words

        reviewing.duplicates.turn(1)
        assert reviewing.together(first) == (), "each has a row of its own"
        assert reviewing.identical(first)[1] == (), "and it is seen that the others wait"
        reviewing.duplicates.turn(1)
        reviewing.edits(second).draft.edits["max_tokens"] = "7"
        assert reviewing.together(first) == (3,), "what was edited is no longer the same"
        assert reviewing.together(second) == ()
        reviewing.edits(second).draft.edits.clear()

        reviewing.edits(first).together = True
        place.settle(first, approve(first))
        await place.at(Phase.RESPONSE)
        asked[1].cancel()
        await asyncio.wait([asked[1]])
        now = reviewing.shared(first, proposal(first, reviewing.edits(first), "response", ()))
        assert isinstance(now.decision, Answer) and now.decision.also == (3,)
        assert now.effect.endswith(", and to 1 identical request that waits")
        reviewing.edits(first).together = False
        assert reviewing.together(first) == ()
        assert ORIGIN.server == first.origin.server
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)


async def test_what_comes_next_by_itself_is_never_what_the_filter_hides(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        origins = [ORIGIN, replace(ORIGIN, server="bank"), replace(ORIGIN, server="mail"), ORIGIN]
        asked = [place.ask(f"text {number}", origin) for number, origin in enumerate(origins)]
        await place.at(Phase.REQUEST, 4)
        reviewing = Reviewing(place.desk, place.desk.models)
        for shown, selected, following in (
            ("", 2, 3),
            ("", 4, 1),  # what was passed over has its turn after the last
            ("bank", 2, None),
            (ORIGIN.server, 1, 4),
            (f"{ORIGIN.server} edited", 1, None),
            ("nothing", 3, None),
        ):
            reviewing.listing.filter(shown)
            reviewing.selected = selected
            assert reviewing.next == following, shown
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)


async def test_what_comes_next_is_the_row_below_not_another_of_those_that_share_one(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = []
        for number, text in enumerate(("first", "same", "other", "same", "last", "same"), 1):
            asked.append(place.ask(text))
            await place.at(Phase.REQUEST, number)
        reviewing = Reviewing(place.desk, place.desk.models)

        def select(number: int) -> None:
            reviewing.selected = number
            reviewing.duplicates.fold(place.desk.items, number, reviewing.is_edited)

        select(3)
        assert (reviewing.rows_waiting, reviewing.next) == ([1, 2, 3, 5], 5)
        select(5)
        assert reviewing.next == 1, "the others of the row above are no rows"
        select(2)
        place.settle(place.desk.reviews[2], Reject())
        await place.at(Phase.REJECTED, 2)
        assert reviewing.next == 3
        select(2)  # it is drawn anew
        assert reviewing.next == 3
        select(5)
        assert reviewing.rows_waiting == [1, 3, 4, 5]
        select(4)
        place.settle(place.desk.reviews[4], Reject())
        await place.at(Phase.REJECTED, 4)
        assert reviewing.next == 5, "what its row stood for comes after what stands below"
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)


async def test_each_of_an_unfolded_row_comes_next_in_its_own(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asked = []
        for number, text in enumerate(("same", "same", "other"), 1):
            asked.append(place.ask(text))
            await place.at(Phase.REQUEST, number)
        reviewing = Reviewing(place.desk, place.desk.models)
        reviewing.selected = 1
        for _ in range(2):
            reviewing.duplicates.fold(place.desk.items, 1, reviewing.is_edited)
            if not reviewing.duplicates.is_unfolded(1):
                reviewing.duplicates.turn(1)
        place.settle(place.desk.reviews[1], Reject())
        await place.at(Phase.REJECTED, 1)
        reviewing.duplicates.fold(place.desk.items, 1, reviewing.is_edited)
        assert reviewing.next == 2
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)
