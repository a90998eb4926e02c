"""
Finds what the table of `findings.py` lists in one text, in linear time.

The anchors are looked for with `str.find`; a pattern is tried only there, and is bounded. Numbers have no anchor: they
are tried where one begins. What overlaps an earlier rule's hit is not told twice. A long text is searched window by
window, since a thread that searches it all at once keeps every other one waiting.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from ...sampling.derived.beside import WINDOW, pause, windows
from ..fields import MIN_LENGTH
from ..finding import FindingKind, Hit
from ..findings import PERSONAL, PHRASES, SECRETS, Rule
from .hits import Elsewhere, Found, Stretches
from .matching import anchored
from .numbers import numbers
from .readings import MAX_PART, may_go_on, readings
from .windows import Windows

KEPT_TEXTS = 256
"""Texts whose hits are remembered: an edited request shares most of its texts with what it was."""


def scan(text: str) -> tuple[Hit, ...]:
    """
    Return everything that the table finds in a text, in the order of the text.

    A long text is searched once, whoever asks for it meanwhile, and is remembered by its digest.
    """
    pause()
    if len(text) < MIN_LENGTH:
        return ()
    if len(text) <= WINDOW:
        return _scanned(text)
    key = _digest(text)
    with _searching:
        if (known := _long.get(key)) is None:
            known = _long[key] = find(text)
            if len(_long) > KEPT_TEXTS:
                del _long[next(iter(_long))]
    return known


_searching = Lock()
_long: dict[bytes, tuple[Hit, ...]] = {}


def _digest(text: str) -> bytes:
    digest = hashlib.sha256()
    for piece in windows(text):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return digest.digest()


@lru_cache(KEPT_TEXTS)
def _scanned(text: str) -> tuple[Hit, ...]:
    return find(text)


def across(before: str, after: str) -> tuple[Hit, ...]:
    """Return the secrets that begin in a text and end in the next; their places count from the end of the first."""
    if not may_go_on(before, after):
        return ()
    last, first = before[-MAX_PART:], after[:MAX_PART]
    found = (replace(hit, start=hit.start - len(last), end=hit.end - len(last) - 1) for hit in find(f"{last}\n{first}"))
    return tuple(hit for hit in found if hit.kind is FindingKind.SECRET and hit.start < 0 < hit.end)


def find(text: str, window: int = WINDOW) -> tuple[Hit, ...]:
    """
    Search a text anew.

    Args:
        window: Characters that are looked through in one call; what is found does not depend on it.
    """
    found = Stretches()
    plain = Windows(text, window)
    others = [(Windows(one.text, window), one) for one in readings(text, plain.may_be_encoded)]
    for kind in (SECRETS, (*PERSONAL, *PHRASES)):  # a secret in disguise goes before what is found in the middle of it
        _search(kind, plain, found)
        for read, one in others:
            _search(kind, read, Elsewhere(found, one))
    numbers(text, found, window)
    for _, one in others:
        numbers(one.text, Elsewhere(found, one), window)
    return tuple(found)


def _search(rules: Iterable[Rule], text: Windows, found: Found) -> None:
    for rule in rules:
        for anchor in rule.anchors:
            if (rule.name, anchor) in text.holding:
                anchored(rule, text.places(rule, anchor), text.text, found)
