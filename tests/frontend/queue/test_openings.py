"""The first words of a row are those that tell it from the rows that begin alike."""

import pytest

from tests.frontend.queue.test_listing import made
from tuui_sampling.frontend.queue.openings import ALIKE, SHOWN, Openings

ASKED = "Classify this letter as urgent, normal or noise, and say why:\n\nSubject: "
SAID = "I write because of it, and wait for an answer. "
LONG = "An instruction that goes on and on. " * 40


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([f"{ASKED}Invoice 4711", f"{ASKED}Offsite in May"], ["… Invoice 4711", "… Offsite in May"]),
        ([f"{ASKED}Invoice 4711", f"{ASKED}Invoice 4712"], ["… 4711", "… 4712"]),  # cut between words
        ([f"{LONG}cats", f"{LONG}dogs"], ["… cats", "… dogs"]),
        ([f"{ASKED}cats", f"{ASKED}dogs", "Hello there"], ["… cats", "… dogs", "Hello there"]),  # one begins otherwise
        ([f"{ASKED}cats", ASKED.strip()], ["… Subject: cats", "… Subject:"]),  # one is all of it
        # each from what is most like it, so that one that differs early hides nothing of the others
        (
            [f"{ASKED}cats, old", f"{ASKED}cats, new", f"{ASKED}dogs", f"{ASKED}cats, old"],
            ["… cats, old", "… cats, new", "… dogs", "… cats, old"],
        ),
        # the subject of each stands before what only tells it from the one that is most like it
        (
            [f"{ASKED}{one}. {SAID * times}" for one in ("Outage since Monday morning", "Refund") for times in (1, 2)]
            + [f"{ASKED}Praise. {SAID}"],
            [
                "… Outage since Monday … answer.",
                f"… Outage since Monday … answer. {SAID.strip()}",
                "… Refund. I write because of … answer.",
                f"… Refund. I write because of … answer. {SAID.strip()}",
                f"… Praise. {SAID.strip()}",
            ],
        ),
        # one that begins otherwise early hides nothing of the others
        ([f"{LONG}cats", f"{LONG}dogs", f"{LONG}mice", f"{LONG[:30]}x"], ["… cats", "… dogs", "… mice", "… anx"]),
        (["the same long text twice"] * 2, ["the same long text twice"] * 2),
        (["short one", "short two"], ["short one", "short two"]),  # too little is alike
        ([ASKED], [" ".join(ASKED.split())]),
        (["x" * (SHOWN + ALIKE)], ["x" * SHOWN]),
        (["", ""], ["", ""]),
    ],
)
def test_what_others_begin_with_too_is_left_out(texts: list[str], words: list[str]) -> None:
    rows = [made(number, text) for number, text in enumerate(texts)]
    assert list(Openings().words(rows).values()) == words


def test_only_rows_of_the_same_server_and_tool_are_compared_and_a_new_row_counts_at_once() -> None:
    openings = Openings()
    first, second = made(1, f"{ASKED}cats"), made(2, f"{ASKED}dogs")
    assert openings.words([first])[1].startswith("Classify")
    assert openings.words([first, made(3, f"{ASKED}dogs", server="zoo")])[1].startswith("Classify")
    assert openings.words([first, made(4, f"{ASKED}dogs", tool="other")])[1].startswith("Classify")
    assert dict(openings.words([first, second])) == {1: "… cats", 2: "… dogs"}
    assert openings.words([second])[2].startswith("Classify"), "the other one has gone"
