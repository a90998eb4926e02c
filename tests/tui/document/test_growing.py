"""What is laid out below what is in view costs no paint, and the last row counts once it is known to be the last."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from rich.cells import split_graphemes
from textual.app import App, ComposeResult

from tests.support.limits import LIMIT
from tests.tui.document.test_view import texts
from tuui_sampling.frontend.document.document import SLICE, Document
from tuui_sampling.frontend.document.passage import Part
from tuui_sampling.tui.document import growing
from tuui_sampling.tui.document.seen import AT_REST
from tuui_sampling.tui.document.view import DocumentView

pytestmark = pytest.mark.drawn

ROWS = 20


class Counted(DocumentView):
    """A document that notes for each telling of more rows the first of them, and whether it was to be painted anew."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(parts)
        self.told: list[tuple[int, bool]] = []
        self._refreshed = 0

    def refresh(self, *regions: Any, **how: Any) -> Any:
        """Note it."""
        self._refreshed += 1
        return super().refresh(*regions, **how)

    def _update_height(self, first: int) -> None:
        before = self._refreshed
        super()._update_height(first)
        self.told.append((first, self._refreshed > before))


class OneAtATime(Document):
    """A document of which no more than a piece is laid out at once."""

    def grow(self, seconds: float = SLICE, rows: int | None = None) -> None:
        """Lay out a piece."""
        self.is_complete = next(self._growing, True) is True


class Shows(App[None]):
    """An app with nothing but a document."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self.view = Counted(parts)

    def compose(self) -> ComposeResult:
        yield self.view


async def until(condition: Any) -> None:
    """Wait for something."""
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(AT_REST / 5)


async def test_rows_below_what_is_in_view_cost_no_paint() -> None:
    app = Shows(texts("\n".join(f"line {number}" for number in range(5_000))))
    async with app.run_test(size=(60, ROWS)):
        await until(lambda: app.view.document.is_complete)
        assert app.view.virtual_size.height == 5_000
        below = [was_painted for first, was_painted in app.view.told if first > ROWS]
        assert below
        assert not any(below)


async def test_rows_that_come_into_view_are_painted_and_the_last_counts_once_it_is_known_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(growing, "NEXT_SLICE", LIMIT)  # the next is laid out when we say so
    app = Shows(())
    async with app.run_test(size=(60, ROWS)):
        view, document = app.view, OneAtATime(texts("one", "two", "three"), split_graphemes)
        view.show(document)
        while not document.is_complete:
            await until(lambda: view.is_at_rest and document.count - 1 in {*view.seen._painted})
            view._growing._slice(document)
        await until(lambda: document.is_seen)
        assert [view.render_line(y).text.strip(" │") for y in range(3)] == ["one", "two", "three"]
