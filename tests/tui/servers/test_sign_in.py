"""A server that is called and wants a sign-in: the person is told, sees the page, and opens it."""

from pathlib import Path

import pytest

from tests.support.screens.app import running, screen_text, wait_until
from tuui_sampling.cli.commands.tui_backend import ask_to_sign_in
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.servers import sign_in

PAGE = "http://sign.example:8443/authorize?state=1&next=[bold]"
SECRET = "tok-0123456789-secret"

FAR = ServerSettings("far", url="https://far.example/mcp?key=hidden", headers={"X-Token": SECRET}, enabled=False)
SETTINGS = Settings(servers={"far": FAR}, models={"demo": ModelSettings("demo", "demo")}, default_model="demo")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is opened, instead of opening it; there is no browser."""
    pages: list[str] = []

    async def open_page(page: str) -> str:
        pages.append(page)
        return "no browser was found: copy the address to where there is one"

    monkeypatch.setattr(sign_in, "open_page", open_page)
    return pages


async def test_the_page_is_seen_first_and_then_opened(tmp_path: Path, opened: list[str]) -> None:
    async with running(SETTINGS, tmp_path / "record") as (app, pilot, backend):
        server = backend.supervisor.servers["far"]
        server.sign_in_page, server.state = PAGE, ServerState.STARTING
        ask_to_sign_in(app, server, PAGE)
        await wait_until(pilot, lambda: "far wants you to sign in at sign.example" in screen_text(app))
        app.clear_notifications()
        await pilot.press("f2")
        await pilot.press("l")
        await wait_until(pilot, lambda: "sign.example — it is not encrypted (http)" in screen_text(app))
        assert PAGE in screen_text(app)
        assert opened == []
        await pilot.press("l")
        await wait_until(pilot, lambda: opened == [PAGE])
        await wait_until(pilot, lambda: "no browser was found: copy the address" in screen_text(app))


async def test_a_page_that_can_not_be_trusted_is_not_opened(tmp_path: Path, opened: list[str]) -> None:
    async with running(SETTINGS, tmp_path / "record") as (app, pilot, backend):
        server = backend.supervisor.servers["far"]
        server.sign_in_page, server.state = "javascript:alert(1)", ServerState.STARTING
        await pilot.press("f2", "l", "l")
        await wait_until(pilot, lambda: "It can't be opened from here" in screen_text(app))
        assert opened == []


async def test_nothing_to_sign_in_to(tmp_path: Path, opened: list[str]) -> None:
    async with running(SETTINGS, tmp_path / "record") as (_, pilot, _house):
        await pilot.press("f2", "l", "l")
        await pilot.pause()
        assert opened == []


async def test_a_server_that_is_called_shows_its_host_and_no_secret(tmp_path: Path) -> None:
    async with running(SETTINGS, tmp_path / "record") as (app, pilot, _):
        await pilot.press("f2", "2")
        await wait_until(pilot, lambda: "far.example" in screen_text(app))
        text = screen_text(app)
        assert "X-Token (values are not shown)" in text
        assert SECRET not in text and "hidden" not in text and "command" not in text
