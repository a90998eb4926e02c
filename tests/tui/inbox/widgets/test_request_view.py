"""The first gate over tools, their calls and results, and pictures; and the choice of the model."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.screens.app import screen_text, shown_text
from tests.support.screens.requesting import SECOND_TURN, TOOLS, WITH_A_PICTURE, Requested, requested
from tuui_sampling.demo.picture import gradient_png
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import ImageBlock, TextBlock
from tuui_sampling.sampling.wire import request_params
from tuui_sampling.tui.dialogs.choose_model import ChooseModel
from tuui_sampling.tui.inbox.widgets.field_frame import FieldFrame
from tuui_sampling.tui.inbox.widgets.tool_view import ToolView
from tuui_sampling.tui.terminal.half_blocks import BlockPicture
from tuui_sampling.tui.widgets.foreign_text_editor import TextBlockEditor
from tuui_sampling.tui.widgets.plain import Plain

HELLO = {"messages": [{"role": "user", "content": {"type": "text", "text": "hello"}}], "maxTokens": 9}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Requested]:
    """The program without a server, and a person before it."""
    async with requested(tmp_path) as opened:
        yield opened


def frame(desk: Requested, field: str) -> FieldFrame:
    """Return a field of the request."""
    return next(one for one in desk.inbox.query(FieldFrame) if one.field == field)


def text_of(desk: Requested, field: str) -> str:
    """Return all the words of a field that are shown, its editor's apart."""
    return "\n".join(shown_text(one) for one in frame(desk, field).query(Plain) if one.display)


def enter(desk: Requested, field: str) -> None:
    """Put the cursor into a field."""
    editor = frame(desk, field).editor
    desk.inbox.set_focus(editor.text_area if isinstance(editor, TextBlockEditor) else editor)


async def test_a_picture_is_blocked_for_a_model_that_is_blind_and_goes_to_one_that_sees(desk: Requested) -> None:
    review = await desk.ask(WITH_A_PICTURE)
    await desk.until(lambda: list(desk.inbox.query(BlockPicture)))
    assert "image · image/png · 1.8 KB · sha256 32c76ad5e13c… · 32×32 PNG" in text_of(desk, "messages[0].content[1]")
    desk.inbox.reviewing.edits(review).draft.model = "blind"
    desk.inbox.refresh_all()
    await desk.look()
    await desk.press("ctrl+g")
    assert review.phase is Phase.REQUEST
    blocked = text_of(desk, "messages[0].content[1]")
    assert "✗" in blocked
    await desk.press("m")
    assert isinstance(desk.app.screen, ChooseModel)
    await desk.press("up", "enter")  # the one that can't see stands last
    await desk.until(lambda: not isinstance(desk.app.screen, ChooseModel))
    assert desk.inbox.reviewing.edits(review).draft.model == "demo"
    assert "✗" not in text_of(desk, "messages[0].content[1]")
    await desk.approve(Phase.RESPONSE)
    assert isinstance(review.outbound.messages[0].blocks[1], ImageBlock)


async def test_a_picture_is_replaced_or_left_out_and_comes_back(desk: Requested) -> None:
    field = "messages[0].content[1]"
    review = await desk.ask(WITH_A_PICTURE)
    draft = desk.inbox.reviewing.edits(review).draft
    enter(desk, field)
    await desk.press("a", "f8")
    assert (draft.edits, draft.left_out) == ({field: "a"}, {field})
    assert "left out: not sent" in text_of(desk, field)
    await desk.press("f4")
    assert draft.left_out == set()
    assert "your text is sent instead" in text_of(desk, field)
    await desk.press("f4")
    assert not draft.is_edited
    await desk.press("b")
    await desk.approve(Phase.RESPONSE)
    assert review.outbound.messages[0].blocks[1] == TextBlock("b")


async def test_tools_are_taken_away_and_the_choice_is_changed(desk: Requested) -> None:
    review = await desk.ask(SECOND_TURN)
    first, second = desk.inbox.query(ToolView)
    folded = text_of(desk, "tools[0]")
    assert "city: string, required — Its name" in folded
    assert '"minimum"' not in folded
    first.focus()
    await desk.press("enter")
    assert '"minimum": 1' in text_of(desk, "tools[0]")
    second.focus()
    await desk.press("f8")
    assert "left out" in text_of(desk, "tools[1]")
    choice = frame(desk, "toolChoice").editor
    assert isinstance(choice, Input)
    choice.value = "sometimes"
    await desk.pilot.pause()
    assert "one of auto, required, none" in text_of(desk, "toolChoice")
    choice.value = "none"
    built = desk.inbox.reviewing.edits(review).draft
    await desk.until(lambda: built.edits == {"toolChoice": "none"})
    decision = desk.inbox.pane.proposal().decision
    assert isinstance(decision, Approve)
    sent = request_params(decision.request)
    assert (sent["tools"], sent["toolChoice"]) == ([TOOLS[0]], {"mode": "none"})


async def test_calls_and_results_are_edited_in_place(desk: Requested) -> None:
    review = await desk.ask(SECOND_TURN)
    assert "result of book call-2 · the tool says: error" in text_of(desk, "messages[2].content[1]")
    enter(desk, "messages[1].content[1]")
    await desk.press("ctrl+end", "x")
    assert "expected: a JSON object" in text_of(desk, "messages[1].content[1]")
    assert "messages[1].content[1]: a JSON object" in desk.inbox.pane.proposal().obstacle
    await desk.press("backspace")
    enter(desk, "messages[2].content[0]")
    await desk.press("S")
    draft = desk.inbox.reviewing.edits(review).draft
    assert draft.edits == {"messages[2].content[0]": "Srain"}
    enter(desk, "messages[2].content[1]")
    await desk.press("f8")
    assert draft.left_out == {"messages[1].content[1]", "messages[2].content[1]"}  # the call goes with its result
    assert "left out" in text_of(desk, "messages[1].content[1]")


async def test_the_persons_order_holds_for_what_the_server_asks_next(desk: Requested) -> None:
    await desk.ask(HELLO)
    await desk.press("m")
    dialog = desk.app.screen
    assert isinstance(dialog, ChooseModel)
    assert dialog._rows[0].value == "demo"
    await desk.press("minus", "escape")
    await desk.until(lambda: not isinstance(desk.app.screen, ChooseModel))
    assert desk.inbox.reviewing.orders == {"trips": ("blind", "demo")}
    second = await desk.ask(
        {"messages": [{"role": "user", "content": {"type": "text", "text": "again"}}], "maxTokens": 5}
    )
    draft = desk.inbox.reviewing.edits(second).draft
    assert (draft.model, draft.reason) == ("blind", "first in your order for this server")
    third = await desk.ask(WITH_A_PICTURE)  # which the blind one can't see
    assert desk.inbox.reviewing.edits(third).draft.model == "demo"


async def test_a_picture_is_saved_and_what_was_spent_is_told(desk: Requested, tmp_path: Path) -> None:
    review = await desk.ask(WITH_A_PICTURE)
    await desk.press("w")
    await desk.until(lambda: desk.app.screen.query(Input))
    entry = desk.app.screen.query_one(Input)
    assert entry.value == "image-1-1.png"
    entry.value = str(tmp_path / "saved.png")
    await desk.press("enter")
    await desk.until(lambda: (tmp_path / "saved.png").exists() and desk.app.screen is desk.app.screen_stack[0])
    assert (tmp_path / "saved.png").read_bytes() == gradient_png(32)
    await desk.approve(Phase.RESPONSE)
    assert review.candidate is not None
    review.candidate.cost = Decimal("0.0125")
    desk.backend.desk.changed(review)
    await desk.until(lambda: "· $0.012 today" in screen_text(desk.app))
    await desk.press("f3", "c")
    await desk.until(lambda: "by model" in screen_text(desk.app))
    await desk.press("escape")
