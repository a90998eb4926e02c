"""A call's report is as small after ten thousand requests as after ten, and misses none of them."""

import gc
import json
import time
from datetime import UTC, datetime
from weakref import ref

import pytest

from tests.support.desks import request
from tuui_sampling.cli.commands.call_report import Order, Report, RetryMessages, print_report
from tuui_sampling.cli.commands.finished_items import IN_MEMORY
from tuui_sampling.sampling.inquiry import Inquiry, InquiryOutcome, Reply, RootsRequest
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Candidate, Outcome, Retry, Review

ORDER = Order("one", "tool", "{}", "approve", None, as_json=True)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def review(number: int, text: str = "") -> Review:
    """Return a request that has arrived."""
    asked = request()
    its = Origin("one", "2025-11-25")
    one = Review(id=number, key=f"s-{number}", origin=its, arrived=0, arrived_at=NOW, asked=asked, outbound=asked)
    candidate = Candidate(1, "demo", asked, 0, parts=[text], retries=[Retry(2, "busy", time.monotonic())])
    candidate.response = Response((TextBlock(text),), "demo", "endTurn")
    one.candidates.append(candidate)
    return one


def end(item: Item, phase: Phase = Phase.DELIVERED, reason: str = "") -> None:
    """Have an item end."""
    item.phase, item.ended = phase, 1.0
    if isinstance(item, Review):
        item.outcome = Outcome(phase, Gate.REQUEST, reason=reason)
    elif isinstance(item, Inquiry):
        item.answer = InquiryOutcome(phase, Reply("decline"))


def roots(number: int) -> Inquiry:
    """Return a request for roots."""
    return Inquiry(
        id=number, key=f"s-{number}", origin=Origin("one", ""), arrived=0, arrived_at=NOW, asked=RootsRequest(())
    )


def written(report: Report) -> dict[str, list[dict[str, str]]]:
    """Return what `--json` prints."""
    value: dict[str, list[dict[str, str]]] = json.loads("".join(report.as_json()))
    return value


@pytest.mark.parametrize("as_json", [True, False])
def test_what_has_ended_is_forgotten_by_all_that_look_at_a_call(as_json: bool) -> None:
    report, retries = Report(Order("one", "tool", "{}", "approve", None, as_json=as_json)), RetryMessages()
    left: list[ref[Item]] = []
    for number in range(1, 301):
        item: Item = review(number, "x" * 10_000) if number % 3 else roots(number)
        left.append(ref(item))
        for _ in range(2):
            report.note(item)
            retries.note(item)
        end(item)
        report.note(item)
        retries.note(item)
        del item
    gc.collect()
    assert [one for one in left if one() is not None] == []
    assert retries._told == {}
    if as_json:
        assert len("".join(report.as_json())) > 2 * IN_MEMORY, "it is more than is kept in memory"
        assert [one["id"] for one in written(report)["reviews"]] == [f"s-{n}" for n in range(1, 301) if n % 3]
        assert [one["id"] for one in written(report)["inquiries"]] == [f"s-{n}" for n in range(3, 301, 3)]


def test_each_is_written_once_in_the_order_of_arrival_whenever_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(ORDER)
    items = [review(number, "\ud800 \u202e {\n") for number in range(1, 6)]
    for item in items:
        report.note(item)
    for number, phase in ((4, Phase.DELIVERED), (1, Phase.REJECTED), (3, Phase.UNDELIVERED)):
        end(items[number - 1], phase, f"why {number}")
        for _ in range(3):
            report.note(items[number - 1])
    at_once = review(6)  # refused as it came: nobody has seen it open
    end(at_once, Phase.REJECTED)
    report.note(at_once)
    print_report(report)
    out, err = capsys.readouterr()
    reviews = json.loads(out)["reviews"]
    assert [(one["id"], one["outcome"]) for one in reviews] == [
        ("s-1", "rejected"),
        ("s-2", "request"),
        ("s-3", "undelivered"),
        ("s-4", "delivered"),
        ("s-5", "request"),
        ("s-6", "rejected"),
    ]
    assert reviews[0]["candidates"][0]["text"] == "\ud800 \u202e {\n"
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "#4 delivered",
        "#1 rejected",
        "#3 undelivered",
        "#6 rejected",
    ]


@pytest.mark.parametrize(
    ("ends", "code", "problem"),
    [
        ([Phase.DELIVERED, Phase.REJECTED], 1, None),
        ([Phase.FAILED, Phase.FAILED], 4, "the model failed: why 1"),
        ([Phase.FAILED, Phase.UNDELIVERED, Phase.UNDELIVERED], 3, "a response was not delivered: why 2"),
        ([Phase.FAILED], 4, "the model failed: why 1"),
        ([], 1, None),
    ],
)
def test_what_is_counted_says_how_the_call_ended(ends: list[Phase], code: int, problem: str | None) -> None:
    report = Report(ORDER)
    items = [review(number) for number in range(1, len(ends) + 1)]
    for number in reversed(range(len(ends))):
        end(items[number], ends[number], f"why {number + 1}")
        report.note(items[number])
    assert (report.exit_code, report.problem) == (code, problem)
