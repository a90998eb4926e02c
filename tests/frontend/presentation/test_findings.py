"""Findings as rows: the heaviest first, steps in the order of the screen, counts in words."""

from tests.policy.values import PERSONAL, made_secrets
from tests.support.full_request import params, user
from tuui_sampling.frontend.presentation.findings import count_words, finding_rows, in_order
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.wire import parse_request

SECRET = made_secrets()[0][1]
ADDRESS = next(value for name, value in PERSONAL if name == "e-mail address")
FOUND = in_request(
    parse_request(params(messages=[user(f"{ADDRESS}, then {SECRET}")], systemPrompt=f"write to {ADDRESS}"))
)


def test_the_heaviest_comes_first_and_says_where() -> None:
    rows = finding_rows(FOUND)
    assert [row.title for row in rows] == ["high secret: GitHub token", *["medium personal: e-mail address"] * 2]
    assert (rows[0].field, rows[0].end - rows[0].start) == ("messages[0].content", len(SECRET))
    assert SECRET not in repr(rows)


def test_steps_follow_the_screen() -> None:
    fields = ("systemPrompt", "messages[0].content")
    assert [one.place.field for one in in_order(FOUND, fields)] == [fields[0], fields[1], fields[1]]
    assert [one.rule for one in in_order(FOUND, fields[1:])] == ["e-mail address", "GitHub token"]


def test_counts_in_words() -> None:
    assert count_words(FOUND) == "2 personal, 1 secret"
    assert count_words(()) == ""
