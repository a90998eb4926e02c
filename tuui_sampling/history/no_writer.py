"""Stands in for a writer whose file could not be opened."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..sampling.errors import LedgerError
from .uses import Lives
from .writer import Job


class NoWriter:
    """Stands in for a writer whose file could not be opened: every entry is refused with the reason."""

    settled = 0
    is_doubted = False
    lives: Lives | None = None

    def __init__(self, reason: LedgerError) -> None:
        self._reason = reason

    def write_at_once(self, jobs: Sequence[Job]) -> bool:
        """Write nothing."""
        return False

    def submit(self, jobs: Iterable[Job]) -> None:
        """
        Refuse the entries.

        Raises:
            LedgerError: Always; it says why the record could not be opened.
        """
        raise LedgerError(self._reason.message, hint=self._reason.hint)

    def catch_up(self, since: datetime) -> None:
        """
        Refuse that, too.

        Raises:
            LedgerError: Always, with the reason.
        """
        self.submit(())

    def begin_anew(self) -> str:
        """
        Refuse that, too.

        Raises:
            LedgerError: Always: nothing was ever open.
        """
        raise LedgerError(self._reason.message, hint=self._reason.hint)

    def close(self) -> None:
        """Do nothing: there is no file."""
