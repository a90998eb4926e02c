"""
Finds names and words that look like others: letters of other alphabets, digits for letters.

A small part of https://www.unicode.org/reports/tr39/: letters of Cyrillic, Greek and Armenian that are drawn as Latin
ones, and what a hurried eye takes for each other. Ordinary words of any one alphabet are never found.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..sampling.derived.beside import WINDOW

_CYRILLIC = dict(zip("асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТХҮ", "aceopxyijshdqwABCEHIJKMOPSTXY", strict=True))
_GREEK = dict(zip("οαινρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaivpukABEZHIKMNOPTYX", strict=True))
_ARMENIAN = dict(zip("օոսցհք", "onughp", strict=True))
DRAWN_ALIKE = _CYRILLIC | _GREEK | _ARMENIAN
"""Letters → the Latin ones that they are drawn as."""

_SAME = str.maketrans(DRAWN_ALIKE)
_LATIN = str.maketrans("ɑıɡɩʟӏ", "alglll")
"""Letters of words, which are found in names only."""
_QUICK = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "|": "l", "_": "-", " ": "-", ".": "-"})

_NOT_DRAWN = ("Cf", "Cc", "Mn", "Me")
"""Categories of what is drawn as nothing, or as little more than that on the letter before it."""

_WORD = re.compile(r"\b\w{2,64}")
_OTHER = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0530-\u058f]")


def mixed_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of words in which Latin letters and letters that look like them stand together."""
    if not any(_OTHER.search(text, start, start + WINDOW) for start in range(0, len(text), WINDOW)):
        return
    for word in _WORD.finditer(text):
        found = word[0]
        if not found.isascii() and _mixes(found):
            yield word.span()


def _mixes(word: str) -> bool:
    """Whether a word has Latin letters, and every other letter is drawn as one: µm, or βeta, mislead nobody."""
    plain = word.translate(_SAME)
    return plain != word and plain.isascii() and any(c.isascii() and c.isalpha() for c in word)


def lookalike(name: str, others: Iterable[str]) -> str:
    """Return how a name misleads, in words; empty when it does not."""
    if any(True for _ in mixed_words(name)):
        return f'"{name}" mixes alphabets'
    looks = skeleton(name)
    twin = next((other for other in others if other != name and skeleton(other) == looks), None)
    return f'"{name}" looks like that of "{twin}"' if twin is not None else ""


def misleading(names: Iterable[str]) -> dict[str, str]:
    """Return those of the names that look like another of them, or mix alphabets, each with how, in words."""
    seen: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        seen.setdefault(skeleton(name), []).append(name)
    found = {}
    for twins in seen.values():
        for name in twins:
            if any(True for _ in mixed_words(name)):
                found[name] = "mixes alphabets"
            elif len(twins) > 1:
                found[name] = f'looks like "{next(twin for twin in twins if twin != name)}"'
    return found


@lru_cache(1_000)
def skeleton(name: str) -> str:
    """Return what a hurried eye sees of a name."""
    plain = unicodedata.normalize("NFKD", name).translate(_SAME).translate(_LATIN).casefold()
    drawn = "".join(c for c in plain if unicodedata.category(c) not in _NOT_DRAWN)
    return drawn.translate(_QUICK).strip("-").replace("rn", "m").replace("vv", "w")
