"""Ways to write a value so that a search for it misses it, and whoever it is meant for does not."""

import base64
from collections.abc import Callable, Mapping

Disguise = Callable[[str], str]


def strewn(character: str, every: int = 3) -> Disguise:
    """Return what puts a character between others."""
    return lambda value: character.join(value[at : at + every] for at in range(0, len(value), every))


def moved(first: int, capital: int, digit: int | None = None) -> Disguise:
    """Return what puts letters, and digits, of another block in the place of those of ASCII."""
    table = {ord("a") + n: chr(first + n) for n in range(26)} | {ord("A") + n: chr(capital + n) for n in range(26)}
    digits = {ord("0") + n: chr(digit + n) for n in range(10)} if digit is not None else {}
    return lambda value: value.translate(table | digits)


def broken(gap: str, share: float = 0.5) -> Disguise:
    """Return what breaks a value in two."""
    return lambda value: f"{value[: int(len(value) * share)]}{gap}{value[int(len(value) * share) :]}"


def each(form: str, every: int = 1) -> Disguise:
    """Return what escapes characters."""
    return lambda value: "".join(form.format(ord(c)) if n % every == 0 else c for n, c in enumerate(value))


def _base64(value: str) -> str:
    return base64.b64encode(f"key: {value}\n".encode()).decode()


HIDDEN: Mapping[str, Disguise] = {
    name: strewn(character)
    for name, character in {
        "zero-width space": "\u200b",
        "zero-width joiner": "\u200d",
        "word joiner": "\u2060",
        "byte order mark": "\ufeff",
        "soft hyphen": "\u00ad",
        "grapheme joiner": "\u034f",
        "right-to-left override": "\u202e",
        "variation selector": "\ufe0f",
        "tag": "\U000e0041",
        "stroke": "\u0336",
        "Hangul filler": "\u3164",
        "null": "\x00",
        "backspace": "\x08",
        "escape": "\x1b",
    }.items()
}

LETTERS: Mapping[str, Disguise] = {
    "full width": moved(0xFF41, 0xFF21, 0xFF10),
    "mathematical": moved(0x1D68A, 0x1D670, 0x1D7F6),
    "sans-serif bold": moved(0x1D5EE, 0x1D5D4, 0x1D7EC),
    "one in full width": lambda value: value[:-3] + moved(0xFF41, 0xFF21, 0xFF10)(value[-3:]),
}

ESCAPES: Mapping[str, Disguise] = {
    "percent": each("%{:02X}"),
    "some percent": each("%{:02x}", 4),
    "\\u": each("\\u{:04x}"),
    "\\u in braces": each("\\u{{{:x}}}", 3),
    "\\x": each("\\x{:02x}", 2),
    "&#": each("&#{};", 2),
    "&#x": each("&#x{:X};", 5),
    "an escaped zero-width space": strewn("\\u200b"),
}

ENCODED: Mapping[str, Disguise] = {
    "base64": _base64,
    "base64 without padding": lambda value: _base64(value).rstrip("="),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(f"ä key: {value}\n".encode()).decode(),
    "base64 in lines": lambda value: base64.encodebytes(f"The key is the following: {value} and no other".encode()).decode().strip(),
}  # fmt: skip

LINES: Mapping[str, Disguise] = {
    "a line feed": broken("\n"),
    "early": broken("\n", 0.3),
    "late": broken("\n", 0.8),
    "an indented line": broken("\r\n      "),
    "a continued line": broken("\\\n"),
    "quoted lines": broken("\"\n    \""),
    "three lines": lambda value: broken("\n", 0.4)(broken("\n  ", 0.7)(value)),
    "four lines": lambda value: broken("\n", 0.3)(broken("\n  ", 0.55)(broken("\n> ", 0.8)(value))),
    "a quotation": broken("\n> "),
}  # fmt: skip

BOTH: Mapping[str, Disguise] = {
    "a zero-width space and a line feed": lambda value: broken("\n")(strewn("\u200b", 5)(value)),
    "full width over lines": lambda value: broken("\n")(LETTERS["full width"](value)),
}
