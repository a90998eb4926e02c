"""What is said of a response, and of the models that a request would be sent to."""

import time
from decimal import Decimal

import pytest
from rich.cells import cell_len

from tests.support.screens.responding import asked, call, end
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.desk.assess import Assessment
from tuui_sampling.desk.record_rows import answered
from tuui_sampling.frontend.presentation.candidates import (
    Meter,
    Meters,
    label,
    retry_words,
    unread_lines,
    written_tokens,
)
from tuui_sampling.frontend.presentation.format import dollars
from tuui_sampling.frontend.review.recipients import notes_on_all, sending
from tuui_sampling.providers.catalogue import cost
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Note, Severity
from tuui_sampling.sampling.response import Estimate, Usage
from tuui_sampling.sampling.review import Candidate, Retry
from tuui_sampling.tui.inbox.state_line import state_line

METER = Meter(Usage(12, 34), estimated=False, cost=Decimal("0.0006"))


def candidate(**more: object) -> Candidate:
    """Return a response that is being written."""
    return Candidate(2, "haiku", asked(), time.monotonic(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "price unknown"),
        ("0", "$0"),
        ("0.0006", "$0.0006"),
        ("0.000612345", "$0.00061"),
        ("0.0130", "$0.013"),
        ("0.5", "$0.50"),
        ("2.5", "$2.50"),
        ("12.346", "$12.35"),
        ("0.00001", "<$0.0001"),
    ],
)
def test_money_is_said_with_the_digits_that_matter(amount: str | None, words: str) -> None:
    assert dollars(Decimal(amount) if amount is not None else None) == words


def test_a_whole_response_says_its_time_tokens_and_cost() -> None:
    one = candidate()
    end(one, "yes")
    assert label(one, METER) == "2 haiku ✓ 1.5 s · 34 tok · $0.0006"
    end(one, " ")
    assert label(one, METER).startswith("2 haiku ∅ "), "it is whole, and no answer"
    line = state_line(one, METER, edited=False, stop_keys="")
    assert line.plain == "haiku-1 · endTurn · 12 tokens in, 34 out · $0.0006 · 1.5 s"
    unknown = Meter(Usage(12, 34, 4), estimated=False, cost=None)
    assert (
        "12 tokens in (4 cached), 34 out · price unknown" in state_line(one, unknown, edited=False, stop_keys="").plain
    )


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (58, "haiku-1 · endTurn · 12 tokens in, 34 out · $0.0006 · 1.5 s"),
        (57, "haiku-1 · 12 tokens in, 34 out · $0.0006 · 1.5 s"),
        (47, "12 tokens in, 34 out · $0.0006 · 1.5 s"),
        (37, "haiku-1 · endTurn\n12 tokens in, 34 out · $0.0006\n1.5 s"),
        (1, "haiku-1\nendTurn\n12 tokens in, 34 out\n$0.0006\n1.5 s"),
    ],
)
def test_the_line_of_figures_breaks_for_no_last_letter(width: int, shown: str) -> None:
    one = candidate()
    end(one, "yes")
    for _ in range(2):  # what is known of it after the first must not make the second wider than it is
        line = state_line(one, METER, edited=False, stop_keys="", width=width)
        assert line.plain == shown
        assert line.cell_length == cell_len(shown)
    waiting = candidate(parts=["four"])
    waiting.retries.append(Retry(2, "rate limited", time.monotonic() + 1000.5))
    pieces = state_line(waiting, None, edited=False, stop_keys="s stops it", width=width).plain.split("\n")
    assert all(piece.startswith(("▍ ", "attempt 2 of 3 in", "s stops it")) for piece in pieces)


def test_what_a_cache_has_saved_is_said() -> None:
    """Of a million tokens at $2, 900,000 were read from the cache at $0.10."""
    sonnet = ModelSettings("claude", "anthropic", model="claude-sonnet-5-5")
    meters = Meters(Models(Settings(models={"claude": sonnet}), {}))
    one = Candidate(1, "claude", asked(), time.monotonic())
    end(one, "yes")
    for cached, words in ((900_000, "1000000 tokens in (900000 cached, $1.71 saved), 0 out · $0.29"), (0, "in, 0 out")):
        one.usage = Usage(1_000_000, 0, cached)
        one.cost = cost(sonnet, one.usage)
        assert words in state_line(one, meters.of(one), edited=False, stop_keys="").plain
    one.usage, one.cost = Usage(1_000_000, 0, 900_000), None
    assert "(900000 cached), 0 out" in state_line(one, meters.of(one), edited=False, stop_keys="").plain
    one.model, one.cost = "gone", Decimal(1)
    assert "(900000 cached), 0 out" in state_line(one, meters.of(one), edited=False, stop_keys="").plain


def test_a_failed_one_says_so() -> None:
    one = candidate(elapsed=0.2, error=ModelError(ModelErrorKind.OVERLOADED, "It is overloaded."))
    assert label(one, None) == "2 haiku ✗ 0.2 s"
    assert "no response" in state_line(one, None, edited=False, stop_keys="").plain


def test_while_it_is_written_estimates_are_marked() -> None:
    one = candidate(parts=["four"] * 10)
    running = Meter(Usage(0, written_tokens(one)), estimated=True, cost=Decimal("0.01"))
    assert (
        state_line(one, running, edited=False, stop_keys="s stops it").plain
        == "▍ 0:00 · ≈ 10 tokens · $0.01 · s stops it"
    )


def test_a_retry_says_which_when_and_why() -> None:
    waits = Retry(2, "rate limited", time.monotonic() + 4.4)
    assert retry_words(candidate(retries=[waits])) == ["attempt 2 of 3 in 4 s: rate limited"]
    assert retry_words(candidate(retries=[Retry(3, "overloaded", 0.0)])) == ["attempt 3 of 3: overloaded"]
    assert retry_words(candidate()) == []


def test_an_earlier_answer_says_where_it_comes_from() -> None:
    one = candidate(earlier="returned for #12 on 3 Nov")
    end(one, call(city="Oslo"))
    assert label(one, METER) == "2 haiku ↺"
    assert "an earlier answer: returned for #12 on 3 Nov" in state_line(one, None, edited=False, stop_keys="").plain


def price(worst: str | None) -> Estimate:
    """Return an estimate with this worst case."""
    return Estimate(10, None, Decimal(worst) if worst is not None else None)


def test_sending_to_several_names_each_place_and_the_worst_case_of_all() -> None:
    three = [Assessment("a", "x", (), price("0.01")), Assessment("b", "y", (), price("0.02")), Assessment("c", "z")]
    assert sending(three[:1]) == "sends this request to a at x"
    assert sending(three[:2]) == "sends this request to 2 models: a at x, b at y · at most $0.03"
    assert sending(three).endswith("c at z · at most $0.03, and 1 of them at an unknown price")
    assert sending([three[2], three[2]]).endswith(" · price unknown")


def test_notes_of_several_say_whose_they_are() -> None:
    note = Note("temperature", "ignored", Severity.NOTE)
    assert notes_on_all([Assessment("a", "x", (note,))]) == (note,)
    both = notes_on_all([Assessment("a", "x", (note,)), Assessment("b", "y")])
    assert both == (Note("temperature", "a: ignored"),)
    assert notes_on_all([]) == ()


def test_what_could_not_be_read_of_an_answer_that_failed_stands_in_raw_and_in_the_record() -> None:
    failed = candidate(error=ModelError(ModelErrorKind.CONFIGURATION, "it answered in a form that is not known"))
    assert unread_lines(None, failed.error) == [] and "unread" not in answered(failed)
    assert failed.error is not None
    failed.error.unread = ('data: {"answer": "a"}',)
    assert unread_lines(None, failed.error)[1:] == ['data: {"answer": "a"}']
    assert answered(failed)["unread"] == ['data: {"answer": "a"}']
