"""Has the C library give back the memory of long texts as soon as they are gone (glibc)."""

import contextlib
import ctypes
import sys

LONG = 128 * 1024
"""Bytes; what is longer has pages of its own, which the system gets back."""

_M_MMAP_THRESHOLD = -3  # of glibc's malloc.h


def give_back_what_is_long() -> None:
    """
    Keep a limit where glibc begins with it: it would raise it to the length of each long text that it frees.

    The next ones of that length would lie between others then, and their memory stay, several times what they take
    (https://man7.org/linux/man-pages/man3/mallopt.3.html). Does nothing where there is another C library.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LONG)
