"""What a call returned is searched beside the screen, and told below what it stands in."""

from textual.app import App, ComposeResult

from tests.support.screens.app import screen_text, wait_until
from tuui_sampling.servers.state.server import ToolResult
from tuui_sampling.tui.servers.widgets.result_view import ResultView


async def test_a_note_comes_below_what_was_found() -> None:
    class Shows(App[None]):
        def compose(self) -> ComposeResult:
            yield ResultView(ToolResult(({"type": "text", "text": "to anna.meier@firma-meier.de"},), is_error=False))

    app = Shows()
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: "⚑ personal (medium): e-mail address" in screen_text(app))
        assert "to anna.meier@firma-meier.de" in screen_text(app)
