"""Keeps what is to be said of an answer besides its words, and the pieces of the wire that are not in it."""

MAX_UNREAD, MAX_UNREAD_CHARACTERS = 20, 4_000
"""Pieces of an answer that are kept for the person to look at, and characters of each."""

UNKNOWN_FORM = "A part of the answer came in a form that is not known: Raw shows it."


class Remarks:
    """
    What is to be said of one answer.

    Attributes:
        said: The remarks, each once, in order.
        unread: The pieces of the wire that are not, or not wholly, in the answer.
        is_partial: The answer may lack something.
    """

    def __init__(self) -> None:
        """Say nothing yet."""
        self.said: list[str] = []
        self.unread: list[str] = []
        self.is_partial = False

    def add(self, *remarks: str) -> None:
        """Say something, once."""
        self.said += [one for one in dict.fromkeys(remarks) if one not in self.said]

    def misread(self, raw: str, remark: str, *, partial: bool) -> None:
        """
        Say that a piece of the wire is not, or not wholly, in the answer, and keep it.

        Args:
            remark: In words; when empty, that it came in a form that is not known.
            partial: The answer may lack something, so it is not returned before a person has looked at it.
        """
        self.add(remark or UNKNOWN_FORM)
        self.is_partial = self.is_partial or partial
        if raw and raw[:MAX_UNREAD_CHARACTERS] not in self.unread and len(self.unread) < MAX_UNREAD:
            self.unread.append(raw[:MAX_UNREAD_CHARACTERS])
