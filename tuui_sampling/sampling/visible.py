"""
Untrusted text → text that is safe and honest to show; and what it had to reveal.

Text from a server or a model may carry characters that a person can't see, but that a model reads or a terminal obeys:
escape sequences, direction overrides, tags, zero-width characters. `visible()` shows each of them as a mark (`␛`,
`⟪U+202E⟫`) and leaves ordinary text of any script alone. Three exceptions are kept, because they are ordinary
emoji: a variation selector after an emoji, a joiner between emoji, and the tags of the three flags that have some
(https://www.unicode.org/reports/tr51/). Everything is done within a line and in linear time, and text with nothing
to reveal comes back as the same object.

`escape_for_editing()` is the reversible form: what a person sees in an editor can be read back exactly.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .hidden_characters import JOINER, MARKS_KEPT, HiddenKind, Patterns, hidden_kind, hidden_name, patterns_for


@dataclass(frozen=True)
class Finding:
    """
    One thing that had to be revealed.

    Attributes:
        name: What it is, in words: "right-to-left override", or the kind where single names say nothing.
        index: Where it first occurs, as an index into the text as it came.
        count: How often it occurs.
        codepoint: The (first) character.
    """

    kind: HiddenKind
    name: str
    index: int
    count: int
    codepoint: int


@dataclass(frozen=True)
class Revealed:
    """
    A text that is safe to show.

    Attributes:
        text: What to show.
        findings: What was revealed, by first occurrence. A carriage return before a line feed is shown, but is not
            among them: it is how Windows ends a line.
        marked: The stretches `(start, end)` of `text` that are our marks. Only they tell a mark from a
            literal `␛` or `⟪U+202E⟫` in the text itself.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def hidden_count(self) -> int:
        """How many characters had to be revealed."""
        return sum(finding.count for finding in self.findings)

    @property
    def summary(self) -> str:
        """One line such as "3 hidden characters: right-to-left override at 17, …"; empty without findings."""
        if not self.findings:
            return ""
        parts = [
            f"{finding.name}{f' ×{finding.count:,}' if finding.count > 1 else ''} at {finding.index:,}"
            for finding in self.findings[:3]
        ]
        if len(self.findings) > 3:
            parts.append(f"{len(self.findings) - 3} more")
        return f"{self.hidden_count:,} hidden character{'s'[: self.hidden_count != 1]}: {', '.join(parts)}"


def visible(text: str, *, multiline: bool = True, limit: int | None = None) -> str:
    """
    Return the text with everything hidden revealed. Doing it again changes nothing.

    Args:
        multiline: Keep newlines and tabs; else they are shown as `␤` and `␉`.
        limit: Characters of the text that are shown, see `shorten`. Marks don't count.
    """
    if limit is not None:
        text = shorten(text, limit)
    patterns = patterns_for(multiline, text.isascii())
    if not patterns.may_hide(text):
        return text
    parts: list[str] = []
    end = 0
    for change in _changes(text, patterns):
        parts += (text[end : change.start], change.shown)
        end = change.end
    return "".join([*parts, text[end:]]) if parts else text


def reveal(text: str, *, multiline: bool = True) -> Revealed:
    """Return what `visible` shows, with what it revealed and where the marks are."""
    patterns = patterns_for(multiline, text.isascii())
    if not patterns.may_hide(text):
        return Revealed(text)
    parts: list[str] = []
    marked: list[tuple[int, int]] = []
    found: dict[tuple[HiddenKind, str], Finding] = {}
    end = length = 0
    for change in _changes(text, patterns):
        length += change.start - end
        marked.append((length, length + len(change.shown)))
        length += len(change.shown)
        parts += (text[end : change.start], change.shown)
        end = change.end
        if change.kind is not None:
            _count(found, change.kind, text, change)
    return Revealed("".join([*parts, text[end:]]), tuple(found.values()), tuple(marked))


def hidden_in(text: str) -> tuple[Finding, ...]:
    """Return what `reveal` finds, without writing what is shown for it."""
    patterns = patterns_for(True, text.isascii())
    found: dict[tuple[HiddenKind, str], Finding] = {}
    if patterns.may_hide(text):
        for change in _changes(text, patterns):
            if change.kind is not None:
                _count(found, change.kind, text, change)
    return tuple(found.values())


def json_text(value: object, indent: int | None = None) -> str:
    """
    Return JSON that is safe to show: letters as they are, and everything hidden in it as JSON's own escapes.

    Somebody may have a terminal show it, and every reader of JSON gets exactly what was written.
    """
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _BEYOND_ASCII.sub(lambda match: _json_escape(match[0]) if hidden_kind(match[0]) else match[0], written)


_BEYOND_ASCII = re.compile("[^\n -~]")


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1]


def shorten(text: str, limit: int) -> str:
    """Return the text, cut after `limit` characters with its length said: `abc…(1,024 characters)`."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip(JOINER)}…({len(text):,} characters)"


def token(character: str) -> str:
    """Return the mark that stands for one character: `⟪U+202E⟫`."""
    return f"⟪U+{ord(character):04X}⟫"


# --- the reversible form ---

_TOKEN = re.compile("⟪U\\+([0-9A-Fa-f]{4,6})⟫")


def escape_for_editing(text: str) -> str:
    """
    Return the text with every hidden character as a token `⟪U+202E⟫`, so that an editor can show and keep it.

    A literal `⟪` becomes a token, too: every token in the result stands for a character, and
    `unescape_edited` gives the text back exactly. Line feeds stay, and so do carriage returns with them if all
    lines end that way; every other carriage return becomes a token, since an editor would make line ends alike.
    """
    text = text.replace("⟪", token("⟪"))
    if windows := text.count("\r\n") == text.count("\n") == text.count("\r"):
        text = text.replace("\r\n", "\n")
    patterns = patterns_for(True, text.isascii())
    if patterns.may_hide(text):
        parts: list[str] = []
        end = 0
        for start, stop in _tokenised(text, patterns):
            parts += (text[end:start], *map(token, text[start:stop]))
            end = stop
        text = "".join([*parts, text[end:]])
    return text.replace("\n", "\r\n") if windows else text


def unescape_edited(text: str) -> str:
    """Return what an edited text means: each token is its character again; what is not a whole token stays as it is."""
    return _TOKEN.sub(_untoken, text)


def _untoken(match: re.Match[str]) -> str:
    codepoint = int(match[1], 16)
    return chr(codepoint) if codepoint <= 0x10FFFF else match[0]


def _tokenised(text: str, patterns: Patterns) -> Iterator[tuple[int, int]]:
    """Yield the stretches whose characters become tokens."""
    for match in patterns.matches(text):
        start, end = match.span()
        match match.lastgroup:
            case "marks":
                leading = start == 0 or text[start - 1] == "\n"
                yield (start if leading else start + MARKS_KEPT), end
            case "tags":
                yield start, end
            case "hidden" if hidden_kind(text[start]) is not None:
                yield start, end


# --- the changes ---


class _Change(NamedTuple):
    """Text from `start` to `end` is shown as `shown`; `kind` is None when that reveals nothing."""

    start: int
    end: int
    shown: str
    kind: HiddenKind | None


def _changes(text: str, patterns: Patterns) -> Iterator[_Change]:
    """Yield what to show differently, in order."""
    for match in patterns.matches(text):
        start, end = match.span()
        match match.lastgroup:
            case "hidden":
                if (change := _shown_hidden(text, start, end)) is not None:
                    yield change
            case "tags":
                said = "".join(chr(ord(character) - 0xE0000) for character in match[0])
                yield _Change(start, end, f"⟪tags: {said}⟫", HiddenKind.TAG)
            case "marks":
                if start == 0 or text[start - 1] == "\n":
                    yield _Change(start, start, "◌", None)  # else it would be drawn on whatever is before the text
                if (more := end - start - MARKS_KEPT) > 0:
                    shown = f"⟪+{more:,} mark{'s'[: more != 1]}⟫"
                    yield _Change(start + MARKS_KEPT, end, shown, HiddenKind.MARKS)


def _shown_hidden(text: str, start: int, end: int) -> _Change | None:
    """Return how to show a run of one perhaps hidden character."""
    character, count = text[start], end - start
    kind = hidden_kind(character)
    if kind is None:
        return None
    codepoint = ord(character)
    if codepoint < 0x20 or codepoint == 0x7F:
        picture = {0x0A: "␤", 0x7F: "␡"}.get(codepoint, chr(0x2400 + codepoint))
        ordinary = character in "\n\t" or (character == "\r" and count == 1 and text[end : end + 1] == "\n")
        return _Change(start, end, picture * count, None if ordinary else kind)
    shown = token(character)
    return _Change(start, end, shown if count == 1 else f"{shown[:-1]} ×{count:,}⟫", kind)


def _count(found: dict[tuple[HiddenKind, str], Finding], kind: HiddenKind, text: str, change: _Change) -> None:
    """Add one change to the findings."""
    character = text[change.start]
    name = hidden_name(character, kind)
    count = change.end - change.start
    if (known := found.get((kind, name))) is not None:
        found[kind, name] = Finding(kind, name, known.index, known.count + count, known.codepoint)
    else:
        found[kind, name] = Finding(kind, name, change.start, count, ord(character))


def clean_text(value: object) -> str:
    """Return a text with every lone surrogate as U+FFFD, since it can't be encoded; "" for no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
