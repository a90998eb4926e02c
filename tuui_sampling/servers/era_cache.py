"""
Which server commands turned out to speak only the modern era: kept between runs, so that `auto` need not fail first.

A small JSON file in the user's state folder. It holds digests, since arguments can be secrets. Whatever is wrong with
it, it is as if there were none: all that is lost is a moment at a server's start.
"""

import contextlib
import hashlib
import json
from pathlib import Path

from ..config.files.regular import read_regular
from ..config.paths import state_dir
from ..config.private_files import private_folder, write_private
from ..config.settings import ServerSettings

MAX_BYTES = 1_000_000
"""Of the file; one that is larger was not written by us."""

MAX_SERVERS = 500
"""Commands that are kept; the oldest are forgotten first."""

_learned: set[str] = set()
"""What this run of the program found out itself."""


def era_file() -> Path:
    """Return where the memory lies."""
    return state_dir() / "modern-servers.json"


def is_modern(settings: ServerSettings) -> bool:
    """Whether this command is known to speak only the modern era."""
    key = _key(settings)
    return key in _learned or key in _read()


def learn(settings: ServerSettings) -> None:
    """Remember that this command speaks only the modern era."""
    key = _key(settings)
    _learned.add(key)
    _write([*(known for known in _read() if known != key), key])


def forget(settings: ServerSettings) -> bool:
    """
    Forget what an earlier run of the program had found out, since it is no longer so.

    Returns:
        False when there was nothing to forget, or this run has found it out itself.
    """
    key, known = _key(settings), _read()
    if key in _learned or key not in known:
        return False
    _write([one for one in known if one != key])
    return True


def _key(settings: ServerSettings) -> str:
    command = json.dumps([settings.url or settings.command, *settings.args])
    return hashlib.sha256(command.encode("utf-8", "surrogatepass")).hexdigest()


def _read() -> list[str]:
    try:
        value = json.loads(read_regular(era_file(), MAX_BYTES)[0])
    except (OSError, ValueError, RecursionError):
        return []
    known = value.get("modern") if isinstance(value, dict) else None
    return [one for one in known if isinstance(one, str)] if isinstance(known, list) else []


def _write(keys: list[str]) -> None:
    with contextlib.suppress(OSError):
        private_folder((path := era_file()).parent)
        write_private(path, json.dumps({"modern": keys[-MAX_SERVERS:]}).encode())
