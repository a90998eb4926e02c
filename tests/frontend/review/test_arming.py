"""A chord counts by when it was typed: what was painted later, and keys that came close to it, void it."""

import pytest

from tuui_sampling.frontend.review.arming import KEPT, Arming, Target
from tuui_sampling.sampling.phase import Gate

TARGET = Target(1, Gate.REQUEST, "a")
OTHER = Target(2, Gate.REQUEST, "b")


class Hand:
    """An arming with a clock, and keys by when they are typed."""

    def __init__(self) -> None:
        self.now = 0.0
        self.arming = Arming(lambda: self.now)

    def paint(self, at: float, target: Target = TARGET) -> None:
        """Finish a paint."""
        self.now = at
        self.arming.painted(target)

    def type(self, *keys: tuple[float, str]) -> None:
        """Type keys; each is known by when it was typed."""
        for at, key in keys:
            self.arming.typed(at, at, key=key, is_text=len(key) < 2)

    def counts(self, at: float) -> bool:
        """Whether an approval with that key counts, whenever it is handled."""
        self.now = at + 5.0
        self.arming.act(at)
        return self.arming.is_seen and self.arming.is_alone(self.arming.press)


@pytest.mark.hostile(53, 54)
@pytest.mark.parametrize(
    ("painted", "keys", "counts"),
    [
        pytest.param(1.0, [(1.5, "ctrl+g")], True, id="half a second after the paint"),
        pytest.param(1.0, [(1.49, "ctrl+g")], False, id="too early, however late it is handled"),
        pytest.param(1.0, [(0.9, "ctrl+g")], False, id="typed before the paint, and held"),
        pytest.param(1.0, [(1.5, "ctrl+g"), (1.61, "x")], False, id="a key after it"),
        pytest.param(1.0, [(1.5, "ctrl+g"), (1.63, "x")], True, id="a key well after it"),
        pytest.param(1.0, [(1.4, "x"), (1.5, "ctrl+g")], False, id="a key before it"),
        pytest.param(1.0, [(1.4, "f5"), (1.5, "ctrl+g")], False, id="a command before it"),
        pytest.param(1.0, [(1.5, "ctrl+g"), (1.53, "ctrl+g")], False, id="held down"),
        pytest.param(1.0, [(1.4, ""), (1.5, "ctrl+g")], False, id="a paste"),
        # ^N and F5s and ^G in 0.18 s, and another key 0.16 s later: its neighbours count, not the last two keys.
        pytest.param(
            1.0,
            [(1.5, "ctrl+n"), *((1.53 + n * 0.03, "f5") for n in range(5)), (1.68, "ctrl+g"), (1.84, "x")],
            False,
            id="in a burst that is handled late",
        ),
    ],
)
def test_a_chord_counts_by_when_it_was_typed(painted: float, keys: list[tuple[float, str]], counts: bool) -> None:
    hand = Hand()
    hand.paint(painted)
    hand.type(*keys)
    at = next(at for at, key in keys if key == "ctrl+g")
    assert hand.counts(at) is counts


@pytest.mark.hostile(54)
def test_what_was_painted_while_the_chord_was_held_is_not_what_was_seen() -> None:
    hand = Hand()
    hand.paint(1.0)
    hand.type((2.0, "ctrl+n"), (2.3, "ctrl+g"))
    hand.paint(2.5, OTHER)
    assert not hand.counts(2.3)


def test_what_is_painted_again_after_it_was_disarmed_has_to_be_looked_at_again() -> None:
    hand = Hand()
    hand.paint(1.0)
    hand.arming.disarm()
    hand.paint(4.0)
    hand.type((4.2, "ctrl+g"), (4.6, "ctrl+g"))
    assert [hand.counts(4.2), hand.counts(4.6)] == [False, True]


def test_what_the_person_edits_has_been_seen() -> None:
    hand = Hand()
    hand.paint(1.0)
    hand.now = 2.0
    hand.arming.painted(Target(1, Gate.REQUEST, "edited"), by_hand=True)
    hand.type((2.2, "ctrl+g"))
    assert hand.counts(2.2)


@pytest.mark.parametrize("other", [OTHER, Target(1, Gate.RESPONSE, "a")])
def test_an_edit_counts_as_seen_only_where_the_person_made_it(other: Target) -> None:
    hand = Hand()
    hand.paint(1.0)
    hand.now = 2.0
    hand.arming.painted(other, by_hand=True)
    hand.type((2.2, "ctrl+g"), (2.6, "ctrl+g"))
    assert [hand.counts(2.2), hand.counts(2.6)] == [False, True]


def test_nothing_is_seen_while_nothing_is_on_the_screen() -> None:
    hand = Hand()
    hand.type((2.0, "ctrl+g"))
    assert not hand.counts(2.0)
    hand.paint(3.0)
    hand.type((4.0, "ctrl+g"))
    assert hand.counts(4.0)
    hand.arming.disarm()
    assert not hand.counts(4.0)


@pytest.mark.parametrize(
    ("keys", "is_meant"),
    [
        ([(1.0, "ctrl+r"), (1.02, "ctrl+n")], True),
        ([(0.98, "ctrl+n"), (1.0, "ctrl+r")], True),
        ([(1.0, "ctrl+r"), (1.02, "x")], False),
        ([(0.95, "x"), (1.0, "ctrl+r")], False),
        ([(1.0, "ctrl+r"), (1.03, "ctrl+r")], False),
        ([(0.95, ""), (1.0, "ctrl+r")], False),
    ],
)
def test_a_refusal_may_be_followed_by_a_move_and_not_by_a_text(keys: list[tuple[float, str]], is_meant: bool) -> None:
    hand = Hand()
    hand.type(*keys)
    hand.arming.act(1.0)
    assert hand.arming.is_meant(hand.arming.press) is is_meant


def test_a_key_that_too_many_came_after_counts_for_nothing() -> None:
    hand = Hand()
    hand.paint(0.0)
    hand.type((1.0, "ctrl+g"), *((2.0 + number, "x") for number in range(KEPT)))
    hand.arming.act(1.0)
    assert not hand.arming.is_seen
    assert not hand.arming.is_alone(hand.arming.press)
    assert not hand.arming.is_meant(hand.arming.press)


@pytest.mark.parametrize(
    ("shown", "typed", "takes"),
    [
        (2.0, [1.9], [True]),  # typed before it was shown
        (None, [1.9], [True]),
        (2.0, [2.1], [False]),
        (2.0, [1.8, 1.9], [True, False]),  # two moves are one more
        (2.0, [1.0], [False]),  # the key that decided is none
    ],
)
def test_a_move_typed_before_what_the_program_chose_was_shown_is_made(
    shown: float | None, typed: list[float], takes: list[bool]
) -> None:
    hand = Hand()
    hand.type((1.0, "ctrl+r"), *((at, "ctrl+n") for at in typed if at > 1.0))
    hand.arming.act(1.0)
    hand.arming.chosen()
    if shown is not None:
        hand.now = shown
        hand.arming.shown()
    found = []
    for at in typed:
        hand.arming.act(at)
        found.append(hand.arming.takes_the_move())
    assert found == takes
