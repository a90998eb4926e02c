"""Shows the line of the tour above the footer, as long as there is one."""

from collections.abc import Iterator

from textual.widgets import Static

from ...frontend.tour import KeyOf, Tour
from .plain import line

LOOK_SECONDS = 0.25
"""Between two looks at what is to be done next."""


class TourLine(Static):
    """What to do next; it takes no room once the tour is over."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TourLine {
        dock: bottom; margin-bottom: 1; height: 1; padding: 0 1;
        color: $foreground; text-style: bold; background: $panel;
    }
    """

    def __init__(self, tour: Tour, mode: str, key_of: KeyOf) -> None:
        """
        Show the line of a tour.

        Args:
            mode: The screen that it is on.
            key_of: Returns the key of a command.
        """
        super().__init__("")
        self._tour = tour
        self._mode = mode
        self._key_of = key_of
        self._shown: str | None = None

    def on_mount(self) -> None:
        """Follow what happens."""
        self._looking = self.set_interval(LOOK_SECONDS, self._look)
        self._look()

    def _look(self) -> None:
        if (words := self._tour.words(self._mode, self._key_of)) != self._shown:
            self._shown = words
            self.update(line(words))
            self.display = bool(words)
        if self._tour.is_over:
            self._looking.stop()


def tour_line(tour: Tour | None, mode: str, key_of: KeyOf) -> Iterator[TourLine]:
    """Yield the line of a tour; none where there is no tour, or it is over."""
    if tour is not None and not tour.is_over:
        yield TourLine(tour, mode, key_of)
