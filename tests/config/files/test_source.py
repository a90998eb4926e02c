"""The file of the configuration: whose it may be, where it may lie, and how much of it is read."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tuui_sampling.config.files.source import MAX_BYTES, read_source
from tuui_sampling.config.load import ConfigError, load

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")

OTHER_USER = 12_345


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a configuration in a folder of its own, both of which only their owner may change."""
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    path = folder / "config.toml"
    path.write_text("")
    path.chmod(0o600)
    return path


def refusal(path: Path) -> ConfigError:
    """Return why a file is refused."""
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert not caught.value.is_missing
    return caught.value


@pytest.mark.hostile(77)
@needs_root
def test_a_file_of_another_user_is_refused_with_who_and_how_to_mend(file: Path) -> None:
    os.chown(file, OTHER_USER, -1)
    error = refusal(file)
    assert str(error) == f"{file}: belongs to user {OTHER_USER}, and it names programs to run as you, root (user 0)"
    assert "copy it to a folder of your own" in error.hint
    assert f"chown 0 {file}" in error.hint


@pytest.mark.hostile(77)
@needs_root
def test_a_folder_of_another_user_is_refused(file: Path) -> None:
    os.chown(file.parent, OTHER_USER, -1)
    error = refusal(file)
    assert f"its folder {file.parent} belongs to user {OTHER_USER}" in str(error)
    assert error.hint == "Keep it in a folder of your own."


@needs_root
def test_a_users_own_file_and_one_of_root_are_both_good() -> None:
    code = (
        "import os, sys; from pathlib import Path; from tuui_sampling.config.files.source import read_source;"
        f"os.setuid({OTHER_USER}); read_source(Path(sys.argv[1]))"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is open to nobody else
        file = Path(folder, "config.toml")
        file.write_text("")
        file.chmod(0o644)
        Path(folder).chmod(0o755)
        for user in (0, OTHER_USER):
            os.chown(file, user, -1)
            os.chown(folder, user, -1)
            subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, check=True, timeout=60)


@pytest.mark.hostile(77)
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_change_is_refused(file: Path, mode: int) -> None:
    file.parent.chmod(mode)
    error = refusal(file)
    assert str(error) == f"{file}: others may change its folder {file.parent}, and put another file in its place"
    assert error.hint == f"chmod go-w {file.parent}"


def test_where_the_sticky_bit_is_set_nobody_can_replace_it(file: Path) -> None:
    file.parent.chmod(0o1777)
    assert read_source(file) == ""


def test_a_folder_further_up_may_not_be_open_to_all(file: Path) -> None:
    file.parent.parent.chmod(0o775)
    assert read_source(file) == ""
    file.parent.parent.chmod(0o777)
    assert refusal(file).hint == f"chmod go-w {file.parent.parent}"
    file.parent.parent.chmod(0o700)


@pytest.mark.parametrize("which", ["of the link", "of its target"])
def test_a_link_and_its_target_are_both_looked_at(file: Path, tmp_path: Path, which: str) -> None:
    folder = tmp_path / "links"
    folder.mkdir(mode=0o700)
    link = folder / "config.toml"
    link.symlink_to(file)
    assert read_source(link) == ""
    open_folder = folder if which == "of the link" else file.parent
    open_folder.chmod(0o777)
    assert refusal(link).hint == f"chmod go-w {open_folder}"


@pytest.mark.parametrize("kind", ["a FIFO", "a device", "a folder", "a socket"])
def test_only_a_regular_file_is_read(file: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    file.unlink()
    if kind == "a FIFO":
        os.mkfifo(file, 0o600)
    elif kind == "a folder":
        file.mkdir(mode=0o700)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(file.name)  # the whole path may be longer than a socket's may be
            assert "can't be read" in str(refusal(file))
        return
    path = Path("/dev/zero") if kind == "a device" else file
    words = "can't be read: Is a directory" if kind == "a folder" else f"is not a regular file, but {kind}"
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value) == f"{path}: {words}"


@pytest.mark.hostile(77)
def test_a_megabyte_is_read_and_no_more(file: Path) -> None:
    file.write_text("#" * MAX_BYTES)
    assert len(read_source(file)) == MAX_BYTES
    file.write_text("#" * (MAX_BYTES + 1))
    assert str(refusal(file)) == f"{file}: is larger than 1,000,000 bytes, so it is not a configuration"


def test_a_path_that_no_file_can_have_is_refused() -> None:
    assert "can't be read" in str(refusal(Path("a\0b")))


@pytest.mark.hostile(77)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("[" * 100_000, ":1: is nested more than 50 deep", id="brackets"),
        pytest.param("# x\na = " + "[" * 100_000, ":2: is nested more than 50 deep", id="arrays"),
        pytest.param("a = " + "{a=" * 3_000, ":1: is nested more than 50 deep", id="tables"),
        pytest.param("\n\na = " + "9" * 5_000, ":3: is a number of more than 1000 digits", id="digits"),
        pytest.param(".".join("a" * 50_000) + " = 1", ":1: is nested more than 50 deep", id="dots"),
        pytest.param("[" + ".".join("a" * 50_000) + "]", ":1: is nested more than 50 deep", id="header"),
        pytest.param("\n".join(f"k{n:06} = 1" for n in range(76_000)), ":1: k000000: unknown key", id="keys"),
        pytest.param("[x" + "]\n[x".join(str(n) for n in range(90_000)) + "]", ":1: x0: unknown key", id="headers"),
        pytest.param('"' + "x" * 900_000 + '" = 1', "x" * 100 + '…": unknown key', id="one long key"),
        pytest.param("/dev/zero", "/dev/zero: is not a regular file, but a device", id="device"),
    ],
)
def test_what_is_hostile_is_a_line_and_exit_code_2(file: Path, content: str, words: str) -> None:
    """The time that the processor spent is looked at, so that a loaded machine does not matter."""
    path = Path(content) if content.startswith("/") else file
    if path == file:
        path.write_text(content)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (20, 20));"
        "from tuui_sampling.cli.main import main; sys.exit(main(['check', '--config', sys.argv[1]]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode != -signal.SIGXCPU
    assert run.returncode == 2, run.stderr
    told = run.stdout + run.stderr
    assert words in told
    assert len(told) < 100_000


def test_nothing_is_left_open(file: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    read_source(file)
    file.chmod(0o666)
    refusal(file)
    assert len(os.listdir("/dev/fd")) == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o666
