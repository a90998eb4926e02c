"""Reads the file of the configuration, if nobody else could have written it: it names programs to run."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..problems import ConfigError, Problem, printable
from .regular import NotRegular, TooLarge, read_regular

MAX_BYTES = 1_000_000
"""Bytes of a configuration; the example has about eight thousand."""


def read_source(path: Path, owner: int | None = None) -> str:
    """
    Return the text of a configuration file.

    Args:
        owner: The only user whom it may belong to, with the folder that it lies in; us or root, when left out.

    Raises:
        ConfigError: It is not there, can't be read, is not a regular file of at most `MAX_BYTES`, is not text, or
            others may change it.
    """
    try:
        content, status = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        raise ConfigError(
            path,
            [Problem("", None, "there is no such file")],
            hint="To make one: tuui-sampling init, or tuui-sampling import, which takes over the servers of other "
            "hosts. --config or $TUUI_SAMPLING_CONFIG name another. tuui-sampling demo needs none.",
            is_missing=True,
        ) from None
    except OSError as error:
        raise unreadable(path, error) from error
    if os.name == "posix":
        if owner is not None:
            _refuse_all_but(owner, path, status)
        _refuse_others(path, status)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(path, [Problem("", line, "is not UTF-8 text")]) from None


def read_source_if_any(path: Path) -> str:
    """
    Return the text of a configuration file; nothing where there is none yet.

    Raises:
        ConfigError: It can't be read.
    """
    try:
        return read_source(path)
    except ConfigError as error:
        if error.is_missing:
            return ""
        raise


def unreadable(path: Path, error: OSError) -> ConfigError:
    """Return why a configuration can't be read, and what to do about it."""
    if isinstance(error, NotRegular):
        hint = "Write the configuration to a file, and name that."
        return ConfigError(path, [Problem("", None, str(error.strerror))], hint=hint)
    if isinstance(error, TooLarge):
        return ConfigError(path, [Problem("", None, f"{error.strerror}, so it is not a configuration")])
    return ConfigError(path, [Problem("", None, f"can't be read: {error.strerror or 'refused'}")])


def _refuse_all_but(owner: int, path: Path, status: os.stat_result) -> None:
    """Refuse a file that anybody but one user may have written or put there; what was read is what is looked at."""
    for folder, is_own in _folders(path):
        if is_own and folder.stat().st_uid != owner:
            problem = f"its folder {printable(str(folder))} must belong to {_user(owner)}, as the file does"
            raise ConfigError(path, [Problem("", None, problem)], hint=f"chown {owner} {printable(str(folder))}")
    if status.st_uid != owner:
        problem = f"must belong to {_user(owner)}, and it belongs to {_user(status.st_uid)}"
        raise ConfigError(path, [Problem("", None, problem)], hint=f"chown {owner} {printable(str(path))}")


def _refuse_others(path: Path, status: os.stat_result) -> None:
    """Refuse a file that another user could have written: whoever writes it can run commands as us."""
    shown = printable(str(path))
    if not _is_ours(status.st_uid):
        problem = f"belongs to {_user(status.st_uid)}, and it names programs to run as you, {_user(os.geteuid())}"
        raise ConfigError(
            path,
            [Problem("", None, problem)],
            hint=f"Read it, and if it is good: copy it to a folder of your own, or chown {os.geteuid()} {shown}",
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        problem = "others than its owner may change this file, and it names programs to run"
        raise ConfigError(path, [Problem("", None, problem)], hint=f"chmod go-w {shown}")
    for folder, is_own in _folders(path):
        try:
            outer = folder.stat()
        except OSError:
            continue
        shown = printable(str(folder))
        if is_own and not _is_ours(outer.st_uid):
            problem = f"its folder {shown} belongs to {_user(outer.st_uid)}, who may put another file in its place"
            raise ConfigError(path, [Problem("", None, problem)], hint="Keep it in a folder of your own.")
        # Where the sticky bit is set, as in /tmp, nobody can take away or rename what is ours.
        may_write = stat.S_IWGRP | stat.S_IWOTH if is_own else stat.S_IWOTH
        if outer.st_mode & may_write and not outer.st_mode & stat.S_ISVTX:
            problem = f"others may change its folder {shown}, and put another file in its place"
            raise ConfigError(path, [Problem("", None, problem)], hint=f"chmod go-w {shown}")


def _folders(path: Path) -> Iterator[tuple[Path, bool]]:
    """
    Yield the folders of the file, by its name and by where that leads to, and whether the file lies in it directly.

    Those further up may belong to anybody, and to groups of administrators; only the world may not change them.
    """
    for place in dict.fromkeys((path.absolute(), Path(os.path.realpath(path)))):
        for number, folder in enumerate(place.parents):
            yield folder, number == 0


def _is_ours(user: int) -> bool:
    return user in (os.geteuid(), 0)


def _user(number: int) -> str:
    import pwd

    try:
        return f"{printable(pwd.getpwuid(number).pw_name)} (user {number})"
    except KeyError:
        return f"user {number}"
