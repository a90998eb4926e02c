"""Shows the line of the tour above the footer, as long as there is one."""

from collections.abc import Callable

from textual.widgets import Static

from .plain import line


class TourLine(Static):
    """What to do next; it takes no room once the tour is over."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TourLine {
        dock: bottom; margin-bottom: 1; height: 1; padding: 0 1;
        color: $text-accent; text-style: bold; background: $panel;
    }
    """

    def __init__(self, words: Callable[[], str]) -> None:
        """
        Show what a function returns; it is asked at each `look`.

        Args:
            words: Returns the line, or nothing once the tour is over.
        """
        super().__init__("")
        self._words = words
        self._shown = ""
        self.display = False

    def look(self) -> None:
        """Show what is to be done now."""
        if (words := self._words()) != self._shown:
            self._shown = words
            self.update(line(words))
            self.display = bool(words)
