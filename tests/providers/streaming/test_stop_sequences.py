"""Cutting at stop sequences gives the same, however the text is split into pieces."""

import itertools

import pytest

from tuui_sampling.providers.streaming.stop_sequences import StopCutter


def cut(sequences: tuple[str, ...], pieces: list[str]) -> tuple[str, bool]:
    """Return all that is passed on, and whether a stop sequence was found."""
    cutter = StopCutter(sequences)
    shown = "".join(cutter.feed(piece) for piece in pieces)
    return shown + cutter.flush(), cutter.stopped


@pytest.mark.parametrize(
    ("text", "sequences", "expected", "stopped"),
    [
        ("abcabd", ("abd",), "abc", True),
        ("aaab", ("aab",), "a", True),
        ("aaaa", ("aab",), "aaaa", False),
        ("xENDy", ("END", "EN"), "x", True),
        ("one two", ("two", "one"), "", True),
        ("a.b", (".",), "a", True),
        ("a+b", ("[a-z]",), "a+b", False),
        ("text", (), "text", False),
        ("text", ("",), "text", False),
    ],
)
def test_every_split_gives_the_same(text: str, sequences: tuple[str, ...], expected: str, stopped: bool) -> None:
    for cuts in itertools.product((False, True), repeat=len(text) - 1):
        pieces = [text[0]]
        for character, new in zip(text[1:], cuts, strict=True):
            if new:
                pieces.append(character)
            else:
                pieces[-1] += character
        shown, found = cut(sequences, pieces)
        assert found is stopped, pieces
        # Two sequences that overlap are told apart only when both have arrived: the earlier one wins either way.
        assert shown == expected, pieces


def test_nothing_is_held_back_without_need() -> None:
    cutter = StopCutter(("STOP",))
    assert cutter.feed("plain text") == "plain text"
    assert cutter.feed("then ST") == "then "
    assert cutter.feed("ART") == "START"


def test_nothing_after_the_stop_is_shown() -> None:
    cutter = StopCutter(("STOP",))
    assert cutter.feed("a STOP b") == "a "
    assert cutter.feed("c") == ""
    assert cutter.flush() == ""
