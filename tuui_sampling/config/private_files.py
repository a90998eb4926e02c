"""Writes files that only their owner may read, all of them or nothing: no reader ever sees half a file."""

import contextlib
import os
import tempfile
from pathlib import Path

FOLDER_MODE = 0o700
"""Of the folders that this program makes for itself."""

FILE_MODE = 0o600
"""Of its files."""


def open_private(path: Path, flags: int) -> int:
    """
    Open a file that is made, where it is missing, for its owner only, and return its descriptor.

    Args:
        flags: Of `os.open`, besides the one that makes it; with `os.O_EXCL` it must be missing.

    Raises:
        OSError: It can't be opened, or made.
    """
    return os.open(path, flags | os.O_CREAT, FILE_MODE)


def private_folder(folder: Path) -> Path:
    """
    Make a folder that only its owner may enter, unless it is there already, and return it.

    Raises:
        OSError: It can't be made.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, content: bytes, *, durable: bool = False) -> None:
    """
    Write a file with mode 0600, in place of the one that may be there.

    Args:
        durable: It must survive a loss of power: it is forced to the disk first.

    Raises:
        OSError: It can't be written; what was there before is untouched.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)  # mode 0600 from the start
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
