"""What is shown of untrusted text, and the reversible form for editors."""

import re
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tuui_sampling.sampling.hidden_characters import HiddenKind, hidden_kind, patterns_for
from tuui_sampling.sampling.visible import (
    escape_for_editing,
    hidden_in,
    reveal,
    shorten,
    unescape_edited,
    visible,
)

ORDINARY = [
    "plain ASCII, with a\ttab\nand a line",
    "Grüße, naïve café — “quoted” … 5 €",
    "un prix\u202f: 5\xa0€",
    "漢字かな交じり文\u3000全角、한국어 텍스트",
    "עִבְרִית וְעֲרָבִית العَرَبِيَّة",
    "हिन्दी ไทย ภาษา தமிழ் বাংলা",
    "e\u0301 u\u0308\u0304 a\u0302\u0301\u0323\u0307",
    "👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️‍🔥 ❤️ ☎︎ 1️⃣ #️⃣ 🇩🇪 🫠 👍🏿",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "𝒜𝔹𝕮 ∑∫√ ⟨x⟩ ⟪y⟫ ␛ U+202E",
    "[/] [@click=app.quit]x[/] [link=x]",
]

HOSTILE = [
    ("\x1b]10;?\x07", "␛]10;?␇"),
    ("\x1bP$qm\x1b\\", "␛P$qm␛\\"),
    ("\x9b31m\x90q\x9c\x9d0;x\x07", "⟪U+009B⟫31m⟪U+0090⟫q⟪U+009C⟫⟪U+009D⟫0;x␇"),
    ("over\rwritten", "over␍written"),
    ("windows\r\nline", "windows␍\nline"),
    ("back\x08\x08space", "back␈␈space"),
    ("\x00\x7f\x0b\x0c", "␀␡␋␌"),
    ("a\x85b\u2028c\u2029d", "a⟪U+0085⟫b⟪U+2028⟫c⟪U+2029⟫d"),
    ("\u202egnp.exe\u202c", "⟪U+202E⟫gnp.exe⟪U+202C⟫"),
    ("\u2066x\u2069\u200e\u200f\u061c", "⟪U+2066⟫x⟪U+2069⟫⟪U+200E⟫⟪U+200F⟫⟪U+061C⟫"),
    ("pass\u200bword\ufeff\u2060", "pass⟪U+200B⟫word⟪U+FEFF⟫⟪U+2060⟫"),
    ("\u200b\u200b\u200b!", "⟪U+200B ×3⟫!"),
    ("soft\xadhyphen", "soft⟪U+00AD⟫hyphen"),
    ("x\u200dy", "x⟪U+200D⟫y"),
    ("❤\u200dy", "❤⟪U+200D⟫y"),
    ("a\ufe0f 3\ufe0f", "a⟪U+FE0F⟫ 3⟪U+FE0F⟫"),
    ("😀\ufe0f\ufe0f\U000e0110", "😀\ufe0f⟪U+FE0F⟫⟪U+E0110⟫"),
    ("\U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065.", "⟪tags: Ignore⟫."),
    ("\U0001f3f4\U000e0078\U000e007f", "\U0001f3f4⟪tags: x⟫⟪U+E007F⟫"),
    ("\U000e0001", "⟪U+E0001⟫"),
    ("e" + "\u0336" * 9, "e" + "\u0336" * 4 + "⟪+5 marks⟫"),
    ("e" + "\u0336\U0001d167" * 3, "e" + "\u0336\U0001d167" * 2 + "⟪+2 marks⟫"),
    ("\u0301x\n\u0302y", "◌\u0301x\n◌\u0302y"),
    ("\u0301x", "◌\u0301x"),
    ("x\n\u0302y", "x\n◌\u0302y"),
    ("x\n\n\U0001d167y", "x\n\n◌\U0001d167y"),
    ("👩\u200d\u200d👩", "👩⟪U+200D ×2⟫👩"),
    ("👩" + "\u200d👩" * 8, "👩" + "\u200d👩" * 7 + "⟪U+200D⟫👩"),
    ("\u3164\u115f\u1160\uffa0\u2800", "⟪U+3164⟫⟪U+115F⟫⟪U+1160⟫⟪U+FFA0⟫⟪U+2800⟫"),
    ("a\u2003b\u034f", "a⟪U+2003⟫b⟪U+034F⟫"),
    ("\ue000\U000f0000\U0010fffd", "⟪U+E000⟫⟪U+F0000⟫⟪U+10FFFD⟫"),
    ("\u0378\U000e1000", "⟪U+0378⟫⟪U+E1000⟫"),
    ("\ufdd0\uffff\U0001ffff", "⟪U+FDD0⟫⟪U+FFFF⟫⟪U+1FFFF⟫"),
    ("\ud800x\udfff", "⟪U+D800⟫x⟪U+DFFF⟫"),
    ("\ufff9x\ufffay\ufffb\ufffc", "⟪U+FFF9⟫x⟪U+FFFA⟫y⟪U+FFFB⟫⟪U+FFFC⟫"),
]

EVERYTHING = "".join(map(chr, range(0x110000)))
ALONE = [*EVERYTHING[:0x3400], *EVERYTHING[0xD7B0:0xD810:5], *EVERYTHING[0xFB00:0x10000]]
ALONE += [*EVERYTHING[0xE0000:0xE0200], *EVERYTHING[0x3400::101]]
"""Code points to try one by one: all where unlike ones are neighbours, and some of the rest."""
MOST = EVERYTHING[:0x20000] + EVERYTHING[0x20000:0xE0000:53] + EVERYTHING[0xE0000:0xE0200] + EVERYTHING[0xE0200::53]
"""Every code point of the planes that are in use, and some of the empty and private ones."""


@pytest.mark.parametrize("text", ORDINARY, ids=range(len(ORDINARY)))
def test_ordinary_text_comes_back_as_the_same_object(text: str) -> None:
    assert visible(text) is text
    assert reveal(text).findings == ()


@pytest.mark.hostile(37, 42, 43, 44)
@pytest.mark.parametrize(("text", "shown"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hidden_is_revealed(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert reveal(text).text == shown
    assert visible(shown) == shown


@pytest.mark.parametrize("text", [pair[0] for pair in HOSTILE], ids=range(len(HOSTILE)))
def test_marks_are_exactly_what_we_added(text: str) -> None:
    revealed = reveal(text)
    shown, rest, end = revealed.text, "", 0
    assert revealed.marked
    for start, stop in revealed.marked:
        assert end <= start < stop
        rest += shown[end:start]
        end = stop
    rest += shown[end:]
    source = iter(text)
    assert all(character in source for character in rest)  # the rest is the text's own, in order


def test_one_line_shows_line_feeds_and_tabs() -> None:
    assert visible("a\nb\tc\x1b", multiline=False) == "a␤b␉c␛"
    assert visible("ä\nb\tc", multiline=False) == "ä␤b␉c"
    assert reveal("a\nb", multiline=False).findings == ()


def _dangerous(text: str) -> set[str]:
    """Return the characters that a terminal obeys or that can't be written to it."""
    return {
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }


@pytest.mark.long
@pytest.mark.hostile(37)
def test_no_code_point_gets_through_that_a_terminal_obeys() -> None:
    assert _dangerous(visible(EVERYTHING)) == {"\n", "\t"}
    assert _dangerous(visible(MOST, multiline=False)) == set()
    alone = "".join(map(visible, ALONE))
    assert _dangerous(alone) == {"\n", "\t"}


def test_nothing_that_is_hidden_gets_through_alone_or_between_letters() -> None:
    hidden = [
        character
        for character in ALONE
        # of those that are not assigned yet, some are among pictographs and Han, and are drawn
        if hidden_kind(character) not in (None, HiddenKind.UNASSIGNED) and character not in "\n\t"
    ]
    assert [hex(ord(character)) for character in hidden if character in visible(character)] == []
    assert [hex(ord(character)) for character in hidden if character in visible(f"ä{character}b")] == []


ANY_TEXT = some.text(
    some.one_of(
        some.characters(),
        some.sampled_from("\x00\x07\x1b\x7f\x85\x9b\u034f\u200b\u200d\u202e\u2028\ufe0f\ufeff\ud800⟪⟫␛◌+ ×e\n\t\r"),
        some.sampled_from("\U000e0041\U000e007f\u0336\u0301👩🏽❤\u3164\u1161"),
    ),
    max_size=40,
)


def told(mark: str) -> str:
    """Return the characters that a mark of ours stands for; of marks that are only counted, as many question marks."""
    if mark == "◌":
        return ""
    if match := re.fullmatch("⟪tags: (.*)⟫", mark, re.DOTALL):
        return "".join(chr(0xE0000 + ord(letter)) for letter in match[1])
    if match := re.fullmatch("⟪U\\+([0-9A-F]+)(?: ×([0-9,]+))?⟫", mark):
        return chr(int(match[1], 16)) * int((match[2] or "1").replace(",", ""))
    if match := re.fullmatch("⟪\\+([0-9,]+) marks?⟫", mark):
        return "?" * int(match[1].replace(",", ""))
    return "".join({"␤": "\n", "␡": "\x7f"}.get(letter, chr(ord(letter) - 0x2400)) for letter in mark)


@pytest.mark.hostile(37, 42, 43, 44, 46)
@given(ANY_TEXT, some.booleans())
def test_what_is_shown_says_exactly_what_is_sent(text: str, multiline: bool) -> None:
    revealed = reveal(text, multiline=multiline)
    assert _dangerous(revealed.text) <= ({"\n", "\t"} if multiline else set())
    assert visible(text, multiline=multiline) == revealed.text
    read, end = "", 0
    for start, stop in revealed.marked:
        read += revealed.text[end:start] + told(revealed.text[start:stop])
        end = stop
    read += revealed.text[end:]
    counted = read if len(read) == len(text) else ""
    assert "".join("?" if one == "?" else real for one, real in zip(counted, text, strict=False)) == read
    assert all(unicodedata.category(real)[0] in "ML" for one, real in zip(read, text, strict=True) if one != real)


@pytest.mark.long
def test_every_code_point_is_shown_the_same_when_shown_again() -> None:
    for multiline in (True, False):
        once = visible(MOST, multiline=multiline)
        assert visible(once, multiline=multiline) == once
    assert all(visible(once) == once for once in map(visible, ALONE))


@pytest.mark.hostile(43)
def test_findings_say_what_where_and_how_often() -> None:
    revealed = reveal("0123456789abcdefg\u202ex\u200by\u200bz\U000e0041\U000e0042")
    assert [(finding.kind, finding.index, finding.count) for finding in revealed.findings] == [
        (HiddenKind.DIRECTION, 17, 1),
        (HiddenKind.INVISIBLE, 19, 2),
        (HiddenKind.TAG, 23, 2),
    ]
    assert revealed.hidden_count == 5
    assert revealed.summary == (
        "5 hidden characters: right-to-left override at 17, zero width space ×2 at 19, tag character ×2 at 23"
    )


def test_one_finding_is_singular_and_many_are_counted() -> None:
    assert reveal("\x1b").summary == "1 hidden character: escape at 0"
    assert reveal("\x1b\x07\x08\x00\x01").summary.endswith("backspace at 2, 2 more")
    assert reveal("ordinary").summary == ""


def test_windows_line_ends_are_shown_but_are_no_finding() -> None:
    assert reveal("a\r\nb\r\n").findings == ()
    assert reveal("a\r\nb\rc").summary == "1 hidden character: carriage return at 4"


def test_a_literal_mark_is_not_marked() -> None:
    assert reveal("␛⟪U+202E⟫\x1b").marked == ((9, 10),)


def test_shorten_says_the_length() -> None:
    assert shorten("x" * 1024, 3) == "xxx…(1,024 characters)"
    assert shorten("xyz", 3) == "xyz"
    assert visible("\x1b" * 1024, limit=2) == "␛␛…(1,024 characters)"
    assert visible("👩‍👧", limit=2) == "👩…(3 characters)"


def _survives_an_editor(text: str) -> bool:
    """Whether an editor that takes apart and joins lines as Textual's does gives the text back unchanged."""
    lines = text.splitlines()
    newline = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r" if "\r" in text else "\n"
    if text.endswith(("\r\n", "\n", "\r")) or not text:
        lines.append("")
    return newline.join(lines) == text


TO_EDIT = [
    *ORDINARY,
    *(pair[0] for pair in HOSTILE),
    "",
    "\n",
    "\r\n",
    "\r",
    "a\r\nb\r\n",
    "a\r\nb\nc\rd",
    "a\n\rb",
    "a\r\r\nb",
    "⟪U+202E⟫ ⟪⟪U+27EA⟫ ⟪U+",
    "⟪U+11FFFF⟫⟪u+0041⟫",
    "⟪\u202e⟫",
    pytest.param(MOST, marks=pytest.mark.long),
    pytest.param(MOST[::-1], marks=pytest.mark.long),
]


@pytest.mark.parametrize("text", TO_EDIT, ids=range(len(TO_EDIT)))
def test_the_form_for_editing_reads_back_exactly(text: str) -> None:
    escaped = escape_for_editing(text)
    assert unescape_edited(escaped) == text
    assert _survives_an_editor(escaped)
    assert _dangerous(escaped) <= {"\n", "\r", "\t"}


@pytest.mark.long
def test_every_code_point_alone_reads_back_exactly() -> None:
    wrong = [character for character in MOST if unescape_edited(escape_for_editing(character)) != character]
    assert wrong == []


def test_the_form_for_editing_keeps_uniform_line_ends_only() -> None:
    assert escape_for_editing("a\r\nb\r\n") == "a\r\nb\r\n"
    assert escape_for_editing("a\r\nb\n") == "a⟪U+000D⟫\nb\n"
    assert escape_for_editing("a\rb") == "a⟪U+000D⟫b"
    assert escape_for_editing("a\r\nb\rc") == "a⟪U+000D⟫\nb⟪U+000D⟫c"


def test_a_token_may_be_deleted_or_typed() -> None:
    assert escape_for_editing("a\u202eb") == "a⟪U+202E⟫b"
    assert unescape_edited("ab⟪u+41⟫⟪U+200b⟫⟪U+110000⟫⟪U+⟫") == "ab⟪u+41⟫\u200b⟪U+110000⟫⟪U+⟫"


def test_tags_and_excess_marks_are_tokens_in_the_form_for_editing() -> None:
    assert escape_for_editing("\U000e0041") == "⟪U+E0041⟫"
    assert escape_for_editing("e" + "\u0336" * 5) == "e" + "\u0336" * 4 + "⟪U+0336⟫"
    assert escape_for_editing("\u0301") == "⟪U+0301⟫"


@given(
    some.text(
        some.sampled_from("ab 1#\n\x1b\r\u202e\u0301\u200d\ufe0f\u20e3👩🏽🚀❤\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        max_size=80,
    )
)
def test_what_is_hidden_does_not_depend_on_where_a_text_is_divided(text: str) -> None:
    patterns = patterns_for(True, False)
    spans = [match.span() for match in patterns.rebuild.finditer(text)]
    assert [match.span() for match in patterns.matches(text, window=3)] == spans
    assert hidden_in(text) == reveal(text).findings


@pytest.mark.long
def test_what_is_hidden_at_the_end_of_a_long_text_is_found() -> None:
    text = "é" * 200_000
    for hidden in ("\x1b", "\n\u0301", "\u0301" * 9, "\u202e"):
        assert hidden_in(text + hidden + "z") == reveal(text + hidden + "z").findings
        assert reveal(text + hidden).text != text + hidden


@pytest.mark.parametrize("character", ["\x1b", "\u0301", "\u202e", "\U000e0041"], ids=ascii)
def test_looking_for_what_is_hidden_takes_no_memory_that_grows_with_a_run_of_it(character: str) -> None:
    hidden_in(character * 9)  # the patterns are there
    text = character * 200_000
    tracemalloc.start()
    try:
        assert sum(one.count for one in hidden_in(text)) >= len(text) - 9
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 20 * len(text)  # a run of tags is written out; a way back from each character takes a hundred
