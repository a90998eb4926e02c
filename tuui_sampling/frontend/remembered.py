"""Remembers what the person has chosen about the screen, such as widths of panes, in a file of the state folder."""

import json
from contextlib import suppress
from pathlib import Path

from ..config.files.regular import read_regular
from ..config.private_files import private_folder, write_private

MAX_BYTES = 10_000
"""Of the file; a larger one is none of ours."""


class Remembered:
    """Values by name, in a file that may be missing, damaged or not writable: then they last as long as the program."""

    def __init__(self, file: Path) -> None:
        """Read a file, once."""
        self._file = file
        self._values: dict[str, str | int] = {}
        with suppress(OSError, ValueError, RecursionError):
            if isinstance(read := json.loads(read_regular(file, MAX_BYTES)[0]), dict):
                self._values = {name: value for name, value in read.items() if isinstance(value, str | int)}

    def number(self, name: str, low: int, high: int) -> int | None:
        """Return a number between two others; None where none is remembered."""
        value = self._values.get(name)
        return max(low, min(value, high)) if isinstance(value, int) else None

    def text(self, name: str) -> str | None:
        """Return a text; None where none is remembered."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def set(self, name: str, value: str | int) -> None:
        """Remember a value."""
        if self._values.get(name) != value:
            self._values[name] = value
            with suppress(OSError):
                private_folder(self._file.parent)
                write_private(self._file, json.dumps(self._values).encode())
