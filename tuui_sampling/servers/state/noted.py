"""Keeps the first of many lines, and counts the rest: what a server does wrong it may do a million times."""

MAX_NOTED = 100
"""Lines that are kept; one more says how many others there were."""


class Noted(list[str]):
    """Lines; `add` is the only way in."""

    more = 0

    def add(self, line: str) -> None:
        """Keep a line, or count it."""
        if len(self) < MAX_NOTED:
            self.append(line)
            return
        self.more += 1
        self[MAX_NOTED:] = [f"and {self.more:,} more"]
