"""
Leads somebody through the program for the first time: one line that names the next key.

It follows what happens, whoever brings it about: a request waits, a model writes, an answer waits, nothing waits any
more. Once it was ended, it is never shown again.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from ..config.private_files import private_folder, write_private
from ..desk.desk import Desk
from ..sampling.phase import Phase

ENDS = "esc ends the tour"

KeyOf = Callable[[str], str]
"""Returns the key of a command, as it is shown."""


class Tour:
    """
    The line, as long as there is one.

    Attributes:
        is_over: There is none any more.
    """

    def __init__(self, desk: Desk, mark: Path) -> None:
        """
        Begin, unless it was ended before.

        Args:
            mark: The file that says so.
        """
        self._desk = desk
        self._mark = mark
        self.is_over = mark.exists()

    def end(self) -> None:
        """Show it no more, now or later; where that can't be written down, it is shown once more."""
        self.is_over = True
        with contextlib.suppress(OSError):
            private_folder(self._mark.parent)
            write_private(self._mark, b"")

    def words(self, mode: str, key_of: KeyOf) -> str:
        """
        Return what to do next, in at most 78 characters with the keys as they are by default; empty once it is over.

        Args:
            mode: The screen that is shown: inbox, servers or another.
        """
        return "" if self.is_over else f"{self._next(mode, key_of)} · {ENDS}"

    def _next(self, mode: str, key_of: KeyOf) -> str:
        phases = {review.phase for review in self._desk.reviews.values()}
        if mode == "servers":
            waits = phases & {Phase.READING, Phase.REQUEST, Phase.RESPONSE}
            if waits:
                return f"A request waits: {key_of('show-inbox')} shows it"
            return f"Choose a tool with ↓, enter opens its form, {key_of('call-tool')} calls it"
        if mode != "inbox":
            return f"What was decided is kept here. {key_of('help')} lists all keys"
        if Phase.RESPONSE in phases:
            return f"The model has answered. {key_of('edit')} edits it, {key_of('approve')} returns it"
        if Phase.GENERATING in phases:
            return "The model writes. Nothing is returned before you approve"
        if phases & {Phase.READING, Phase.REQUEST}:
            approve, edit = key_of("approve"), key_of("edit")
            return f"A server asks a model. Read it; {edit} edits, {approve} sends it"
        if phases:
            return f"{key_of('show-servers')} shows what the tool made of it, {key_of('show-history')} the history"
        return "A tool is called; its request appears in a moment"
