"""
What the command line says. Every foreign text goes through `visible()` on its way.

A terminal breaks long lines wherever they end, so on a terminal they are broken at spaces before. What goes to a file
or to another program is left as it is.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.cells import cell_len

from ..config.load import ConfigError
from ..sampling.errors import LedgerError
from ..sampling.visible import reveal, visible
from ..servers.state.server import Server
from ..servers.state.stderr_reason import stderr_reason

LABEL = 16
"""Columns of the labels; foreign text never begins to the left of them."""

MIN_COLUMNS = 20
"""Columns below which lines are no longer broken to fit."""

SHOWN_LOG_LINE = 200
"""Characters of a server's last words that are shown."""


def complain(message: str) -> None:
    """Say what is wrong, on one line that begins with our name."""
    say(f"tuui-sampling: {message}")


def complain_of_configuration(error: ConfigError, what: str = "the configuration can't be used") -> None:
    """Say every problem with its place, one on each line, and what can be done."""
    complain(what)
    say(error.message)
    if error.hint:
        say(error.hint)


def complain_of_the_record() -> Callable[[LedgerError], None]:
    """Return what says why the record can't be written, once for each reason."""
    told: set[str] = set()

    def complain_once(error: LedgerError) -> None:
        if error.message not in told:
            told.add(error.message)
            complain(f"{error.message} {error.hint}".strip())

    return complain_once


def say(text: str) -> None:
    """Write lines to standard error, with everything hidden in them revealed."""
    print(fitted(visible(text), columns(sys.stderr)), file=sys.stderr, flush=True)


def labelled(label: str, text: str) -> Iterator[str]:
    """Yield a text, its further lines below its first, and what had to be revealed in it; nothing for an empty one."""
    if not text:
        return
    revealed = reveal(text)
    width = columns(sys.stderr)
    lines = fitted(revealed.text, width - LABEL - 1 if width else None).split("\n")
    for number, line in enumerate(lines):
        yield f"{visible(label) if number == 0 else '':<{LABEL}} {line}"
    if revealed.summary:
        yield f"{'hidden':<{LABEL}} {revealed.summary}"


def result(text: str, indent: int = 0) -> None:
    """Write a line of a result to standard output; on a terminal its further rows begin at a column of their own."""
    print(fitted(text, columns(sys.stdout), indent).replace("\n", "\n" + " " * indent))


def columns(stream: TextIO) -> int | None:
    """Return the width of the terminal that a stream is; None where it is none, or does not say."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def fitted(text: str, width: int | None, indent: int = 0) -> str:
    """
    Break the lines of a text at spaces, so that they fit; a longer word stays whole, so that it can be copied.

    Args:
        width: Cells of a row; None where there is no end to it.
        indent: So many of them are left free in every row but the first.
    """
    if width is None:
        return text
    first, further = (max(room, MIN_COLUMNS) for room in (width, width - indent))
    lines = enumerate(text.split("\n"))
    return "\n".join(row for number, line in lines for row in _rows(line, further if number else first, further))


def _rows(line: str, first: int, further: int) -> Iterator[str]:
    if cell_len(line) <= first:
        yield line
        return
    row, room = "", first
    for word in re.findall(r" *[^ ]+", line):
        if row and cell_len(row) + cell_len(word) > room:
            yield row
            row, room = word.lstrip(" "), further
        else:
            row += word
    yield row


def one_line(text: str, limit: int | None = None) -> str:
    """Return foreign text as a part of a line of ours."""
    return visible(text, multiline=False, limit=limit)


def why_not_running(server: Server) -> tuple[str, str]:
    """Return why a server did not start or ended, and what can be done; with its last words where there are any."""
    reason = one_line(server.reason or f"it is {server.state}")
    if (last := stderr_reason([line.text for line in server.log if line.source == "stderr"])) is not None:
        return reason, f"it said: {one_line(last, SHOWN_LOG_LINE)}"
    return reason, one_line(server.hint)
