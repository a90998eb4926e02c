"""What calls have cost: today's sum in the header, and the table of the History."""

from datetime import date, datetime
from decimal import Decimal

from tests.frontend.queue.test_order import inquiry, review
from tuui_sampling.frontend.presentation.costs import Costs, Spending
from tuui_sampling.sampling.review import Candidate, Review
from tuui_sampling.tui.history.costs_table import costs_table


def paid(one: Review, *amounts: str | None) -> Review:
    one.candidates = [
        Candidate(number, "m", one.asked, 0.0, cost=Decimal(amount) if amount is not None else None)
        for number, amount in enumerate(amounts, 1)
    ]
    return one


def test_the_sum_grows_with_each_price_once() -> None:
    spending = Spending(lambda: date(2026, 1, 1))
    spending.begin(Decimal("0.5"))
    one = paid(review(1), "0.1", None)
    for _ in range(3):
        spending.note(one)
    spending.note(paid(review(1), "0.3", "0.2"))  # the first has grown, while it was being written
    spending.note(inquiry(2))
    assert spending.total == Decimal("1.0")


def test_an_earlier_answer_costs_nothing_again() -> None:
    spending = Spending(lambda: date(2026, 1, 1))
    one = paid(review(1), "0.1")
    one.candidates[0].earlier = "returned for #12"
    spending.note(one)
    assert spending.total == 0


def test_the_sum_begins_anew_at_midnight() -> None:
    today = [date(2026, 1, 1)]
    spending = Spending(lambda: today[0])
    spending.note(paid(review(1), "0.1"))
    today[0] = date(2026, 1, 2)
    spending.note(paid(review(1), "0.1", "0.2"))
    assert spending.total == Decimal("0.2")
    assert spending.since == datetime(2026, 1, 2).astimezone()


def test_the_table_shows_the_dearest_first_and_hostile_names_as_they_are() -> None:
    month = {"a": Decimal("0.5"), "[@click=quit]b\x1b": Decimal("2")}
    days = {"2026-01-01": Decimal("0.25"), "2026-01-02": Decimal("2.25")}
    table = costs_table(Costs([{}, {"a": Decimal("0.25")}, month], [{}, {}, {}], days))
    lines = table.plain.split("\n")
    assert lines[0].split() == ["by", "server", "today", "7", "days", "30", "days"]
    assert lines[1].startswith("[@click=quit]b")
    assert "\x1b" not in table.plain
    assert lines[2].split() == ["a", "–", "$0.25", "$0.50"]
    assert lines[3].split() == ["all", "–", "$0.25", "$2.50"]
    assert [line.split() for line in lines[-2:]] == [["2026-01-02", "$2.25"], ["2026-01-01", "$0.25"]]
