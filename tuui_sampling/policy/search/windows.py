"""Divides a text into pieces, and knows in which of them the anchors of which rules stand."""

import re
from collections.abc import Iterator
from functools import cache

from ...sampling.derived.beside import pause
from ..findings import ANCHORED, GAP, LONG_WORD, Rule
from .matching import is_led
from .readings import is_encoded

MAX_FOLDS = 4
"""Windows of a text that are kept in small letters while it is searched."""

MAX_ANCHOR = max(len(anchor) + anchor.count(" ") * 64 for rule in ANCHORED for anchor in rule.anchors)
"""Characters, with the widest gaps between its words."""

MAX_WORD = 2_000
"""Characters of a word on either side of where a text is divided."""


class Windows:
    """
    A text in pieces: no call lasts long, in which no other thread could do anything, and nothing of it is copied whole.

    Attributes:
        text: The text.
        holding: A rule's name and an anchor of it → where the windows begin in which that is found.
        may_be_encoded: There is a long word that base64 makes a text of.
    """

    def __init__(self, text: str, size: int) -> None:
        self.text = text
        self.may_be_encoded = False
        self._size = size
        self.holding: dict[tuple[str, str], list[int]] = {}
        self._folds: dict[int, str] = {}
        for start in range(0, len(text), size):
            pause()
            piece = self._piece(start)
            every = piece.split()
            words, folded = self._long_words(start, piece, every), _lowered(f" {' '.join(every)} ")
            self.may_be_encoded = self.may_be_encoded or is_encoded(words)
            for rule in ANCHORED:
                searched = words if rule.long else folded if rule.folded else piece
                for anchor in rule.anchors:
                    if anchor in searched:
                        self.holding.setdefault((rule.name, anchor), []).append(start)

    def _piece(self, start: int) -> str:
        """Return a window, and after it as much as the longest anchor that begins in it may need."""
        return self.text[start : start + self._size + MAX_ANCHOR - 1]

    def places(self, rule: Rule, anchor: str) -> Iterator[int]:
        """Yield where an anchor of a rule is in the text."""
        for start in self.holding[rule.name, anchor]:
            piece = self._piece(start)
            for found in _each(anchor, self._folded(start, piece) if rule.folded else piece):
                if found >= self._size:
                    break
                at = start + found
                if (not rule.least_lead or is_led(rule, self.text, at)) and (
                    not rule.long or self._is_in_long_word(at)
                ):
                    yield at

    def _folded(self, start: int, piece: str) -> str:
        """Return a window without capitals; those of a text of usual length are kept, since many rules look there."""
        if start in self._folds:
            return self._folds[start]
        folded = _lowered(piece)
        if len(self._folds) < MAX_FOLDS:
            self._folds[start] = folded
        return folded

    def _long_words(self, start: int, piece: str, words: list[str]) -> str:
        """Return the words that are long enough to be a token, as far as they are in a piece: in most texts few are."""
        long = [word for word in words if len(word) >= LONG_WORD]
        for word, at in ((words[0], start), (words[-1], start + len(piece) - 1)) if words else ():
            whole = self._word(at, MAX_WORD)  # it goes on beyond the piece
            if len(whole) > len(word) and len(whole) >= LONG_WORD:
                long.append(whole)
        return "\n".join(long)

    def _is_in_long_word(self, at: int) -> bool:
        return len(self._word(at, LONG_WORD)) >= LONG_WORD

    def _word(self, at: int, reach: int) -> str:
        """Return the word at a place, as far as it is no further away."""
        before = f"{self.text[max(0, at - reach) : at]}|".split()[-1]
        after = f"|{self.text[at : at + reach]}".split()[0]
        return before[:-1] + after[1:]


def _lowered(text: str) -> str:
    """Return a text without capitals, of the same length."""
    return text.replace("\u0130", "i").lower()  # the only letter that lowering makes longer


def _each(anchor: str, text: str) -> Iterator[int]:
    """Yield where an anchor begins."""
    if " " in anchor:
        yield from (match.start() for match in _with_gaps(anchor).finditer(text))
        return
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)


@cache
def _with_gaps(anchor: str) -> re.Pattern[str]:
    return re.compile(re.escape(anchor).replace(r"\ ", GAP))
