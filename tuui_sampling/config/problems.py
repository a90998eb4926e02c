"""What is wrong with a configuration, each problem at its key and line."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .toml_lines import KeyPath, Location, locate

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Problem:
    """
    One thing to mend.

    Attributes:
        key_path: Such as ``servers.everything.args[1]``; empty when it concerns the whole file.
        line: Counts from 1; None when it concerns no line.
        message: What is wrong, and what is expected. Never holds a value that came from the environment, or one
            that might be a key.
    """

    key_path: str
    line: int | None
    message: str


class Report:
    """Collects problems while a file is read, so that all of them can be told at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[KeyPath, str]] = []

    def add(self, key_path: KeyPath, message: str) -> None:
        """Note a problem of this key."""
        self._found.append((key_path, message))

    def problems(self) -> tuple[Problem, ...]:
        """Return what was noted, in the order of the file."""
        if not self._found:
            return ()
        lines = _lines(locate(self._text))
        problems = [Problem(shown_path(path), _line(lines, path), message) for path, message in self._found]
        return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def shown_path(key_path: KeyPath) -> str:
    """Return the path as TOML writes it, with what can't be printed escaped."""
    shown = ""
    for part in key_path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            key = part if _BARE_KEY.fullmatch(part) else printable(json.dumps(part, ensure_ascii=False))
            shown += f".{key}" if shown else key
    return shown


def printable(text: str) -> str:
    """Return the text with control and other invisible characters escaped: these lines go to a terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Return `` (did you mean "…"?)`` for the known name that is most alike, or an empty string."""
    import difflib  # needed only when something is wrong

    names = {name.casefold(): name for name in known}
    alike = difflib.get_close_matches(wrong.casefold(), names, n=1)
    return f' (did you mean "{printable(names[alike[0]])}"?)' if alike else ""


def _lines(locations: list[Location]) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    for key_path, line in locations:
        lines.setdefault(key_path, line)
    return lines


def _line(lines: dict[KeyPath, int], key_path: KeyPath) -> int | None:
    """Return the line of the key, or of the table that it is missing from."""
    for length in range(len(key_path), 0, -1):
        if (line := lines.get(key_path[:length])) is not None:
            return line
    return None
