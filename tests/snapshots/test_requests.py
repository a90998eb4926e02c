"""What the first gate looks like over a picture, and over the second turn of a tool loop; and the choice of a model."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import _settled, _timeless
from tests.support.screens.app import NARROW, WIDE, screen_text
from tests.support.screens.requesting import SECOND_TURN, WITH_A_PICTURE, Requested, requested
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


async def the_ranking(desk: Requested) -> None:
    """Two models, of which one can't see."""
    await desk.ask(WITH_A_PICTURE)
    await desk.until(lambda: desk.inbox.query_one(RequestView).view.painter.pictures)
    await desk.press("m")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
@pytest.mark.parametrize("walk", [a_picture_left_out, a_second_turn, the_ranking], ids=lambda walk: walk.__name__)
async def test_screen(walk: Walk, size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with requested(tmp_path, size=size) as desk:
        await walk(desk)
        await _settled(desk.pilot)
        assert _timeless(screen_text(desk.app)) == snapshot
