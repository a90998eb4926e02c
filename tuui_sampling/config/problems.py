"""Says what is wrong with a configuration, each problem at its key and line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..sampling.errors import TuuiError
from .toml.lines import BARE_KEY, KeyPath, Location, locate

MAX_PROBLEMS = 200
"""So many problems are told, and how many more there are: nobody reads on."""

MAX_KEY = 100
"""Characters of a key that are shown, and compared with those that there are."""


@dataclass(frozen=True)
class Problem:
    """
    One thing to correct.

    Attributes:
        key_path: Such as ``servers.everything.args[1]``; empty when it concerns the whole file.
        line: Counts from 1; None when it concerns no line.
        message: What is wrong, and what is expected. Never holds a value that came from the environment, or one
            that might be a key.
        inner: The key path within the table of the one server or model that it concerns.
    """

    key_path: str
    line: int | None
    message: str
    inner: str = field(default="", compare=False)


class ConfigError(TuuiError):
    """
    The configuration can't be used. Its text has one line per problem, ``config.toml:12: servers.x.comand: …``.

    Attributes:
        path: The file.
        problems: What was found, in the order of the file.
        is_missing: There is no such file, which is how everybody begins.
    """

    def __init__(self, path: Path, problems: Iterable[Problem], *, hint: str = "", is_missing: bool = False) -> None:
        self.path = path
        self.problems = tuple(problems)
        self.is_missing = is_missing
        super().__init__("\n".join(self._shown(problem) for problem in self.problems), hint=hint)

    def _shown(self, problem: Problem) -> str:
        where = printable(str(self.path)) + (f":{problem.line}" if problem.line is not None else "")
        return ": ".join(part for part in (where, problem.key_path, problem.message) if part)


class _Found(NamedTuple):
    key_path: KeyPath
    message: str
    meant: tuple[str, Iterable[str]] | None


class Report:
    """Collects problems while a file is read, so that all of them can be told at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[_Found] = []
        self._all_lines: dict[KeyPath, int] | None = None

    def line(self, key_path: KeyPath) -> int | None:
        """Return the line of a key, or of the table that it is missing from."""
        if self._all_lines is None:
            self._all_lines = _lines(locate(self._text))
        return _line(self._all_lines, key_path)

    def add(self, key_path: KeyPath, message: str, *, meant: tuple[str, Iterable[str]] | None = None) -> None:
        """
        Note a problem of this key.

        Args:
            meant: A wrong name and those that there are: where the problem is told, so is the one that is most alike.
        """
        self._found.append(_Found(key_path, message, meant))

    def concerns(self, *key_path: str) -> bool:
        """Whether a problem of this key, or of one inside it, was noted."""
        return any(one.key_path[: len(key_path)] == key_path for one in self._found)

    def take(self, *table: str) -> tuple[Problem, ...]:
        """Return what was noted inside this table, in the order of the file, and forget it."""
        inside = [one for one in self._found if len(one.key_path) > len(table) and one.key_path[: len(table)] == table]
        if not inside:
            return ()
        self._found = [one for one in self._found if one not in inside]
        return self._told(inside, within=len(table))

    def problems(self) -> tuple[Problem, ...]:
        """Return what was noted, in the order of the file."""
        return self._told(self._found)

    def _told(self, found: list[_Found], within: int = 0) -> tuple[Problem, ...]:
        if not found:
            return ()
        placed = sorted(((self.line(one.key_path) or 0, one) for one in found), key=lambda pair: pair[0])
        told = [
            Problem(
                shown_path(one.key_path),
                line or None,
                one.message + (suggestion(*one.meant) if one.meant else ""),
                shown_path(one.key_path[within:]),
            )
            for line, one in placed[:MAX_PROBLEMS]
        ]
        if more := len(placed) - len(told):
            told.append(Problem("", None, f"{more:,} more problem{'' if more == 1 else 's'} after these"))
        return tuple(told)


MAX_WORDS = 3
"""Problems of one table that are told in one line."""


def words_of(problems: tuple[Problem, ...]) -> str:
    """Return what keeps one table from being used, in a line: each with where it stands."""
    told = [f"line {one.line}: {one.inner}: {one.message}" for one in problems[:MAX_WORDS]]
    more = len(problems) - len(told)
    return "; ".join([*told, f"and {more:,} more"] if more else told)


def shown_path(key_path: KeyPath) -> str:
    """Return the path as TOML writes it, with what can't be printed escaped."""
    shown = ""
    for part in key_path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            text = part if len(part) <= MAX_KEY else f"{part[:MAX_KEY]}…"
            key = text if BARE_KEY.fullmatch(text) else printable(json.dumps(text, ensure_ascii=False))
            shown += f".{key}" if shown else key
    return shown


def printable(text: str) -> str:
    """Return the text with control and other invisible characters escaped: these lines go to a terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Return `` (did you mean "…"?)`` for the known name that is most alike, or an empty string."""
    if len(wrong) > MAX_KEY:
        return ""
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
