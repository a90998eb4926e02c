"""Writes files that only their owner may read, all of them or nothing: no reader ever sees half a file."""

import contextlib
import os
import tempfile
from pathlib import Path

FOLDER_MODE = 0o700
"""Of the folders that this program makes for itself."""


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
