"""
Ends process groups, and what a server has left behind outside of its own, such as a helper in a session of its own
(`setsid`).

A server's processes bear a mark in their environment, which their children inherit, and descend from it for as long
as the chain of parents stands. Either is enough. Both are read from `/proc`, so this works on Linux; elsewhere nothing
is found, and what is promised is the process group. A process that has cleared its environment *and* whose parents are
gone can't be told from any other.

The guardian runs this file's text in an interpreter of its own: standard library only, and nothing relative.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

MARK = "TUUI_SAMPLING_SERVER"
"""The variable that marks what belongs to a server; its value is new for each run of one."""

SIGKILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that nobody can ignore, where there is one."""

Process = tuple[int, str]
"""A process id and when it was started: the number alone may be another's by now."""

TargetT = TypeVar("TargetT")


def descendants(pid: int, mark: str) -> set[Process]:
    """Return what descends from a process or bears its mark, but for the process itself."""
    found: set[Process] = set()
    parents: dict[int, tuple[int, str]] = {}
    wanted = f"{MARK}={mark}".encode()
    for name in _processes():
        with contextlib.suppress(OSError, ValueError, IndexError):
            number = int(name)
            parents[number] = _parent_and_start(number)
            with open(f"/proc/{name}/environ", "rb") as file:
                if wanted in file.read().split(b"\0"):
                    found.add((number, parents[number][1]))
    family = {pid}
    while grown := {one for one, (parent, _) in parents.items() if parent in family} - family:
        family |= grown
    found |= {(one, parents[one][1]) for one in family if one in parents}
    return {one for one in found if one[0] not in (pid, os.getpid())}


def signal_group(group: int, number: int) -> bool:
    """
    Send a signal to a process group, and return whether there was somebody to get it.

    Raises:
        PermissionError: It is another's; macOS says so of a group of zombies, too.
    """
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def end_groups(groups: Iterable[int], seconds: float) -> None:
    """End process groups, first kindly; blocks for so long at most."""
    _end(groups, _signalled_groups, seconds)


def end(processes: Iterable[Process], seconds: float) -> None:
    """End processes, likewise."""
    _end(processes, _signalled, seconds)


def _end(
    targets: Iterable[TargetT], signalled: Callable[[Iterable[TargetT], int], set[TargetT]], seconds: float
) -> None:
    give_up = time.monotonic() + seconds
    left = signalled(targets, signal.SIGTERM)
    while left and time.monotonic() < give_up:
        time.sleep(0.02)
        left = signalled(left, 0)
    signalled(left, SIGKILL)


def _signalled_groups(groups: Iterable[int], number: int) -> set[int]:
    """Send a signal to those that are there, and return them."""
    left = set()
    for group in groups:
        with contextlib.suppress(PermissionError):
            if signal_group(group, number):
                left.add(group)
    return left


def _signalled(processes: Iterable[Process], number: int) -> set[Process]:
    """Send a signal to those that are still themselves, and return them."""
    left = set()
    for pid, start in processes:
        with contextlib.suppress(OSError, ValueError, IndexError):
            if _parent_and_start(pid)[1] == start:
                os.kill(pid, number)
                left.add((pid, start))
    return left


def _processes() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdecimal()]
    except OSError:
        return []


def _parent_and_start(pid: int) -> tuple[int, str]:
    """Return a process's parent and when it was started; a `ValueError` for one that has ended (a zombie)."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    if fields[0] == b"Z":
        raise ValueError
    return int(fields[1]), fields[19].decode()
