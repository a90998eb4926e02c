"""
Which server commands turned out to speak only the modern era: kept between runs, so that `auto` need not fail first.

A small JSON file in the user's state folder. It holds digests, since arguments can be secrets. Whatever is wrong with
it, it is as if there were none: all that is lost is a moment at a server's start.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from ..config.paths import state_dir
from ..config.settings import ServerSettings

MOST = 500
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
        value = json.loads(era_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    known = value.get("modern") if isinstance(value, dict) else None
    return [one for one in known if isinstance(one, str)] if isinstance(known, list) else []


def _write(keys: list[str]) -> None:
    path = era_file()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"modern": keys[-MOST:]}, file)
        unfinished.replace(path)
