"""Where something is saved, and what becomes of a file that is there already."""

import stat
from pathlib import Path
from typing import TypeVar

from textual.app import App
from textual.screen import Screen
from textual.widgets import Input

from tests.support.screens.app import screen_text
from tuui_sampling.tui.dialogs.ask_path import AskPath
from tuui_sampling.tui.dialogs.save import save_as

Answered = TypeVar("Answered")


class Port(App[None]):
    """An app that asks, and keeps what it was to tell."""

    told: str = ""

    async def answer_to(self, question: Screen[Answered]) -> Answered | None:
        return await self.push_screen_wait(question)

    def say(self, text: str) -> None:
        self.told += text


async def test_a_file_is_saved_where_the_person_says_and_replaced_on_a_word_only(tmp_path: Path) -> None:
    taken, free = tmp_path / "taken", tmp_path / "free"
    taken.write_text("precious")
    app = Port()
    async with app.run_test() as pilot:

        async def answer(*keys: str, path: str | None = None) -> None:
            while not (isinstance(app.screen, AskPath) or path is None):
                await pilot.pause()
            if path is not None:
                app.screen.query_one(Input).value = path
            await pilot.press(*keys)

        saving = app.run_worker(save_as(app, "Save it?", "it.bin", b"new"))  # type: ignore[arg-type]
        await answer("enter", path=str(tmp_path / "no such folder" / "it"))
        await answer("enter", path=str(tmp_path))
        assert "name a file, not a folder" in screen_text(app)
        await answer("enter", path=str(taken))
        await answer("n")
        await answer("enter", path=str(free))
        await saving.wait()
        assert (taken.read_text(), free.read_bytes(), app.told) == ("precious", b"new", f"Saved to {free}")
        assert stat.S_IMODE(free.stat().st_mode) == 0o600

        saving = app.run_worker(save_as(app, "Save it?", "it.bin", b"newer"))  # type: ignore[arg-type]
        await answer("enter", path=str(taken))
        while "y replace" not in screen_text(app):
            await pilot.pause()
        await answer("y")
        await saving.wait()
        assert taken.read_bytes() == b"newer"

        saving = app.run_worker(save_as(app, "Save it?", "it.bin", b"never"))  # type: ignore[arg-type]
        await answer("escape", path="x")
        await saving.wait()
        assert not (Path.cwd() / "x").exists()
