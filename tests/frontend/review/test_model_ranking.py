"""The ranking of models, and the person's own order of them."""

from decimal import Decimal

import pytest

from tuui_sampling.desk.assess import Assessment
from tuui_sampling.frontend.presentation.format import estimate_words
from tuui_sampling.frontend.review.model_ranking import YOUR_ORDER, preferred, ranked
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.response import Estimate
from tuui_sampling.sampling.review import Ranked, Selection
from tuui_sampling.tui.dialogs.model_rows import RankedRow

RANKING = (
    Ranked("sonnet", ('hint "claude" matched',)),
    Ranked("haiku", ("cheaper",)),
    Ranked("blind", ("can't see images",), excluded=True),
    Ranked("secret", forbidden=True),
)
SELECTION = Selection("sonnet", 'hint "claude"', RANKING)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ((), ["sonnet", "haiku", "blind", "secret"]),
        (("haiku", "sonnet"), ["haiku", "sonnet", "blind", "secret"]),
        (("secret", "blind", "haiku"), ["haiku", "sonnet", "blind", "secret"]),  # what can't answer stays last
    ],
)
def test_the_order_of_the_models(order: tuple[str, ...], names: list[str]) -> None:
    assert [one.model for one in ranked(SELECTION, (), order)] == names


def test_without_a_ranking_every_model_is_offered() -> None:
    assert [one.model for one in ranked(Selection("a", "the only model"), ("a", "b"), ("b",))] == ["b", "a"]
    assert [one.model for one in ranked(None, ("a", "b"), ())] == ["a", "b"]


@pytest.mark.parametrize(
    ("order", "proposed"),
    [
        ((), ("sonnet", "")),
        (("haiku", "sonnet"), ("haiku", YOUR_ORDER)),
        (("sonnet", "haiku"), ("sonnet", "")),
        (("secret", "blind"), ("sonnet", "")),
        (("gone",), ("sonnet", "")),
    ],
)
def test_what_is_proposed_under_the_persons_order(order: tuple[str, ...], proposed: tuple[str, str]) -> None:
    assert preferred(SELECTION, order) == proposed


def test_nothing_is_proposed_where_nothing_is_configured() -> None:
    assert preferred(None, ("a",)) == (None, "")


def test_a_row_says_where_why_how_much_and_what_blocks() -> None:
    notes = (Note("temperature", "ignored"), Note("tools", "none\x1b", Severity.BLOCK))
    addressee = Assessment("haiku", "api.example", notes, Estimate(640, Decimal("0.002"), Decimal("0.005")))
    lines = RankedRow(RANKING[1], addressee, "haiku-5").words(2).plain.split("\n")
    assert lines[:3] == [
        "2 haiku haiku-5 at api.example",
        "    cheaper · ≈ 640 in · likely $0.002 · at most $0.005",
        "    ⚑ temperature: ignored",
    ]
    assert lines[3].startswith("    ✗ tools: none")
    assert "\x1b" not in lines[3]


def test_a_forbidden_model_says_why() -> None:
    words = RankedRow(RANKING[3], Assessment("secret", "api.example"), "").words(4).plain
    assert words == "4 secret at api.example\n    ✗ not for this server: allowed_models"


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(1640, Decimal("0.002"), Decimal("0.005")), "≈ 1,640 in · likely $0.002 · at most $0.005"),
        (Estimate(5, None, None), "≈ 5 in · price unknown"),
        (Estimate(5, Decimal(0), Decimal(0)), "≈ 5 in · free"),
    ],
)
def test_estimates_in_words(estimate: Estimate, words: str) -> None:
    assert estimate_words(estimate) == words
