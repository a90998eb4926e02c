"""
`pattern` of a schema, as far as it can be checked here without harm.

A pattern comes from a server, and a regular expression can be written so that matching it takes years. So only plain
ones are tried: characters and classes in a row, each with how often it may come, and no groups. Whether a text fits
any other is left to the server, which checks all values anyway.
"""

import re

_ATOM = r"(?:\\[dDwWsS.\-+*?^$|()\[\]{}/\\]|\[\^?(?:\\.|[^\]\\])+\]|[^\\\[\](){}|*+?^$])"
_TIMES = r"(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})"
_PLAIN = re.compile(rf"\^?(?:{_ATOM}{_TIMES}?)*\$?")
_PART = re.compile(rf"{_ATOM}(?P<times>{_TIMES})?")

MAX_STEPS = 1_000_000
"""Ways to divide a text among a pattern's parts that are tried at most: a tenth of a second or so."""


def matches(pattern: str, text: str) -> bool | None:
    """Return whether a text matches a pattern somewhere; None when that can't be told here."""
    if len(pattern) > 1_000 or _PLAIN.fullmatch(pattern) is None or _steps(pattern, len(text)) > MAX_STEPS:
        return None
    try:
        # Patterns are ECMAScript's: \d and \w are ASCII, and $ is the very end.
        compiled = re.compile(re.sub(r"\$$", r"\\Z", pattern) if not pattern.endswith(r"\$") else pattern, re.ASCII)
    except re.error:
        return None
    return compiled.search(text) is not None


def _steps(pattern: str, length: int) -> float:
    """Return in how many ways the parts can share a text, at most; and it may start anywhere."""
    steps: float = 1.0 if pattern.startswith("^") else length + 1.0
    for part in _PART.finditer(pattern):
        steps *= _spread(part["times"], length)
    return steps


def _spread(times: str | None, length: int) -> int:
    """Return how many lengths one part may have."""
    if times is None:
        return 1
    if times in ("*", "+"):
        return length + 1
    if times == "?":
        return 2
    low, comma, high = times.strip("{}").partition(",")
    if not comma:
        return 1
    return max(1, (min(int(high), length) if high else length) - int(low) + 1)
