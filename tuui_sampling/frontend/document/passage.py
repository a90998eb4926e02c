"""Says what a document is made of: parts, one for each field, and the passages of text within them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ...sampling.request import Json


class Style(StrEnum):
    """What a passage is, and so how its rows begin and look."""

    HEADING = "heading"
    TEXT = "text"
    OUTLINE = "outline"
    JSON = "json"
    MEDIA = "media"
    NOTE = "note"
    PROBLEM = "problem"
    MUTED = "muted"
    UNCHANGED = "unchanged"
    ADDED = "added"
    REMOVED = "removed"
    LOG = "log"
    EVENT = "event"


MARGINS = {
    Style.HEADING: ("▪ ", "  "),
    Style.TEXT: ("│ ", "│ "),
    Style.OUTLINE: ("│ ", "│ "),
    Style.JSON: ("│ ", "│ "),
    Style.MEDIA: ("│ ", "│ "),
    Style.NOTE: ("⚑ ", "  "),
    Style.PROBLEM: ("✗ ", "  "),
    Style.MUTED: ("  ", "  "),
    Style.UNCHANGED: ("  ", "  "),
    Style.ADDED: ("+ ", "+ "),
    Style.REMOVED: ("- ", "- "),
    Style.LOG: ("· ", "  "),
    Style.EVENT: ("▪ ", "  "),
}
"""Style → what a passage's first row begins with, and every other one: all of two cells."""

MARGIN = 2
"""Cells of a margin."""

ONE_LINE = frozenset({Style.HEADING, Style.NOTE, Style.PROBLEM, Style.MUTED, Style.LOG, Style.EVENT})
"""
Styles of our own words, and of single lines of a log: a line feed within (in a foreign name) is shown as a mark, and
begins no row.
"""


NOTED = frozenset({Style.TEXT, Style.OUTLINE, Style.JSON})
"""Styles in which what was found stands out."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A JSON value, which is shown as an outline of its members."""

    value: Json


@dataclass(frozen=True, slots=True)
class Passage:
    """
    A text of one style.

    Attributes:
        text: Raw foreign text, our own words, or a JSON value.
        counts: Whether its rows have to be seen; those that are said elsewhere on the screen, too, don't.
        picture: Names the picture that is drawn over its rows, which are empty then; `text` is a line feed for each
            row but the last.
        stressed: The stretches of `text` that are stressed.
        is_about: It tells of what stands above it, such as how that is returned, and is not copied with it.
    """

    text: str | Outline
    style: Style = Style.TEXT
    counts: bool = True
    picture: str = ""
    stressed: tuple[tuple[int, int], ...] = ()
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """
    One field of what is shown.

    Attributes:
        field: Its name, such as its path in the parameters; empty for what is not a field.
        passages: What is shown of it, from top to bottom.
        sent: Whether it goes out; what was left out is shown all the same.
        edited: Whether it says something else than what came.
    """

    field: str
    passages: Sequence[Passage] = ()
    sent: bool = True
    edited: bool = False

    @property
    def own(self) -> int:
        """The number of the passage that holds its text: a note may stand between its heading and that."""
        return next((n for n, one in enumerate(self.passages) if n and one.style is not Style.NOTE), 1)


@dataclass(frozen=True)
class Remark:
    """What must be known about a field. May hold foreign text."""

    text: str
    style: Style = Style.NOTE


Remarks = Mapping[str, Sequence[Remark]]
"""Field → what must be known about it."""


class Parts(Protocol):
    """
    The parts of a document, each made when it is asked for.

    A part's number stays its own as long as the document lives: what is empty now has no passages.
    """

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __getitem__(self, number: int, /) -> Part:
        """Return one of them."""
        ...


def text_parts(text: str, style: Style = Style.TEXT) -> list[Part]:
    """Return one text as the parts of a document."""
    return [Part("", (Passage(text, style),))]
