"""What questions look like, as text, on both sizes; see `test_screens.py`."""

from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import _settled, _timeless
from tests.support.paths import questions_server
from tests.support.screens.app import NARROW, WIDE, running, screen_text, settings_for, wait_until
from tuui_sampling.servers.state.server import ServerState

pytestmark = pytest.mark.drawn  # what lies under a dialog is part of its frame

CALLS = {
    "a_form": ("ask_colour", {}),
    "a_page": ("ask_visit", {"url": "http://good.example@xn--80ak6aa92e.com:8080/sign-in?\u202enext=[/]"}),
    "a_page_that_can_be_opened": ("ask_visit", {"url": "https://good.example@xn--80ak6aa92e.com/sign-in"}),
    "roots": ("ask_roots", {}),
}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", CALLS)
async def test_question(name: str, size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    settings = settings_for(demo=questions_server())
    roots = (Path("/srv/notes"), Path("/srv/[b]odd\u202e"))
    settings = replace(settings, servers={"demo": replace(settings.servers["demo"], roots=roots)})
    async with running(settings, tmp_path / "record.sqlite3", size=size) as (app, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["demo"].state is ServerState.READY)
        tool, arguments = CALLS[name]
        backend.runs.start("demo", tool, arguments)
        await wait_until(pilot, lambda: backend.desk.inquiries)
        if "page" not in name:  # there is nothing to fill in, and the program says so for a moment
            await pilot.press("e")
        await _settled(pilot)
        assert _timeless(screen_text(app)) == snapshot
