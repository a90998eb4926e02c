"""The History screen: searching the record, and the story of a review."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tests.support.desks import open_reviews
from tests.support.limits import LIMIT
from tests.support.paths import raw_server
from tests.support.screens.app import (
    NARROW,
    WIDE,
    document_rows,
    document_text,
    running,
    screen_text,
    settings_for,
    shown_text,
    wait_until,
)
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Settings
from tuui_sampling.history.ledger import Entry, Kind, Ledger, Summary
from tuui_sampling.sampling.decision import Answer, Approve, Reject
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.errors import LedgerError
from tuui_sampling.sampling.phase import Gate
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.history.found_pane import FoundPane
from tuui_sampling.tui.history.record_view import RecordView
from tuui_sampling.tui.history.screen import PAGE, HistoryScreen

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;t\x07 a\u202eb"
HOSTILE_SHOWN = "[/] [@click=app.quit]x[/] ␛]0;t␇ a⟪U+202E⟫b"


def story_text(app: TuuiApp) -> str:
    """Return the whole story, also what is scrolled away."""
    return document_text(app.screen.query_one(RecordView))


def listed(app: TuuiApp) -> list[str]:
    """Return the rows of the list."""
    options = app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def foot(app: TuuiApp) -> str:
    return shown_text(app.screen.query_one("#history-found PaneTitle", Static))


def received(number: int, prompt: str, **data: Any) -> Entry:
    """Return an entry of a review that arrived `number` seconds into the record."""
    params = {"messages": [{"role": "user", "content": {"type": "text", "text": prompt}}], "maxTokens": 10}
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC) + timedelta(seconds=number)
    return Entry(f"s-{number}", Kind.RECEIVED, "old", at, {"tool": "t", "params": params} | data, number)


async def ask(pilot: Pilot[None], backend: Backend, prompt: str) -> Review:
    """Have the server ask, and return the review that waits."""
    await wait_until(pilot, lambda: backend.supervisor.servers["raw"].state is ServerState.READY)
    run = backend.runs.start("raw", "ask", {"prompt": prompt})
    await wait_until(pilot, lambda: any(run.caused(review) for review in open_reviews(backend.desk)))
    return next(review for review in open_reviews(backend.desk) if run.caused(review))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_story_of_an_edited_review(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(settings_for(raw=raw_server()), tmp_path / "r", size=size) as (app, pilot, backend):
        review = await ask(pilot, backend, f"first line {HOSTILE}\nsecond line")
        request = replace(review.asked, max_tokens=50, system_prompt="Be brief.")
        backend.desk.settle(review.id, Gate.REQUEST, Approve(request, "demo", outbound_digest(request, "demo")))
        await wait_until(pilot, lambda: review.phase == "response")
        response = review.candidates[0].response
        assert response is not None
        backend.desk.settle(review.id, Gate.RESPONSE, Answer(response.with_text("my own words"), 1))
        await wait_until(pilot, lambda: review.outcome)
        await backend.ledger.commit(received(1, "an old one"))
        await pilot.press("f3")
        await wait_until(pilot, lambda: len(listed(app)) == 2)
        await pilot.press("down")
        await wait_until(pilot, lambda: "delivered, exactly so" in story_text(app))
        assert "raw › ask" in screen_text(app) and "✎ edited" in screen_text(app)
        text = story_text(app)
        assert f"first line {HOSTILE_SHOWN}\nsecond line" in text
        assert "approved with changes, for demo" in text
        rows = document_rows(app.screen.query_one(RecordView))
        for shown in ("+ Be brief.", "- maxTokens: 100", "+ maxTokens: 50", "+ my own words"):
            assert shown in rows
        assert f"first line {HOSTILE_SHOWN}"[:40] in "\n".join(listed(app))
        assert not {"\x1b", "\x07", "\u202e"} & set(screen_text(app))
        await pilot.click(OptionList, offset=(30, 1))
        assert app.is_running


async def test_a_rejection_is_told_with_its_reason_and_found_on_return(tmp_path: Path) -> None:
    async with running(settings_for(raw=raw_server()), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        await pilot.press("f3")
        await wait_until(pilot, lambda: "Nothing was asked yet" in screen_text(app))
        await pilot.press("f1")
        review = await ask(pilot, backend, "please")
        await pilot.press("f3")
        await wait_until(pilot, lambda: "… waits" in screen_text(app))
        backend.desk.settle(review.id, Gate.REQUEST, Reject("not [b]today"))
        await wait_until(pilot, lambda: review.outcome)
        await backend.ledger.commit(received(1, "an old one"))
        await pilot.press("f5")
        await wait_until(pilot, lambda: "rejected at the request" in story_text(app))
        assert "not [b]today" in story_text(app)
        assert "✗ rejected" in listed(app)[1] and "… not ended old › " in listed(app)[0]


async def test_searching_by_keyboard(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r") as (app, pilot, backend):
        for number, prompt in enumerate(["red apple", "green apple", "red pear"]):
            await backend.ledger.commit(received(number, prompt))
        await pilot.press("f3")
        await wait_until(pilot, lambda: len(listed(app)) == 3)
        assert "red pear" in listed(app)[0] and foot(app) == "3 reviews"
        pane = app.screen.query_one(FoundPane)
        before = pane.outer_size.width
        await pilot.press("less_than_sign")
        await wait_until(pilot, lambda: pane.outer_size.width == before - 4)
        assert app.remembered.number("history-width", *FoundPane.WIDTHS) == before - 4
        await pilot.press("down")
        await wait_until(pilot, lambda: "green apple" in story_text(app))
        await pilot.press("slash", *"apple re")
        await wait_until(pilot, lambda: len(listed(app)) == 2)
        assert app.screen.query_one(OptionList).highlighted == 0
        assert "green apple" in story_text(app)
        await pilot.press("d")
        await wait_until(pilot, lambda: len(listed(app)) == 1)
        await wait_until(pilot, lambda: "red apple" in story_text(app))
        await pilot.press(*"xyz")
        await wait_until(pilot, lambda: "Nothing holds all these words" in screen_text(app))
        assert isinstance(app.focused, Input)
        await pilot.press("ctrl+u")
        await wait_until(pilot, lambda: len(listed(app)) == 3)
        await pilot.press("enter")
        assert isinstance(app.focused, OptionList)
        await pilot.press("enter")
        assert app.focused is app.screen.query_one(RecordView).view
        await pilot.press("escape")
        assert isinstance(app.focused, OptionList), "a document is left as an editor is"
        for keys in (["escape"], ["enter", "escape"]):  # from the search, and from the list
            await pilot.press("slash", *"red", *keys)
            await wait_until(pilot, lambda: app.screen.query_one(Input).value == "")
            assert isinstance(app.focused, OptionList)
        await wait_until(pilot, lambda: len(listed(app)) == 3)


async def test_more_are_loaded_on_demand(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        for number in range(PAGE + 5):
            backend.ledger.note(received(number, f"number {number}"))
        await backend.ledger.commit(received(PAGE + 5, "the newest"))
        await pilot.press("f3")
        await wait_until(pilot, lambda: len(listed(app)) == PAGE)
        assert "F5 loads older ones" in foot(app)
        await pilot.press("down")
        await pilot.press("f5")
        await wait_until(pilot, lambda: len(listed(app)) == PAGE + 6)
        assert "number 0" in listed(app)[-1]
        assert foot(app) == f"{PAGE + 6} reviews"
        assert app.screen.query_one(OptionList).highlighted == 1


async def test_a_record_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r") as (app, pilot, backend):
        await backend.ledger.commit(received(1, "one"))
        await pilot.press("f3")
        await wait_until(pilot, lambda: len(listed(app)) == 1)
        (tmp_path / "r").unlink()
        (tmp_path / "r").mkdir()
        await pilot.press("f5")
        await wait_until(pilot, lambda: "record" in shown_text(app.screen.query_one("#history-problem", Static)))
        assert app.screen.query_one("#history-problem").display
        assert len(listed(app)) == 1


async def test_an_answer_to_an_older_question_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates: dict[str, asyncio.Event] = {"": asyncio.Event(), "new": asyncio.Event()}
    real = Ledger.search

    async def slow(self: Ledger, text: str = "", *, limit: int = 200, before: int | None = None) -> list[Summary]:
        await gates[text].wait()
        return await real(self, text, limit=limit, before=before)

    monkeypatch.setattr(Ledger, "search", slow)
    async with running(Settings(), tmp_path / "r") as (app, pilot, backend):
        for number, prompt in enumerate(["old one", "new one"]):
            await backend.ledger.commit(received(number, prompt))
        await pilot.press("f3")
        app.screen.query_one(Input).value = "new"
        gates["new"].set()
        await wait_until(pilot, lambda: len(listed(app)) == 1)
        gates[""].set()
        await pilot.pause()
        assert len(listed(app)) == 1 and "new one" in listed(app)[0]


async def test_what_is_recorded_while_it_is_shown_comes_into_the_list(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r") as (app, pilot, backend):
        await backend.ledger.commit(received(1, "first"))
        await pilot.press("f3")
        await wait_until(pilot, lambda: len(listed(app)) == 1)
        await wait_until(pilot, lambda: "first" in story_text(app))
        await backend.ledger.commit(received(2, "second"))
        await wait_until(pilot, lambda: len(listed(app)) == 2)
        options = app.screen.query_one(OptionList)
        assert options.highlighted == 1 and "first" in listed(app)[1], "the cursor stays on its review"


async def test_leaving_while_the_record_is_being_read_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    async def never(self: Ledger, text: str = "", *, limit: int = 200, before: int | None = None) -> list[Summary]:
        asked.set()
        await asyncio.Event().wait()
        raise LedgerError("not reached")

    monkeypatch.setattr(Ledger, "search", never)
    async with running(Settings(), tmp_path / "r") as (app, pilot, _house):
        await pilot.press("f3")
        await asyncio.wait_for(asked.wait(), LIMIT)
    assert not app.is_running


async def test_what_was_held_back_and_what_was_refused_is_told(tmp_path: Path) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r", size=WIDE) as (app, pilot, backend):
        server = backend.supervisor.servers["puppet"]
        await wait_until(pilot, lambda: server.state is ServerState.READY)
        backend.supervisor.pause("puppet", True)
        await backend.supervisor.call_tool("puppet", "say", {"before": [sampling(1, "first")]})
        await wait_until(pilot, lambda: server.held == 1)
        await pilot.press("f3")
        await wait_until(pilot, lambda: "… held back" in screen_text(app))
        assert "held back: the server is paused" in story_text(app)
        backend.supervisor.mute("puppet", True)
        await backend.supervisor.call_tool("puppet", "say", {"before": [sampling(2, "second")]})
        await wait_until(pilot, lambda: server.refused == 2)
        await backend.ledger.commit(received(1, "an old one"))
        await pilot.press("slash", *"refused")
        await wait_until(pilot, lambda: ["✗ refused" in row for row in listed(app)] == [True, True])
        await wait_until(pilot, lambda: "refused on arrival, so nobody saw it" in story_text(app))
        assert "it is muted" in story_text(app)
        assert "second" in listed(app)[0] and "first" in listed(app)[1]


async def test_a_search_that_was_about_to_begin_does_not_while_the_screen_is_taken_apart(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r") as (app, pilot, _house):
        await pilot.press("f3")
        await wait_until(pilot, lambda: isinstance(app.screen, HistoryScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, HistoryScreen)
        await screen.remove_children()
        screen._search()  # as after a pause in typing, where the program was left meanwhile
