"""One panel shows all requests, one after the other: at once, and with nothing left of the one before."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual.css.styles import StylesBase
from textual.geometry import Offset, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tests.support.screens.app import document_text, screen_text, shown_text
from tests.support.screens.requesting import Requested, requested
from tuui_sampling.frontend.review.proposal import BY_HAND
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.inbox.widgets.queue import ROWS
from tuui_sampling.tui.inbox.widgets.response_body import ResponseBody
from tuui_sampling.tui.widgets.plain import Plain
from tuui_sampling.tui.widgets.text_editor import EditArea


def asking(word: str) -> dict[str, Any]:
    """Return a request whose text is longer than a row of the list, so that its end is only in the document."""
    text = "what to do " * 12 + f"\n{word}"
    return {"messages": [{"role": "user", "content": {"type": "text", "text": text}}], "maxTokens": 9}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Requested]:
    """A person before two requests, of which the first is shown."""
    async with requested(tmp_path) as opened:
        await opened.ask(asking("FIRST"))
        await opened.ask(asking("SECOND"))
        opened.inbox.select(1)
        await opened.until(lambda: "FIRST" in screen_text(opened.app) and opened.is_laid_out and opened.is_at_rest)
        await opened.look()
        yield opened


async def test_another_request_is_shown_without_laying_the_screen_out_anew(
    desk: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[object] = []
    reflow = Compositor.reflow

    def counted(compositor: Compositor, parent: Widget, size: Size) -> Any:
        laid_out.append(size)
        return reflow(compositor, parent, size)

    monkeypatch.setattr(Compositor, "reflow", counted)
    before = {*desk.inbox.walk_children()}
    for number, word in ((2, "SECOND"), (1, "FIRST")):
        desk.inbox.select(number)
        assert not laid_out
        await desk.until(lambda word=word: f" {word}" in screen_text(desk.app).replace("… ", ""))
        assert not laid_out, "the rows that are there are painted anew, and nothing else"
    assert {*desk.inbox.walk_children()} == before, "no widget is made, none goes"


async def test_another_request_is_shown_without_drawing_what_stays_the_same(
    desk: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[object, set[int]] = {}
    render_line = StylesCache.render_line

    def noted(cache: StylesCache, styles: StylesBase, y: int, *more: Any, **named: Any) -> Strip:
        drawn.setdefault(styles.node, set()).add(y)
        return render_line(cache, styles, y, *more, **named)

    monkeypatch.setattr(StylesCache, "render_line", noted)
    desk.inbox.select(2)
    await desk.until(lambda: " SECOND" in screen_text(desk.app).replace("… ", ""))
    panel, queue = desk.inbox.pane.review_panel, desk.inbox.list.queue
    assert drawn[queue] == set(range(2 * ROWS)), "below the rows of the list is nothing"
    assert panel.query_one("#request") not in drawn, "what lies below the document has not changed"


async def test_nothing_is_left_of_the_request_before(desk: Requested) -> None:
    panel = desk.inbox.pane.review_panel
    view = panel.scrollable
    assert isinstance(view, DocumentView)
    panel.query_one("#request DocumentPane", DocumentPane).search_for("what")
    view.focus()
    await desk.pilot.pause()
    desk.inbox.selections = {view: Selection(Offset(0, 0), Offset(5, 1))}
    view.cursor.move_to(3)
    desk.inbox.select(2)
    assert not panel.is_painted
    assert desk.app.arming.target is None
    assert panel.unseen
    assert not view.seen.has_rested
    assert "seen" not in shown_text(panel.query_one(".view-subject", Plain)), "no figure over what is not painted"
    assert view.document.searched is None
    assert desk.inbox.focused is desk.inbox.list.queue
    assert not desk.inbox.selections
    assert (view.cursor.row, view.scroll_offset.y) == (0, 0)
    await desk.until(lambda: panel.is_painted)
    assert "SECOND" in document_text(panel.query_one("#request DocumentPane", DocumentPane))


async def test_what_is_typed_just_before_another_request_is_shown_stays_where_it_was_typed(desk: Requested) -> None:
    first, second = (desk.inbox.reviewing.edits(review) for review in desk.backend.desk.reviews.values())
    await desk.press("e")
    area = desk.inbox.focused
    assert isinstance(area, EditArea)
    area.insert("typed")
    desk.inbox.select(2)  # before the text has been told of
    await desk.until(lambda: first.draft.edits)
    assert "typed" in str(first.draft.edits)
    assert not second.draft.edits
    desk.inbox.select(1)
    await desk.until(lambda: "typed" in screen_text(desk.app))


async def test_an_answer_that_is_typed_just_before_stays_there_too(desk: Requested) -> None:
    first, second = (desk.inbox.reviewing.edits(review) for review in desk.backend.desk.reviews.values())
    for edits in (second, first):
        edits.by_hand = True
    desk.inbox.pane.review_panel.show_anew()
    desk.inbox.refresh_all()
    desk.inbox.pane.review_panel.tab = "response"
    editor = desk.inbox.query_one(ResponseBody).edit_field()
    assert editor is not None
    await desk.pilot.pause()
    assert isinstance(editor.area, EditArea)
    editor.area.insert("typed")
    desk.inbox.select(2)
    await desk.until(lambda: first.of(BY_HAND).is_edited)
    assert not second.of(BY_HAND).is_edited
