"""The help: every key of the screen, and what is said of what the screen shows."""

from pathlib import Path

from textual.widgets import Static

from tests.support.full_request import user
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import Requested, requested
from tuui_sampling.tui.dialogs.help import HelpScreen
from tuui_sampling.tui.document.cursor import HELP


def said(desk: Requested) -> list[str]:
    """Return every text of the help, scrolled to or not."""
    return [str(one.content) for one in desk.app.screen.query(Static)]


async def test_the_keys_of_a_document_are_in_the_help_where_one_is_shown(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        assert HELP not in said(desk)
        await desk.press("escape")
        await desk.ask({"messages": [user("Where does it rain?")], "maxTokens": 10})
        await desk.until(lambda: "Where does it rain?" in screen_text(desk.app))
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        assert said(desk).count(HELP) == 1
        await desk.press("escape", "f4", "question_mark")
        await desk.until(lambda: any("What decides without you" in text for text in said(desk)))
        assert HELP not in said(desk)
