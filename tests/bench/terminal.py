"""A pseudo-terminal that only drains: what a program writes is looked at for a text, and thrown away."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence

from tests.support import limits

SIZE = (120, 36)

LIMIT = 10 * limits.LIMIT
"""Seconds after which a whole measurement is taken for hung: it waits for hundreds of things."""


def run_until(argv: Sequence[str], environ: Mapping[str, str], *needles: re.Pattern[bytes]) -> float:
    """
    Start a program in a terminal, and return how many seconds it took until it had written a match of each of these.

    The program is killed then. Without any needle it is left to end by itself.

    Raises:
        RuntimeError: It ended without having written them.
    """
    master, slave = pty.openpty()
    columns, rows = SIZE
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        argv,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={k: v for k, v in environ.items() if k not in ("COLUMNS", "LINES")} | {"TERM": "xterm-256color"},
    )
    os.close(slave)
    try:
        written = _drain(master, needles, started + LIMIT)
        taken = time.perf_counter() - started
        if needles:
            process.kill()
        elif process.wait(LIMIT) != 0:
            raise RuntimeError(f"{argv} ended with {process.returncode}: {written[-2000:].decode(errors='replace')}")
        return taken
    finally:
        process.kill()
        process.wait(LIMIT)
        os.close(master)


def _drain(master: int, needles: Sequence[re.Pattern[bytes]], give_up: float) -> bytes:
    written = b""
    while not needles or not all(needle.search(written) for needle in needles):
        if not select.select([master], [], [], max(0.0, give_up - time.perf_counter()))[0]:
            raise RuntimeError(f"not within {LIMIT:g} s: {written[-2000:]!r}")
        try:
            data = os.read(master, 65536)
        except OSError:  # the last program on it has ended
            data = b""
        if not data:
            if needles:
                raise RuntimeError(f"it ended early: {written[-2000:]!r}")
            return written
        written = (written + data)[-200_000:]
    return written
