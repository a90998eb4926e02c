"""
What the screens look like, as text, on both sizes: a picture of cells that a reviewer can read in a diff.

Renew with `pytest tests/snapshots --snapshot-update`, and look at the difference before committing it.
"""

import re
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from tests.support.paths import demo_server
from tests.support.screens.app import NARROW, WIDE, running, screen_text, settings_for, wait_until
from tuui_sampling.backend import Backend
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.document.view import DocumentView

pytestmark = pytest.mark.drawn  # what lies under a dialog is part of its frame

Walk = Callable[[Pilot[None], Backend], Awaitable[None]]


async def _call(pilot: Pilot[None], backend: Backend, tool: str, **arguments: object) -> None:
    before = len(backend.desk.reviews)
    backend.runs.start("demo", tool, arguments)
    await wait_until(pilot, lambda: len(backend.desk.reviews) > before)


async def _respond(pilot: Pilot[None], backend: Backend) -> None:
    """Bring the first review to its second gate, past the keyboard: the keys have tests of their own."""
    review = backend.desk.reviews[1]
    gate = review.gate
    assert gate is not None
    backend.desk.settle(1, gate, Approve(review.asked, "demo", outbound_digest(review.asked, "demo")))
    await wait_until(pilot, lambda: review.phase is Phase.RESPONSE)


async def nothing_waits(pilot: Pilot[None], backend: Backend) -> None:
    """No request yet."""


async def a_request(pilot: Pilot[None], backend: Backend) -> None:
    """The first gate."""
    await _call(pilot, backend, "generate_poem", topic="the sea")


async def a_conversation(pilot: Pilot[None], backend: Backend) -> None:
    """The first gate, with many fields."""
    await _call(pilot, backend, "converse")


async def an_image(pilot: Pilot[None], backend: Backend) -> None:
    """A block that is not text."""
    await _call(pilot, backend, "describe_image")
    await wait_until(pilot, lambda: "▀" in screen_text(pilot.app))  # it is decoded beside the event loop


async def hostile(pilot: Pilot[None], backend: Backend) -> None:
    """A request that tries everything."""
    await _call(pilot, backend, "hostile")


async def an_edited_request(pilot: Pilot[None], backend: Backend) -> None:
    """An edit."""
    await a_request(pilot, backend)
    await pilot.press("e", "A", "tab", "end")


async def a_response(pilot: Pilot[None], backend: Backend) -> None:
    """The second gate."""
    await a_request(pilot, backend)
    await _respond(pilot, backend)


async def the_changes(pilot: Pilot[None], backend: Backend) -> None:
    """What was changed at both gates."""
    await a_response(pilot, backend)
    await pilot.press("e", "B", "escape", "3")


async def the_models(pilot: Pilot[None], backend: Backend) -> None:
    """The choice of a model."""
    await a_request(pilot, backend)
    await pilot.press("m")


async def the_help(pilot: Pilot[None], backend: Backend) -> None:
    """Every key."""
    await pilot.press("question_mark")


async def the_servers(pilot: Pilot[None], backend: Backend) -> None:
    """The tools, and the form of the first."""
    await pilot.press("f2", "down")


async def the_history(pilot: Pilot[None], backend: Backend) -> None:
    """What was asked before."""
    await a_request(pilot, backend)
    await pilot.press("f3")


WALKS = (
    nothing_waits,
    a_request,
    a_conversation,
    an_image,
    hostile,
    an_edited_request,
    a_response,
    the_changes,
    the_models,
    the_help,
    the_servers,
    the_history,
)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show times in one zone, wherever this runs."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
async def test_screen(walk: Walk, size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "record.sqlite3", size=size) as (
        app,
        pilot,
        backend,
    ):
        await wait_until(pilot, lambda: backend.supervisor.servers["demo"].state is ServerState.READY)
        await walk(pilot, backend)
        await _settled(pilot)
        assert _timeless(screen_text(app)) == snapshot


async def _settled(pilot: Pilot[None]) -> None:
    """Let the program go on until the screen stays the same for a while, in which its documents were at rest once."""
    last, same, has_rested = "", 0, False
    while same < 5 or not has_rested:
        await pilot.pause(0.05)
        now = _timeless(screen_text(pilot.app))
        if now != last:
            last, same, has_rested = now, 0, False
        same += 1
        # Once is enough: a stopwatch has rows painted anew each second, and a busy machine takes as long for a look.
        has_rested = has_rested or all(
            view.is_at_rest for view in pilot.app.screen.query(DocumentView) if view.is_on_screen
        )


def _timeless(text: str) -> str:
    """Return the text with every number that depends on the time made zeros, digit by digit; of ages, one digit."""
    patterns = (
        r"\d+(?:\.\d+)? s\b",  # ages and durations
        r"\d+:\d\d\b(?::\d\d)?",  # times of the day, stopwatches
        r"\d{4}-\d\d-\d\d",
        r"\d{8}-\d{6}-",
        r"pid +\d+",
        r"(?<=attempt \d of \d in )\d+",  # a narrow column has its unit in another row
        r"\d+ rows? not seen",  # what has rested long enough to count depends on when the picture was taken
    )
    for pattern in patterns:
        text = re.sub(pattern, lambda match: re.sub(r"\d", "0", match[0]), text)
    text = re.sub(r" +0+ rows? not seen", "  0 rows not seen", text)  # at the right edge
    # what is ten seconds old takes a column more of its row
    text = re.sub(r" (\d+ ch · )?0(0+) s([│┃])", lambda row: f" {' ' * len(row[2])}{row[1] or ''}0 s{row[3]}", text)
    return re.sub(r"0{8}-0{6}-\w{6}", "00000000-000000-000000", text)  # a session in the record
