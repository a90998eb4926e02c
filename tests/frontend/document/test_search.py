"""A search goes through every text, starts over at the other end, and finds what lies across two windows."""

import re

import pytest
from rich.cells import split_graphemes

from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.passage import Outline, Part, Passage, Style
from tuui_sampling.frontend.document.search import WINDOW, Found, search

PARTS = [
    Part("a", (Passage("heading", Style.HEADING), Passage("one two one"))),
    Part("b", ()),
    Part("c", (Passage(Outline({"k": ["one", {"deep": "x"}]}), Style.OUTLINE),)),
]


def found(after: Found, *, wanted: str = "one", backwards: bool = False) -> Found | None:
    """Return what a search finds."""
    texts = Document(PARTS, split_graphemes).texts
    return next((one for one in search(texts, re.compile(wanted), after, backwards=backwards) if one is not None), None)


FIRST, SECOND, THIRD = Found(0, 1, 0, 3), Found(0, 1, 8, 11), Found(2, 0, 7, 10)


@pytest.mark.parametrize(
    ("after", "next_one"), [(Found(0, 0, 0, 0), FIRST), (FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST)]
)
def test_it_finds_one_after_the_other(after: Found, next_one: Found) -> None:
    hit = found(after)
    assert hit is not None
    assert (hit.part, hit.passage) == (next_one.part, next_one.passage)
    if hit.part == 0:
        assert hit == next_one


@pytest.mark.parametrize(("after", "before"), [(SECOND, FIRST), (FIRST, THIRD)])
def test_it_finds_one_before_the_other(after: Found, before: Found) -> None:
    hit = found(after, backwards=True)
    assert hit is not None
    assert (hit.part, hit.passage) == (before.part, before.passage)


def test_it_finds_nothing_where_there_is_nothing() -> None:
    assert found(FIRST, wanted="never") is None
    assert found(FIRST, wanted="never", backwards=True) is None


def test_it_comes_back_to_the_only_one() -> None:
    only = Found(0, 0, 0, 7)
    assert found(only, wanted="heading") == only
    assert found(only, wanted="heading", backwards=True) == only


@pytest.mark.parametrize("at", [WINDOW - 3, WINDOW, 3 * WINDOW - 1])
def test_it_finds_what_lies_across_two_windows(at: int) -> None:
    texts = Document([Part("", (Passage("x" * at + "needle" + "x" * WINDOW),))], split_graphemes).texts
    steps = list(search(texts, re.compile("needle"), Found(0, 0, 0, 0)))
    assert next(one for one in steps if one is not None) == Found(0, 0, at, at + 6)
