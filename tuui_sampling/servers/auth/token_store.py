"""
Where the tokens of sign-ins are kept: in the system's keyring where there is one, else in files that only we can read.

The keyring needs the package `keyring`, which is optional (`pip install tuui-sampling[keyring]`), and a back end that
keeps secrets better than a file does. Nothing here is ever shown or logged.
"""

import contextlib
import hashlib
import importlib
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from ...config.files.regular import read_regular
from ...config.paths import state_dir
from ...config.private_files import private_folder, write_private

SERVICE = "tuui-sampling"
"""Under which the keyring lists what is ours."""

MAX_BYTES = 1_000_000
"""Of what is kept for one server."""

GOOD_KEYRING = 1
"""The priority from which on a back end of `keyring` is recommended; files of its own have less."""


class Vault(Protocol):
    """Keeps one text for each server, by the server's URL. Its methods block: call them in a thread."""

    def read(self, url: str) -> str | None:
        """Return what was kept."""
        ...

    def write(self, url: str, text: str) -> None:
        """
        Keep a text.

        Raises:
            OSError: It can't be kept.
        """
        ...


def open_vault() -> Vault:
    """Return the best vault there is. May take long: call it in a thread."""
    files = FileVault(state_dir() / "sign-ins")
    keyring = _keyring()
    return files if keyring is None else KeyringVault(keyring, files)


class FileVault:
    """One file for each server, with mode 0600, in a folder with mode 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, url: str) -> str | None:
        """Return what was kept; nothing where it can't be read."""
        try:
            return read_regular(self._path(url), MAX_BYTES)[0].decode()
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, url: str, text: str) -> None:
        """
        Keep a text: all of it or nothing.

        Raises:
            OSError: It can't be written.
        """
        private_folder(self._folder)
        write_private(self._path(url), text.encode(), durable=True)

    def forget(self, url: str) -> None:
        """Delete what was kept."""
        with contextlib.suppress(OSError):
            self._path(url).unlink(missing_ok=True)

    def _path(self, url: str) -> Path:
        return self._folder / f"{_key(url)}.json"


class KeyringVault:
    """The system's keyring; where it refuses, as when it is locked, the files are used."""

    def __init__(self, keyring: Any, files: FileVault) -> None:
        self._keyring = keyring
        self._files = files
        self._refusals = (keyring.errors.KeyringError, OSError, RuntimeError)

    def read(self, url: str) -> str | None:
        """Return what was kept."""
        try:
            kept: str | None = self._keyring.get_password(SERVICE, _account(url))
        except self._refusals:
            kept = None
        return kept or self._files.read(url)

    def write(self, url: str, text: str) -> None:
        """
        Keep a text.

        Raises:
            OSError: The keyring refuses it, and it can't be written to a file either.
        """
        try:
            self._keyring.set_password(SERVICE, _account(url), text)
        except self._refusals:
            self._files.write(url, text)
        else:
            self._files.forget(url)


def _keyring() -> Any:
    """Return the module `keyring`, if it is there and has a back end worth using."""
    try:
        keyring = importlib.import_module("keyring")
        importlib.import_module("keyring.errors")
        return keyring if keyring.get_keyring().priority >= GOOD_KEYRING else None
    except (ImportError, RuntimeError, OSError):
        return None


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def _account(url: str) -> str:
    """Return a name that a person recognizes; the rest of the URL may hold a secret."""
    return f"{urlsplit(url).hostname} {_key(url)}"
