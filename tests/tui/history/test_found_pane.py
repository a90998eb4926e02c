"""The list of the History: outcomes have hues, which the row of the cursor does without."""

from pathlib import Path

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.color import Color

from tests.frontend.presentation.test_history import summary
from tuui_sampling.frontend.presentation.history import OUTCOMES
from tuui_sampling.frontend.remembered import Remembered
from tuui_sampling.history.ledger import Kind
from tuui_sampling.tui.document.contrast import contrast
from tuui_sampling.tui.history.found_pane import LINES, FoundPane
from tuui_sampling.tui.history.rows import HUES

ENDED = [kind for kind in HUES if kind is not None]
PARTED = [Kind.DELIVERED, Kind.REJECTED, Kind.FAILED, Kind.WITHDRAWN]


class PaneApp(App[None]):
    """Nothing but the list, with a review of each outcome."""

    CSS = "#history-list { border: none; padding: 0; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.pane = FoundPane(Remembered(path))

    def compose(self) -> ComposeResult:
        yield self.pane

    def show(self) -> None:
        rows = [summary(review=str(kind), outcome=kind) for kind in ENDED]
        self.pane.show(rows, {}, str(ENDED[0]), "")

    def drawn(self, kind: Kind) -> list[Segment]:
        """Return the first line of a review, without what is blank."""
        line = self.pane.options.render_line(ENDED.index(kind) * LINES)
        return [one for one in line if one.text.strip()]


async def test_each_outcome_has_its_hue_and_the_row_of_the_cursor_one_colour(tmp_path: Path) -> None:
    app = PaneApp(tmp_path / "interface.json")
    async with app.run_test(size=(60, 40)) as pilot:
        for theme in ("textual-dark", "textual-light"):
            app.theme = theme
            app.show()
            await pilot.pause()
            hues = {}
            for kind in ENDED[1:]:
                first = app.drawn(kind)[0]
                assert first.text.strip() == OUTCOMES[kind]  # the mark and the word say the same
                assert first.style is not None and first.style.color is not None and first.style.bgcolor is not None
                hues[kind] = first.style.color.name
            assert len({hues[kind] for kind in PARTED}) == len(PARTED)
            cursor = app.drawn(ENDED[0])
            assert len({one.style and one.style.color for one in cursor}) == 1
            style = cursor[0].style
            assert style is not None and style.color is not None and style.bgcolor is not None
            text, ground = (Color.from_rich_color(one) for one in (style.color, style.bgcolor))
            hardest = min(contrast(Color.parse(hue), ground) for hue in hues.values())
            assert hardest < 3 < contrast(text, ground), "else the hues could stay"


def test_every_outcome_has_a_hue() -> None:
    assert set(HUES) == {None, *OUTCOMES}
