"""
Leads somebody through the program for the first time: one line that names the next key.

It follows what is selected, and what happens to that, whoever brings it about: a request waits, a model writes, an
answer waits, it has ended. Once the tour was ended, it is never shown again.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from ..config.private_files import private_folder, write_private
from ..desk.desk import Desk
from ..sampling.inquiry import Inquiry
from ..sampling.item import Item
from ..sampling.phase import Phase

ENDS = "ends the tour"

KeyOf = Callable[[str], str]
"""Returns the key of a command, as it is shown."""


class Tour:
    """
    The line, as long as there is one.

    Attributes:
        is_over: There is none any more.
        selected: Returns what the Inbox shows.
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
        self.selected: Callable[[], Item | None] = lambda: None

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
        if self.is_over:
            return ""
        ends = f"{key_of('leave-editor')} {ENDS}"
        if mode == "inbox":
            return f"{self._about(self.selected(), key_of)} · {ends}"
        if mode != "servers":
            return f"What was decided is kept here. {key_of('help')} lists all keys · {ends}"
        if self._something_waits:
            return f"A request waits: {key_of('show-inbox')} shows it · {ends}"
        return f"Choose a tool with ↓, enter opens its form, {key_of('call-tool')} calls it · {ends}"

    @property
    def _something_waits(self) -> bool:
        return any(item.gate is not None or item.phase is Phase.READING for item in self._desk.items)

    def _about(self, selected: Item | None, key_of: KeyOf) -> str:
        """Return what to do about what is selected; about one that has ended, where to go from there."""
        if selected is None:
            return "A tool is called; its request appears in a moment"
        approve, edit = key_of("approve"), key_of("edit")
        match selected.phase:
            case Phase.READING | Phase.REQUEST if isinstance(selected, Inquiry):
                return f"A server asks you: {approve} sends your answer, {key_of('reject')} refuses"
            case Phase.READING | Phase.REQUEST:
                return f"A server asks a model. Read it; {edit} edits, {approve} sends it"
            case Phase.GENERATING:
                return "The model writes. Nothing is returned before you approve"
            case Phase.RESPONSE:
                return f"The model has answered. {edit} edits it, {approve} returns it"
        if self._something_waits:
            return f"This one is decided. {key_of('next-request')} shows the next that waits"
        return f"{key_of('show-servers')} shows what the tool made of it, {key_of('show-history')} the history"
