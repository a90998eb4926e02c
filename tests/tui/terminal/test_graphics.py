"""Pictures and other data of strangers: what is said of them, what is decoded, and how it gets onto the terminal."""

import base64
import io
import re
import struct
import wave
import zlib
from collections.abc import Sequence

import pytest
from PIL import Image
from rich.console import Console
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.strip import Strip

from tests.support.screens.app import wait_until
from tuui_sampling.config.settings import Drawing
from tuui_sampling.demo.picture import gradient_png
from tuui_sampling.frontend.document.passage import Part, Passage, Style
from tuui_sampling.frontend.presentation.images import LARGEST_PICTURE, MAX_BYTES, look
from tuui_sampling.frontend.presentation.media import Media, all_media, media_in, media_kinds
from tuui_sampling.sampling.request import AudioBlock, ImageBlock, TextBlock, ToolResultBlock
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.terminal.graphics import Way, cells_for, picture_rows, way_to_draw
from tuui_sampling.tui.terminal.half_blocks import block_rows
from tuui_sampling.tui.terminal.kitty import PLACEHOLDER
from tuui_sampling.tui.terminal.line_filter import ControlCharacterFilter


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def png_header(width: int, height: int) -> bytes:
    """Return the beginning of a PNG that says that it is so large, without its pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    chunks = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (header, data))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def sound(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(int(16000 * seconds)))
    return file.getvalue()


# --- in words ---


def test_a_sound_in_words() -> None:
    words = Media("audio", "audio/wav", sound(1.5)).words
    assert words.startswith("audio · audio/wav · 1.5 s · 23.5 KB · sha256 ")


@pytest.mark.parametrize("cut", [4, 12, 20, 40])
def test_a_damaged_sound_has_no_length(cut: int) -> None:
    assert " s ·" not in Media("audio", "audio/wav", sound(1)[:cut]).words


def test_broken_base64_is_told() -> None:
    media = media_in({"type": "image", "data": "?", "mimeType": "image/png"})
    assert media is not None
    assert media.words == "image · image/png · its base64 is broken"


def test_all_data_is_found_in_results_too() -> None:
    inner = (
        {"type": "text", "text": "x"},
        {"type": "audio", "data": "AAAA", "mimeType": "audio/mpeg"},
        {"type": "resource", "resource": {"uri": "file:///x", "blob": "AAAA", "mimeType": "image/png"}},
    )
    blocks = (TextBlock("x"), ImageBlock("AAAA", "image/gif"), ToolResultBlock("1", inner))
    found = list(all_media(blocks))
    assert [(one.kind, one.is_image) for one in found] == [("image", True), ("audio", False), ("resource", True)]
    assert [media_kinds(block) for block in blocks] == [[], ["image"], ["audio"]]
    assert [media_kinds(AudioBlock("AAAA", "audio/wav")), found[1].suffix] == [["audio"], ".mp3"]


@pytest.mark.parametrize("odd", [None, 7, "text", {"type": "image"}, {"type": "resource", "resource": 3}])
def test_odd_blocks_do_no_harm(odd: object) -> None:
    media = media_in(odd)
    assert media is None or media.content is None


# --- decoding ---


def test_a_picture_is_looked_at() -> None:
    found = look(gradient_png(32))
    assert (found.words, found.problem) == ("32×32 PNG", "")
    assert found.picture is not None
    assert found.picture.mode == "RGBA"


def test_only_the_header_is_read_where_nothing_is_drawn() -> None:
    assert look(gradient_png(32), decode=False).picture is None
    assert look(gradient_png(32), decode=False).words == "32×32 PNG"


def test_a_large_picture_is_made_small() -> None:
    file = io.BytesIO()
    Image.new("P", (2000, 1000)).save(file, "PNG")
    picture = look(file.getvalue()).picture
    assert picture is not None
    assert picture.size == (LARGEST_PICTURE[0], LARGEST_PICTURE[0] // 2)


@pytest.mark.hostile(29)
def test_a_bomb_is_not_decoded() -> None:
    found = look(png_header(60_000, 60_000))
    assert (found.words, found.picture) == ("60000×60000 PNG", None)
    assert "more than 25 million pixels" in found.problem


def test_what_is_too_long_is_not_even_opened() -> None:
    assert "more than 20.0 MB" in look(bytes(MAX_BYTES + 1)).problem


@pytest.mark.hostile(29)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"%!PS-Adobe",
        b"\x89PNG\r\n\x1a\n",
        gradient_png(32)[:200],
        png_header(9, 9),
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_damaged_and_foreign_files_are_told(content: bytes) -> None:
    found = look(content)
    assert found.picture is None
    assert found.problem.startswith("not drawn: ")


# --- drawing ---


@pytest.mark.parametrize(
    ("wanted", "environ", "way"),
    [
        ("off", {"TERM": "xterm-kitty"}, None),
        ("sixel", {"TERM": "dumb"}, None),
        ("kitty", {"TERM": "xterm-kitty", "NO_COLOR": "1"}, None),
        ("blocks", {"TERM": "xterm-256color", "NO_COLOR": "1"}, None),
        ("auto", {"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, None),
        ("auto", {"TERM": "unknown"}, None),
        ("auto", {"TERM": "xterm-256color"}, "blocks"),
        ("auto", {"TERM": "xterm-kitty"}, "kitty"),
        ("auto", {"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ("auto", {"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, "blocks"),
        ("auto", {"TERM": "screen.xterm", "TERM_PROGRAM": "iTerm.app"}, "blocks"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "sixel"),
        ("auto", {"TERM": "foot-extra"}, "sixel"),
    ],
)
def test_the_terminal_is_told_by_its_name(wanted: Drawing, environ: dict[str, str], way: Way | None) -> None:
    assert way_to_draw(wanted, environ) == way


@pytest.mark.parametrize(
    ("size", "cells"),
    [((32, 32), (24, 12)), ((640, 10), (60, 1)), ((10, 640), (1, 12)), ((1, 1), (1, 1)), ((640, 480), (32, 12))],
)
def test_pictures_fit_into_the_screen(size: tuple[int, int], cells: tuple[int, int]) -> None:
    assert cells_for(*size, (10, 20), (60, 12)) == cells


def test_half_blocks_hold_two_pixels_each() -> None:
    image = Image.new("RGBA", (2, 2), (255, 0, 0, 255))
    image.putpixel((0, 1), (0, 0, 0, 0))
    (row,) = block_rows(image, 2, 1)
    styles = [segment.style for segment in row]
    assert row.text == "▀▀"
    assert [(str(one.color.triplet.hex), str(one.bgcolor.triplet.hex)) for one in styles] == [  # type: ignore[union-attr]
        ("#ff0000", "#808080"),  # behind what is transparent is grey
        ("#ff0000", "#ff0000"),
    ]


class OnePicture(App[None]):
    """A picture among the rows of a document, and our own filter between it and the terminal."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        image = look(gradient_png(32)).picture
        assert image is not None
        self.sent: list[str] = []
        self.rows = picture_rows(image, way, self.sent.append)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlCharacterFilter()]

    def compose(self) -> ComposeResult:
        above = "\n".join(map(str, range(30)))
        picture = Passage("\n" * (len(self.rows) - 1), Style.MEDIA, picture="p")
        view = DocumentView([Part("", (Passage(above), picture, Passage(above)))])
        view.painter.pictures["p"] = self.rows
        yield view

    def painted(self) -> list[str]:
        """Return the rows that go to the terminal."""
        return [strip.render(Console()) for strip in self.screen._compositor.render_strips()]


@pytest.mark.parametrize(("way", "mark"), [("blocks", "▀"), ("kitty", PLACEHOLDER), ("sixel", "\x1bP")])
async def test_a_picture_scrolls_row_by_row_and_gets_past_the_filter_of_control_characters(way: Way, mark: str) -> None:
    app = OnePicture(way)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(DocumentView)
        await wait_until(pilot, lambda: view.document.is_complete)
        for top in (0, 10, 35, 41):
            view.scroll_to(y=top, animate=False, force=True, immediate=True)
            await pilot.pause()
            rows = [row for row in app.painted() if mark in row]
            assert len(rows) == len(set(range(top, top + 24)) & set(range(30, 42)))
            assert {row.count(mark) for row in rows} <= {1 if way == "sixel" else 24}
            assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {80}


def test_a_kitty_picture_is_sent_once_in_pieces_and_its_cells_name_it() -> None:
    image = Image.effect_noise((400, 400), 90).convert("RGBA")
    sent: list[str] = []
    rows = picture_rows(image, "kitty", sent.append)
    (sequences,) = sent
    *pieces, placed = sequences.split("\x1b\\")[:-1]
    assert len(pieces) > 1 and {len(piece.partition(";")[2]) for piece in pieces[:-1]} == {4_096}
    assert [f",m={int(piece is not pieces[-1])}," in piece for piece in pieces] == [True] * len(pieces)
    number = int(placed.partition("i=")[2].partition(",")[0])
    assert all(piece.startswith(f"\x1b_Gi={number},") and ",q=2;" in piece for piece in pieces)
    assert placed == f"\x1b_Ga=p,i={number},c=24,r=12,U=1,q=2"
    sent_back = base64.b64decode("".join(piece.partition(";")[2] for piece in pieces))
    assert Image.open(io.BytesIO(sent_back)).tobytes() == image.tobytes()
    colours = {segment.style.color.triplet for row in rows for segment in row}  # type: ignore[union-attr]
    assert [red << 16 | green << 8 | blue for red, green, blue in colours] == [number]  # type: ignore[misc]
    assert [row.text[1:3] for row in rows[:3]] == ["\u0305\u0305", "\u030d\u0305", "\u030e\u0305"]


async def test_a_sixel_row_leaves_the_cursor_behind_its_cells_and_is_whole_or_not_there() -> None:
    app = OnePicture("sixel")
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(DocumentView)
        await wait_until(pilot, lambda: view.document.is_complete)
        painter, row = view.painter, view.document.row(30)

        def drawn(width: int) -> Strip:
            bare = painter.strip(30, row, width, has_cursor=False).adjust_cell_length(width + 2)  # for a scroll bar
            return painter.with_sequences([bare], iter([row]), width)[0]

        *cells, sequence, last, bar = drawn(78)
        assert "".join(segment.text for segment in (*cells, last, bar)) == "│ ".ljust(80)
        assert re.fullmatch(r"\x1b7\x1b\[75D\x1bP[^\x1b]*\x1b\\\x1b8", sequence.text)
        assert sequence in drawn(78).divide([78, 80])[0]
        for cut in (drawn(78).crop(0, 77), drawn(78).crop(5, 40), drawn(26), drawn(1)):
            assert not cut.text.replace("│", "").strip(), "no part of a sequence is ever text"
