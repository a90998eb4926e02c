"""Says on a terminal, in one line that is written over, what is still under way; nothing where there is no terminal."""

from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, TextIO, TypeVar

from rich.cells import set_cell_size

from .output import columns, one_line

Result = TypeVar("Result")

ERASE = "\r\x1b[K"
"""To the begin of the line, and nothing on it."""


class Progress:
    """The line, as long as the block lasts."""

    def __init__(self, stream: TextIO, what: str) -> None:
        """
        Say nothing yet.

        Args:
            what: What is done to each, such as `checking`.
        """
        self._stream = stream
        self._what = what
        self._width = columns(stream)
        self._under_way: list[str] = []
        self._done, self._count = 0, 0

    def __enter__(self) -> "Progress":
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the line away."""
        if self._width is not None:
            self._stream.write(ERASE)
            self._stream.flush()

    def over(self, name: str, work: Callable[[], Awaitable[Result]]) -> Coroutine[Any, Any, Result]:
        """Return what does some work, and says that it is under way meanwhile; it is counted from now on."""
        self._count += 1
        return self._over(name, work)

    async def _over(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        self._under_way.append(name)
        self._show()
        try:
            return await work()
        finally:
            self._under_way.remove(name)
            self._done += 1
            self._show()

    def _show(self) -> None:
        if self._width is None:
            return
        words = f"{self._what} {self._done} of {self._count}: {one_line(', '.join(self._under_way))}"
        room = max(self._width - 1, 1)  # in the last column some terminals would begin a line
        self._stream.write(ERASE + set_cell_size(words, room).rstrip())
        self._stream.flush()
