"""
Where the tokens of sign-ins are kept: in the system's keyring where there is one, else in files that only we can read.

The keyring needs the package `keyring`, which is optional (`pip install tuui-sampling[keyring]`), and a back end that
keeps secrets better than a file does. Nothing here is ever shown or logged.
"""

import contextlib
import hashlib
import importlib
import threading
from collections.abc import Callable
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

KEYRING_SECONDS = 20.0
"""So long a keyring may take, in which the person may have to unlock it."""

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
    """The system's keyring; where it refuses, as when it is locked, or does not answer, the files are used."""

    def __init__(self, keyring: Any, files: FileVault) -> None:
        self._keyring = keyring
        self._files = files

    def read(self, url: str) -> str | None:
        """Return what was kept."""
        try:
            kept = _answer_of(lambda: self._keyring.get_password(SERVICE, _account(url)))
        except NoAnswer:
            kept = None
        return kept if isinstance(kept, str) and kept else self._files.read(url)

    def write(self, url: str, text: str) -> None:
        """
        Keep a text.

        Raises:
            OSError: The keyring refuses it, and it can't be written to a file either.
        """
        try:
            _answer_of(lambda: self._keyring.set_password(SERVICE, _account(url), text))
        except NoAnswer:
            self._files.write(url, text)
        else:
            self._files.forget(url)


def _keyring() -> Any:
    """Return the module `keyring`, if it is there and has a back end worth using."""

    def found() -> Any:
        keyring = importlib.import_module("keyring")
        return keyring if keyring.get_keyring().priority >= GOOD_KEYRING else None

    try:
        return _answer_of(found)
    except NoAnswer:
        return None


class NoAnswer(Exception):
    """A keyring has failed, or has not answered in time."""


def _answer_of(ask: Callable[[], Any]) -> Any:
    """
    Return what a keyring answers.

    Its back ends are others' code: they raise whatever they like (the desktop's bus is not there, the collection is
    gone), and one that is locked may wait for a dialog that nobody sees. The thread dies with the program.

    Raises:
        NoAnswer: There is none.
    """
    answers: list[Any] = []

    def work() -> None:
        try:
            answers.append(ask())
        except Exception:
            return

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if not answers:
        raise NoAnswer
    return answers[0]


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def _account(url: str) -> str:
    """Return a name that a person recognizes; the rest of the URL may hold a secret."""
    return f"{urlsplit(url).hostname} {_key(url)}"
