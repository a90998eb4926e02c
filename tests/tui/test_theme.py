"""A theme that is chosen in the program is there again the next time, until the configuration names another one."""

from dataclasses import replace
from pathlib import Path

from tests.support.screens.requesting import SETTINGS, requested


async def test_a_chosen_theme_is_remembered_until_the_configuration_names_another(tmp_path: Path) -> None:
    def configured(theme: str):  # type: ignore[no-untyped-def]
        return replace(SETTINGS, interface=replace(SETTINGS.interface, theme=theme))

    async with requested(tmp_path, settings=configured("nord")) as desk:
        assert desk.app.theme == "nord"
        desk.app.theme = "gruvbox"
        await desk.pilot.pause()
    async with requested(tmp_path, settings=configured("nord")) as desk:
        assert desk.app.theme == "gruvbox"
    async with requested(tmp_path, settings=configured("textual-light")) as desk:
        assert desk.app.theme == "textual-light"
