"""What decides for a person counts only for what they have looked at, and only when nothing else was typed with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.support.desks import Office, approve, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.frontend.review.approval_guard import (
    CHANGED,
    HURRIED,
    NEW,
    TOO_LATE,
    Approving,
    Refusing,
)
from tuui_sampling.frontend.review.arming import LOOK, TOO_SMALL, Arming
from tuui_sampling.frontend.review.proposal import Proposal
from tuui_sampling.sampling.decision import Decision, Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review


@dataclass
class Person:
    """Somebody with a keyboard and a clock, and two requests; the timers that are set wait for them."""

    office: Office
    one: Review
    other: Review
    now: float = 100.0
    told: list[str] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    timers: list[Callable[[], None]] = field(default_factory=list)
    holds: Callable[[], bool] = bool

    def __post_init__(self) -> None:
        self.arming = Arming(lambda: self.now)
        later = lambda _seconds, do: self.timers.append(do)  # noqa: E731
        self.approving = Approving(self.office.desk, self.arming, self.told.append, later, self.hears)
        self.refusing = Refusing(self.office.desk, self.approving, self.arming, self.tells, lambda _key: "^R")

    def tells(self, words: str, holds: Callable[[], bool]) -> None:
        """Hear something, and for how long it holds."""
        self.told.append(words)
        self.holds = holds

    def shown(self, review: Review, digest: str = "a") -> Proposal:
        """Return what is proposed for a request."""
        return Proposal(Gate.REQUEST, approve(review), digest=digest)

    def look(self, review: Review, digest: str = "a") -> None:
        """Paint a request, and look at it for long enough."""
        self.approving.painted(review, self.shown(review, digest))
        self.now += LOOK

    def press(self, key: str = "ctrl+g") -> None:
        """Type a key, which is handled at once."""
        self.arming.typed(self.now, self.now, key=key, is_text=len(key) == 1)
        self.arming.act(self.now)

    def approve(self, review: Review, digest: str = "a", too_small: str = "") -> None:
        """Press the chord."""
        self.press()
        self.approving.decide(review, self.shown(review, digest), too_small=too_small)

    def wait(self) -> None:
        """Let the timers run out."""
        while self.timers:
            self.timers.pop()()

    def hears(self, number: int, _decision: Decision) -> None:
        """Note what was decided for good."""
        self.decided.append(number)

    def has_decided(self, review: Review) -> bool:
        """Whether a request was decided; if not, it is rejected by asking."""
        return not self.office.desk.settle(review.id, Gate.REQUEST, Reject())


@pytest.fixture
async def person(tmp_path: Path) -> AsyncIterator[Person]:
    """Yield a person before two requests that wait."""
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as opened:
        asked = opened.ask("one"), opened.ask("other")
        yield Person(opened, await opened.at(Phase.REQUEST, 1), await opened.at(Phase.REQUEST, 2))
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def test_what_was_looked_at_is_approved_and_the_next_has_to_be_looked_at(person: Person) -> None:
    person.look(person.one)
    person.approve(person.one)
    person.wait()
    assert person.arming.target is None
    assert (person.told, person.has_decided(person.one)) == ([], True)


def too_early(person: Person) -> None:
    """It has just appeared."""
    person.approving.painted(person.one, person.shown(person.one))
    person.now += LOOK - 0.01
    person.approve(person.one)


def another_is_shown(person: Person) -> None:
    """The other one is on the screen."""
    person.look(person.other)
    person.approve(person.one)


def another_gate(person: Person) -> None:
    """Its response is on the screen."""
    person.approving.painted(person.one, replace(person.shown(person.one), gate=Gate.RESPONSE))
    person.now += LOOK
    person.approve(person.one)


def nothing_is_shown(person: Person) -> None:
    """It was on the screen, and is no longer."""
    person.look(person.one)
    person.approving.painted(None, person.shown(person.one))
    person.approve(person.one)


def other_content(person: Person) -> None:
    """What would be sent is not what is shown."""
    person.look(person.one, "as it was")
    person.approve(person.one, "as it is")


def a_key_before(person: Person) -> None:
    """Somebody types."""
    person.look(person.one)
    person.press("x")
    person.now += 0.05
    person.approve(person.one)


def a_key_after(person: Person) -> None:
    """Somebody goes on typing, once the chord has been handled."""
    person.look(person.one)
    person.approve(person.one)
    person.now += 0.05
    person.press("x")


def changed_afterwards(person: Person) -> None:
    """Something else is painted before the chord has counted."""
    person.look(person.one)
    person.approve(person.one)
    person.approving.painted(person.other, person.shown(person.other))


def too_small(person: Person) -> None:
    """The terminal shows too little."""
    person.look(person.one)
    person.approve(person.one, too_small=TOO_SMALL)


def an_obstacle(person: Person) -> None:
    """What is on the screen can't be approved."""
    person.look(person.one)
    person.press()
    person.approving.decide(person.one, Proposal(Gate.REQUEST, None, obstacle="No model."), too_small="")


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (too_early, f"Not approved: {NEW}"),
        (another_is_shown, f"Not approved: {NEW}"),
        (another_gate, f"Not approved: {NEW}"),
        (nothing_is_shown, f"Not approved: {NEW}"),
        (other_content, f"Not approved: {CHANGED}"),
        (a_key_before, f"Not approved: {HURRIED}"),
        (a_key_after, f"Not approved: {HURRIED}"),
        (changed_afterwards, f"Not approved: {CHANGED}"),
        (too_small, TOO_SMALL),
        (an_obstacle, "No model."),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
async def test_nothing_is_approved_by_accident(happens: Callable[[Person], None], told: str, person: Person) -> None:
    happens(person)
    person.wait()
    assert person.told == [told]
    assert not person.has_decided(person.one)


async def test_what_is_sent_once_more_need_not_be_what_is_shown(person: Person) -> None:
    person.look(person.one, "the response")
    person.press()
    person.approving.decide(person.one, person.shown(person.one, "the request"), too_small="", shown=False)
    person.wait()
    assert person.has_decided(person.one)


async def test_who_comes_too_late_is_told(person: Person) -> None:
    assert not person.has_decided(person.one)  # it is rejected by that
    person.look(person.one)
    person.approve(person.one)
    person.wait()
    assert (person.told, person.decided) == ([TOO_LATE], [])
    assert person.arming.target is not None


# --- refusing ---


async def test_a_refusal_needs_no_look(person: Person) -> None:
    person.press("ctrl+r")
    person.refusing.refuse(person.one)
    person.wait()
    assert (person.told, person.decided) == ([], [person.one.id])


async def test_what_came_by_itself_has_to_be_looked_at(person: Person) -> None:
    person.arming.by_itself = True
    person.approving.painted(person.one, person.shown(person.one))
    person.press("ctrl+r")
    person.refusing.refuse(person.one)
    person.wait()
    assert person.told == [f"Not refused: {NEW}"]
    person.now += LOOK
    person.press("ctrl+r")
    person.refusing.refuse(person.one)
    person.wait()
    assert person.decided == [person.one.id]


async def test_that_a_second_key_refuses_is_told_as_long_as_it_does(person: Person) -> None:
    person.press("ctrl+r")
    person.refusing.refuse(person.one, unsent="What you edited")
    assert person.told and person.holds()
    person.refusing.forget()
    assert not person.holds()
    person.now += LOOK
    person.press("ctrl+r")
    person.refusing.refuse(person.one, unsent="What you edited")
    assert len(person.told) == 2 and person.holds()
    person.wait()
    assert not person.has_decided(person.one)


@pytest.mark.parametrize("before", [True, False])
async def test_a_refusal_within_a_text_is_none(before: bool, person: Person) -> None:
    if before:
        person.press("x")
        person.now += 0.05
    person.press("ctrl+r")
    person.refusing.refuse(person.one)
    if not before:
        person.now += 0.05
        person.press("x")
    person.wait()
    assert person.told == [f"Not refused: {HURRIED}"]
    assert not person.has_decided(person.one)


async def test_a_refusal_in_a_dialog_counts_however_fast(person: Person) -> None:
    person.press("x")
    person.press("enter")
    person.refusing.refuse(person.one, "odd", sure=True)
    assert (person.told, person.decided) == ([], [person.one.id])
