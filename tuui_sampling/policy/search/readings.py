"""
Reads a text as a model may: without what is hidden in it, with look-alike letters as what they look like, and with
what is escaped, encoded in base64 (once), or broken over lines put right.

What is found in such a reading is found in the text, too, since each reading knows where in the text it stands. Where
nothing of the kind is in a text, there is no reading, and finding that out costs next to nothing.
"""

import binascii
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from ...sampling.derived.beside import WINDOW, pause
from ...sampling.hidden_characters import HiddenKind, hidden_kind
from ..findings import LONG_WORD, SECRETS
from ..lookalikes import DRAWN_ALIKE

CONTEXT = 300
"""Characters around what is read otherwise that are read with it, and the words in which they end."""

MAX_WORD = 20_000
"""Characters of such a word."""

PIECE = 1_024
"""Characters that are looked at together for letters beyond ASCII."""

MIN_TOKEN = LONG_WORD // 2
"""Characters that a token has in two lines at least."""

MAX_PART = 400
"""Characters of a token that stand in one line or text of several."""

MAX_LINES = 64
"""Lines that one token may be broken over."""

LINES_AHEAD = 3
"""Lines after the second that are looked at for what tells a token which does not begin with it."""

_CONTROLS = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)]
_WITHOUT_CONTROLS: dict[int, str | None] = dict.fromkeys(map(ord, _CONTROLS))
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_HEX = "[0-9A-Fa-f]"
_ESCAPED = (
    f"%(?P<percent>[2-7]{_HEX})|\\\\x(?P<x>[2-7]{_HEX})|\\\\u(?P<u>{_HEX}{{4}})|\\\\u\\{{(?P<braces>{_HEX}{{1,6}})\\}}"
    f"|&#x(?P<html>{_HEX}{{1,6}});|&#(?P<decimal>[0-9]{{1,7}});"
)
_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{1,76}|[A-Za-z0-9+/_-]{24,})"
    r"(?:={1,2}|(?![A-Za-z0-9+/=_-]))"
)
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}")
_URL_SAFE = str.maketrans("-_", "+/", "\r\n")
_CONTROLS_IN = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]").search
_NO_TEXT = re.compile(r"[^\t\n\r -~\u00a0-\U0010ffff]")

_TOKEN = r"A-Za-z0-9_+/=.:%~$\-"
_BROKEN = re.compile(
    rf"\n(?<=[{_TOKEN}\"'`\\ \r]\n)[ \t>#*|]{{0,40}}[\"'`]?"
    rf"(?=[a-z_+/=.:%~$-]{{0,40}}[0-9A-Z])(?P<first>[{_TOKEN}]{{1,{MAX_PART}}})"
)
"""A line feed that may be in a token, which is no word in small letters."""
_NOT_TOKEN = re.compile(rf"[^{_TOKEN}]")
_WORD_BEGINS = re.compile("(?<![A-Za-z0-9])[A-Za-z0-9]")
_MACHINE_MADE = re.compile("[0-9]|[a-z][A-Z]|[A-Z]{2}")
_BEFORE_BREAK = " \t\r\"'`\\+&"
"""What may stand between a token and the line feed in it: quotation marks, and what continues a line."""

Unit = tuple[int, int, str]
"""A stretch of a text, and how it is read."""


class Reading:
    """
    A text as it may be read.

    Attributes:
        text: It.
        is_of_lines: It is nothing but what is broken over lines.
    """

    def __init__(
        self, original: str, units: Iterable[Unit], within: "Reading | None" = None, *, is_of_lines: bool = False
    ) -> None:
        """
        Read anew.

        Args:
            units: What is read otherwise, in its order; all else is read as it is.
            within: The reading that `original` is the text of, where it is one.
        """
        parts: list[str] = []
        self._units: list[tuple[int, int, int, int]] = []  # where it is read, and where it stands
        self._within = within
        self.is_of_lines = is_of_lines
        read = end = 0
        for start, after, replacement in units:
            parts += (original[end:start], replacement)
            read += start - end
            self._units.append((read, read + len(replacement), start, after))
            read, end = read + len(replacement), after
        self.text = "".join([*parts, original[end:]])

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of this reading stands in the text."""
        first, last = self._unit(start), self._unit(end - 1)
        place = (
            first[2] if start < first[1] else first[3] + start - first[1],
            last[3] if end <= last[1] else last[3] + end - last[1],
        )
        return place if self._within is None else self._within.place(*place)

    def _unit(self, at: int) -> tuple[int, int, int, int]:
        """Return the last unit that begins at or before a place."""
        index = bisect_right(self._units, at, key=lambda unit: unit[0])
        return self._units[index - 1] if index else (0, 0, 0, 0)


def readings(text: str, may_be_encoded: bool) -> list[Reading]:
    """
    Return the other ways to read a text; mostly none.

    Args:
        may_be_encoded: It holds a long word that base64 makes a text of.
    """
    found: list[Reading] = []
    if units := list(_undone(text)):
        found.append(Reading(text, _near(text, units)))
    for other, within in ((text, None), *((one.text, one) for one in found)):
        if units := list(_joined(other)):
            found.append(Reading(other, units, within, is_of_lines=True))
    if may_be_encoded and (units := list(_decodable(text))):
        found.append(Reading(text, _near(text, units)))
    return found


def is_encoded(word: str) -> bool:
    """Whether base64 makes a text of a word."""
    return any(_decoded(match[0]) for match in _ENCODED.finditer(word))


def without_disguise(text: str) -> str:
    """Return a text with its letters in ASCII where they are drawn so, nothing hidden, and single blanks."""
    known = _WITHOUT_CONTROLS
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        distinct: set[str] = set()
        for start in range(0, len(text), WINDOW):
            pause()
            distinct.update(text[start : start + WINDOW])
        read = {ord(one): plain for one in distinct if not one.isascii() and (plain := _plain(one)) is not None}
        known = {**known, **read}
    return " ".join(text.translate(known).split())


READ_AS: tuple[Callable[[str], str], ...] = (str.casefold, str.lower)
"""How a text, and a pattern, is read without its disguise; the second makes no letter two, as ß."""


# --- hidden, alike, escaped ---


def _undone(text: str) -> Iterator[Unit]:
    """Yield what is read otherwise within lines."""
    known = _known(text)
    patterns = [
        *([_ESCAPED] if any(mark in text for mark in ("%", "\\u", "\\x", "&#")) else []),
        *([f"[{''.join(map(re.escape, known))}]"] if known else []),
    ]
    if not patterns:
        return
    for match in _matches(re.compile("|".join(patterns)), text):
        unit = match[0]
        if unit in known:
            yield (*match.span(), known[unit])
        elif (read := _unescaped(match)) is not None:
            yield (*match.span(), read)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what matches, window by window; each ends with a word, where it is not far to there."""
    start = 0
    while start < len(text):
        pause()
        end = text.find(" ", start + WINDOW, start + 2 * WINDOW)
        end = min(len(text), start + WINDOW if end < 0 else end)
        yield from pattern.finditer(text, start, end)
        start = end


def _unescaped(match: re.Match[str]) -> str | None:
    """Return the character that is escaped, as it is read; None where that changes nothing."""
    code = int(match[match.lastgroup or 0], 10 if match.lastgroup == "decimal" else 16)
    if code > 0x10FFFF:
        return None
    character = chr(code)
    return character if character.isascii() and character.isprintable() else _plain(character)


def _known(text: str) -> dict[str, str]:
    """Return the characters of a text that are read otherwise, with how, where that may make a difference."""
    known = {control: "" for control in _CONTROLS if control in text}
    if not text.isascii() and (others := _others(text)):
        known |= others
    return known


def _others(text: str) -> dict[str, str]:
    """Return those beyond ASCII, where one stands for a letter of ASCII or hides between two of those."""
    around = "\n".join([text[max(0, start - 1) : end + 1] for start, end in _beyond_ascii(text)])
    known = {one: read for one in set(around) if not one.isascii() and (read := _plain(one)) is not None}
    hidden = "".join(re.escape(one) for one, read in known.items() if not read)
    letters = "".join(re.escape(one) for one, read in known.items() if read.isalnum() and one not in DRAWN_ALIKE)
    alike = "".join(re.escape(one) for one in known if one in DRAWN_ALIKE)
    patterns = (
        f"(?<=[ -~])[{hidden}]+(?=[ -~])" if hidden else "",
        f"[{letters}]" if letters else "",
        f"(?<=[0-9A-Za-z_-])[{alike}]|[{alike}](?=[0-9A-Za-z_-])" if alike else "",
    )
    pattern = "|".join(filter(None, patterns))
    return known if pattern and any(True for _ in _matches(re.compile(pattern), around)) else {}


def _beyond_ascii(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches beyond ASCII; the pieces that hold none are left out at once."""
    for start in range(0, len(text), PIECE):
        pause()
        if not text[start : start + PIECE].isascii():
            yield from (run.span() for run in _BEYOND_ASCII.finditer(text, start, start + PIECE))


@lru_cache(8_192)
def _plain(character: str) -> str | None:
    """Return how a character is read: as one of ASCII, or not at all; None where it is read as what it is."""
    if character in DRAWN_ALIKE:
        return DRAWN_ALIKE[character]
    same = unicodedata.normalize("NFKC", character)
    if same.isspace() or hidden_kind(character) is HiddenKind.LINE_BREAK:
        return None
    if len(same) == 1 and same.isascii() and same != character:
        return same
    drawn = unicodedata.category(character) not in ("Mn", "Me") and hidden_kind(character) is None
    return None if drawn else ""


# --- encoded ---


def _decodable(text: str) -> Iterator[Unit]:
    """Yield what is encoded: a word in several lines, or each of them by itself."""
    for words in _matches(_BASE64, text):
        if decoded := _decoded(words[0]):
            yield (*words.span(), decoded)
        elif "\n" in words[0]:
            for word in _ENCODED.finditer(text, *words.span()):
                if decoded := _decoded(word[0]):
                    yield (*word.span(), decoded)


def _decoded(word: str) -> str:
    """Return the text that a word is in base64; empty where it is none."""
    if word.islower() or _CONTROLS_IN(binascii.a2b_base64(word[:16].replace("-", "+").replace("_", "/"))):
        return ""
    letters = word.rstrip("=").translate(_URL_SAFE)
    if len(letters) % 4 == 1 or word.isupper() or not (text := _text_of(letters[:48])):
        return ""
    return _text_of(letters) if len(letters) > 48 else text


def _text_of(letters: str) -> str:
    data = binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or not error.start:
            return ""
        text = data[: error.start].decode()  # the rest of a letter is cut off
    return "" if _NO_TEXT.search(text) else text


def _near(text: str, units: list[Unit]) -> Iterator[Unit]:
    """Yield what is read otherwise, and leave out what is far from all of it."""
    end = 0  # of what is kept
    for unit in units:
        near = max(0, unit[0] - CONTEXT)
        begin = _gap(text, max(end, near - MAX_WORD), near, backwards=True)
        if begin > end:
            yield (end, begin, "\n")
        yield unit
        end = max(end, _gap(text, unit[1] + CONTEXT, unit[1] + CONTEXT + MAX_WORD))
    if end < len(text):
        yield (end, len(text), "\n")


def _gap(text: str, start: int, end: int, *, backwards: bool = False) -> int:
    """Return the first place between two words in a stretch, or the last one; its other end where there is none."""
    if backwards:
        return max(text.rfind(" ", start, end), text.rfind("\n", start, end), start)
    found = [at for at in (text.find(" ", start, end), text.find("\n", start, end)) if at >= 0]
    return min([*found, end, len(text)])


# --- broken over lines ---


def _joined(text: str) -> Iterator[Unit]:
    """Yield what makes a reading of nothing but the tokens that may be broken over lines, each in a line."""
    end = 0
    for breaks, start, after in _broken(text):
        yield (end, start, "\n")
        yield from ((*one, "") for one in breaks)
        end = after
    if end:
        yield (end, len(text), "\n")


def may_go_on(before: str, after: str) -> bool:
    """Whether a token may begin at the end of one text, and go on in the next."""
    if not before or not after or before[-1].isspace() or not _MACHINE_MADE.search(after, 0, MAX_PART):
        return False
    return any(True for _ in _broken(f"{before[-MAX_PART:]}\n{after[:MAX_PART]}"))


def _broken(text: str) -> Iterator[tuple[list[tuple[int, int]], int, int]]:
    """Yield the tokens that may be: the breaks in each, where it begins and where it ends."""
    done = 0
    for match in _matches(_BROKEN, text):
        at, first = match.start(), match.start("first")
        if at < done or not _MACHINE_MADE.search(match["first"]):
            continue
        begin = (
            max(text.rfind(" ", max(done, at - MAX_PART), at - 1), text.rfind("\n", max(done, at - MAX_PART), at)) + 1
        )
        begin = max(begin, done, at - MAX_PART)
        if at - begin + match.end() - first < MIN_TOKEN:
            continue
        end = begin + len(text[begin:at].rstrip(_BEFORE_BREAK))
        if before := _NOT_TOKEN.search(text[begin:end][::-1]):
            begin = end - before.start()
        lines = [match, *_following(text, match, LINES_AHEAD)]
        if not _may_be_token(text[begin:end], "".join([line["first"] for line in lines])):
            continue
        lines += _following(text, lines[-1], MAX_LINES - len(lines))
        ends = (end, *(line.end() for line in lines))
        yield list(zip(ends, (line.start("first") for line in lines), strict=False)), begin, ends[-1]
        done = ends[-1]


def _following(text: str, line: re.Match[str], most: int) -> Iterator[re.Match[str]]:
    """Yield the beginnings of so many lines after one that hold nothing but what may be more of the token."""
    for _ in range(most):
        if (more := _next_line(text, line.end())) is None:
            return
        yield more
        line = more


def _next_line(text: str, at: int) -> re.Match[str] | None:
    """Return the beginning of the next line, where nothing more stands in this one."""
    line = text.find("\n", at, at + 8)
    return _BROKEN.match(text, line) if line >= 0 and not text[at:line].strip(_BEFORE_BREAK) else None


def _may_be_token(last: str, first: str) -> bool:
    """Whether one begins with what stands last in a line and goes on with what stands first in the next."""
    word = last + first
    return len(word) >= MIN_TOKEN and any(_beginning().match(word, at.start()) for at in _WORD_BEGINS.finditer(last))


@cache
def _beginning() -> re.Pattern[str]:
    """Return what matches where a token may begin: of most kinds that is said by how it begins."""
    long = [rule for rule in SECRETS if rule.long]
    anchors = [re.escape(anchor) for rule in long if not rule.lead for anchor in rule.anchors]
    return re.compile("|".join([*anchors, *(rule.compiled.pattern for rule in long if rule.lead)]))
