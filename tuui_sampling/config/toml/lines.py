"""
On which line each key of a TOML file stands, which `tomllib` does not tell.

The text is known to be valid TOML, at least as far as it is read: this is not a second parser. It knows just enough of
the grammar (https://toml.io/en/v1.0.0) to step over values and to see keys, tables, inline tables and array elements.
"""

import re
import tomllib
from bisect import bisect_right
from typing import NamedTuple

KeyPath = tuple[str | int, ...]
"""Keys, and positions in arrays, from the top of the file."""

_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
"""A key that needs no quotes."""

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


class Location(NamedTuple):
    """Where one key, or one element of an array, stands."""

    key_path: KeyPath
    line: int


def locate(text: str) -> list[Location]:
    """
    Return every key of the text in the order of the file, as far as the text is valid.

    A table is where its header is; a part of a dotted key is where the key is.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.found: list[Location] = []
        self._text = text
        self._at = 0
        self._elements_of: dict[KeyPath, int] = {}
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        """Read statements until the end, or until something that is not a statement."""
        table: KeyPath = ()
        while True:
            self._step(_GAP)
            if self._take("["):
                is_element = self._take("[")
                table = self._within_arrays(self._key(()), is_element=is_element)
                self._take("]")
                self._take("]")
            elif not self._pair(table):
                return

    def _within_arrays(self, key_path: KeyPath, *, is_element: bool) -> KeyPath:
        """Return the path of a table as it is read: `[[rules]]` is an element, and `[rules.budget]` is in the last."""
        whole: KeyPath = ()
        for depth, key in enumerate(key_path):
            whole = (*whole, key)
            if is_element and depth == len(key_path) - 1:
                self._elements_of[whole] = self._elements_of.get(whole, -1) + 1
            if whole in self._elements_of:
                whole = (*whole, self._elements_of[whole])
        if whole != key_path:
            self.found.append(Location(whole, self.found[-1].line))
        return whole

    def _pair(self, table: KeyPath) -> bool:
        key_path = self._key(table)
        if key_path == table or not self._take("="):
            return False
        self._value(key_path)
        return True

    def _key(self, table: KeyPath) -> KeyPath:
        """Read a key, dotted or not; note and return its path, which is `table` when there is no key."""
        line = bisect_right(self._newlines, self._at) + 1
        key_path = table
        while True:
            self._step(_BLANK)
            start = self._at
            if quoted := self._step(_STRING):
                key_path = (*key_path, tomllib.loads(f"key = {quoted}")["key"])
            elif bare := self._step(BARE_KEY):
                key_path = (*key_path, bare)
            if self._at == start:
                return key_path
            self.found.append(Location(key_path, line))
            self._step(_BLANK)
            if not self._take("."):
                return key_path

    def _value(self, key_path: KeyPath) -> None:
        self._step(_BLANK)
        if self._take("["):
            self._elements(key_path)
        elif self._take("{"):
            self._step(_GAP)
            while self._pair(key_path):
                self._step(_GAP)
                self._take(",")
                self._step(_GAP)
            self._take("}")
        elif not self._step(_STRING):
            self._step(_SCALAR)

    def _elements(self, key_path: KeyPath) -> None:
        index = 0
        while True:
            self._step(_GAP)
            if self._take("]"):
                return
            start = self._at
            self.found.append(Location((*key_path, index), bisect_right(self._newlines, start) + 1))
            self._value((*key_path, index))
            self._step(_GAP)
            self._take(",")
            if self._at == start:
                return
            index += 1

    def _step(self, pattern: re.Pattern[str]) -> str:
        """Step over what the pattern matches here, and return it."""
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _take(self, character: str) -> bool:
        """Step over the character, with the blanks before it, if it is next."""
        self._step(_BLANK)
        if not self._text.startswith(character, self._at):
            return False
        self._at += 1
        return True
