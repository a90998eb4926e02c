"""
Which characters hide something, and the patterns that find them.

Hidden is what a person can't see or what a terminal obeys: control, format and private characters, fillers, stacked
marks. The patterns are linear, and the large tables are made when the first text beyond ASCII arrives, not before.
`visible.py` says what is shown for what they find.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from .derived.beside import WINDOW

MARKS_KEPT = 4
"""So many combining marks may follow each other; Hebrew with points and accents needs no more."""


class HiddenKind(StrEnum):
    """Why a character has to be revealed."""

    CONTROL = "control character"
    DIRECTION = "direction control"
    INVISIBLE = "invisible character"
    TAG = "tag character"
    VARIATION = "variation selector"
    MARKS = "stacked mark"
    BLANK = "unusual blank"
    LINE_BREAK = "unusual line break"
    PRIVATE = "private-use character"
    UNASSIGNED = "unassigned character"
    SURROGATE = "lone surrogate"


_NAMED_BY_KIND = frozenset(
    {
        HiddenKind.TAG,
        HiddenKind.VARIATION,
        HiddenKind.MARKS,
        HiddenKind.PRIVATE,
        HiddenKind.UNASSIGNED,
        HiddenKind.SURROGATE,
    }
)
"""Kinds whose single characters say nothing to a person: they are counted together."""


JOINER = "\u200d"
_LINE_BREAKS = frozenset("\x0b\x0c\r\x85\u2028\u2029")
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are drawn (Prepended_Concatenation_Mark)."""
_ORDINARY_SPACES = frozenset(" \xa0\u2009\u202f\u3000")
"""Space, and those that French, English and East Asian typography uses all the time."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Fillers: letters and symbols that are drawn as nothing."""
_INVISIBLE_OTHERS = frozenset("\u034f\u17b4\u17b5\ufffc")
"""Neither format nor control characters, and yet nothing is drawn."""
_MONGOLIAN_SELECTORS = frozenset("\u180b\u180c\u180d\u180f")
_PRINTABLE_HIDDEN = _BLANKS | _INVISIBLE_OTHERS | _MONGOLIAN_SELECTORS | {chr(c) for c in range(0xFE00, 0xFE10)}
"""What `str.isprintable` takes for printable, and isn't."""

_CONTROL_NAMES = {
    0x00: "null",
    0x07: "bell",
    0x08: "backspace",
    0x09: "tab",
    0x0A: "line feed",
    0x0B: "vertical tab",
    0x0C: "form feed",
    0x0D: "carriage return",
    0x1B: "escape",
    0x7F: "delete",
    0x85: "next line",
    0x90: "device control string",
    0x9B: "control sequence introducer",
    0x9D: "operating system command",
}

_CATEGORIES = {
    "Cc": HiddenKind.CONTROL,
    "Cf": HiddenKind.INVISIBLE,
    "Cs": HiddenKind.SURROGATE,
    "Co": HiddenKind.PRIVATE,
    "Cn": HiddenKind.UNASSIGNED,
    "Zs": HiddenKind.BLANK,
}


@lru_cache(4096)
def hidden_kind(character: str) -> HiddenKind | None:
    """Return why this character, standing alone, has to be revealed; None when it is drawn as what it is."""
    codepoint = ord(character)
    if character in _ORDINARY_SPACES or character in _VISIBLE_FORMATS:
        return None
    if 0xFE00 <= codepoint <= 0xFE0F or 0xE0100 <= codepoint <= 0xE01EF or character in _MONGOLIAN_SELECTORS:
        return HiddenKind.VARIATION
    if 0xE0000 <= codepoint <= 0xE007F:
        return HiddenKind.TAG
    for members, kind in (
        (_LINE_BREAKS, HiddenKind.LINE_BREAK),
        (_DIRECTION, HiddenKind.DIRECTION),
        (_BLANKS, HiddenKind.BLANK),
        (_INVISIBLE_OTHERS, HiddenKind.INVISIBLE),
    ):
        if character in members:
            return kind
    return _CATEGORIES.get(unicodedata.category(character))


def hidden_name(character: str, kind: HiddenKind) -> str:
    """Return what to call one hidden character."""
    if kind in _NAMED_BY_KIND:
        return kind.value
    codepoint = ord(character)
    fallback = _CONTROL_NAMES.get(codepoint, f"{kind.value} U+{codepoint:04X}")
    return unicodedata.name(character, fallback).lower()


_SAFE_ASTRAL = (
    (0x1D400, 0x1D7FF),  # mathematical letters
    (0x1F000, 0x1FAFF),  # pictographs; the gaps are reserved for more of them
    (0x20000, 0x2A6DF),  # Han; the extensions that this Python's tables may not know yet included
    (0x2A700, 0x2EE5D),
    (0x2F800, 0x2FA1D),
    (0x30000, 0x323AF),
)
_TAGS = "\U000e0020-\U000e007e"
_EMOJI = (
    "[©®‼⁉™ℹ↔-↙↩↪⌚⌛⌨⏏⏩-⏳⏸-⏺Ⓜ▪▫▶◀◻-◾☀-➿⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?"
)
_FLAG_TAGS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls")
)
_KEPT = (
    "[0-9#*]\ufe0f\u20e3"  # keycaps
    f"|\U0001f3f4(?:{_FLAG_TAGS})\U000e007f"
    f"|{_EMOJI}(?:{JOINER}{_EMOJI}){{0,7}}"
)


_ORDINARY = re.compile("[ -~]")


class Patterns(NamedTuple):
    """
    The regular expressions for one way to show text.

    Attributes:
        hints: When none of them is found, there is nothing to reveal. They may also hit ordinary text.
        rebuild: Matches what is kept, tags, stacked marks and (perhaps) hidden characters, by group name.
    """

    hints: tuple[re.Pattern[str], ...]
    rebuild: re.Pattern[str]

    def may_hide(self, text: str) -> bool:
        """Whether there may be something to reveal; quick."""
        if len(text) <= WINDOW:
            return any(hint.search(text) for hint in self.hints)
        ends = ((start, start + WINDOW + MARKS_KEPT) for start in range(0, len(text), WINDOW))
        return any(hint.search(text, start, end) for start, end in ends for hint in self.hints)

    def matches(self, text: str, window: int = WINDOW) -> Iterator[re.Match[str]]:
        """
        Yield the matches of `rebuild`.

        Args:
            window: About so many characters are looked through in one call, which ends before a printable character of
                ASCII: no match goes on with one.
        """
        start = 0
        while start < len(text):
            cut = _ORDINARY.search(text, start + window) if len(text) - start > window else None
            end = cut.start() if cut is not None else len(text)
            yield from self.rebuild.finditer(text, start, end)
            start = end


@cache
def patterns_for(multiline: bool, ascii_only: bool) -> Patterns:
    """Return the patterns. Those beyond ASCII take some milliseconds to make, so only when they are needed."""
    line = "" if multiline else "\t\n"
    controls = f"\x00-\x08{line}\x0b-\x1f\x7f"
    if ascii_only:
        hidden = re.compile(f"(?P<hidden>(?P<one>[{controls}])(?P=one)*+)")
        return Patterns((hidden,), hidden)
    hidden_plane, mark_plane, mark_astral = _tables()
    astral = _ranges_but(0x10000, 0x10FFFF, (*_SAFE_ASTRAL, (0xE0020, 0xE007E)))
    mark = f"(?:[{mark_plane}]|(?=[\U00010000-\U0001ffff])[{mark_astral}])"
    rebuild = re.compile(
        f"(?P<kept>{_KEPT})"
        f"|(?P<tags>[{_TAGS}]++)"
        f"|(?P<marks>{mark}{{{MARKS_KEPT + 1},}}+|^{mark})"
        f"|(?P<hidden>(?P<one>[{controls}{hidden_plane}{astral}])(?P=one)*+)",
        re.MULTILINE,
    )
    hints = (
        re.compile(f"[{controls}{hidden_plane}{astral}{_TAGS}]"),
        re.compile(f"[{mark_plane}]{{{MARKS_KEPT + 1}}}"),
        re.compile(f"\n[{mark_plane}]"),
        re.compile(f"\\A[{mark_plane}]"),
    )
    return Patterns(hints, rebuild)


@cache
def hidden_pattern() -> re.Pattern[str]:
    """Return what finds the next character that may be hidden; in a joined emoji, too."""
    return re.compile("|".join(hint.pattern for hint in patterns_for(True, False).hints))


@cache
def _tables() -> tuple[str, str, str]:
    """Return character classes: hidden in the first plane beyond ASCII, marks in the first, marks in the second."""
    hidden = [
        codepoint
        for codepoint in range(0x80, 0x10000)
        if (not (character := chr(codepoint)).isprintable() or character in _PRINTABLE_HIDDEN)
        and hidden_kind.__wrapped__(character)
    ]
    stacking = [*range(0x1161, 0x1200), *range(0xD7B0, 0xD7FC)]  # Korean vowels and finals are drawn on top, too
    known = set(hidden)
    marks = [
        codepoint
        for codepoint in range(0x300, 0x20000)
        if unicodedata.category(chr(codepoint)) in ("Mn", "Me") and codepoint not in known
    ]
    first_plane = sorted({*marks, *stacking} - known)
    return (
        _ranges(hidden),
        _ranges([codepoint for codepoint in first_plane if codepoint < 0x10000]),
        _ranges([codepoint for codepoint in marks if codepoint >= 0x10000]),
    )


def _ranges(codepoints: list[int]) -> str:
    """Return sorted code points as the inside of a character class."""
    ranges: list[list[int]] = []
    for codepoint in codepoints:
        if ranges and ranges[-1][1] == codepoint - 1:
            ranges[-1][1] = codepoint
        else:
            ranges.append([codepoint, codepoint])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def _ranges_but(low: int, high: int, holes: tuple[tuple[int, int], ...]) -> str:
    """Return the inside of a character class from `low` to `high` without the (sorted) holes."""
    parts = []
    for first, last in holes:
        parts.append(f"\\U{low:08x}-\\U{first - 1:08x}")
        low = last + 1
    return "".join([*parts, f"\\U{low:08x}-\\U{high:08x}"])
