"""Names what the panels of the Inbox tell their screen."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class PanelEdited(Message):
    """The person edited something of this review or inquiry."""

    item: int


class PanelShown(Message):
    """Something else is shown than before: another tab, or fields that were not there yet."""
