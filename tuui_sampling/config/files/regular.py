"""Reads files of which nothing is known but their names: regular ones only, and no more of them than is wanted."""

import errno
import os
import stat
from pathlib import Path

_KINDS = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


class NotRegular(OSError):
    """It is not a regular file; `strerror` says what it is."""


class TooLarge(OSError):
    """It is larger than what is read; `strerror` says than how much."""


def read_regular(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    """
    Return the bytes of a file, and what the system says of it.

    Args:
        most: Bytes that it may have.

    Raises:
        FileNotFoundError: It is not there.
        NotRegular, TooLarge: It is something else, such as a FIFO, which would be waited for, or has more bytes.
        OSError: It can't be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # else a FIFO is waited for
    try:
        descriptor = os.open(path, flags)
    except ValueError:  # a NUL in the path
        raise OSError(errno.EINVAL, "refused") from None
    try:
        status = os.fstat(descriptor)
        _refuse_other_than_files(status.st_mode)
        return _read(descriptor, status.st_size, most), status
    finally:
        os.close(descriptor)


def _refuse_other_than_files(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise NotRegular(errno.EINVAL, f"is not a regular file, but {_KINDS.get(stat.S_IFMT(mode), 'something else')}")


def _read(descriptor: int, size: int, most: int) -> bytes:
    content = b""
    while size <= most and len(content) <= most:
        if not (part := os.read(descriptor, most + 1 - len(content))):
            return content
        content += part
    raise TooLarge(errno.EFBIG, f"is larger than {most:,} bytes")
