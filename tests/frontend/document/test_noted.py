"""What was found stands out where it is drawn, whatever is before it and however its row is broken."""

import pytest
from rich.cells import split_graphemes

from tests.frontend.document.requests import rows
from tests.policy.values import made_secrets
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.noted import SEARCHED_WHOLE
from tuui_sampling.frontend.document.passage import Outline, Part, Passage, Style

SECRET, MAIL = made_secrets()[0][1], "anna.meier@firma-meier.de"
KEY = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(
    ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"] * 3
)
KEY += "\n-----END PRIVATE KEY-----"
FILLER = "The tide comes in and goes out again.\n" * (SEARCHED_WHOLE // 30)

PASSAGES = {
    "nothing": (Passage("The tide comes in."), []),
    "two values": (Passage(f"to {MAIL}\nwith {SECRET}."), [MAIL, SECRET]),
    "behind marks that are wider than what they stand for": (Passage(f"\u202e\x1b\t a {MAIL}"), [MAIL]),
    "behind letters of two cells": (Passage(f"漢字 👩\u200d👩 {MAIL}"), [MAIL]),
    "in the middle of a long text": (Passage(f"{FILLER}to {MAIL}\n{FILLER}"), [MAIL]),
    "in one long line": (Passage(f"{'word ' * SEARCHED_WHOLE}{MAIL} {'word ' * 9}"), [MAIL]),
    "in JSON": (Passage(Outline({"to": [MAIL], "n": 1}), Style.OUTLINE), [MAIL]),
    "a key of many lines": (Passage(f"it is\n{KEY}\nof mine"), KEY.split("\n")),
    "a word of two alphabets": (Passage("log in to раypal now"), ["раypal"]),
    "not in words of ours": (Passage(f"{MAIL} was found", Style.NOTE), []),
    "not in what was taken out": (Passage(f"{MAIL}", Style.REMOVED), []),
}


@pytest.mark.parametrize("width", [30, 120])
@pytest.mark.parametrize(("passage", "expected"), PASSAGES.values(), ids=PASSAGES)
def test_what_was_found_stands_out(passage: Passage, expected: list[str], width: int) -> None:
    made, plain = (Document([Part("f", (passage,))], split_graphemes) for _ in range(2))
    made.resize(width)
    made.grow_all()
    drawn = rows(made)
    stretches = [row.text[low:high] for row in drawn for low, high in row.noted]
    assert "".join(stretches).replace(" ", "") == "".join(expected).replace(" ", "")
    plain.resize(width)
    plain.grow_all()
    assert [row.text for row in drawn] == [row.text for row in rows(plain)]
    assert made.unseen == plain.unseen


def test_a_piece_is_searched_once_until_its_part_changes() -> None:
    made = Document([Part("f", (Passage(f"to {MAIL}"),))], split_graphemes)
    made.resize(80)
    made.grow_all()
    kept = made.texts.noted(0, 0, 0)
    assert kept == ((3, 3 + len(MAIL)),) and made.texts.noted(0, 0, 0) is kept
    made.become([Part("f", (Passage(f"again to {MAIL}"),))])
    assert made.texts.noted(0, 0, 0) == ((9, 9 + len(MAIL)),)
