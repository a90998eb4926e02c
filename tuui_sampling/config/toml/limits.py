"""
Refuses TOML that would take `tomllib` minutes, or more stack or digits than Python has, before it is parsed.

It reads the text once, and need not know whether it is valid: what it steps over is either valid or ends the parse.
"""

import re

MAX_DEPTH = 50
"""Arrays, tables and parts of keys within each other; a configuration needs five."""

MAX_DIGITS = 1_000
"""Digits of one number; Python itself refuses more than 4,300."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    rf"|(?P<digits>[0-9_]{{{MAX_DIGITS},}})"
    r"|(?P<token>[\[\]{}.,\n])"
    r"""|(?P<open>["'])""",
    re.DOTALL,
)


def limit_problem(text: str) -> tuple[int, str] | None:
    """Return the line of what is too deep or too long in the text, and what it is; None where nothing is."""
    line, depth, dots = 1, 0, 0
    opened: list[int] = []
    for match in _TOKEN.finditer(text):
        token = match["token"]
        if match["open"]:
            return None  # a string that does not end: the parser stops here as well
        if match["digits"]:
            return line, f"is a number of more than {MAX_DIGITS} digits"
        if token is None:
            line += match[0].count("\n")
        elif token in "[{":
            opened.append(dots + 1)
            depth += dots + 1
            dots = 0
        elif token in "]}":
            dots = 0
            depth -= opened.pop() if opened else 0
        elif token == ".":
            dots += 1
        else:
            line += token == "\n"
            dots = 0
        if depth + dots > MAX_DEPTH:
            return line, f"is nested more than {MAX_DEPTH} deep"
    return None
