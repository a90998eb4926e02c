"""The state of each server in the tree has a sign and a hue of its own, and what is wrong with an offer has one."""

import pytest
from rich.color import Color as RichColor
from textual.app import App, ComposeResult
from textual.color import Color

from tests.support.screens.app import wait_until
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.server import Server, ServerState, Tool
from tuui_sampling.tui.servers.widgets.server_label import HUES, SIGNS, hue_of, sign_of
from tuui_sampling.tui.servers.widgets.server_tree import ServerTree

STATES = {
    # A server's name, which is its state, and the hue that its sign has.
    "ready": "success",
    "starting": "primary",
    "failed": "error",
    "stopped": "muted",
    "paused": "warning",
    "muted": "warning",
}


class Shown(App[None]):
    """A tree with a server in each state."""

    def compose(self) -> ComposeResult:
        yield ServerTree(lambda: None, lambda: False)


def server(name: str) -> Server:
    """Return a server in the state that it is named after."""
    state = ServerState(name) if name in set(ServerState) else ServerState.READY
    one = Server(ServerSettings(name, "run"), state=state)
    one.paused, one.muted = name == "paused", name == "muted"
    if name == "ready":
        one.tools = (Tool("good", None, None, {}), Tool("bad", None, None, {}, problem="inputSchema is missing"))
    return one


def hue_at(app: App[None], row: str, word: str) -> RichColor | None:
    """Return the colour in which a word of a row is drawn."""
    for strip in app.screen._compositor.render_strips():
        if row in strip.text:
            at = strip.text.index(word, strip.text.index(row) if word in row else 0)
            style = next(iter(strip.crop(at, at + 1))).style
            return style.color if style is not None else None
    return None


async def test_each_state_is_told_by_a_hue_of_the_theme() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        tree = app.query_one(ServerTree)
        tree.show([Server(ServerSettings("first", "run")), *map(server, STATES)])
        await wait_until(pilot, lambda: hue_at(app, "muted", "●") is not None)
        for theme in ("textual-dark", "textual-light", "nord"):
            app.theme = theme
            hue = {one: Color.parse(app.theme_variables[f"text-{one}"]) for one in ("success", "error")}
            failed = hue["error"].rich_color
            await wait_until(pilot, lambda failed=failed: hue_at(app, "✗ failed", "✗") == failed)  # type: ignore[misc]
            assert hue_at(app, "● ready", "●") == hue["success"].rich_color
            assert hue_at(app, "bad", "✗ unusable") == hue["error"].rich_color
        colours = {
            name: hue_at(app, f"{SIGNS[server(name).state]} {name}", SIGNS[server(name).state]) for name in STATES
        }
        assert len(set(colours.values())) == len(set(STATES.values())), colours


async def test_on_the_cursor_its_own_colour_is_kept() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        tree = app.query_one(ServerTree)
        tree.show([server("failed"), server("stopped")])
        tree.focus()
        await wait_until(pilot, lambda: hue_at(app, "✗ failed", "✗") is not None)
        assert hue_at(app, "✗ failed", "✗") == hue_at(app, "✗ failed", "failed")


@pytest.mark.parametrize("name", STATES)
def test_a_sign_and_a_hue_for_each(name: str) -> None:
    assert hue_of(server(name)) == STATES[name]
    assert sign_of(server(name)) == SIGNS[server(name).state]


def test_no_state_is_left_out() -> None:
    assert set(ServerState) == SIGNS.keys() == HUES.keys() - {None}
    assert HUES[ServerState.FAILED] not in [hue for state, hue in HUES.items() if state is not ServerState.FAILED]
