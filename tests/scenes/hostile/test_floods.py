"""A server that asks and asks: the screen stays alive, and nobody else's request is hidden."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.desks import request
from tests.support.screens.app import NARROW, WIDE, running, screen_text, settings_for, wait_until
from tests.support.supervised import PUPPET, sampling
from tests.tui.servers.test_screen import open_servers
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Settings
from tuui_sampling.frontend.queue.duplicates import Duplicates
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.derived.digests import asked_digest
from tuui_sampling.sampling.inquiry import Inquiry, RootsRequest
from tuui_sampling.sampling.origin import Group, Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Candidate, Review, Selection
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.inbox.screen import InboxScreen
from tuui_sampling.tui.inbox.widgets.queue import Queue

FLOOD = 20_000


def patient(settings: Settings, most: int) -> Settings:
    """Return the settings with so many requests of each server allowed to wait."""
    return replace(settings, servers={name: replace(one, max_pending=most) for name, one in settings.servers.items()})


async def say(backend: Backend, server: str, *lines: str) -> None:
    """Have a puppet write lines, after its answer."""
    await backend.supervisor.call_tool(server, "say", {"before": [], "after": list(lines)})


def inbox(app: TuuiApp) -> InboxScreen:
    assert isinstance(app.screen, InboxScreen)
    return app.screen


# --- 55 ---


async def test_55_the_screen_is_alive_while_twenty_thousand_requests_come(tmp_path: Path) -> None:
    async with running(settings_for(puppet=PUPPET), tmp_path / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        server = backend.supervisor.servers["puppet"]
        await pilot.press("f1")
        beats: list[int] = []
        app.set_interval(0.01, lambda: beats.append(server.refused))
        await say(backend, "puppet", *(sampling(number, f"prompt {number}") for number in range(FLOOD)))
        await wait_until(pilot, lambda: server.refused == FLOOD - 20)
        assert sum(0 < refused < FLOOD - 20 for refused in beats) >= 5, "the app had its turn in the midst of the flood"
        await wait_until(pilot, lambda: "20 pending" in screen_text(app))
        assert len(inbox(app).query_one(Queue).ids) == 20
        assert "rate limit" in (server.log.last("event") or "")


# --- 56 ---


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_56_a_hundred_identical_requests_are_one_row(tmp_path: Path, size: tuple[int, int]) -> None:
    settings = patient(settings_for(puppet=PUPPET, other=PUPPET), 100)
    async with running(settings, tmp_path / "r", size=size) as (app, pilot, backend):
        await wait_until(pilot, lambda: len(backend.supervisor.process_groups()) == 2)
        await open_servers(pilot, backend)
        await pilot.press("f1")
        await say(backend, "puppet", *(sampling(number, "the same") for number in range(100)))
        await wait_until(pilot, lambda: "100 pending" in screen_text(app))  # so that one of these is selected
        await say(backend, "other", sampling(1, "the same"))
        await wait_until(pilot, lambda: "101 pending" in screen_text(app))
        queue = inbox(app).query_one(Queue)
        await wait_until(pilot, lambda: len(queue.ids) == 2)
        if size is NARROW:
            await pilot.press("l")
        assert "×100 puppet" in screen_text(app)
        await each_is_decided_alone(pilot, app, backend)
        await the_server_is_paused_from_here(pilot, app, backend)


async def each_is_decided_alone(pilot: Pilot[None], app: TuuiApp, backend: Backend) -> None:
    """Reject the one that is shown; the row stands for the others."""
    queue = inbox(app).query_one(Queue)
    first = inbox(app).reviewing.selected
    assert first is not None
    assert backend.desk.settle(first, Gate.REQUEST, Reject())
    await wait_until(pilot, lambda: "×99 puppet" in screen_text(app))
    assert len(backend.desk.pending) == 100
    await wait_until(pilot, lambda: inbox(app).reviewing.selected != first)  # what waits next follows
    second = inbox(app).reviewing.selected
    assert second is not None
    await wait_until(pilot, lambda: second in queue.ids)
    assert "×99 puppet" in screen_text(app), "the row stands for whichever of them is selected"


async def the_server_is_paused_from_here(pilot: Pilot[None], app: TuuiApp, backend: Backend) -> None:
    """Pause the server of what is selected, and resume it."""

    def selected() -> str:
        item = inbox(app).reviewing.item
        return item.origin.server if item is not None else ""

    server = backend.supervisor.servers[selected()]
    await pilot.press("p")
    await wait_until(pilot, lambda: server.paused)
    await wait_until(pilot, lambda: "pending ⏸ ·" in screen_text(app))
    await wait_until(pilot, lambda: selected() == server.name)
    await pilot.press("p")
    await wait_until(pilot, lambda: not server.paused)


# --- what counts as identical ---


def review(number: int, server: str = "s", text: str = "hello", **more: Any) -> Review:
    """Return a review that waits."""
    asked = request(text)
    origin = Origin(server, "2025-11-25", request_id=number, tool="t", **more)
    selection = Selection("model", "the only one")
    return Review(
        id=number,
        key=str(number),
        origin=origin,
        arrived=0,
        arrived_at=datetime.now(UTC),
        asked=asked,
        outbound=asked,
        selection=selection,
        digest=asked_digest(asked),
    )


def folded(
    *rows: Review | Inquiry, selected: int | None = None, edited: int = 0
) -> tuple[list[int], Mapping[int, int]]:
    """Return the ids of the rows that are left, and their counts."""
    left, folds = Duplicates().fold(rows, selected, lambda number: number == edited)
    return [row.id for row in left], {number: fold.count for number, fold in folds.items()}


def test_rows_that_differ_stay() -> None:
    assert folded() == ([], {})
    assert folded(review(1), review(2, text="other"), review(3, server="other"), review(4, unsolicited=True)) == (
        [1, 2, 3, 4],
        {},
    )


def test_identical_ones_are_folded_into_the_first_or_the_selected() -> None:
    rows = [review(1), review(2, text="other"), review(3), review(4)]
    assert folded(*rows) == ([1, 2], {1: 3})
    assert folded(*rows, selected=3) == ([2, 3], {3: 3})
    assert folded(*rows, selected=2) == ([1, 2], {1: 3})


def test_what_somebody_has_begun_with_is_not_folded() -> None:
    rows = [review(number) for number in range(1, 7)]
    rows[1].phase = Phase.GENERATING
    rows[2].phase = Phase.REJECTED
    rows[3].notices = ("It could not be recorded.",)
    rows[4].candidates = [Candidate(1, "m", rows[4].asked, 0)]
    assert folded(*rows) == ([1, 2, 3, 4, 5], {1: 2})
    assert folded(review(1), review(2), edited=2) == ([1, 2], {})


def test_members_of_a_group_stay_with_their_group() -> None:
    group = Group(1, 1, 2)
    assert folded(review(1, group=group), review(2, group=group)) == ([1, 2], {})


def test_questions_are_folded_like_requests() -> None:
    questions = [
        Inquiry(
            id=number,
            key=str(number),
            origin=Origin("s", "2025-11-25"),
            arrived=0,
            arrived_at=datetime.now(UTC),
            asked=RootsRequest(()),
        )
        for number in (1, 2)
    ]
    assert folded(*questions, review(3)) == ([1, 3], {1: 2})


def test_what_was_found_out_is_remembered_as_long_as_it_is_needed() -> None:
    duplicates = Duplicates()
    rows = [review(1), review(2)]
    duplicates.fold(rows, None, lambda _: False)
    assert set(duplicates._digests) == {1, 2}
    duplicates.fold(rows[:1], None, lambda _: False)
    assert set(duplicates._digests) == {1}
