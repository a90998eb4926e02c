"""What is under the cursor, else the next one, and round the end; also where hidden characters take room."""

import pytest
from rich.cells import split_graphemes

from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.nearest import Sought, nearest, nearest_word
from tuui_sampling.frontend.document.passage import Outline, Part, Passage, Style

HIDDEN = "\u202e" * 6
PARTS = [
    Part("a", (Passage("a", Style.HEADING), Passage("one two\nthree one\nfour"), Passage("n: one. Why", Style.NOTE))),
    Part("b", (Passage("b", Style.HEADING), Passage(Outline({"k": ["five"], "quoted": 'si"x'}), Style.OUTLINE))),
    Part("c", (Passage("c", Style.HEADING), Passage(f"{HIDDEN} one {HIDDEN} seven eight"))),
]
SOUGHT = [
    Sought(0, "one", "n: one"),
    Sought(0, "three", "n: three"),
    Sought(0, "one", "n: one"),
    Sought(1, "five", ""),
    Sought(1, 'si"x', ""),
    Sought(2, "seven", ""),
]


def document() -> Document:
    """Return them laid out, narrow."""
    shown = Document(PARTS, split_graphemes)
    shown.resize(24)
    shown.grow_all()
    return shown


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("▪ a", 0),
        ("│ one two", 0),
        ("│ three one", 1),
        ("│ four", 3),  # the first below, in another field
        ("⚑ n: one. Why", 0),  # what the note is of
        ('│ k: ["five"]', 3),
        ('│ quoted: si"x', 4),
        ("▪ c", 5),
        ("seven", 5),
        ("eight", 0),  # round the end
    ],
)
def test_the_nearest(row: str, number: int) -> None:
    shown = document()
    rows = [shown.row(at) for at in range(shown.count)]
    at = next(at for at, one in enumerate(rows) if row in one.margin + one.text)
    near = nearest(shown.texts, shown.place(at), SOUGHT)
    assert near is not None
    assert near[0] == number
    assert SOUGHT[number].part == near[1].part
    assert nearest(shown.texts, shown.place(at), []) is None


def test_the_nearest_word() -> None:
    shown = document()
    words = ["four", "seven"]
    found = [nearest_word(shown.texts, shown.place(at), words) for at in range(shown.count)]
    assert {one[0] for one in found if one is not None} == {"four", "seven"}
    assert found[0] is not None
    assert found[0][1][:3] == (0, 1, len("one two\nthree one\n"))
    assert nearest_word(shown.texts, shown.place(0), []) is None
    assert nearest_word(shown.texts, shown.place(0), ["none"]) is None
