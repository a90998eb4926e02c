"""A review as a row of the History: what tells it from others, how it ended, and what it used."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.frontend.presentation.test_history import AT, summary
from tuui_sampling.tui.history.rows import first_words, summary_row

pytestmark = pytest.mark.unit


def test_a_row_of_the_list() -> None:
    now = AT + timedelta(minutes=3)
    first, second = summary_row(summary(edited=True), now, "Hello").plain.split("\n")
    assert first.startswith("✓ delivered notes › summarise · ✎ edited · sonnet · 1,640 → 41 tokens · ")
    assert second == "  3 min ago · Hello"
    bare = summary(tool=None, model=None, outcome=None, input_tokens=None, output_tokens=None)
    assert "notes › tool unknown" in summary_row(bare, now, "").plain
    assert summary_row(bare, now, "[/]\x1b").plain.endswith("[/]␛")


def test_a_row_tells_the_price_where_it_is_known() -> None:
    assert "1,640 → 41 tokens · $0.13" in summary_row(summary(cost=Decimal("0.13")), AT, "").plain
    assert "$" not in summary_row(summary(), AT, "").plain


def test_rows_are_told_apart_by_what_others_of_their_server_and_tool_do_not_begin_with() -> None:
    asked = "Summarise for the minutes of the meeting: "
    rows = [
        summary(review="a", prompt=f"{asked}the river in spring"),
        summary(review="b", prompt=f"{asked}the river in autumn"),
        summary(review="c", prompt=f"{asked}the river in spring", server="other"),
    ]
    assert first_words(rows) == {"a": "… spring", "b": "… autumn", "c": rows[2].prompt}
