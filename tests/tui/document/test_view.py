"""The widget of documents: what it paints, what of it counts as seen, how the person moves about and searches in it."""

import asyncio

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import Static

from tests.support.limits import LIMIT
from tuui_sampling.frontend.document.changes import changes
from tuui_sampling.frontend.document.passage import Part, Passage, Style
from tuui_sampling.tui.document import growing, view
from tuui_sampling.tui.document.seen import AT_REST
from tuui_sampling.tui.document.view import DocumentView

pytestmark = pytest.mark.drawn  # what was drawn is what counts as seen


class Shows(App[None]):
    """An app with nothing but a document."""

    CSS = "Screen { layers: base above; } #cover { layer: above; height: 3; width: 100%; }"

    def __init__(self, parts: list[Part]) -> None:
        super().__init__()
        self.parts = parts

        self.told: list[bool] = []

    def on_rows_seen(self) -> None:
        self.told.append(self.view.seen.has_rested)

    def compose(self) -> ComposeResult:
        yield Vertical(DocumentView(self.parts))
        yield Static("a notice", id="cover")

    def on_mount(self) -> None:
        self.query_one("#cover").display = False
        self.query_one(DocumentView).focus()

    @property
    def view(self) -> DocumentView:
        """The document."""
        return self.query_one(DocumentView)


def texts(*texts: str) -> list[Part]:
    """Return parts of one text each."""
    return [Part(str(number), (Passage(text),)) for number, text in enumerate(texts)]


LINES = texts("\n".join(f"line {number}" for number in range(100)), "the end")


def painted(app: Shows) -> list[str]:
    """Return the rows on the screen, as the terminal would show them."""
    view = app.view
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def at_rest(app: Shows, unseen: int) -> None:
    """Wait until so many rows are unseen."""
    async with asyncio.timeout(LIMIT):
        while app.view.document.unseen != unseen:
            await asyncio.sleep(AT_REST / 5)


async def view_at_rest(app: Shows) -> None:
    """Wait until every row that is in view has been seen."""
    view = app.view
    async with asyncio.timeout(LIMIT):
        while not (rows := _in_view(view)) or not all(map(view.document.is_row_seen, rows)):
            await asyncio.sleep(AT_REST / 5)


def _in_view(view: DocumentView) -> range:
    top = view.scroll_offset.y
    return range(top, min(view.document.count, top + view.size.height))


async def test_rows_have_margins_and_broken_words_a_mark() -> None:
    parts = [Part("f", (Passage("a heading", Style.HEADING), Passage("x" * 100), Passage("a note", Style.NOTE)))]
    async with Shows(parts).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        width = 58 - 3
        wanted = ["▪ a heading", f"│ {'x' * width}¬", f"│ {'x' * (100 - width)}", "⚑ a note"]
        assert painted(app)[:4] == wanted


async def test_other_parts_may_be_loaded_before_it_is_mounted() -> None:
    async with Shows(texts("one")).run_test() as pilot:
        assert isinstance(pilot.app, Shows)
        view = DocumentView(texts("two"))
        view.load(texts("three"))
        await pilot.app.mount(view)
        await pilot.pause()
        assert view.document.parts[0].passages[0].text == "three"


async def test_what_is_painted_at_rest_is_seen_and_what_was_jumped_over_is_not() -> None:
    async with Shows(LINES).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await at_rest(app, 101 - 20)
        await pilot.press("end")
        await at_rest(app, 101 - 40)
        assert app.view.document.next_unseen(0) == 20
        await pilot.press("u")
        assert app.view.cursor.row == 20
        while not app.view.document.is_seen:
            await pilot.press("u")
            await view_at_rest(app)
        assert app.view.document.is_seen


async def test_it_tells_of_its_first_rest_also_where_nothing_in_view_is_news_and_of_no_later_one() -> None:
    known = [Part("0", (Passage("one", counts=False), Passage("two", counts=False)))]
    async with Shows(known).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        async with asyncio.timeout(LIMIT):
            while not app.told:
                await asyncio.sleep(AT_REST / 5)
            assert app.told == [True]
            app.view.repaint()
            await pilot.pause()
            while not app.view.is_at_rest:
                await asyncio.sleep(AT_REST / 5)
        await pilot.pause()
        assert app.told == [True]


async def test_what_lies_under_something_else_is_not_seen() -> None:
    async with Shows(texts("\n".join("abcdefghij"))).run_test(size=(60, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        app.query_one("#cover").display = True
        app.view.change(0)
        await at_rest(app, 3)
        app.query_one("#cover").display = False
        app.view.repaint()
        await at_rest(app, 0)


async def laid_out(app: Shows) -> None:
    """Wait until all rows are known."""
    async with asyncio.timeout(LIMIT):
        while not app.view.document.is_complete:
            await asyncio.sleep(0.01)


async def test_a_change_lays_out_at_once_only_what_is_in_view() -> None:
    async with Shows(texts("model", "a line\n" * 20_000)).run_test(size=(60, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await laid_out(app)
        app.view.cursor.move_to(200)
        await pilot.pause()
        place = (app.view.scroll_offset.y, app.view.cursor.row)
        app.view.change(1)
        assert app.view.document.count < 1_000, "the rest follows in slices, between which other servers are answered"
        await laid_out(app)
        assert (app.view.scroll_offset.y, app.view.cursor.row) == place


async def test_what_is_too_small_to_be_read_is_not_seen() -> None:
    async with Shows(texts("a")).run_test(size=(20, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.pause(3 * AT_REST)
        assert app.view.document.unseen == 1
        await pilot.resize_terminal(80, 10)
        await at_rest(app, 0)


async def test_another_width_keeps_the_place_and_what_was_seen() -> None:
    words = texts(*("word " * 60 + f"\nend {number}" for number in range(30)))
    async with Shows(words).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await view_at_rest(app)
        app.view.show_part(20)
        async with asyncio.timeout(LIMIT):  # it may have to be laid out first, in either width
            while app.view.cursor.part != 20:
                await pilot.pause()
            await pilot.resize_terminal(100, 20)
            while app.view.cursor.part != 20 or app.view.size.width != 100:
                await pilot.pause()
        assert app.view.document.is_row_seen(0)


@pytest.mark.parametrize("happens", ["another width", "another part"])
async def test_what_happens_while_the_cursor_is_wanted_elsewhere_does_not_bring_it_back(
    monkeypatch: pytest.MonkeyPatch, happens: str
) -> None:
    monkeypatch.setattr(growing, "FIRST_SLICE", 0.0)
    monkeypatch.setattr(growing, "NEXT_SLICE", 3600.0)
    words = texts(*("word " * 60 + f"\nend {number}" for number in range(30)))
    async with Shows(words).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.pause()
        app.view.show_part(20)
        assert app.view.cursor.wanted is not None  # it is not laid out yet
        monkeypatch.setattr(growing, "FIRST_SLICE", LIMIT)
        monkeypatch.setattr(view, "FIRST_SLICE", LIMIT)
        if happens == "another width":
            await pilot.resize_terminal(100, 20)
        else:
            app.view.document.grow(LIMIT)
            app.view.change(0)
        async with asyncio.timeout(LIMIT):
            while app.view.cursor.wanted is not None:
                await pilot.pause()
        await pilot.pause()
        assert app.view.cursor.part == 20
        assert app.view.cursor.row in _in_view(app.view)


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["down", "down", "up"], 1),
        (["pagedown"], 19),
        (["end"], 100),
        (["end", "home"], 0),
        (["}"], 100),
        (["}", "{"], 0),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], row: int) -> None:
    async with Shows(LINES).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        for key in keys:
            await pilot.press({"}": "right_curly_bracket", "{": "left_curly_bracket"}.get(key, key))
        async with asyncio.timeout(LIMIT):  # what is far away may have to be laid out first
            while app.view.cursor.row != row or not app.view.scroll_offset.y <= row < app.view.scroll_offset.y + 20:
                await asyncio.sleep(AT_REST / 5)


async def test_the_end_is_gone_to_once_it_is_laid_out() -> None:
    async with Shows(LINES).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        view = app.view
        view.load(texts(*("\n".join(f"line {number}" for number in range(20_000)),) * 3))
        view.cursor.go("end")
        assert not view.document.is_complete
        async with asyncio.timeout(LIMIT):
            while not view.document.is_complete or view.cursor.row != 59_999:
                await asyncio.sleep(AT_REST / 5)


async def test_a_field_is_folded_and_unfolded() -> None:
    async with Shows(LINES).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.press("z")
        await pilot.pause()
        assert painted(app)[:3] == ["▸ 100 rows folded, not seen · 0", "│ the end", ""]
        await at_rest(app, 100)
        await pilot.press("z")
        await pilot.pause()
        assert painted(app)[0] == "│ line 0"


async def test_a_search_finds_one_after_the_other() -> None:
    async with Shows(LINES).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        for row in (7, 17, 27):
            app.view.find("7")
            await pilot.pause()
            assert app.view.cursor.row == row
        app.view.find("7", backwards=True)
        await pilot.pause()
        assert app.view.cursor.row == 17
        app.view.find("THE END")
        await pilot.pause()
        assert app.view.cursor.row == 100
        for key, backwards, row in (("home", False, 7), ("end", True, 97)):  # from where the cursor was moved since
            await pilot.press(key)
            app.view.find("7", backwards=backwards)
            await pilot.pause()
            assert app.view.cursor.row == row


async def test_a_search_knows_hidden_characters_by_their_marks_and_words_that_two_rows_share() -> None:
    edge = "x" * 50 + "needle"
    async with Shows(texts("line\n" * 300 + "hidden \u202e here", edge, "end")).run_test(size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        for wanted, shown in (("⟪U+202E⟫ here", "hidden"), ("needle", "xxx")):
            app.view.find(wanted)
            async with asyncio.timeout(LIMIT):
                while not painted_row(app).startswith(f"│ {shown}"):
                    await pilot.pause()
        app.view.find("needles")
        await pilot.pause()
        assert painted_row(app).startswith("│ xxx"), "what is nowhere moves nothing"


def painted_row(app: Shows) -> str:
    """Return the row under the cursor, as the terminal would show it."""
    return app.view.render_line(app.view.cursor.row - app.view.scroll_offset.y).text


async def test_the_end_of_a_text_that_is_still_being_laid_out_is_reached() -> None:
    async with Shows(texts("line\n" * 100_000 + "the end")).run_test(size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        assert not app.view.document.is_complete
        await pilot.press("end")
        async with asyncio.timeout(LIMIT):
            while "│ the end" not in painted(app):
                await pilot.pause()
        assert app.view.scroll_offset.y == app.view.max_scroll_y == 100_001 - 12


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (300, 1), (3, 40)])
async def test_tiny_terminals_do_no_harm(size: tuple[int, int]) -> None:
    async with Shows(texts("漢字 word\x1b\n" * 50, "[/]")).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.press("end", "u", "z", "z", "y")
        app.view.find("word")
        await pilot.pause()
        assert len(painted(app)) == app.view.size.height
        assert not app.view.document.is_seen


async def test_of_a_field_s_name_the_value_is_plain_and_what_was_edited_has_a_hue_of_its_own() -> None:
    passages = (Passage("temperature: 0.7 · ✎ edited; F10 puts", Style.HEADING), Passage("⚑ note", Style.NOTE))
    async with Shows([Part("f", passages)]).run_test(size=(60, 5)) as pilot:
        assert isinstance(pilot.app, Shows)
        drawn = [(one.text, one.style) for one in pilot.app.view.render_line(0) if one.style is not None]
        bold = "".join(text for text, style in drawn if style.bold)
        assert "temperature:" in bold and "0.7" not in bold
        hues = {style.color for text, style in drawn if text == "✎ edited"}
        assert len(hues) == 1
        assert not hues & {style.color for text, style in drawn if "temperature" in text}


async def test_what_was_found_is_underlined_in_the_hue_of_its_note_and_says_what_it_says() -> None:
    mail = "anna.meier@firma-meier.de"
    passages = (Passage(f"to {mail} soon"), Passage("personal: e-mail address", Style.NOTE))
    async with Shows([Part("f", passages)]).run_test(size=(60, 5)) as pilot:
        assert isinstance(pilot.app, Shows)
        view = pilot.app.view
        assert painted(pilot.app)[0] == f"│ to {mail} soon"
        assert [one.text for one in view.render_line(0) if one.style is not None and one.style.underline] == [mail]
        hues = [{one.style.color for one in view.render_line(y) if one.style is not None} for y in (0, 1)]
        assert hues[0] & hues[1]


@pytest.mark.hostile(39)
async def test_markup_is_text_in_every_style() -> None:
    foreign = "[@click=app.quit]press[/] [link=http://x.example]me[/link] [/]"
    passages = tuple(Passage(foreign, style) for style in Style if style is not Style.OUTLINE)
    differing = tuple(changes(f"[b]one {foreign}", f"[b]two {foreign}"))
    async with Shows([Part("f", passages), Part("g", differing)]).run_test(size=(90, 30), notifications=True) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.pause()
        rows = painted(app)
        assert len(rows) == 30
        assert [row[2:] for row in rows[: len(passages)]] == [foreign] * len(passages)
        assert rows[len(passages) : len(passages) + 2] == [f"- [b]one {foreign}", f"+ [b]two {foreign}"]
        for y in range(len(passages) + 2):
            await pilot.click(DocumentView, offset=(12, y))
        assert app.is_running
        assert not [segment for strip in map(app.view.render_line, range(16)) for segment in strip if links(segment)]


def links(segment: Segment) -> bool:
    """Whether a click on a piece of a row would do something."""
    style = segment.style
    return style is not None and (bool(style.link) or "@click" in style.meta)


async def test_a_click_moves_the_cursor_and_copying_leaves_the_margins_out() -> None:
    async with Shows(texts("a " * 60, "b")).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.click(DocumentView, offset=(5, 1))
        assert app.view.cursor.row == 1
        await pilot.press("y")
        assert app.clipboard == "a " * 60


async def test_what_is_selected_can_be_read_in_every_theme() -> None:
    parts = [Part("0", (Passage("a name: value", Style.HEADING), Passage("text"), Passage("a note", Style.NOTE)))]
    async with Shows(parts).run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        app.screen.selections = {app.view: Selection(Offset(0, 0), Offset(7, 2))}
        for theme in ("textual-dark", "textual-light", "nord", "ansi-dark", "ansi-light"):
            app.theme = theme
            await pilot.pause()
            for y, selected in enumerate((True, True, True, False)):
                styles = [one.style for one in app.view.render_line(y) if one.text.strip() and one.style is not None]
                same = [one for one in styles if one.color == one.bgcolor and not (one.color and one.color.is_default)]
                assert not same, theme
                backgrounds = {one.style.bgcolor for one in app.view.render_line(y) if one.style is not None}
                assert (len(backgrounds) > 1) == selected, theme


async def test_text_that_grows_is_followed_until_somebody_scrolls_up() -> None:
    parts = texts("line")
    async with Shows(parts).run_test(size=(60, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        for count in (5, 9, 12, 30, 50):
            app.view.become(texts("\n".join(map(str, range(count)))), follow=True)
            await pilot.pause()
            assert app.view.scroll_offset.y == max(0, count - 10)
        app.view.action_go("page_up")
        app.view.become(texts("\n".join(map(str, range(60)))), follow=True)
        await pilot.pause()
        assert app.view.scroll_offset.y < 40


async def test_a_field_is_copied_without_its_heading_and_its_notes() -> None:
    passages = (Passage("a field", Style.HEADING), Passage("its text\nand more"), Passage("a note", Style.NOTE))
    async with Shows([Part("a", passages), Part("b", passages[:1])]).run_test(size=(60, 12)) as pilot:
        await pilot.press("y")
        assert pilot.app.clipboard == "its text\nand more"
        await pilot.press("end", "y")
        assert pilot.app.clipboard == "a field", "a field in one line is all there is"


async def test_text_that_comes_at_once_is_shown_from_its_start() -> None:
    for start in ("", "line", "line\nline\nline"):
        async with Shows(texts(start)).run_test(size=(60, 10)) as pilot:
            app = pilot.app
            assert isinstance(app, Shows)
            await pilot.pause()
            app.view.become(texts("\n".join(map(str, range(40)))), follow=True)
            await pilot.pause()
            app.view.become(texts("\n".join(map(str, range(60)))), follow=True)
            await pilot.pause()
            assert app.view.scroll_offset.y == 0
            app.view.scroll_end(animate=False)  # who wants to see it grow goes there
            await pilot.pause()
            app.view.become(texts("\n".join(map(str, range(70)))), follow=True)
            await pilot.pause()
            assert app.view.scroll_offset.y == 60


async def test_pictures_are_rows() -> None:
    parts = [Part("p", (Passage("image", Style.MEDIA), Passage("\n\n", Style.MEDIA, picture="p")))]
    async with Shows(parts).run_test(size=(60, 10)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await at_rest(app, 0)
        assert app.view.document.count == 4


async def test_keys_lead_to_changes_and_hidden_characters_and_y_never_copies_nothing() -> None:
    text = "line\n" * 40 + "hidden \u202e here\n" + "line\n" * 40
    parts = [*texts(text, ""), Part("2", (Passage("old", Style.REMOVED), Passage("new", Style.ADDED)))]
    async with Shows(parts).run_test(size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Shows)
        await pilot.press("H")
        async with asyncio.timeout(LIMIT):
            while app.view.cursor.row != 40:
                await pilot.pause()
        await pilot.press("greater_than_sign")
        assert painted_row(app).startswith("- old")
        await pilot.press("y")
        assert app.clipboard == "old\nnew"
        await pilot.press("up", "y")  # a field without a text
        assert app.clipboard == "old\nnew"
        await pilot.press("ctrl+home", "less_than_sign")
        assert painted_row(app).startswith("- old")
        await pilot.press("ctrl+home")
        await pilot.mouse_down(DocumentView, offset=(4, 0))
        await pilot.hover(DocumentView, offset=(6, 1))
        await pilot.mouse_up(DocumentView, offset=(6, 1))
        await pilot.press("y")
        assert app.clipboard == "ne\nline"
        said = [one.message for one in app._notifications]
        assert "Sent to the terminal (OSC 52), which may copy it: 7 characters." in said
