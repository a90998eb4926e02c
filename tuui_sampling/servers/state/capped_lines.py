"""Keeps the first of many lines, and counts the rest: what a server does wrong it may do a million times."""

MAX_LINES = 100
"""Lines that are kept; one more says how many others there were."""


class CappedLines(list[str]):
    """Lines; `add` is the only way in."""

    more = 0

    def add(self, line: str) -> None:
        """Keep a line, or count it."""
        if len(self) < MAX_LINES:
            self.append(line)
            return
        self.more += 1
        self[MAX_LINES:] = [f"and {self.more:,} more"]
