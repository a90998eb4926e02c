"""Says in the terminal's title how many requests wait, and gives the terminal its own title back."""

from collections.abc import Callable

TITLE_PUSH, TITLE_POP = "\x1b[22;2t", "\x1b[23;2t"
"""xterm's window operations that save and restore the terminal's title."""


class TerminalTitle:
    """The title of the terminal's window."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """
        Leave the title as it is, for now.

        Args:
            write: Writes a sequence to the terminal.
        """
        self._write = write
        self._count: int | None = None

    def show(self, count: int, *, wanted: bool) -> None:
        """
        Say how many requests wait.

        Args:
            wanted: As configured; where it is not, the title stays the terminal's own.
        """
        if not wanted:
            self.give_back()
        elif count != self._count:
            if self._count is None:
                self._write(TITLE_PUSH)
            self._count = count
            self._write(f"\x1b]2;{count} pending · tuui-sampling\x07")

    def give_back(self) -> None:
        """Give the terminal its own title back."""
        if self._count is not None:
            self._count = None
            self._write(TITLE_POP)
