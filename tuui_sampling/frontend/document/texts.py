"""Keeps the texts of a document's passages at hand: what has to be written is written when needed, and in steps."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeVar

from ...sampling.visible import Revealed
from ..presentation.json_kinds import Stretch, kinds_of_json, kinds_of_outline
from .noted import SEARCHED_WHOLE, Stretches, noted, noted_near
from .outline import TextLine, outline
from .passage import ONE_LINE, Outline, Part, Parts, Passage, Style
from .wrapping import Piece, piece_at, show_piece, whole_piece

Key = TypeVar("Key")
Value = TypeVar("Value")

KEPT = 128
"""Parts, short outlines and pieces that are kept, of each."""

LONG = 16_384
"""Characters of an outline above which it is kept as long as the document is: writing it again would take too long."""

LINES = 200
"""Lines of an outline that are written in one step."""


class Written(NamedTuple):
    """
    An outline as it is shown.

    Attributes:
        inner: Where in it a line of a string begins.
    """

    text: str
    inner: frozenset[int] = frozenset()


class Texts:
    """The texts of some parts."""

    def __init__(self, parts: Parts) -> None:
        """Hold the texts of `parts`."""
        self.parts = parts
        self._known: dict[int, Part] = {}
        self._short: dict[tuple[int, int], Written] = {}
        self._long: dict[tuple[int, int], Written] = {}
        self._pieces: dict[tuple[int, int, int], tuple[Piece, Revealed]] = {}
        self._noted: dict[tuple[int, int, int], Stretches] = {}
        self._noted_whole: dict[tuple[int, int], Stretches] = {}
        self._kinds: dict[tuple[int, int, int], tuple[Stretch, ...]] = {}

    def become(self, parts: Parts) -> None:
        """Hold the texts of other parts."""
        self.parts = parts
        self._known.clear()
        self._short.clear()
        self._long.clear()
        self._forget_pieces()

    def part(self, number: int) -> Part:
        """Return a part; the last few are kept."""
        if (known := self._known.get(number)) is None:
            known = self.parts[number]
            _keep(self._known, number, known)
        return known

    def passage(self, number: int, index: int) -> Passage:
        """Return one passage of a part."""
        return self.part(number).passages[index]

    def text(self, number: int, index: int) -> str:
        """Return the text of a passage, raw."""
        return _at_once(self._write(number, index)).text

    def write(self, number: int, index: int) -> Generator[None, None, str]:
        """Do the same in steps."""
        return (yield from self._write(number, index)).text

    def _write(self, number: int, index: int) -> Generator[None, None, Written]:
        text = self.passage(number, index).text
        if isinstance(text, str):
            return Written(text)
        key = (number, index)
        known = self._short.get(key) or self._long.get(key)
        if known is None:
            known = yield from _written(text)
            if len(known.text) > LONG:
                self._long[key] = known
            else:
                _keep(self._short, key, known)
        return known

    def piece(self, number: int, index: int, start: int) -> tuple[Piece, Revealed]:
        """Return a piece of a passage, and what is shown for it."""
        key = (number, index, start)
        if (known := self._pieces.get(key)) is None:
            known = show(self.text(number, index), self.passage(number, index), start)
            _keep(self._pieces, key, known)
        return known

    def kinds(self, number: int, index: int, start: int) -> tuple[Stretch, ...]:
        """Return what a piece of a passage is made of, as it is shown; nothing where that is not JSON."""
        style = self.passage(number, index).style
        if style not in (Style.JSON, Style.OUTLINE):
            return ()
        key = (number, index, start)
        if (known := self._kinds.get(key)) is None:
            text, inner = _at_once(self._write(number, index))
            shown = self.piece(number, index, start)[1].text
            begins = (start == 0 or text[start - 1] == "\n") and start not in inner
            kinds = kinds_of_json if style is Style.JSON else kinds_of_outline
            known = tuple(kinds(shown, begins=begins))
            _keep(self._kinds, key, known)
        return known

    def shown_before(self, number: int, index: int, start: int, offset: int) -> str:
        """Return what is shown of a piece before a character of the text."""
        piece, _revealed = self.piece(number, index, start)
        before = replace(piece, end=max(start, min(offset, piece.end)))
        return show_piece(self.text(number, index), before, multiline=not self._is_one_line(number, index)).text

    def stressed(self, number: int, index: int, start: int) -> Iterator[tuple[int, int]]:
        """Yield what is stressed in a piece of a passage, as it is shown."""
        return self._as_shown(number, index, start, self.passage(number, index).stressed)

    def noted(self, number: int, index: int, start: int) -> Stretches:
        """Return what was found in a piece of a passage, as it is shown; found when the piece is drawn, and kept."""
        key = (number, index, start)
        if (known := self._noted.get(key)) is None:
            known = tuple(self._as_shown(number, index, start, self._found_in(number, index, start)))
            _keep(self._noted, key, known)
        return known

    def _found_in(self, number: int, index: int, start: int) -> Stretches:
        text = self.text(number, index)
        if len(text) > SEARCHED_WHOLE:
            piece, _revealed = self.piece(number, index, start)
            return noted_near(text, piece.start, piece.end)
        if (known := self._noted_whole.get((number, index))) is None:
            known = noted(text)
            _keep(self._noted_whole, (number, index), known)
        return known

    def _as_shown(self, number: int, index: int, start: int, stretches: Stretches) -> Iterator[tuple[int, int]]:
        piece, _revealed = self.piece(number, index, start)
        for stretch in stretches:
            low, high = max(stretch[0], piece.start), min(stretch[1], piece.end)
            if low < high:
                before, through = (self.shown_before(number, index, start, at) for at in (low, high))
                yield len(before), len(through)

    def _is_one_line(self, number: int, index: int) -> bool:
        return self.passage(number, index).style in ONE_LINE

    def forget(self, number: int) -> None:
        """Note that a part is new."""
        self._known.pop(number, None)
        for known in (self._short, self._long):
            for key in [key for key in known if key[0] == number]:
                del known[key]
        self._forget_pieces()

    def _forget_pieces(self) -> None:
        self._pieces.clear()
        self._noted.clear()
        self._noted_whole.clear()
        self._kinds.clear()


def show(text: str, passage: Passage, start: int) -> tuple[Piece, Revealed]:
    """Return the piece of a passage's text that begins there, and what is shown for it."""
    in_one_line = passage.style in ONE_LINE
    piece = whole_piece(text, start) if in_one_line else piece_at(text, start)
    return piece, show_piece(text, piece, multiline=not in_one_line)


def _written(value: Outline) -> Generator[None, None, Written]:
    lines: list[str] = []
    inner: set[int] = set()
    at = 0
    for line in outline(value.value):
        if isinstance(line, TextLine):
            inner.add(at)
        lines.append(line)
        at += len(line) + 1
        if len(lines) % LINES == 0:
            yield
    return Written("\n".join(lines), frozenset(inner))


def _at_once(steps: Generator[None, None, Value]) -> Value:
    """Return what is made in steps."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            made: Value = done.value
            return made


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    """Remember a value, and forget the oldest one when there are many."""
    if len(kept) >= KEPT:
        del kept[next(iter(kept))]
    kept[key] = value
