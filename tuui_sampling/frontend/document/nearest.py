"""Finds what is nearest to the cursor of a document: under it, or the next below it, starting over at the top."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .passage import Style
from .rows import Place
from .search import Found, search
from .texts import Texts

_SHOWN = (Style.TEXT, Style.OUTLINE, Style.JSON)
"""What holds the texts of a field; all else is said about them."""


class Sought(NamedTuple):
    """
    Something that stands in a field.

    Attributes:
        part: The field's number.
        text: As it stands there.
        told: What a note of it begins with.
    """

    part: int
    text: str
    told: str


def nearest(texts: Texts, at: Place, sought: Sequence[Sought]) -> tuple[int, Place] | None:
    """
    Return which is under the cursor, else the next one, and where it stands; None where nothing is sought.

    Args:
        sought: In the order of the document. With the cursor in a note, the one that the note is of is meant.
    """
    count = len(texts.parts)
    numbers = sorted(range(len(sought)), key=lambda number: (sought[number].part - at.part) % count)
    here = [number for number in numbers if sought[number].part == at.part]
    places = dict(zip(here, _places(texts, at.part, [sought[number].text for number in here]), strict=True))
    for number in here:
        if _is_note_of(texts, at, sought[number].told):
            return number, places[number]
    start = _offset(texts, at)
    for number in here:
        place = places[number]
        if (place.passage, place.start + len(sought[number].text)) > (at.passage, start):
            return number, place
    for number in [one for one in numbers if one not in places] or here:
        part = sought[number].part
        return number, next(iter(_places(texts, part, [sought[number].text])))
    return None


def nearest_word(texts: Texts, at: Place, words: Iterable[str]) -> tuple[str, Place] | None:
    """Return which of some words is under the cursor, else the next one, and where it stands; None without any."""
    wanted = re.compile("|".join(map(re.escape, words)))
    start = _offset(texts, at)
    if not wanted.pattern or at.part >= len(texts.parts):
        return None
    found = next(filter(None, search(texts, wanted, Found(at.part, at.passage, start, start))), None)
    if found is None:
        return None
    word = texts.text(found.part, found.passage)[found.start : found.end]
    return word, Place(found.part, found.passage, found.start)


def _places(texts: Texts, part: int, wanted: Sequence[str]) -> list[Place]:
    """Return where texts stand in a part, one after the other; its start for one that is written otherwise there."""
    places: list[Place] = []
    shown = [index for index, one in enumerate(texts.part(part).passages) if one.style in _SHOWN]
    behind: dict[str, tuple[int, int]] = {}
    for text in wanted:
        places.append(Place(part))
        first, start = behind.get(text, (0, 0))
        for index in shown:
            if index < first:
                continue
            found = texts.text(part, index).find(text, start if index == first else 0)
            if found >= 0:
                places[-1] = Place(part, index, found)
                behind[text] = index, found + len(text)
                break
    return places


def _is_note_of(texts: Texts, at: Place, told: str) -> bool:
    passages = texts.part(at.part).passages if at.part < len(texts.parts) else ()
    if at.passage >= len(passages) or passages[at.passage].style is not Style.NOTE:
        return False
    return told in texts.text(at.part, at.passage)


def _offset(texts: Texts, at: Place) -> int:
    """Return the character of a passage's text with which a row begins: what is hidden takes more room on it."""
    if not at.offset:
        return at.start
    piece, _revealed = texts.piece(at.part, at.passage, at.start)
    low, high = at.start, piece.end
    while low < high:
        middle = (low + high) // 2
        if len(texts.shown_before(at.part, at.passage, at.start, middle)) < at.offset:
            low = middle + 1
        else:
            high = middle
    return low
