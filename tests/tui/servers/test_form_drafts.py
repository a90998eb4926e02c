"""What is typed into the form of an offer survives any end of the program, and is filled in again on demand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.paths import demo_server
from tests.support.screens.app import is_possible, running, screen_text, settings_for, wait_until
from tests.tui.inbox.test_drafts import files
from tests.tui.servers.test_screen import last_run, open_servers
from tuui_sampling.backend import Backend
from tuui_sampling.frontend.review.drafts import form_digest
from tuui_sampling.tui.app import TuuiApp


@asynccontextmanager
async def at_the_form(folder: Path) -> AsyncIterator[tuple[TuuiApp, Pilot[None], Backend]]:
    """Run the program with the first tool of the demonstration selected."""
    async with running(settings_for(demo=demo_server()), folder / "r") as (app, pilot, backend):
        await open_servers(pilot, backend)
        await pilot.press("down")
        await wait_until(pilot, lambda: "Write a poem" in screen_text(app))
        yield app, pilot, backend


async def test_what_is_typed_is_offered_again_until_it_is_used(tmp_path: Path) -> None:
    async with at_the_form(tmp_path) as (app, pilot, _backend):
        assert not is_possible(app, "fill-in-form")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"the s")
        await wait_until(pilot, files)
        await pilot.press(*"ea")  # the end comes at once: what is not written yet is written then
    (kept,) = files()
    assert kept.stat().st_mode & 0o777 == 0o600

    async with at_the_form(tmp_path) as (app, pilot, backend):
        await wait_until(pilot, lambda: "d fills it in" in screen_text(app))
        assert "the sea" not in screen_text(app), "nothing is filled in unasked"
        await pilot.press("d")
        await wait_until(pilot, lambda: "the sea" in screen_text(app) and "fills it in" not in screen_text(app))
        await pilot.press("ctrl+g")
        await wait_until(pilot, lambda: backend.runs.runs)
        assert last_run(backend).arguments["topic"] == "the sea"
        assert files() == [], "what it held is used"


def test_a_draft_belongs_to_one_form() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    forms = [
        ("one", "tool", "t", schema),
        ("two", "tool", "t", schema),
        ("one", "prompt", "t", schema),
        ("one", "tool", "u", schema),
        ("one", "tool", "t", {**schema, "required": ["a"]}),
    ]
    assert len({form_digest(*form) for form in forms}) == len(forms)
    assert form_digest("one", "tool", "t", schema) == form_digest("one", "tool", "t", dict(reversed(schema.items())))
