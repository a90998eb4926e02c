"""Cut a streamed text at a stop sequence, for providers that take none or only some of them."""

import re
from collections.abc import Sequence


class StopCutter:
    """
    Passes text on until one of the stop sequences appears in it; what could be the begin of one is held back.

    Attributes:
        stopped: A stop sequence has appeared. Nothing that came after it is ever passed on, nor is it itself.
    """

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = tuple(sequence for sequence in sequences if sequence)
        self._pattern = re.compile("|".join(map(re.escape, self._sequences))) if self._sequences else None
        self._held = ""
        self.stopped = False

    def feed(self, piece: str) -> str:
        """Take a piece of the answer and return what may be shown of it by now."""
        if self.stopped:
            return ""
        if self._pattern is None:
            return piece
        text = self._held + piece
        if found := self._pattern.search(text):
            self.stopped = True
            self._held = ""
            return text[: found.start()]
        keep = max(_overlap(text, sequence) for sequence in self._sequences)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """Return what was held back, at the end of the stream."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, sequence: str) -> int:
    """Return the length of the longest end of `text` that `sequence` begins with."""
    position = text.find(sequence[0], max(0, len(text) - len(sequence) + 1))
    while position >= 0:
        if sequence.startswith(text[position:]):
            return len(text) - position
        position = text.find(sequence[0], position + 1)
    return 0
