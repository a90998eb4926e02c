"""The order of the queue, and what belongs together in it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.desks import request
from tuui_sampling.frontend.queue.order import (
    brackets,
    consequence,
    ends_the_call,
    in_order,
    next_after,
    siblings,
)
from tuui_sampling.sampling.inquiry import Asked, FormElicitation, Inquiry, RootsRequest, UrlElicitation
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.origin import Deadline, Group, Loop, Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review

ARRIVED = datetime(2026, 1, 1, tzinfo=UTC)
FORM = FormElicitation("?", {})


def origin(group: Group | None, *, modern: bool = True, until: float | None = None) -> Origin:
    """Return where something came from."""
    deadline = Deadline(until, presumed=True, reason="") if until is not None else None
    return Origin("s", "2026-07-28" if modern else "2025-11-25", modern, group=group, deadline=deadline)


def review(
    number: int,
    group: Group | None = None,
    phase: Phase = Phase.REQUEST,
    *,
    modern: bool = True,
    until: float | None = None,
) -> Review:
    """Return a sampling request."""
    return Review(
        id=number,
        key=str(number),
        origin=origin(group, modern=modern, until=until),
        arrived=0,
        arrived_at=ARRIVED,
        asked=request(),
        outbound=request(),
        phase=phase,
    )


def inquiry(number: int, group: Group | None = None, phase: Phase = Phase.REQUEST, asked: Asked = FORM) -> Inquiry:
    """Return a question."""
    return Inquiry(
        id=number, key=str(number), origin=origin(group), arrived=0, arrived_at=ARRIVED, asked=asked, phase=phase
    )


ONE, TWO = Group(7, 1, 3), Group(8, 2, 2)


def ids(items: list[Item]) -> list[int]:
    """Return the ids."""
    return [item.id for item in items]


def test_siblings_stand_together_although_others_came_between() -> None:
    items: list[Item] = [review(1, ONE), review(2, TWO), inquiry(3, ONE), review(4), inquiry(5, TWO), review(6, ONE)]
    rows = in_order(items, 30)
    assert ids(rows) == [1, 3, 6, 2, 5, 4]
    marks = {number: (bracket.mark, bracket.below, bracket.words) for number, bracket in brackets(rows).items()}
    assert marks == {
        1: ("┌", "│", "round 1 · 1 of 3"),
        3: ("├", "│", "round 1 · 2 of 3"),
        6: ("└", " ", "round 1 · 3 of 3"),
        2: ("┌", "│", "round 2 · 1 of 2"),
        5: ("└", " ", "round 2 · 2 of 2"),
    }


def test_an_answered_member_stays_until_the_last_is_decided() -> None:
    items: list[Item] = [review(1), inquiry(2, ONE, Phase.DELIVERED), review(3, ONE), inquiry(4, ONE, Phase.DELIVERED)]
    assert ids(in_order(items, 30)) == [1, 2, 3, 4]
    items[2].phase = Phase.DELIVERED
    assert ids(in_order(items, 30)) == [1, 4, 3, 2]


def test_the_nearest_deadline_of_a_group_places_all_of_it() -> None:
    items: list[Item] = [review(1, until=50), review(2, ONE), review(3, ONE, until=10)]
    assert ids(in_order(items, 30)) == [2, 3, 1]


def test_what_a_rule_places_comes_before_or_after_all_others_with_all_of_its_group() -> None:
    one, two, low, high = review(1, until=5), review(2, Group(7, 1, 2)), review(3, until=1), review(4, Group(7, 1, 2))
    low.priority, high.priority = -1, 1
    assert ids(in_order([one, two, low, high], 0)) == [2, 4, 1, 3]
    assert ids(in_order([one, two, low, high], 0, lambda item: (-item.id,))) == [2, 4, 1, 3]


def test_only_so_many_that_have_ended_are_shown_the_newest_first() -> None:
    items: list[Item] = [review(number, phase=Phase.DELIVERED) for number in range(1, 6)]
    assert ids(in_order(items, 2)) == [5, 4]
    assert in_order(items, 0) == []


def test_what_came_alone_has_no_bracket() -> None:
    rows: list[Item] = [review(1), review(2, Group(9, 1, 1)), review(3, Group(9, 2, 1))]
    assert brackets(rows) == {}
    assert siblings(rows[1], rows) == []


@pytest.mark.parametrize(
    ("item", "ends"),
    [
        (review(1, ONE), True),
        (review(1, modern=False), False),
        (inquiry(1, ONE, asked=RootsRequest(())), True),
        (inquiry(1, ONE), False),
        (inquiry(1, ONE, asked=UrlElicitation("?", "https://example.com")), False),
    ],
)
def test_only_a_refusal_that_can_not_be_said_ends_the_call(item: Item, ends: bool) -> None:
    assert ends_the_call(item) is ends


def test_the_consequence_names_the_others() -> None:
    items: list[Item] = [review(1, ONE), inquiry(2, ONE), inquiry(3, ONE, Phase.DELIVERED), review(4)]
    assert consequence(items[0], items) == "#2 is withdrawn and the answer of #3 is lost"
    assert consequence(items[1], items) == ""
    assert consequence(items[3], items) == ""
    items[2].phase = Phase.REQUEST
    assert consequence(items[0], items) == "#2, #3 are withdrawn"


def turn(number: int, of: int, place: int, phase: Phase = Phase.DELIVERED) -> Review:
    """Return a turn of the tool loop that began with review `of`."""
    one = review(number, phase=phase)
    one.loop = Loop(of, place, 10)
    return one


def test_the_last_turns_of_a_loop_stand_with_the_one_that_waits() -> None:
    turns = [turn(number, 1, place) for number, place in ((1, 1), (3, 2), (4, 3))]
    items = [turns[0], review(2, until=5), *turns[1:], turn(6, 1, 4, Phase.REQUEST), review(7)]
    rows = in_order(items, 10)
    assert [item.id for item in rows] == [2, 3, 4, 6, 7, 1]
    shown = brackets(rows[:4])
    assert [(shown[number].mark, shown[number].words) for number in (3, 4, 6)] == [
        ("┌", "turn 2/10"),
        ("├", "turn 3/10"),
        ("└", "turn 4/10"),
    ]
    assert siblings(rows[3], items) == []  # refusing one withdraws none of the others


def test_a_first_turn_says_so_without_a_bracket() -> None:
    only = turn(1, 1, 1, Phase.REQUEST)
    assert (brackets([only])[1].mark, brackets([only])[1].words) == ("", "turn 1/10")


PASSED_BY = review(1)
LATER_CALL = replace(review(8), origin=Origin("s", "2025-11-25", call=4))
DECIDED_CALL = replace(turn(1, 1, 1), origin=Origin("s", "2025-11-25", call=4))


@pytest.mark.parametrize(
    ("decided", "listed", "following"),
    [
        (turn(1, 1, 1), [review(2), turn(5, 5, 1), turn(4, 1, 2)], 4),  # of its loop, however late it came
        (DECIDED_CALL, [review(2), LATER_CALL, turn(4, 1, 2)], 4),  # its loop goes before its call
        (DECIDED_CALL, [review(2), LATER_CALL], 8),
        (turn(4, 1, 2), [review(2), turn(1, 1, 1)], 2),  # what comes before it is not the next turn
        (review(1), [review(3), review(2)], 3),  # the order of the list
        (PASSED_BY, [review(3), PASSED_BY, review(2)], 2),  # below it
        (PASSED_BY, [review(3), review(2), PASSED_BY], 3),  # and then from the top
        (turn(1, 1, 1), [inquiry(3), review(2)], 3),
        (review(1), [], None),
    ],
)
def test_the_next_turn_of_the_loop_comes_next_then_its_call_then_the_order(
    decided: Item, listed: list[Item], following: int | None
) -> None:
    found = next_after(decided, listed)
    assert (found.id if found is not None else None) == following


@pytest.mark.parametrize(
    ("listed", "following"),
    [
        ([review(3), PASSED_BY, review(9), review(2)], 2),  # what stands below it goes first
        ([review(3), PASSED_BY, review(9)], 9),  # and then those that shared its row
        ([review(9), PASSED_BY, review(2)], 2),
        ([review(9), PASSED_BY], 9),
    ],
)
def test_those_that_shared_its_row_come_after_what_stands_below(listed: list[Item], following: int) -> None:
    found = next_after(PASSED_BY, listed, (1, 9))
    assert found is not None and found.id == following


def test_of_its_call_what_shared_its_row_does_not_come_first() -> None:
    found = next_after(DECIDED_CALL, [DECIDED_CALL, LATER_CALL, review(2)], (1, 8))
    assert found is not None and found.id == 2
