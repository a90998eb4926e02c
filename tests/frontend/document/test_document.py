"""Rows are laid out as they are needed, folded by the person, laid out anew when something changes."""

import pytest
from rich.cells import split_graphemes

from tests.frontend.document.requests import drawn_lines, rows
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.passage import Part, Passage, Style
from tuui_sampling.frontend.document.rows import Place
from tuui_sampling.frontend.document.search import next_change


class Texts(list[Part]):
    """Parts of one text each."""

    def __init__(self, *texts: str) -> None:
        super().__init__(Part(str(number), (Passage(text),)) for number, text in enumerate(texts))


def made_of(*texts: str, width: int = 43) -> Document:
    """Return a document of texts, all of it laid out; 40 cells are left for the text."""
    made = Document(Texts(*texts), split_graphemes)
    made.resize(width)
    made.grow_all()
    return made


def drawn(made: Document) -> list[str]:
    return [row.text for row in rows(made)]


@pytest.mark.hostile(36, 48)
def test_only_what_is_needed_is_laid_out_at_first() -> None:
    class Counting(Texts):
        asked = 0

        def __getitem__(self, number: int) -> Part:  # type: ignore[override]
            Counting.asked += 1
            return super().__getitem__(number)

    made = Document(Counting(*"x" * 50_000), split_graphemes)
    made.resize(80)
    made.grow(60, rows=24)
    assert made.count == 24
    assert not made.is_complete
    assert Counting.asked < 30


def test_an_incomplete_document_is_not_seen() -> None:
    made = Document(Texts("a\n" * 5_000), split_graphemes)
    made.resize(80)
    made.grow(60, rows=10)
    made.see(0, made.count)
    assert made.unseen <= 1
    assert not made.is_seen


def test_a_word_that_is_longer_than_a_row_breaks_with_a_mark() -> None:
    made = made_of("short " + "x" * 90 + " end")
    assert [(row.text, row.breaks) for row in rows(made)] == [
        ("short ", False),
        ("x" * 40, True),
        ("x" * 40, True),
        ("x" * 10 + " end", False),
    ]


@pytest.mark.hostile(49)
def test_a_very_long_line_is_whole() -> None:
    text = "y" * 100_000 + " NEVER-SEEN"
    assert "".join(drawn(made_of(text))) == text


@pytest.mark.parametrize("text", ["\n" * 300, "\n", "", "a\n", "\r\n" * 3])
def test_every_line_is_a_row(text: str) -> None:
    assert drawn(made_of(text)) == text.replace("\r", "␍").split("\n")


@pytest.mark.hostile(36)
def test_jumping_over_rows_does_not_see_them() -> None:
    made = made_of(*(f"text {number}" for number in range(100)))
    made.see(0, 10)
    made.see(90, 100)
    assert made.unseen == 80
    assert [(part.field, count) for part, count in made.unseen_parts()][:2] == [("10", 1), ("11", 1)]
    assert made.next_unseen(0) == 10
    assert made.next_unseen(95) == 10


def test_what_is_folded_is_unseen_and_is_seen_again_when_unfolded() -> None:
    made = made_of("a\nb\nc", "d")
    made.see(0, 4)
    assert made.is_seen
    made.turn(0)
    assert drawn(made) == ["3 rows folded, not seen · 0", "d"]
    assert made.unseen == 3
    assert [(part.field, count) for part, count in made.unseen_parts()] == [("0", 3)]
    made.see(0, 2)
    assert made.unseen == 3
    assert made.next_unseen(0) == 0
    made.turn(0)
    assert drawn(made) == ["a", "b", "c", "d"]
    assert made.is_seen


def test_unfolding_shows_what_was_never_seen_as_unseen() -> None:
    made = made_of("a\nb\nc", "d")
    made.turn(0)
    made.see(0, 2)
    made.turn(0)
    assert made.unseen == 3


def test_a_part_that_changed_is_unseen_and_the_others_stay_seen() -> None:
    made = made_of("a", "b", "c")
    made.see(0, 3)
    parts = made.parts
    assert isinstance(parts, Texts)
    parts[1] = Part("1", (Passage("b2\nb3"),))
    made.change(1)
    assert drawn(made) == ["a", "b2", "b3", "c"]
    assert [made.is_row_seen(row) for row in range(4)] == [True, False, False, True]


def test_a_long_part_that_changed_is_laid_out_in_steps() -> None:
    made = made_of("a", "b", "c")
    made.see(0, 3)
    parts = made.parts
    assert isinstance(parts, Texts)
    parts[1] = Part("1", (Passage("word\n" * 40_000),))
    made.change(1)
    assert not made.is_complete
    made.grow_all()
    assert made.count == 40_003
    assert made.unseen == 40_001
    assert made.is_row_seen(40_002)


def test_text_that_grows_keeps_what_was_seen_of_it() -> None:
    made = made_of("a", "one\ntwo")
    made.see(0, 3)
    parts = made.parts
    assert isinstance(parts, Texts)
    for text in ("one\ntwo and", "one\ntwo and more\nthree"):
        parts = [parts[0], Part("1", (Passage(text),))]
        made.become(parts)
        made.grow_all()
    assert drawn(made) == ["a", "one", "two and more", "three"]
    assert [made.is_row_seen(row) for row in range(4)] == [True, True, False, False]


def test_a_row_is_found_by_the_character_it_holds() -> None:
    text = "a\n" + "\u202e" * 5 + "word " * 3_000 + "\nend"
    made = made_of("first", text)
    for offset in (0, 1, 2, 7, 9_000, len(text) - 1):
        row = made.row_at(1, 0, offset)
        place = made.place(row)
        assert place.part == 1
        piece = text[place.start : offset]
        assert "\n" not in piece


def test_tabs_are_shown_as_what_they_are() -> None:
    [row] = rows(made_of("a\tb\x1b\t"))
    assert row.text == "a␉   b␛␉   "
    assert [row.text[start:end] for start, end in row.marked] == ["␉", "␛", "␉"]


@pytest.mark.hostile(44)
def test_right_to_left_text_keeps_its_order() -> None:
    assert drawn(made_of("שלום עולם")) == ["שלום עולם"]


def test_a_heading_is_one_line_whatever_it_holds() -> None:
    made = Document([Part("f", (Passage("a\nb" + "c" * 60, Style.HEADING),))], split_graphemes)
    made.resize(43)
    made.grow_all()
    assert [row.margin + row.text for row in rows(made)] == ["▪ a␤b" + "c" * 37, "  " + "c" * 23]


def test_what_need_not_be_seen_is_never_unseen() -> None:
    made = Document([Part("", (Passage("said elsewhere", counts=False),))], split_graphemes)
    made.resize(43)
    made.grow_all()
    assert made.is_seen


def test_lines_are_put_together_again() -> None:
    assert list(drawn_lines(made_of("one " * 30 + "\ntwo"))) == ["one " * 30, "two"]


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (["a", "b", "c"], ["a", "b", "c"], [True, True, True]),
        (["a", "b", "c"], ["a", "B", "c"], [True, False, True]),  # in the middle: only what is other is unseen
        (["a", "b\nb", "c"], ["a", "b", "c"], [True, False, True]),  # shrunk
        (["a", "b", "c"], ["a"], [True]),
        (["a", "b", "c"], ["a", "b", "c", "d"], [True, True, True, False]),
        (["a", "b", "c"], ["c", "b", "a"], [False, True, False]),
        (["a", "b"], [], []),
        (["one two"], ["one two three\nfour"], [False, False]),  # the last row goes on, so it is another one
        (["one\ntwo"], ["one\ntwo\nthree"], [True, False, False]),  # so may a line that a response streams in
    ],
)
def test_what_both_have_in_common_stays_seen(before: list[str], after: list[str], seen: list[bool]) -> None:
    made = made_of(*before)
    made.see(0, made.count)
    assert made.is_seen
    made.become(Texts(*after))
    made.grow_all()
    assert drawn(made) == [row for text in after for row in text.split("\n")]
    assert [made.is_row_seen(row) for row in range(made.count)] == seen
    assert made.unseen == seen.count(False)
    assert made.is_seen is all(seen)


def test_what_is_folded_stays_so_and_is_unseen_and_what_is_gone_takes_its_fold_along() -> None:
    made = made_of("a\na", "b\nb", "c\nc")
    for part in (0, 1, 2):
        made.turn(part)
    made.become(Texts("a\na", "B\nB\nB"))
    made.grow_all()
    assert [made.is_folded(part) for part in (0, 1, 2)] == [True, True, False]
    assert drawn(made) == ["2 rows folded, not seen · 0", "3 rows folded, not seen · 1"]
    assert made.unseen == 5
    made.become(Texts("a\na", "b", "c"))
    made.turn(0)
    made.turn(1)
    made.grow_all()
    assert drawn(made) == ["a", "a", "b", "c"]
    assert made.unseen == 4, "what was folded had never been on the screen"


def test_rows_kept_free_for_an_editor_are_neither_text_nor_unseen() -> None:
    made = made_of("one\ntwo", "three", "four")
    made.see(0, 2)
    assert made.make_room(0, 0, 2)
    assert not made.make_room(0, 0, 2)
    assert drawn(made) == ["one", "two", "", "", "three", "four"]
    assert made.unseen == 2
    made.see(0, 4)
    assert made.make_room(1, 0, 1)
    assert drawn(made) == ["one", "two", "three", "", "four"]
    made.resize(30)
    made.grow_all()
    assert drawn(made) == ["one", "two", "three", "", "four"]
    assert made.make_room(0, 0, 0)
    assert drawn(made) == ["one", "two", "three", "four"]
    assert [made.is_row_seen(row) for row in range(4)] == [True, True, False, False]


def test_changes_are_found_one_after_the_other_round_the_ends() -> None:
    passages = [Passage("a", Style.UNCHANGED), Passage("b", Style.REMOVED), Passage("c", Style.ADDED)]
    parts = [Part("0", passages), Part("1", [Passage("d")], edited=True), Part("2", [*passages, *passages])]
    made = Document(parts, split_graphemes)
    made.resize(80)
    made.grow_all()
    place, there = Place(0), []
    for _step in range(5):
        found = next_change(made.texts, place, 1)
        assert found is not None
        there.append((found.part, found.passage))
        place = found
    assert there == [(0, 1), (1, 0), (2, 1), (2, 4), (0, 1)]
    before = next_change(made.texts, Place(2, 1), -1)
    assert before is not None and before[:2] == (1, 0)
    assert next_change(made_of("a", "b").texts, Place(0), 1) is None
