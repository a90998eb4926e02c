"""Elicitations, roots and groups in the Inbox, by keyboard alone, on a server that asks in both eras."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.paths import questions_server
from tests.support.screens.app import NARROW, WIDE, document_text, screen_text, settings_for
from tests.support.screens.person import Desk, result_text, seated
from tuui_sampling.config.settings import Settings
from tuui_sampling.desk.invocations import Run
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.sampling.inquiry import Inquiry
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.dialogs.roots import EditRoots
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.inbox.widgets.queue import Queue
from tuui_sampling.tui.widgets.checkbox import Tick
from tuui_sampling.tui.widgets.text_editor import EditArea

BOTH_SIZES = pytest.mark.parametrize("desk", [NARROW, WIDE], ids=["80x24", "120x36"], indirect=True)
URL = "https://good.example@evil.example/sign-in"


def settings(tmp_path: Path) -> Settings:
    """Return a configuration with the same server twice: once in each era, both with two roots."""
    plain = settings_for(demo=questions_server(), modern=questions_server())
    roots = (tmp_path / "one", tmp_path / "two")
    servers = {name: replace(server, roots=roots) for name, server in plain.servers.items()}
    servers["modern"] = replace(servers["modern"], protocol="modern")
    return replace(plain, servers=servers)


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """The program on that server; the parameter is its size."""
    async with seated(tmp_path, settings(tmp_path), getattr(request, "param", WIDE)) as opened:
        yield opened


async def call(desk: Desk, tool: str, *, server: str = "demo", asks: int = 1, **arguments: object) -> Run:
    """Call a tool, and wait for so many questions."""
    before = len(desk.backend.desk.items)
    run = desk.backend.runs.start(server, tool, arguments)
    await desk.until(lambda: len(desk.backend.desk.items) == before + asks)
    return run


async def ended(desk: Desk, run: Run) -> None:
    """Wait for the end of a call."""
    await desk.until(lambda: run.ended is not None)


def inquiry(desk: Desk, number: int = 1) -> Inquiry:
    """Return the inquiry of that id."""
    return desk.backend.desk.inquiries[number]


# --- forms ---


@BOTH_SIZES
async def test_a_form_is_filled_in_and_accepted(desk: Desk) -> None:
    run = await call(desk, "ask_colour")
    await desk.until(lambda: "Which colour?" in screen_text(desk.app))
    await desk.press("e", "end", "d", "y", "tab", "space", "escape")
    await desk.until(lambda: "sends 2 values to the server" in screen_text(desk.app))
    await desk.look()
    await desk.press("ctrl+g")
    await ended(desk, run)
    assert json.loads(result_text(run)) == {"action": "accept", "data": {"colour": "reddy", "deep": True}}
    await desk.until(lambda: "accepted: the server has “accept”" in screen_text(desk.app))


@pytest.mark.parametrize(("key", "action", "word"), [("ctrl+r", "decline", "declined"), ("D", "cancel", "cancelled")])
async def test_saying_no_or_nothing(desk: Desk, key: str, action: str, word: str) -> None:
    run = await call(desk, "ask_colour")
    await desk.press(key)
    await ended(desk, run)
    assert json.loads(result_text(run))["action"] == action
    await desk.until(lambda: word in screen_text(desk.app))


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_sent(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await desk.press("e", "home", "delete", "delete", "escape")
    await desk.until(lambda: "at least 2 characters" in screen_text(desk.app))
    await desk.press("ctrl+g")
    await desk.until(lambda: "✗ at least 2 characters" in screen_text(desk.app))
    assert isinstance(desk.app.focused, Input)
    assert inquiry(desk).phase is Phase.REQUEST
    await desk.press("f10")
    await desk.until(lambda: "sends 2 values" in screen_text(desk.app))
    assert isinstance(desk.app.focused, Input)
    assert desk.app.focused.value == "red"


async def test_a_form_that_has_just_appeared_is_not_accepted(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await desk.until(lambda: desk.app.arming.target is not None)
    await desk.pilot.press("ctrl+g")
    await desk.until(lambda: "Not approved: it has just appeared" in screen_text(desk.app))
    assert inquiry(desk).phase is Phase.REQUEST


async def test_what_was_typed_survives_looking_elsewhere(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await call(desk, "ask_visit", url=URL)
    await desk.press("e", "end", "X", "escape", "ctrl+n")
    await desk.until(lambda: "asks you to visit" in screen_text(desk.app))
    assert "redX" not in screen_text(desk.app)
    await desk.press("ctrl+n")
    await desk.until(lambda: "redX" in screen_text(desk.app))
    assert "✎" in screen_text(desk.app)


async def test_an_arrival_moves_neither_focus_nor_selection(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await desk.press("e", "end")
    focused = desk.app.focused
    await call(desk, "ask_visit", url=URL)
    await desk.until(lambda: desk.inbox.query_one(Queue).ids == [1, 2])
    await desk.press("K")
    assert desk.app.focused is focused
    assert isinstance(focused, Input)
    assert (focused.value, desk.inbox.reviewing.selected) == ("redK", 1)


async def test_a_withdrawn_form_keeps_the_cursor_and_sends_nothing(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await desk.press("e", "end")
    await desk.backend.supervisor.stop("demo")
    await desk.until(lambda: "withdrawn: stopped by hand" in screen_text(desk.app))
    await desk.press("q")
    assert desk.app.is_running
    assert isinstance(desk.app.focused, Input)
    await desk.press("ctrl+g")
    assert inquiry(desk).phase is Phase.WITHDRAWN


async def test_the_messages_show_what_would_be_sent(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await desk.press("4")
    shown = document_text(desk.inbox.query_one("#inquiry-raw", DocumentPane))
    assert '"requestedSchema"' in shown
    result = json.loads(shown.partition("What it would get:")[2])["result"]
    assert result == {"action": "accept", "content": {"colour": "red", "deep": False}}
    await desk.press("ctrl+g")
    assert inquiry(desk).phase is Phase.REQUEST  # the question was not on the screen


async def test_only_what_is_possible_is_offered(desk: Desk) -> None:
    await call(desk, "ask_colour")
    never = ("open-page", "answer-by-hand", "choose-model", "reject-with-reason", "stop", "show-response", "regenerate")
    assert not any(desk.inbox.commands.is_possible(name) for name in never)
    assert all(desk.inbox.commands.is_possible(name) for name in ("approve", "reject", "dismiss-question", "edit"))
    await desk.press("h", "m", "X", "s", "b", "2", "3")
    assert inquiry(desk).phase is Phase.REQUEST
    assert desk.app.screen is desk.inbox


# --- pages ---


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a browser that writes down what it is asked to open; returns where."""
    script = tmp_path / "browser.py"
    script.write_text(f"import sys\nopen({str(tmp_path / 'opened')!r}, 'a').write(sys.argv[1] + '\\n')\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    return tmp_path / "opened"


@BOTH_SIZES
async def test_a_page_is_shown_whole_and_opened_on_command_only(desk: Desk, opened: Path) -> None:
    run = await call(desk, "ask_visit", url=URL)
    await desk.until(lambda: "what stands before the @" in screen_text(desk.app))
    shown = screen_text(desk.app)
    assert URL in shown
    assert "host    evil.example" in shown
    await desk.look()
    await desk.press("o")
    await desk.until(lambda: "It was opened in your browser" in screen_text(desk.app))
    assert opened.read_text() == f"{URL}\n"
    assert inquiry(desk).phase is Phase.REQUEST
    await desk.press("ctrl+g")
    await ended(desk, run)
    assert result_text(run) == "accept"
    await desk.until(lambda: inquiry(desk).completed)
    await desk.until(lambda: "the server says that it is done" in screen_text(desk.app))
    assert opened.read_text() == f"{URL}\n"


async def test_a_page_that_has_just_appeared_is_not_opened(desk: Desk, opened: Path) -> None:
    await call(desk, "ask_visit", url=URL)
    await desk.until(lambda: desk.app.arming.target is not None)
    await desk.pilot.press("o")
    await desk.until(lambda: "Not opened: it has just appeared" in screen_text(desk.app))
    assert not opened.exists()


async def test_what_is_no_web_page_can_not_be_opened(desk: Desk, opened: Path) -> None:
    run = await call(desk, "ask_visit", url="file:///etc/passwd")
    await desk.until(lambda: "can't be opened from here" in screen_text(desk.app))
    assert not desk.inbox.commands.is_possible("open-page")
    await desk.look()
    await desk.press("o", "ctrl+r")
    await ended(desk, run)
    assert result_text(run) == "decline"
    assert not opened.exists()


async def test_a_visit_has_nothing_to_edit(desk: Desk) -> None:
    await call(desk, "ask_visit", url=URL)
    await desk.until(lambda: desk.inbox.commands.is_possible("open-page"))
    assert not desk.inbox.commands.is_possible("edit")


async def test_no_browser_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/nowhere/browser %s")
    await call(desk, "ask_visit", url=URL)
    await desk.look()
    await desk.press("o")
    await desk.until(lambda: "copy the address" in screen_text(desk.app))


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_call_that_wants_a_visit_first_says_what_to_do(desk: Desk, agrees: bool) -> None:
    run = await call(desk, "must_visit", url="https://example.com/sign-in")
    await desk.until(lambda: "Sign in there." in screen_text(desk.app))
    assert inquiry(desk).origin.tool == "must_visit"
    assert run.caused(inquiry(desk))
    await desk.look()
    await desk.press("ctrl+g" if agrees else "ctrl+r")
    await ended(desk, run)
    assert isinstance(run.error, CallRefused)
    assert run.error.message == "the server wants a page visited first: Sign in first. (-32042)"
    assert ("then call again" in run.error.hint) is agrees
    again = desk.backend.runs.start("demo", "must_visit", {"url": "https://example.com/sign-in"})
    await ended(desk, again)
    assert result_text(again) == "visited"


async def test_cancelling_the_call_withdraws_its_visit(desk: Desk) -> None:
    run = await call(desk, "must_visit", url="https://example.com/x")
    desk.backend.runs.cancel(run.id)
    await desk.until(lambda: inquiry(desk).phase is Phase.WITHDRAWN)


# --- roots ---


async def test_some_roots_are_shared(desk: Desk, tmp_path: Path) -> None:
    run = await call(desk, "ask_roots")
    await desk.until(lambda: "shares 2 of 2 roots" in screen_text(desk.app))
    await desk.press("e", "tab", "space")
    await desk.until(lambda: "shares 1 of 2 roots" in screen_text(desk.app))
    assert [box.value for box in desk.inbox.query(Tick)] == [True, False]
    assert "▐X▌ one" in screen_text(desk.app)
    assert "▐ ▌ two" in screen_text(desk.app)
    await desk.press("escape")
    await desk.look()
    await desk.press("ctrl+g")
    await ended(desk, run)
    assert json.loads(result_text(run)) == [(tmp_path / "one").as_uri()]


async def test_roots_are_refused(desk: Desk) -> None:
    run = await call(desk, "ask_roots")
    await desk.until(lambda: "refuses: sends -1" in screen_text(desk.app))
    assert not desk.inbox.commands.is_possible("dismiss-question")
    await desk.press("ctrl+r")
    await ended(desk, run)
    assert result_text(run) == "-1 User rejected roots request"


async def test_roots_change_at_run_time(desk: Desk, tmp_path: Path) -> None:
    await desk.press("f2", "R")
    await desk.until(lambda: isinstance(desk.app.screen, EditRoots))
    area = desk.app.screen.query_one(EditArea)
    area.replace_all("relative/../three\n\nhttp://x")
    await desk.press("ctrl+g")
    await desk.until(lambda: "number 2: a root is a folder of this computer" in screen_text(desk.app))
    area.replace_all(str(tmp_path / "three"))
    await desk.press("ctrl+g")
    await desk.until(lambda: desk.backend.supervisor.servers["demo"].roots == (tmp_path / "three",))
    await desk.until(lambda: "told that its roots have changed" in screen_text(desk.app))
    run = await call(desk, "ask_roots")
    await desk.press("f1")
    await desk.look()
    await desk.press("ctrl+g")
    await ended(desk, run)
    assert json.loads(result_text(run)) == [(tmp_path / "three").as_uri()]


# --- groups ---


@BOTH_SIZES
async def test_a_group_is_answered_in_any_order(desk: Desk, tmp_path: Path) -> None:
    run = await call(desk, "three_at_once", server="modern", asks=3)
    assert [type(item).__name__ for item in desk.backend.desk.items] == ["Review", "Inquiry", "Inquiry"]
    await desk.until(lambda: "#2, #3 are withdrawn" in " ".join(screen_text(desk.app).split()))
    await desk.press("ctrl+n", "ctrl+n")
    await desk.until(lambda: "shares 2 of 2 roots" in screen_text(desk.app))
    await desk.look()
    await desk.press("ctrl+g")
    await desk.until(lambda: inquiry(desk, 3).phase is Phase.SENDING)
    assert desk.inbox.query_one(Queue).ids == [1, 2, 3]  # it stays among its siblings
    await desk.press("left_square_bracket")
    await desk.look()
    await desk.press("ctrl+g")
    await desk.until(lambda: inquiry(desk, 2).phase is Phase.SENDING)
    await desk.press("ctrl+n")
    await desk.approve(Phase.RESPONSE)
    await desk.approve(Phase.DELIVERED)
    await ended(desk, run)
    answer = json.loads(result_text(run))
    assert "the demonstration model" in answer.pop("words")
    roots = [(tmp_path / name).as_uri() for name in ("one", "two")]
    assert answer == {"colour": "red", "deep": False, "roots": roots}


async def test_siblings_are_bracketed_although_others_came_between(desk: Desk) -> None:
    await call(desk, "ask_colour")
    await call(desk, "two_samples", server="modern", asks=2)
    await call(desk, "ask_roots")
    await desk.until(lambda: "┌? #2 modern › two_samples" in screen_text(desk.app))
    shown = screen_text(desk.app)
    assert "└? #3 modern › two_samples" in shown
    assert "round 1 · 1 of 2" in shown
    assert "round 1 · 2 of 2" in shown
    await desk.press("left_square_bracket")  # they stand first: their server is known to give up
    await desk.until(lambda: "round 1 of the call, together with 1 more" in screen_text(desk.app))


async def test_refusing_one_of_a_group_is_asked_for_twice(desk: Desk) -> None:
    run = await call(desk, "two_samples", server="modern", asks=2)
    await desk.press("ctrl+r")
    await desk.until(lambda: "#2 is withdrawn" in screen_text(desk.app))
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST
    await desk.pilot.press("ctrl+r")  # the clock stands still: it is still held down
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST
    await desk.press("ctrl+n", "ctrl+r")  # another one: asked anew
    assert desk.backend.desk.reviews[2].phase is Phase.REQUEST
    await desk.press("ctrl+r")
    await ended(desk, run)
    phases = [review.phase for review in desk.backend.desk.reviews.values()]
    assert phases == [Phase.WITHDRAWN, Phase.REJECTED]
    assert isinstance(run.error, CallRefused)
    assert desk.backend.desk.reviews[1].outcome is not None
    assert desk.backend.desk.reviews[1].outcome.reason == "another request of the same round was rejected"


async def test_declining_the_form_of_a_group_is_an_answer(desk: Desk) -> None:
    await call(desk, "three_at_once", server="modern", asks=3)
    await desk.press("ctrl+n")
    await desk.until(lambda: "declines: sends “decline”" in screen_text(desk.app))
    await desk.press("ctrl+r")
    await desk.until(lambda: inquiry(desk, 2).phase is Phase.SENDING)
    assert desk.backend.desk.reviews[1].phase is Phase.REQUEST


async def test_a_request_that_came_alone_is_refused_at_once(desk: Desk) -> None:
    run = await call(desk, "ask_roots")
    await desk.press("ctrl+r")
    await ended(desk, run)


# --- elsewhere ---


async def test_the_history_tells_of_questions(desk: Desk) -> None:
    run = await call(desk, "ask_colour")
    await desk.press("ctrl+r")
    await ended(desk, run)
    await desk.press("f3")
    await desk.until(lambda: "✗ declined" in screen_text(desk.app) and "Which colour?" in screen_text(desk.app))
    await desk.until(lambda: "demo asked (form), for its tool ask_colour" in screen_text(desk.app))
    await desk.until(lambda: "declined" in screen_text(desk.app))
