"""Holds one server of another host, as it stands in that host's file and as it goes into our configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class HostServer:
    """
    One server of another host.

    Attributes:
        name: The host's own name of it.
        table: What stands in `[servers.NAME]`, by key; every text with our `${NAME}` for the environment.
        notes: What could not be carried over, or is otherwise than in the host, a sentence each.
        variables: The variables that must be set for it, and what each is for. Values are never kept.
    """

    name: str
    table: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> str:
        """What it runs, or which address it calls, in full."""
        if "url" in self.table:
            return str(self.table["url"])
        return " ".join(_quoted(str(part)) for part in (self.table["command"], *self.table.get("args", ())))


def _quoted(word: str) -> str:
    return f'"{word}"' if not word or any(character.isspace() for character in word) else word
