"""Adds servers to a configuration file, whose comments and order are kept."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..private_files import private_folder, write_private
from .server import HostServer

HEADER = """\
# The configuration of tuui-sampling. `tuui-sampling check` says whether all is well with it.
# Every key there is, with what it means, stands in config.example.toml.
"""


def added(text: str, servers: Iterable[HostServer], source: Mapping[str, str]) -> str:
    """
    Return a configuration with servers added at its end.

    Args:
        source: The name of a server → where it comes from, for a comment.

    Raises:
        tomlkit.exceptions.TOMLKitError: The text is not TOML.
    """
    import tomlkit

    document = tomlkit.parse(text or HEADER)
    tables = document.get("servers")
    if tables is None:
        tables = document["servers"] = tomlkit.table(is_super_table=True)
    for server in servers:
        table = tomlkit.table()
        if origin := source.get(server.name):
            table.comment(f"from {origin}")
        for note in server.notes:
            table.add(tomlkit.comment(_one_line(note)))
        for key, value in server.table.items():
            table.add(key, _item(value))
        table.add(tomlkit.nl())
        tables[server.name] = table
    return f"{tomlkit.dumps(document).rstrip()}\n"


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, or the first like it that is not taken."""
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


def save(path: Path, text: str) -> None:
    """
    Write the configuration, with mode 0600, in place of what is there.

    Raises:
        OSError: It can't be written; what was there is untouched.
    """
    private_folder(path.parent)
    write_private(path, text.encode(), durable=True)


def _item(value: Any) -> Any:
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table() if len(value) <= 1 else tomlkit.table()
        for key, inner in value.items():
            table.add(key, inner)
        return table
    return tomlkit.item(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
