"""What the first gate looks like over all that a request can hold, and a long one; and the choice of a model."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import _settled, _timeless
from tests.support.full_request import EVERYTHING
from tests.support.screens.app import NARROW, WIDE, screen_text
from tests.support.screens.requesting import SECOND_TURN, WITH_A_PICTURE, Requested, conversation, requested
from tuui_sampling.tui.inbox.widgets.request_view import RequestView

pytestmark = pytest.mark.drawn  # what lies under a dialog is part of its frame

Walk = Callable[[Requested], Awaitable[None]]


async def a_picture_left_out(desk: Requested) -> None:
    """The picture is drawn, and left out."""
    await desk.ask(WITH_A_PICTURE)
    await desk.until(lambda: desk.inbox.query_one(RequestView).view.painter.pictures)
    view = desk.inbox.query_one(RequestView)
    desk.inbox.set_focus(view.view)
    view.view.show_part(view.parts.number_of("messages[0].content[1]") or 0)
    await desk.press("f8")


async def a_second_turn(desk: Requested) -> None:
    """Calls, results and tools."""
    await desk.ask(SECOND_TURN)
    await desk.until(lambda: desk.inbox.query_one(RequestView).view.painter.pictures)
    desk.inbox.pane.review_panel.scrollable.scroll_to(y=12, animate=False)  # type: ignore[union-attr]


async def everything(desk: Requested) -> None:
    """A request with every member of the specification, and some of none."""
    await _scrolled(desk, EVERYTHING, pictures=1, rows=0)


async def everything_further_down(desk: Requested) -> None:
    """The same: pictures, sound, calls and results."""
    await _scrolled(desk, EVERYTHING, pictures=1, rows=26)


async def fifty_turns(desk: Requested) -> None:
    """A long conversation with pictures, from its second on."""
    await _scrolled(desk, conversation(50), pictures=5, rows=98)


async def _scrolled(desk: Requested, params: dict[str, Any], *, pictures: int, rows: int) -> None:
    await desk.ask(params)
    view = desk.inbox.query_one(RequestView).view
    await desk.until(lambda: len(view.painter.pictures) == pictures and desk.is_laid_out)
    view.scroll_to(y=rows, animate=False)


async def the_ranking(desk: Requested) -> None:
    """Two models, of which one can't see."""
    await desk.ask(WITH_A_PICTURE)
    await desk.until(lambda: desk.inbox.query_one(RequestView).view.painter.pictures)
    await desk.press("m")


WALKS = (a_picture_left_out, a_second_turn, everything, everything_further_down, fifty_turns, the_ranking)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
async def test_screen(walk: Walk, size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with requested(tmp_path, size=size) as desk:
        await walk(desk)
        await _settled(desk.pilot)
        assert _timeless(screen_text(desk.app)) == snapshot
