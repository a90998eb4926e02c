"""Remembers the theme that the person chooses in the program, for as long as the configuration names no other one."""

from textual.app import App
from textual.theme import Theme

from ..frontend.remembered import Remembered

CHOSEN, INSTEAD_OF = "theme", "theme-instead-of"


class ChosenTheme:
    """The theme of an app."""

    def __init__(self, app: App[None], remembered: Remembered) -> None:
        """Choose nothing yet."""
        self._app = app
        self._remembered = remembered
        self._configured: str | None = None
        self._used = ""

    def use(self, configured: str) -> None:
        """Use the theme that is configured; or the one that the person has chosen in its place."""
        if self._configured is None:
            self._app.theme_changed_signal.subscribe(self._app, self._changed)
        self._configured = configured
        chosen = self._remembered.text(CHOSEN)
        if self._remembered.text(INSTEAD_OF) != configured or chosen not in self._app.available_themes:
            chosen = configured
        self._used = chosen or self._app.theme
        self._app.theme = self._used

    def _changed(self, theme: Theme) -> None:
        if theme.name != self._used:
            self._used = theme.name
            self._remembered.set(CHOSEN, theme.name)
            self._remembered.set(INSTEAD_OF, self._configured or "")
