"""A question of hundreds of fields: what a key costs does not depend on how many there are."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.widget import Widget

from tests.support.screens.requesting import requested
from tuui_sampling.sampling.inquiry import FormElicitation
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.tui.inbox.widgets.inquiry_panel import InquiryView
from tuui_sampling.tui.widgets.field_row import FieldRow

PROPERTIES = {f"f{one}": {"type": "string"} for one in range(200)}
FORM = FormElicitation("Fill in", {"type": "object", "properties": PROPERTIES})
ASKED = {"messages": [{"role": "user", "content": {"type": "text", "text": "what?"}}], "maxTokens": 9}
MAX_STYLED = 40
"""Widgets that the cursor may style anew when it leaves a field: that field, the view, the footer."""


async def test_a_key_does_not_reach_all_of_a_long_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with requested(tmp_path) as desk:
        origin = Origin("trips", "2025-11-25", request_id=2, tool="plan", raw="{}")
        desk.asking.append(asyncio.create_task(desk.backend.desk.inquire(FORM, origin, lambda: "gone")))  # type: ignore[arg-type]
        await desk.until(lambda: desk.app.screen.query(InquiryView))
        view = desk.app.screen.query_one(InquiryView)
        await desk.until(lambda: view.is_ready and view.max_scroll_y)
        await desk.press("e")
        await desk.until(lambda: desk.app.focused is not None and isinstance(desk.app.focused.parent, FieldRow))

        styled: list[object] = []
        apply = Stylesheet.apply

        def noted(sheet: Stylesheet, node: Any, **more: Any) -> None:
            styled.append(node)
            apply(sheet, node, **more)

        monkeypatch.setattr(Stylesheet, "apply", noted)
        await desk.press("escape")
        await desk.until(lambda: view.has_focus)
        assert len(view.query("*")) > 2 * MAX_STYLED
        assert len(styled) < MAX_STYLED, styled

        moves: list[float] = []
        desk.app.screen.watch(view, "scroll_y", lambda: moves.append(view.scroll_y), init=False)
        await desk.press("pagedown")
        await desk.until(lambda: view.scroll_y == view.scroll_target_y and moves)
        assert len(moves) == 1, "each step would be laid out and painted"


async def test_a_long_form_comes_without_styling_what_is_there_or_what_is_nowhere_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(ASKED)
        await desk.until(lambda: desk.is_laid_out)
        styled: list[Widget] = []
        nowhere: list[object] = []
        update_nodes = Stylesheet.update_nodes

        def noted(sheet: Stylesheet, nodes: Iterable[Any], **more: Any) -> None:
            several = [*nodes]
            styled.extend(several)
            nowhere.extend(node for node in several if not node.is_attached)
            update_nodes(sheet, several, **more)

        monkeypatch.setattr(Stylesheet, "update_nodes", noted)
        origin = Origin("trips", "2025-11-25", request_id=2, tool="plan", raw="{}")
        desk.asking.append(asyncio.create_task(desk.backend.desk.inquire(FORM, origin, lambda: "gone")))  # type: ignore[arg-type]
        await desk.until(lambda: len(desk.backend.desk.items) == 2)
        desk.inbox.select(2)
        await desk.until(lambda: [view for view in desk.app.screen.query(InquiryView) if view.is_ready])
        pane = desk.inbox.pane
        assert pane.inquiry_panel.display
        assert not pane.review_panel.display
        assert pane not in styled, "all that it holds would be styled anew"
        assert not nowhere, "they are styled when they are mounted"
