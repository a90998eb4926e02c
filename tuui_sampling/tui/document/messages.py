"""Names what the rows of a document tell the widgets around them."""

from dataclasses import dataclass

from textual.message import Message
from textual.scroll_view import ScrollView


@dataclass
class RowsSeen(Message):
    """More rows have been seen, or others are there to be seen; or rows have come to rest for the first time."""

    view: ScrollView


@dataclass
class RowOpened(Message):
    """A row was double-clicked: its field is to be edited."""

    view: ScrollView


@dataclass
class SearchEnded(Message):
    """A search has come to its end."""

    view: ScrollView
    found: bool
    sought: str
