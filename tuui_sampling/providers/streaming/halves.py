"""
Joins characters whose halves came in two pieces of the wire.

A character beyond U+FFFF is two code units of UTF-16, which JSON may write as two escapes. Servers that cut a model's
words by code units put the first half at the end of one event, and the second at the beginning of the next.
"""

from collections.abc import Hashable

from ...sampling.visible import clean_text

REPLACED = "\ufffd"

LOST_HALF = "A half of a character came without the other, and is shown as \ufffd."


class Halves:
    """The first halves that wait for their second, each by the place of the answer that it belongs to."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._waiting: dict[Hashable, str] = {}

    def join(self, place: Hashable, piece: object) -> tuple[str, bool]:
        """
        Return the characters that are whole with this piece of a place, and whether a half came alone.

        Without a place nothing waits for more: the piece is a text of its own. What is not text counts as none.
        """
        text = piece if isinstance(piece, str) else ""
        if text and place in self._waiting:
            text = self._waiting.pop(place) + text
        if text and place is not None and "\ud800" <= text[-1] <= "\udbff":
            self._waiting[place] = text[-1]
            text = text[:-1]
        whole = clean_text(text)
        return whole, whole.count(REPLACED) > text.count(REPLACED)

    def give_up(self, place: Hashable) -> None:
        """Wait no longer at this place, whose whole text has come another way."""
        self._waiting.pop(place, None)

    @property
    def waits(self) -> bool:
        """Whether the second half of some character has never come."""
        return bool(self._waiting)
