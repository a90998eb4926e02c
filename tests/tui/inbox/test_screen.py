"""The Inbox: both gates by keyboard alone, and everything that must not decide by accident."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events

from tests.support.paths import demo_server, raw_server
from tests.support.screens.app import NARROW, WIDE, screen_text, settings_for
from tests.support.screens.person import Desk, result_text, seated
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.inbox.widgets.queue import Queue
from tuui_sampling.tui.inbox.widgets.request_view import RequestView
from tuui_sampling.tui.widgets.text_editor import EditArea


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """The program on the demonstration server; the parameter is its size, or its models."""
    size = getattr(request, "param", WIDE)
    async with seated(tmp_path, settings_for(demo=demo_server()), size) as opened:
        yield opened


async def edit(desk: Desk, field: str) -> None:
    """Open the editor of a field."""
    view = desk.inbox.query_one(RequestView)
    part = view.parts.number_of(field)
    assert part is not None
    desk.inbox.set_focus(view.view)
    view.view.show_part(part)
    await desk.press("e")


# --- the walk ---


@pytest.mark.parametrize("desk", [NARROW, WIDE], ids=["80x24", "120x36"], indirect=True)
async def test_both_gates_by_keyboard_alone(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="the sea")
    await desk.press("e", "Z", "Q")
    review = await desk.approve(Phase.RESPONSE)
    assert review.outbound.messages[0].blocks[0].text.startswith("ZQWrite")  # type: ignore[union-attr]
    await desk.press("e", "!", "!")
    await desk.approve(Phase.DELIVERED)
    await desk.until(lambda: run.result is not None)
    assert result_text(run).startswith("!!")
    assert "zqwrite" in result_text(run).lower()


async def test_an_unedited_request_is_sent_as_it_came(desk: Desk) -> None:
    await desk.call("hostile")
    await desk.look()
    await desk.press("ctrl+g")
    review = await desk.approve(Phase.RESPONSE)
    assert review.outbound is review.asked


async def test_each_parameter_can_be_edited_and_put_back(desk: Desk) -> None:
    await desk.call("analyze_sentiment", text="I love it")
    await edit(desk, "maxTokens")
    await desk.press("end", "0", "escape")
    await edit(desk, "temperature")
    await desk.press("end", "backspace", "backspace", "backspace", "1")
    draft = desk.inbox.reviewing.edits(desk.inbox.reviewing.review).draft  # type: ignore[arg-type]
    built = draft.build()
    assert not isinstance(built, list)
    assert (built.max_tokens, built.temperature) == (50, 1)
    await desk.press("f10")
    assert "temperature" not in draft.edits
    assert draft.edits == {"maxTokens": "50"}


async def test_a_value_that_is_none_keeps_the_request_here(desk: Desk) -> None:
    await desk.call("analyze_sentiment", text="I love it")
    await edit(desk, "maxTokens")
    await desk.press("end", "x")
    await desk.until(lambda: "expected: a whole number above 0" in screen_text(desk.app))
    await desk.press("ctrl+g")
    assert desk.inbox.reviewing.review is not None
    assert desk.inbox.reviewing.review.phase is Phase.REQUEST


NOT_DONE = {Gate.REQUEST: "no model was asked", Gate.RESPONSE: "the response was not returned"}


@pytest.mark.parametrize(("gate", "phase"), [(Gate.REQUEST, Phase.REQUEST), (Gate.RESPONSE, Phase.RESPONSE)])
async def test_rejecting_at_either_gate(desk: Desk, gate: Gate, phase: Phase) -> None:
    run = await desk.call("generate_poem", topic="x")
    if gate is Gate.RESPONSE:
        await desk.approve(Phase.RESPONSE)
    await desk.press("ctrl+r")
    await desk.until(lambda: run.result is not None)
    review = desk.backend.desk.reviews[1]
    assert review.outcome is not None
    assert (review.outcome.phase, review.outcome.gate) == (Phase.REJECTED, gate)
    await desk.until(lambda: f"rejected: {NOT_DONE[gate]}" in screen_text(desk.app))
    assert desk.inbox.pane.panel.tab == gate  # what was looked at stays, where nothing was answered
    assert "-1" in result_text(run)
    assert "User rejected sampling request" in result_text(run)


async def test_a_reason_is_kept_and_not_sent(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="x")
    await desk.press("X", *"too long", "enter")
    await desk.until(lambda: run.result is not None)
    outcome = desk.backend.desk.reviews[1].outcome
    assert outcome is not None
    assert outcome.reason == "too long"
    assert "too long" not in result_text(run)


async def test_the_person_can_be_the_model(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="x")
    await desk.press("ctrl+t", *"mine")
    await desk.approve(Phase.DELIVERED)
    await desk.until(lambda: run.result is not None)
    assert result_text(run).startswith("mine")
    assert "model: human" in result_text(run)
    assert desk.backend.desk.reviews[1].candidates == []


async def test_asking_again_keeps_the_earlier_response(desk: Desk) -> None:
    run = await desk.call("generate_poem", topic="x")
    await desk.approve(Phase.RESPONSE)
    await desk.press("e", "1", "escape")
    await desk.look()
    await desk.press("f5")
    review = desk.backend.desk.reviews[1]
    await desk.until(lambda: len(review.candidates) == 2 and review.phase is Phase.RESPONSE)
    await desk.press("comma")
    await desk.approve(Phase.DELIVERED)
    await desk.until(lambda: run.result is not None)
    assert result_text(run).startswith("1")


async def test_going_back_to_the_request(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    review = await desk.approve(Phase.RESPONSE)
    await desk.press("b")
    await desk.until(lambda: review.phase is Phase.REQUEST)
    assert desk.inbox.pane.panel.tab == "request"
    await desk.press("e", "W")
    await desk.approve(Phase.RESPONSE)
    assert len(review.candidates) == 2


async def test_after_a_failed_model_the_answer_of_another_is_shown_though_it_came_at_once(tmp_path: Path) -> None:
    settings = settings_for(demo=demo_server())
    broken = ModelSettings("broken", "openai-compatible", "m", base_url="http://127.0.0.1:9/v1", timeout=5)
    settings = Settings(settings.servers, {"broken": broken, **settings.models}, default_model="broken")
    async with seated(tmp_path, settings) as desk:
        run = await desk.call("generate_poem", topic="x")
        review = await desk.approve(Phase.RESPONSE)
        assert review.candidate is not None
        assert review.candidate.error is not None
        await desk.until(lambda: "✗" in screen_text(desk.app) and "127.0.0.1" in screen_text(desk.app))
        await desk.press("m", "down", "enter")
        await desk.look()
        await desk.press("f5")
        await desk.until(lambda: len(review.candidates) == 2 and review.phase is Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        await desk.until(lambda: run.result is not None)
        assert "model: demo" in result_text(run)


# --- nothing is decided by accident ---


@pytest.mark.hostile(52)
async def test_what_has_just_appeared_is_not_approved(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.until(lambda: desk.app.arming.target is not None)
    await desk.pilot.press("ctrl+g")
    await desk.until(lambda: "has just appeared" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


@pytest.mark.hostile(54)
async def test_a_burst_of_keys_approves_nothing(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.look()
    await desk.pilot.press("a", "ctrl+g")  # no time between them: the clock stands still
    await desk.until(lambda: "other keys came with it" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


@pytest.mark.hostile(54)
async def test_a_key_hard_after_the_chord_takes_it_back(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.look()
    desk.app.post_message(events.Key("ctrl+g", None))
    desk.app.post_message(events.Key("a", "a"))
    await desk.until(lambda: "other keys came with it" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


async def test_what_was_not_on_the_screen_is_sent_only_after_a_word(desk: Desk) -> None:
    await desk.call("summarize", text="\n".join(f"line {number}" for number in range(400)))
    await desk.look()
    await desk.press("ctrl+g")
    await desk.until(lambda: "rows not seen" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST
    await desk.approve(Phase.RESPONSE)


async def test_a_burst_of_keys_rejects_nothing_either(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.look()
    await desk.pilot.press("a", "ctrl+r")  # as in a paste that holds a control character
    await desk.until(lambda: "other keys came with it" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


async def test_a_model_without_its_key_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    settings = settings_for(demo=demo_server())
    keyless = ModelSettings("keyless", "anthropic", "m", api_key_env="NO_SUCH_KEY")
    settings = Settings(settings.servers, {"keyless": keyless}, default_model="keyless")
    async with seated(tmp_path, settings) as desk:
        await desk.call("generate_poem", topic="x")
        await desk.until(lambda: "no key: the variable NO_SUCH_KEY is not set" in screen_text(desk.app))
        await desk.look()
        await desk.press("ctrl+g")
        assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


@pytest.mark.parametrize("desk", [NARROW], ids=["80x24"], indirect=True)
async def test_arrows_scroll_what_is_shown_while_the_queue_is_folded(desk: Desk) -> None:
    await desk.call("converse")
    await desk.call("generate_poem", topic="x")
    await desk.until(lambda: desk.inbox.is_mounted and desk.inbox.pane.panel.scrollable is not None)
    scrollable = desk.inbox.pane.panel.scrollable
    assert scrollable is not None
    await desk.press("down", "pagedown")
    await desk.until(lambda: scrollable.scroll_offset.y > 0)
    assert desk.inbox.reviewing.selected == 1
    await desk.press("f2", "f1", "end")  # nothing takes the focus unseen
    assert desk.inbox.reviewing.selected == 1
    await desk.press("l", "down", "enter")
    assert desk.inbox.reviewing.selected == 2


async def test_keys_of_documents_mean_the_one_that_is_shown_also_from_the_list(desk: Desk) -> None:
    await desk.call("hostile")
    assert isinstance(desk.app.focused, Queue)
    scrollable = desk.inbox.pane.panel.scrollable
    for key in ("u", "H", "right_curly_bracket", "z", "n", "N"):
        desk.inbox.set_focus(desk.inbox.list.queue)
        await desk.press(key)
        assert desk.app.focused is scrollable
    await desk.press("y")
    assert desk.app.clipboard
    assert "Sent to the terminal (OSC 52)" in screen_text(desk.app)


@pytest.mark.hostile(53)
async def test_three_waiting_and_three_chords_approve_one_at_most(desk: Desk) -> None:
    for _ in range(3):
        await desk.call("generate_poem", topic="x")
    await desk.look()
    await desk.press("ctrl+g")
    await desk.until(lambda: desk.backend.desk.reviews[1].phase is Phase.RESPONSE)
    await desk.pilot.press("ctrl+g")
    await desk.pilot.press("ctrl+g")
    await desk.pilot.pause()
    phases = [review.phase for review in desk.backend.desk.reviews.values()]
    assert phases == [Phase.RESPONSE, Phase.REQUEST, Phase.REQUEST]


@pytest.mark.hostile(38)
@pytest.mark.parametrize("key", ["y", "a", "enter", "space", "tab"])
async def test_no_bare_key_approves(desk: Desk, key: str) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.look()
    await desk.press(key)
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


@pytest.mark.hostile(52)
async def test_an_arrival_moves_neither_focus_nor_selection(desk: Desk) -> None:
    await desk.call("generate_poem", topic="first")
    await desk.press("e", "K")
    focused = desk.app.focused
    assert isinstance(focused, EditArea)
    await desk.call("generate_poem", topic="second")
    await desk.until(lambda: desk.inbox.query_one(Queue).ids == [1, 2])
    await desk.press("L")
    assert desk.app.focused is focused
    assert desk.inbox.reviewing.selected == 1
    assert focused.text.startswith("KL")


async def test_edits_survive_looking_at_another_request(desk: Desk) -> None:
    await desk.call("generate_poem", topic="first")
    await desk.call("generate_poem", topic="second")
    await desk.press("e", "K", "escape", "ctrl+n")
    assert desk.inbox.reviewing.selected == 2
    await desk.press("ctrl+n", "e")
    assert desk.inbox.reviewing.selected == 1
    assert isinstance(desk.app.focused, EditArea)
    assert desk.app.focused.text.startswith("KWrite")


@pytest.mark.hostile(51)
async def test_approval_is_off_in_a_tiny_terminal(tmp_path: Path) -> None:
    async with seated(tmp_path, settings_for(demo=demo_server()), (40, 12)) as desk:
        await desk.call("generate_poem", topic="x")
        await desk.look()
        await desk.press("ctrl+g")
        await desk.pilot.pause()
        assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


@pytest.mark.hostile(51)
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (300, 1), (1, 80)])
async def test_odd_terminals_do_no_harm(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, settings_for(demo=demo_server()), size) as desk:
        await desk.call("hostile")
        await desk.press("f2", "f3", "f1")
        assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


async def test_a_withdrawn_request_says_so_and_can_no_longer_be_decided(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.press("e", "K")
    await desk.backend.supervisor.stop("demo")
    await desk.until(lambda: "withdrawn: stopped by hand" in screen_text(desk.app))
    review = desk.backend.desk.reviews[1]
    assert review.phase is Phase.WITHDRAWN
    assert not desk.backend.desk.settle(1, Gate.REQUEST, Reject())


async def test_a_repeated_approval_after_an_edit_elsewhere_is_armed_anew(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.look()
    await desk.press("m", "escape")
    await desk.press("2")
    await desk.press("ctrl+g")
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST  # the request was not on the screen


# --- honest display ---


@pytest.mark.hostile(37)
async def test_hostile_text_reaches_the_screen_revealed(desk: Desk) -> None:
    await desk.call("hostile")
    await desk.until(lambda: "hidden" in screen_text(desk.app))
    for key in ("1", "3", "4", "2"):
        await desk.press(key)
        shown = screen_text(desk.app)
        assert all(character == "\n" or character.isprintable() for character in shown)
    await desk.press("1")
    assert "␛" in screen_text(desk.app)
    assert "[@click=app.quit]" in screen_text(desk.app)


@pytest.mark.hostile(39, 40)
async def test_hostile_names_are_literal_everywhere(tmp_path: Path) -> None:
    name = "[/]\x1b]0;x\x07[@click=app.quit]"
    async with seated(tmp_path, settings_for(**{name: raw_server("plain")})) as desk:
        desk.backend.runs.start(name, "ask", {"prompt": "[/red] [b"})
        await desk.until(lambda: desk.backend.desk.pending)
        await desk.until(lambda: "[/]␛]0;x␇[@click" in screen_text(desk.app))
        for key in ("2", "3", "4", "1", "m", "escape", "ctrl+r"):
            await desk.press(key)
        assert desk.app.is_running


async def test_the_raw_tab_shows_the_message_as_it_came(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.press("4")
    await desk.until(lambda: '"sampling/createMessage"' in screen_text(desk.app))
    review = desk.inbox.reviewing.review
    assert review is not None
    assert json.loads(review.origin.raw)["method"] == "sampling/createMessage"


async def test_changes_show_what_was_edited(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.press("e", "K", "escape", "3")
    await desk.until(lambda: "KWrite a poem" in screen_text(desk.app))
    assert re.search(r"- .*Write a poem", screen_text(desk.app))
    shown = desk.inbox.pane.panel.scrollable
    assert isinstance(shown, DocumentView)
    assert desk.app.focused is shown  # it was in the request, so the keys go on to be those of a text
    width = desk.inbox.list.size.width
    await desk.press("greater_than_sign")
    assert (desk.inbox.list.size.width, shown.cursor.row > 0) == (width, True)


async def test_start_and_end_of_what_is_shown_have_their_keys_wherever_the_focus_is(desk: Desk) -> None:
    await desk.call("summarize", text="\n".join(f"line {number}" for number in range(200)))
    for tab in ("1", "4"):
        await desk.press(tab)
        shown = desk.inbox.pane.panel.scrollable
        assert shown is not None
        await desk.until(lambda shown=shown: shown.max_scroll_y > 0)
        desk.inbox.set_focus(desk.inbox.list.queue)
        await desk.press("ctrl+end")
        await desk.until(lambda shown=shown: shown.scroll_offset.y == shown.max_scroll_y)
        await desk.press("ctrl+home")
        await desk.until(lambda shown=shown: shown.scroll_offset.y == 0)


async def test_the_seen_meter_grows_with_scrolling(desk: Desk) -> None:
    await desk.call("summarize", text="\n".join(f"line {number}" for number in range(400)))
    await desk.until(lambda: "rows not seen" in screen_text(desk.app))
    desk.inbox.set_focus(desk.inbox.query_one(RequestView).view)
    await desk.press("end", "home")
    await desk.look()
    assert "rows not seen" in screen_text(desk.app)
    await desk.read()
    await desk.until(lambda: "all seen" in screen_text(desk.app))


# --- the way out ---


async def test_quitting_asks_while_something_waits(desk: Desk) -> None:
    await desk.call("generate_poem", topic="x")
    await desk.press("q")
    await desk.until(lambda: "1 request waits" in screen_text(desk.app))
    await desk.press("n")
    assert desk.app.is_running
    await desk.press("q", "y")
    await desk.until(lambda: "y quit" in screen_text(desk.app))
    assert desk.app.is_running, "nobody has read the question so soon"
    await desk.press("y")
    await desk.until(lambda: not desk.app.is_running)
