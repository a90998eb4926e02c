"""What is said and printed of decisions that no person made: of requests, and of questions."""

import json
from dataclasses import replace

import pytest

from tests.support.desks import ORIGIN, request
from tests.support.history_entries import NOON
from tuui_sampling.cli.commands.call_report import Noticing, Order, Report, say_review
from tuui_sampling.cli.commands.run import _line
from tuui_sampling.sampling.inquiry import FormElicitation, Inquiry, InquiryOutcome, Reply
from tuui_sampling.sampling.item import Decided
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Outcome, Review

BY_RULE = {Gate.REQUEST: Decided("the \x1b[31mnightly\x1b[0m digest", passed=True, notify=True)}


def test_rules_are_named_on_standard_error_and_in_json_of_requests_and_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = request()
    review = Review(id=1, key="s-1", origin=ORIGIN, arrived=0, arrived_at=NOON, asked=asked, outbound=asked)
    form = FormElicitation("?", {})
    question = Inquiry(id=2, key="s-2", origin=ORIGIN, arrived=0, arrived_at=NOON, asked=form)
    question.phase, question.answer = Phase.DELIVERED, InquiryOutcome(Phase.DELIVERED, Reply("accept", {}))
    report, noticing = Report(Order("notes", "summarize", "{}", "rules", None, as_json=True)), Noticing()
    for item in (review, question, review, question):
        item.decided = BY_RULE
        report.note(item)
        noticing.note(item)
    told = capsys.readouterr().err
    assert [line.split(" passed by rule")[0] for line in told.splitlines()] == [
        "#1 notes › summarize",
        "#2 notes › summarize",
    ]
    assert "\x1b" not in told
    report.error = "of the server: \u202e"
    written = "".join(report.as_json())
    assert "\u202e" not in written
    printed = json.loads(written)
    assert printed["error"] == report.error
    for one in (*printed["reviews"], *printed["inquiries"], _line(question), _line(review)):
        assert one["rules"] == {"request": BY_RULE[Gate.REQUEST].rule}


@pytest.mark.parametrize("include", [None, "none", "thisServer", "allServers"])
def test_where_nobody_picks_it_is_said_that_no_context_was_added(
    include: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = replace(request(), include_context=include)
    review = Review(id=1, key="s-1", origin=ORIGIN, arrived=0, arrived_at=NOON, asked=asked, outbound=asked)
    review.phase, review.outcome = Phase.DELIVERED, Outcome(Phase.DELIVERED)
    say_review(review)
    told = capsys.readouterr().err
    assert (f"no context added (includeContext: {include})" in told) is (include in ("thisServer", "allServers"))
