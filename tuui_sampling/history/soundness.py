"""Looks at what the record holds before anything passes by rule: is it what was written?"""

import asyncio
from pathlib import Path

from ..sampling.errors import LedgerError
from . import chain
from .database import reader

RECENT = 20_000
"""Events that are looked at, the newest: a fifth of a second. `check` looks at all."""


class Soundness:
    """What is known of one record. It is looked at once, in a thread, and only when somebody asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looking: asyncio.Task[LedgerError | None] | None = None

    async def hold(self) -> None:
        """
        Return if the newest events are what was written.

        Raises:
            LedgerError: They are not, or can't be read.
        """
        if self._looking is None:
            self._looking = asyncio.create_task(asyncio.to_thread(self.fault, RECENT))
        looked = self._looking
        if (error := looked.result() if looked.done() else await asyncio.shield(looked)) is not None:
            raise LedgerError(error.message, hint=error.hint)

    def forget(self) -> None:
        """Look again the next time: the record is another one."""
        self._looking = None

    def fault(self, newest: int | None = None) -> LedgerError | None:
        """
        Return what is wrong with the record; None when all is well.

        Args:
            newest: Look at only so many of the newest events; at all when left out.
        """
        try:
            with reader(self._path) as connection:
                found = chain.fault(connection, newest)
        except LedgerError as error:
            return error
        hint = "Nothing passes by rule. In the History, N begins a new record, and keeps this one beside it."
        return LedgerError(f"The record {self._path} {found}.", hint=hint) if found else None
