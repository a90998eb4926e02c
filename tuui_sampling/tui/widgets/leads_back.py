"""Names what a widget does from which Esc leads back to where the focus came from, and not one step out."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class LeadsBack(Protocol):
    """Holds what the focus is in, and knows where it came from."""

    @property
    def way_back(self) -> str:
        """What it leads back to, in a word; empty where it leads nowhere now."""

    def go_back(self) -> None:
        """Put the focus back to where it came from."""
