"""Finds the line of a server's stderr that says why it ended: often it is not the last one."""

import re
from collections.abc import Sequence

MAX_LINES = 200
"""Lines from the end that are looked at."""

_AFTERWARDS = re.compile(
    r"""
      Node\.js\ v\d | Bun\ v\d | [{}\]]+$ | \^+$                                      # node, bun, deno
    | exit\ status\ \d+ | goroutine\ \d+ | created\ by\  | [\w./*()-]+\(\S*\)$        # go
    | note:\ run\ with | stack\ backtrace: | \.\.\.\ \d+\ more                        # rust, Java
    | See\ '.*--help' | Try\ '.*--help' | Run\ '.*--help' | For\ more\ information    # docker, command lines
    """,
    re.VERBOSE,
)
_NPM = re.compile(r"npm (?:error|ERR!)(?P<detail>\s*$|\s+(?:code|errno|syscall|path|command|cwd|signal)\b)?")
_FRAME = re.compile(r'\s+(?:at |File "|from )')
_HEAD = re.compile(r"\s*×")


def stderr_reason(lines: Sequence[str]) -> str | None:
    """
    Return what a program said last of why it ended, with the lines that carry it on; None where it said nothing.

    Stack traces, versions and advice stand after it, and belong to it as little as blank lines do.
    """
    said = [line.rstrip() for line in lines[-MAX_LINES:] if line.strip()]
    for number in range(len(said) - 1, -1, -1):
        line = said[number]
        if _HEAD.match(line) or not (line[0].isspace() or _AFTERWARDS.match(line)):
            if _NPM.match(line):
                return _npm_error(said[: number + 1])
            return " ".join([line.strip(), *_carried_on(said[number + 1 :])])
    return said[-1].strip() if said else None


def _npm_error(lines: Sequence[str]) -> str:
    """Return the first line of npm's that is not a detail: advice and the place of its log follow."""
    found = lines[-1]
    for line in reversed(lines):
        if (match := _NPM.match(line)) is None:
            break
        if match["detail"] is None:
            found = line
    return found


def _carried_on(lines: Sequence[str]) -> list[str]:
    """Return the indented lines that follow, up to a stack trace."""
    parts = []
    for line in lines:
        if not line[0].isspace() or _FRAME.match(line):
            break
        parts.append(line.strip())
    return parts
