"""The counts in the first line: singular and plural, and what failed in its hue."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from tests.support.screens.app import wait_until
from tuui_sampling.tui.widgets.header import MODES, Frame, StateWords


class Framed(App[None]):
    """A header alone."""

    def compose(self) -> ComposeResult:
        yield Frame("inbox", {mode: f"F{number}" for number, (mode, _) in enumerate(MODES, 1)})


@pytest.mark.parametrize(
    ("servers", "failed", "undelivered", "words", "in_its_hue"),
    [
        ((1, 1), 0, 0, "0 pending · 1 of 1 server", []),
        ((0, 2), 0, 0, "0 pending · 0 of 2 servers", []),
        ((1, 3), 2, 0, "0 pending · 1 of 3 servers ✗ 2 failed", ["✗ 2 failed"]),
        ((1, 3), 1, 4, "0 pending · ✗ 4 undelivered · 1 of 3 servers ✗ 1 failed", ["✗ 4 undelivered", "✗ 1 failed"]),
    ],
)
async def test_the_counts(
    servers: tuple[int, int], failed: int, undelivered: int, words: str, in_its_hue: list[str]
) -> None:
    app = Framed()
    async with app.run_test(size=(140, 5)) as pilot:
        frame = app.query_one(Frame)
        frame.servers, frame.failed, frame.undelivered = servers, failed, undelivered
        state = app.query_one(StateWords)
        await wait_until(pilot, lambda: str(state.content) == words)
        assert isinstance(state.content, Content)
        hued = [words[span.start : span.end] for span in state.content.spans if "$text-error" in str(span.style)]
        assert hued == in_its_hue
