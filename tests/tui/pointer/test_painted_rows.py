"""What a click means is what was painted when the mouse was pressed."""

import pytest

from tuui_sampling.tui.pointer.painted_rows import KEPT, PaintedRows

pytestmark = pytest.mark.unit


def test_a_click_means_what_stood_there_when_the_mouse_was_pressed() -> None:
    now = [10.0]
    rows: PaintedRows[str] = PaintedRows(lambda: now[0])
    rows.press(3, 10.0)
    assert rows.meant("what is there") == "what is there", "nothing was painted yet"
    rows.painted(3, "first")
    now[0] = 11.0
    rows.painted(3, "first")
    rows.painted(3, "second")
    now[0] = 12.0
    rows.painted(3, None)
    meant = []
    for at in (10.5, 11.5, 12.5):
        rows.press(3, at)
        meant.append(rows.meant("what is there"))
    assert meant == ["first", "second", None]
    assert rows.meant("what is there") == "what is there", "a press counts once"


def test_no_more_is_kept_than_anybody_could_aim_at() -> None:
    now = [0.0]
    rows: PaintedRows[int] = PaintedRows(lambda: now[0])
    for row in range(3 * KEPT):
        now[0] = row
        rows.painted(0, row)
    rows.press(0, 0.5)
    assert rows.meant(-1) == -1
