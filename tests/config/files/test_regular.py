"""What is not a regular file, or is too large, is refused wherever a file is named or found, and never waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.main import main
from tuui_sampling.config import tool_names, trust
from tuui_sampling.config.files.regular import NotRegular, TooLarge, read_regular
from tuui_sampling.config.hosts.read import HostFileError, read_host_file
from tuui_sampling.config.tool_names import known_tools
from tuui_sampling.frontend.remembered import Remembered


def fifo(path: Path) -> None:
    """Make a file that nobody ever writes to."""
    os.mkfifo(path, 0o600)


def link_to_zeros(path: Path) -> None:
    """Make a link to what never ends."""
    path.symlink_to("/dev/zero")


def too_large(path: Path) -> None:
    """Make a sparse file of a terabyte."""
    path.touch(0o600)
    os.truncate(path, 10**12)


KINDS = {"FIFO": (fifo, "is not a regular file"), "zeros": (link_to_zeros, "is not a regular file")}
KINDS |= {"large": (too_large, "is larger than 1,000,000 bytes")}
each_kind = pytest.mark.parametrize(("make", "words"), KINDS.values(), ids=KINDS)


@each_kind
def test_it_is_told_what_is_wrong_with_a_file(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(path := tmp_path / "config.toml")
    with pytest.raises((NotRegular, TooLarge), match=words):
        read_regular(path, 1_000_000)


def test_a_file_is_read_to_its_end_and_one_that_is_not_there_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"x" * 1_000)
    assert read_regular(path, 1_000)[0] == b"x" * 1_000
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none", 1)


@pytest.mark.hostile(77)
@pytest.mark.parametrize("command", [["edit"], ["import", "--all", "hosts.json"]], ids=["edit", "import"])
@each_kind
def test_what_edits_the_configuration_refuses_what_reading_it_would(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    make: Callable[[Path], None],
    words: str,
) -> None:
    monkeypatch.setenv("VISUAL", "/no/editor/is/needed")
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o700)
    (tmp_path / "hosts.json").write_text('{"mcpServers": {"one": {"command": "cat"}}}')
    make(path := tmp_path / "config.toml")
    assert main(["--config", str(path), *command]) == exit_codes.USAGE
    told = capsys.readouterr().err
    assert words in told and "no/editor" not in told
    assert path.stat(follow_symlinks=False).st_size in (0, 9, 10**12)  # untouched; 9 is the length of the link


@each_kind
def test_a_host_s_file_is_refused_likewise(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(path := tmp_path / "mcp.json")
    with pytest.raises(HostFileError, match=words.partition("1,")[0]):
        read_host_file(path)


@pytest.mark.parametrize("make", [make for make, _ in KINDS.values()], ids=KINDS)
def test_what_the_program_keeps_for_itself_is_as_if_it_were_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(tool_names, "tool_names_file", lambda: tmp_path / "file")
    monkeypatch.setattr(trust, "_file", lambda: tmp_path / "file")
    make(tmp_path / "file")
    assert known_tools() == {}
    assert trust.is_trusted(tmp_path / "config.toml", "") is False
    assert Remembered(tmp_path / "file").text("any") is None
