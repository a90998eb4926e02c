"""Counts what is used of limits for one program, from the first time that somebody asks for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from . import uses
from .database import plain_words, reader
from .no_writer import NoWriter
from .sessions import Session
from .uses import Bound, Used
from .writer import Writer


class Counting:
    """What is counted in one record; nothing is before `begin`."""

    def __init__(self, path: Path, writer: Writer | NoWriter) -> None:
        self._path = path
        self._writer = writer
        self._session: Session | None = None
        self._beginning = asyncio.Lock()

    async def begin(self, session: str, since: datetime) -> None:
        """
        Count from now on, and once what nobody counted since then.

        Args:
            session: The name of this run, which claims carry.

        Raises:
            LedgerError: The record can't be written.
        """

        def run() -> Session:
            self._writer.catch_up(since)
            with plain_words(self._path, "written"):
                return Session(self._path, session)

        async with self._beginning:
            if self._session is None:
                self._session = await asyncio.to_thread(run)
                self._writer.lives = self._session.lives

    async def used(self, bounds: Sequence[Bound]) -> list[Used]:
        """
        Return how much of each bound is used.

        Raises:
            LedgerError: The record can't be read.
        """
        session = self._session
        if session is None:
            return [Used(bound, 0) for bound in bounds]

        def run() -> list[Used]:
            with reader(self._path) as connection:
                return [uses.used(connection, bound, session.lives) for bound in bounds]

        return await asyncio.to_thread(run)

    def close(self) -> None:
        """End this program's session."""
        if self._session is not None:
            self._session.close()
            self._session = None
