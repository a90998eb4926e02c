"""The first gate over tools, their calls and results, and pictures; and the choice of the model."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from tests.policy.values import made_secrets
from tests.support.full_request import user
from tests.support.limits import LIMIT
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import SECOND_TURN, TOOLS, WITH_A_PICTURE, Requested, requested
from tuui_sampling.demo.picture import gradient_png
from tuui_sampling.policy import survey
from tuui_sampling.policy.finding import Finding
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import ImageBlock, SamplingRequest, TextBlock
from tuui_sampling.sampling.review import Selection
from tuui_sampling.sampling.wire import parse_request, request_params
from tuui_sampling.tui.dialogs.choose_model import ChooseModel
from tuui_sampling.tui.document.field_editor import FieldEditor
from tuui_sampling.tui.inbox.widgets.request_view import RequestView

HELLO = {"messages": [{"role": "user", "content": {"type": "text", "text": "hello"}}], "maxTokens": 9}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Requested]:
    """The program without a server, and a person before it."""
    async with requested(tmp_path) as opened:
        yield opened


def view_of(desk: Requested) -> RequestView:
    """Return what shows the request."""
    return desk.inbox.query_one(RequestView)


def text_of(desk: Requested, field: str) -> str:
    """Return all the rows of a field, with their margins."""
    document = view_of(desk).view.document
    part = view_of(desk).parts.number_of(field)
    assert part is not None
    rows = map(document.row, range(*document.rows_of(part)))
    return "\n".join(row.margin + row.text for row in rows)


async def enter(desk: Requested, field: str) -> None:
    """Put the cursor into a field, and open its editor."""
    await go_to(desk, field)
    await desk.press("e")
    assert view_of(desk).pane.editor is not None


async def go_to(desk: Requested, field: str) -> None:
    """Put the cursor into a field."""
    view = view_of(desk)
    part = view.parts.number_of(field)
    assert part is not None
    desk.inbox.set_focus(view.view)
    view.view.show_part(part)
    await desk.pilot.pause()


async def test_a_picture_is_blocked_for_a_model_that_is_blind_and_goes_to_one_that_sees(desk: Requested) -> None:
    review = await desk.ask(WITH_A_PICTURE)
    await desk.until(lambda: "32×32 PNG" in text_of(desk, "messages[0].content[1]"))
    assert len(view_of(desk).view.painter.pictures["messages[0].content[1]"]) == 12
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
    await enter(desk, field)
    await desk.press("a", "escape")
    await desk.press("f8")
    assert (draft.edits, draft.left_out) == ({field: "a"}, {field})
    assert "left out: not sent" in text_of(desk, field)
    await desk.press("f10")
    assert draft.left_out == set()
    assert "│ a\n  in the place of:\n│ image" in text_of(desk, field)
    await desk.press("f10")
    assert not draft.is_edited
    await enter(desk, field)
    await desk.press("b")
    await desk.approve(Phase.RESPONSE)
    assert review.outbound.messages[0].blocks[1] == TextBlock("b")


async def test_one_key_redacts_one_finding_others_a_field_or_all_and_one_puts_it_back(desk: Requested) -> None:
    secret, field = made_secrets()[0][1], "messages[0].content"
    message = {"role": "user", "content": {"type": "text", "text": f"mail {secret} to\nann@firm.net and {secret}"}}
    review = await desk.ask({"messages": [message], "systemPrompt": f"use {secret}", "maxTokens": 9})
    await desk.until(lambda: "⚑ personal (medium): e-mail address. " in text_of(desk, field))
    assert "⚑ secret (high): " in text_of(desk, "systemPrompt")
    await go_to(desk, field)
    await desk.press("x")
    await desk.until(lambda: f"│ mail ⟦secret 1⟧ to\n│ ann@firm.net and {secret}" in text_of(desk, field))
    await desk.press("down", "down", "x")
    await desk.until(lambda: f"│ ⟦personal 1⟧ and {secret}" in text_of(desk, field))
    await desk.press("f", "x")  # what the note is of that the cursor is in
    await desk.until(lambda: "│ ⟦personal 1⟧ and ⟦secret 1⟧" in text_of(desk, field))
    await desk.until(lambda: "⚑" not in text_of(desk, field))  # what was replaced is found no longer
    await go_to(desk, field)
    await desk.press("v")
    await desk.until(lambda: f"│ mail {secret} to\n│ ⟦personal 1⟧ and {secret}" in text_of(desk, field))
    await desk.press("K")
    await desk.until(lambda: "│ mail ⟦secret 1⟧ to\n│ ⟦personal 1⟧ and ⟦secret 1⟧" in text_of(desk, field))
    assert secret in text_of(desk, "systemPrompt")
    await desk.press("Z")
    await desk.until(lambda: "│ use ⟦secret 1⟧" in text_of(desk, "systemPrompt"))
    decision = desk.inbox.pane.proposal().decision
    assert isinstance(decision, Approve)
    assert secret not in str(request_params(decision.request))
    assert decision.redacted == {"⟦secret 1⟧": secret, "⟦personal 1⟧": "ann@firm.net"}
    await desk.press("3")
    await desk.until(lambda: "⟦personal 1⟧" in screen_text(desk.app))  # among the changes
    await desk.press("1")
    await go_to(desk, field)
    await desk.press("f10")
    assert f"│ mail {secret} to\n│ ann@firm.net and {secret}" in text_of(desk, field)
    assert set(desk.inbox.reviewing.edits(review).draft.edits) == {"systemPrompt"}


async def test_a_key_leads_from_what_was_found_to_the_next_also_in_a_long_request(desk: Requested) -> None:
    long = "\n".join(f"line {number}" for number in range(5_000))  # it is searched in a thread
    message = {
        "role": "user",
        "content": [{"type": "text", "text": f"{long}\nann@firm.net"}, user("bob@firm.net")["content"]],
    }
    await desk.ask({"messages": [message], "systemPrompt": f"use {made_secrets()[0][1]}", "maxTokens": 9})
    view = desk.inbox.query_one(RequestView)
    found = ["systemPrompt", "messages[0].content[0]", "messages[0].content[1]"]
    await desk.until(lambda: view.view.document.is_complete and all(view.parts.remarks.get(one) for one in found))
    await go_to(desk, "systemPrompt")
    fields: list[str] = []
    for _ in range(4):
        await desk.press("f")
        await desk.until(lambda: view.field != (fields[-1] if fields else ""))
        fields.append(view.field)
    assert fields == [*found, found[0]]
    await desk.press("F")
    await desk.until(lambda: view.field == found[2])


async def test_tools_are_shown_whole_and_taken_away_and_the_choice_is_changed(desk: Requested) -> None:
    review = await desk.ask(SECOND_TURN)
    whole = text_of(desk, "tools[0]")
    assert "description: Its name" in whole
    assert "minimum: 1" in whole
    await go_to(desk, "tools[1]")
    await desk.press("f8")
    assert "left out" in text_of(desk, "tools[1]")
    await enter(desk, "toolChoice")
    await desk.press("ctrl+u", *"sometimes")
    assert "one of auto, required, none" in text_of(desk, "toolChoice")
    await desk.press("ctrl+u", *"none")
    draft = desk.inbox.reviewing.edits(review).draft
    assert draft.edits == {"toolChoice": "none"}
    decision = desk.inbox.pane.proposal().decision
    assert isinstance(decision, Approve)
    sent = request_params(decision.request)
    assert (sent["tools"], sent["toolChoice"]) == ([TOOLS[0]], {"mode": "none"})


async def test_calls_and_results_are_edited_in_place(desk: Requested) -> None:
    review = await desk.ask(SECOND_TURN)
    assert "result of book · call-2 · the tool says: error" in text_of(desk, "messages[2].content[1]")
    await enter(desk, "messages[1].content[1]")
    await desk.press("ctrl+end", "x")
    assert "expected: a JSON object" in text_of(desk, "messages[1].content[1]")
    assert "messages[1].content[1]: a JSON object" in desk.inbox.pane.proposal().obstacle
    await desk.press("backspace", "escape")
    await enter(desk, "messages[2].content[0]")
    await desk.press("S", "escape")
    draft = desk.inbox.reviewing.edits(review).draft
    assert draft.edits == {"messages[2].content[0]": "Srain"}
    await go_to(desk, "messages[2].content[1]")
    await desk.press("f8")
    assert draft.left_out == {"messages[1].content[1]", "messages[2].content[1]"}  # the call goes with its result
    assert "left out" in text_of(desk, "messages[1].content[1]")


async def test_one_editor_is_open_and_the_rows_come_back(desk: Requested) -> None:
    await desk.ask(SECOND_TURN)
    view = view_of(desk)
    await enter(desk, "messages[0].content")
    first = view.pane.editor
    assert first is not None
    assert first.area is desk.app.focused
    number = view.parts.number_of("messages[0].content")
    assert number is not None
    heading, below = (
        row + view.view.region.y - view.view.scroll_offset.y for row in view.view.document.rows_of(number)
    )
    assert (first.region.y, first.region.bottom) == (heading + 1, below), "it covers no other field"
    assert "messages[1]" in screen_text(desk.app).splitlines()[below]
    await desk.press("escape")
    assert view.pane.editor is None
    assert desk.app.focused is view.view
    await enter(desk, "systemPrompt")
    await desk.press(*"Hi")
    assert len(view.query(FieldEditor)) == 1
    await desk.press("escape")
    assert text_of(desk, "systemPrompt").endswith("│ Hi")


async def test_what_was_edited_can_be_undone_as_long_as_the_review_is_open(desk: Requested) -> None:
    review = await desk.ask(SECOND_TURN)
    draft = desk.inbox.reviewing.edits(review).draft
    await enter(desk, "messages[0].content")
    await desk.press("X", "escape")
    await enter(desk, "messages[2].content[0]")
    await desk.press("Y", "escape")
    other = await desk.ask(HELLO)
    desk.inbox.select(other.id)
    await desk.pilot.pause()
    desk.inbox.select(review.id)
    await desk.pilot.pause()
    await enter(desk, "messages[0].content")
    await desk.press("ctrl+z")
    assert draft.edits == {"messages[2].content[0]": "Yrain"}
    await desk.press("ctrl+y")
    assert draft.edits["messages[0].content"] == "XPlan a trip."


@pytest.mark.hostile(46)
async def test_hidden_characters_are_tokens_and_what_is_not_edited_is_sent_as_it_came(desk: Requested) -> None:
    text = "a\u202eb\r\nc\u2028\x0b\n"
    review = await desk.ask({"messages": [{"role": "user", "content": {"type": "text", "text": text}}], "maxTokens": 9})
    await enter(desk, "messages[0].content")
    editor = view_of(desk).pane.editor
    assert editor is not None
    assert isinstance(editor.area, TextArea)
    assert "⟪U+202E⟫" in editor.area.text
    await desk.press("x", "backspace", "escape")
    assert not desk.inbox.reviewing.edits(review).draft.is_edited
    decision = desk.inbox.pane.proposal().decision
    assert isinstance(decision, Approve)
    assert decision.request is review.asked


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


async def test_a_request_without_messages_is_given_its_first(desk: Requested) -> None:
    review = await desk.ask({"systemPrompt": "Be brief.", "messages": [], "maxTokens": 9})
    await desk.press("e", *"Hi", "escape")
    assert view_of(desk).pane.editor is None
    assert desk.inbox.reviewing.edits(review).draft.edits == {"messages[0].content": "Hi"}


async def test_a_long_request_is_shown_before_it_is_looked_at_and_sent_only_when_all_is_known(
    desk: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, searched = threading.Event(), threading.Event()
    office, select, in_texts = desk.backend.desk, desk.backend.models.select, survey._in_request

    def select_late(asked: SamplingRequest, server: str) -> Selection | None:
        chosen.wait(LIMIT)
        return select(asked, server)

    def search_late(asked: SamplingRequest) -> Iterator[Finding]:
        searched.wait(LIMIT)
        return in_texts(asked)

    monkeypatch.setattr(office, "_select", select_late)
    monkeypatch.setattr(survey, "_in_request", search_late)
    text = "BEGINNING\n" + "and so on, " * 4_000 + "ann@firm.net"
    origin = Origin("trips", "2025-11-25", request_id=1, raw=text)
    asked = parse_request({"messages": [user(text)], "maxTokens": 9})
    desk.asking.append(asyncio.create_task(office.ask(asked, origin, lambda: "gone")))
    try:
        await desk.until(lambda: "BEGINNING" in screen_text(desk.app))
        review = office.reviews[1]
        assert (review.phase, review.gate) == (Phase.READING, None)
        await desk.press("ctrl+g", "ctrl+r")
        assert (review.phase, desk.app.arming.target) == (Phase.READING, None)
        assert "still being read" in screen_text(desk.app)
        chosen.set()
        await desk.until(lambda: review.phase is Phase.REQUEST and "Still being searched" in screen_text(desk.app))
        assert desk.inbox.reviewing.edits(review).draft.model == "demo"
        await desk.read()
        await desk.press("ctrl+g")
        assert (review.phase, review.candidates) == (Phase.REQUEST, [])
    finally:
        chosen.set()
        searched.set()
    await desk.until(lambda: "e-mail address" in text_of(desk, "messages[0].content"))
    await desk.approve(Phase.RESPONSE)
    assert review.outbound is review.asked
