"""Has things done with servers that take a while, without waiting for them, and says so when they fail."""

import asyncio
from collections.abc import Coroutine

from ...sampling.errors import ServerError
from ..port import AppPort


class Attempts:
    """What is being tried."""

    def __init__(self, port: AppPort) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, doing: Coroutine[None, None, None]) -> None:
        """Try something."""
        task = asyncio.create_task(self._try(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, doing: Coroutine[None, None, None]) -> None:
        try:
            await doing
        except ServerError as error:
            self.say(error)

    def say(self, error: ServerError) -> None:
        """Say what failed."""
        self._port.say.tell(f"{error.message} {error.hint}".strip(), severity="error")

    def cancel(self) -> None:
        """Wait for nothing: the supervisor's owner stops every server."""
        for task in self._tasks:
            task.cancel()
