"""Lists what the palette offers: every command that is possible now, and what Textual itself can do."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from textual.app import App, SystemCommand

from .commands import CommandSet
from .port import AppPort

SCREENSHOT = "Save a picture of what is on the screen; asks first, since all that is shown goes into the file."


class Place(Protocol):
    """A screen with commands, or the app with those that work everywhere."""

    @property
    def commands(self) -> CommandSet[Any]:
        """Its commands."""

    def action_command(self, identifier: str) -> Awaitable[None]:
        """Do what one of them says."""

    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool:
        """Do something later, in its turn."""


def palette(app: App[None], port: AppPort, places: Iterable[Place | None]) -> Iterable[SystemCommand]:
    """Yield the entries of the palette."""
    for place in filter(None, places):
        for command in place.commands.possible():
            label = place.commands.wording(command.id) or command.label
            yield SystemCommand(f"{label}  {port.key_of(command.id)}", command.help, _runner(place, command.id))
    yield SystemCommand("theme", "Choose other colours.", app.action_change_theme)
    yield SystemCommand("screenshot", SCREENSHOT, lambda: app.call_later(_save_screenshot, app, port))


def _save_screenshot(app: App[None], port: AppPort) -> None:
    from .dialogs.save import save_as

    picture = app.export_screenshot().encode("utf-8", "replace")  # before the question lies over it
    question = "Save a picture of the screen. It holds all that is shown: prompts, answers, names."
    port.begin(save_as(port, question, "tuui-sampling.svg", picture), "save")


def _runner(place: Place, identifier: str) -> Callable[[], None]:
    def run() -> None:
        place.call_later(place.action_command, identifier)

    return run
