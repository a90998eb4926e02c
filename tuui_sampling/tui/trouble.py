"""Says above a screen what is wrong until somebody does something about it."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from .widgets.plain import Plain


class Trouble(Plain):
    """What is wrong until somebody does something about it, a line each; it takes no room while nothing is."""

    DEFAULT_CSS: ClassVar[str] = """
    Trouble {
        height: auto; max-height: 6; padding: 0 1;
        color: $text-error; text-style: bold; background: $error-muted;
    }
    """

    def __init__(self, from_the_start: Iterable[str], standing: Callable[[], str]) -> None:
        """
        Show what was wrong from the start.

        Args:
            standing: Returns what is wrong besides; empty where nothing is.
        """
        super().__init__()
        self._from_the_start = from_the_start
        self._standing = standing

    def look(self) -> None:
        """Show what is wrong now."""
        lines = [f"⚑ {words}" for words in (*self._from_the_start, self._standing()) if words]
        self.update("\n".join(lines))
        self.display = bool(lines)
