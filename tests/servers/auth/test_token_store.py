"""Where tokens are kept: the keyring when it is a good one and works, else files that only we can read."""

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from tuui_sampling.config.paths import state_dir
from tuui_sampling.servers.auth.token_store import SERVICE, FileVault, KeyringVault, open_vault

URL = "https://example.com/mcp?key=secret"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept."""
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something."""
        self._check()
        self.kept[service, username] = password

    def _check(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")


@pytest.fixture
def ring() -> Iterator[Ring]:
    """Have a good keyring."""
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def raising(error: Exception) -> Callable[[], object]:
    """Return what raises that."""

    def fails() -> object:
        raise error

    return fails


def files() -> list[Path]:
    """Return the files that were written."""
    folder = state_dir() / "sign-ins"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_good_keyring_is_used(ring: Ring) -> None:
    vault = open_vault()
    assert isinstance(vault, KeyringVault)
    assert vault.read(URL) is None
    vault.write(URL, "text")
    assert vault.read(URL) == "text"
    ((service, account),) = ring.kept
    assert service == SERVICE
    assert account.startswith("example.com ") and "secret" not in account
    assert files() == []


def test_a_keyring_that_is_locked_gives_way_to_a_file(ring: Ring) -> None:
    vault = open_vault()
    ring.locked = True
    vault.write(URL, "text")
    assert vault.read(URL) == "text"
    assert len(files()) == 1
    ring.locked = False
    vault.write(URL, "new")
    assert vault.read(URL) == "new"
    assert files() == [], "what is in the keyring lies in no file"


class OfTheDesktop(Exception):
    """What a back end raises of its own, as those of D-Bus do."""


FAILURES: dict[str, Callable[[], object]] = {
    "locked": raising(keyring.errors.KeyringLocked("locked")),
    "no bus": raising(OfTheDesktop("no reply")),
    "a bug": raising(AttributeError("collection")),
    "another process": raising(OSError(111, "refused")),
    "not installed whole": raising(ImportError("jeepney")),
    "what is not text": lambda: b"bytes",
    "never": lambda: threading.Event().wait(60),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_keyring_that_fails_in_any_way_gives_way_to_a_file(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr("tuui_sampling.servers.auth.token_store.KEYRING_SECONDS", 5.0)
    vault = open_vault()
    assert isinstance(vault, KeyringVault)
    if failure == "never":
        monkeypatch.setattr("tuui_sampling.servers.auth.token_store.KEYRING_SECONDS", 0.05)
    monkeypatch.setattr(ring, "get_password", lambda *_: FAILURES[failure]())
    if failure == "what is not text":
        assert vault.read(URL) is None
        return
    monkeypatch.setattr(ring, "set_password", lambda *_: FAILURES[failure]())
    vault.write(URL, "text")
    assert vault.read(URL) == "text"
    assert len(files()) == 1


def test_a_keyring_whose_choice_fails_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for failure in (OfTheDesktop(), ValueError("no such back end"), RuntimeError()):
        monkeypatch.setattr(keyring, "get_keyring", raising(failure))
        assert isinstance(open_vault(), FileVault)


def test_a_keyring_that_is_no_better_than_a_file_is_not_used(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ring, "priority", 0.5)
    assert isinstance(open_vault(), FileVault)


def test_without_the_package_there_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert isinstance(open_vault(), FileVault)


def test_a_file_is_ours_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        vault = FileVault(tmp_path / "deep" / "sign-ins")
        vault.write(URL, "one")
        vault.write(URL, "two")
        vault.write("https://example.com/other", "three")
    finally:
        os.umask(before)
    assert vault.read(URL) == "two"
    written = sorted((tmp_path / "deep" / "sign-ins").iterdir())
    assert len(written) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in written} == {0o600}
    assert stat.S_IMODE(written[0].parent.stat().st_mode) == 0o700
    assert "example" not in "".join(file.name for file in written)


def test_a_file_that_can_not_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = FileVault(tmp_path / "sign-ins")
    vault.write(URL, "old")

    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        vault.write(URL, "new")
    assert vault.read(URL) == "old"
    assert len(list((tmp_path / "sign-ins").iterdir())) == 1


def test_a_file_that_can_not_be_read_is_none(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "sign-ins")
    vault.write(URL, "text")
    (file,) = (tmp_path / "sign-ins").iterdir()
    file.write_bytes(b"\xff\xff")
    assert vault.read(URL) is None
