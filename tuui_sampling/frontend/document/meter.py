"""Says how much of a document has not been seen: in rows, never as a share, never rounded."""

from itertools import islice

from ..presentation.format import counted
from ..review.request_fields import LABELS
from .document import Document

MORE = "more rows not seen"
"""Where all rows that are laid out so far have been seen."""

NAMED = 3
"""Fields with unseen rows that are named; more are counted."""


def unseen_words(document: Document) -> str:
    """Return what has not been seen and where, such as `3 rows not seen (system prompt)`; empty when all has."""
    if document.is_seen:
        return ""
    if not document.is_complete:
        return f"more than {counted(document.unseen, 'row')} not seen" if document.unseen else MORE
    fields = [LABELS.get(part.field, part.field) for part, _rows in islice(document.unseen_parts(), NAMED)]
    more = sum(1 for _part in islice(document.unseen_parts(), NAMED, 100))
    named = ", ".join(filter(None, [*fields, f"{more}{'+' if more > 96 else ''} more" if more else ""]))
    return f"{counted(document.unseen, 'row')} not seen ({named})"


def meter_words(document: Document) -> str:
    """Return the same in a few words, for a title: `all seen`, `3 rows not seen`."""
    if document.is_seen:
        return "all seen"
    if not document.unseen:
        return MORE
    plus = "" if document.is_complete else "+"
    return f"{document.unseen:,}{plus} row{'s'[: document.unseen != 1]} not seen"
