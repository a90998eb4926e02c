"""Finds what of a document a key redacts or puts back: what the cursor is in, or the next below it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol

from ....frontend.document.nearest import Sought, nearest, nearest_word
from ....frontend.document.passage import Style
from ....frontend.document.rows import Place
from ....frontend.review.found import title
from ....frontend.review.redacting import EVERYTHING, Value
from ....policy.finding import Finding
from ...document.pane import DocumentPane

Extent = Literal["finding", "field", "all"]
"""How much a key redacts: the finding under the cursor or the next, all of its field, or everything."""


class Redactable(Protocol):
    """What holds values that can be replaced by placeholders."""

    def redact(self, extent: Extent) -> bool:
        """Replace what was found by placeholders; whether there was anything."""
        ...

    def put_back(self) -> bool:
        """Put back what the placeholder under the cursor, or the next, stands for; whether there was any."""
        ...


def wanted(
    pane: DocumentPane, values: Sequence[Value], extent: Extent, number_of: Callable[[str], int | None]
) -> tuple[str | Finding, Place] | None:
    """Return what a key redacts, and where it stands; None where nothing can be redacted."""
    sought = [Sought(number_of(field) or 0, value, title(finding)) for field, finding, value in values]
    near = nearest(pane.view.document.texts, cursor_place(pane), sought)
    if near is None:
        return None
    field, finding, _value = values[near[0]]
    what: dict[Extent, str | Finding] = {"finding": finding, "field": field, "all": EVERYTHING}
    return what[extent], near[1]


def word_under_cursor(pane: DocumentPane, words: Iterable[str]) -> tuple[str, str, Place] | None:
    """Return which of some placeholders the cursor is at, or the next; its field, and where it stands."""
    near = nearest_word(pane.view.document.texts, cursor_place(pane), words)
    return (near[0], pane.view.document.parts[near[1].part].field, near[1]) if near is not None else None


def cursor_place(pane: DocumentPane) -> Place:
    """Return where the row of the cursor begins."""
    document = pane.view.document
    return document.place(pane.view.cursor.row) if document.count else Place(0)


def note_under_cursor(pane: DocumentPane) -> str:
    """Return the note that the cursor is in; empty where it is in none."""
    document, place = pane.view.document, cursor_place(pane)
    passages = document.parts[place.part].passages if pane.view.has_focus and document.count else ()
    is_note = place.passage < len(passages) and passages[place.passage].style is Style.NOTE
    return document.texts.text(place.part, place.passage) if is_note else ""


def bring_into_view(pane: DocumentPane, place: Place) -> None:
    """Show a place that is out of view: nothing is changed that the person does not see."""
    view, document = pane.view, pane.view.document
    row = document.row_at(*place[:3]) if document.is_known(place.part) else None
    if row is None or not view.scroll_offset.y <= row < view.scroll_offset.y + view.size.height:
        view.cursor.show(place)
