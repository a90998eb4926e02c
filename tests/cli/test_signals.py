"""The end on a signal, also where the event loop is stuck."""

import os
import pty
import signal
import subprocess
import sys

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT
from tests.support.program import assert_gone

STUCK = """
import asyncio, os, signal, subprocess, sys, time
from tuui_sampling.cli.signals import Shutdown
from tuui_sampling.servers.transport.descendants import end_groups

async def main():
    ignore = "import time, signal as s; s.signal(s.SIGTERM, s.SIG_IGN); print(1, flush=True); time.sleep(600)"
    server = subprocess.Popen([sys.executable, "-c", ignore], start_new_session=True, stdout=subprocess.PIPE)
    server.stdout.readline()
    with Shutdown() as ending:
        ending.end_servers = lambda seconds: end_groups([server.pid], seconds)
        {left}
        print(server.pid, flush=True)
        while True:
            time.sleep(600)

asyncio.run(main())
"""

LEFT = """
import asyncio, subprocess, sys, time
from tuui_sampling.cli import signals
from tuui_sampling.servers.transport.descendants import end_groups

signals.LEAVING_SECONDS = {seconds}

async def main():
    server = subprocess.Popen([sys.executable, "-c", "input()"], start_new_session=True, stdin=subprocess.PIPE)
    with signals.Shutdown() as ending:
        ending.end_servers = lambda seconds: end_groups([server.pid], seconds)
        ending.is_stuck = lambda: print("stuck", flush=True)
        print(server.pid, flush=True)
        ending.leave()
        {signal}
        while True:
            time.sleep(600)

asyncio.run(main())
"""

LAST = """
import threading, time
from tuui_sampling.cli import signals

signals.LAST_SECONDS = 0.1
threading.Thread(target=time.sleep, args=(600,)).start()
signals.end_in_any_case(3, lambda: print("stuck", flush=True))
"""

DEAF = """
import asyncio, os, signal
from tuui_sampling.cli.signals import Shutdown

async def main():
    with Shutdown() as ending:
        with ending.deaf_to_interrupts():
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0)
            print(ending.number, ending.exit_code)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        await ending.asked.wait()
        print(ending.number, ending.exit_code)
    os.kill(os.getpid(), signal.SIGTERM)
    print("still here")

asyncio.run(main())
"""

GONE = """
import asyncio, signal
from tuui_sampling.cli.signals import Shutdown

async def main():
    with Shutdown(with_terminal=True) as ending:
        print("ready", flush=True)
        await ending.asked.wait()
        print(ending.number, ending.exit_code)

signal.signal(signal.SIGHUP, signal.SIG_IGN)
asyncio.run(main())
"""

QUIET = """
import asyncio, signal
from tuui_sampling.cli.signals import SIGNALS, Shutdown

async def main():
    before = [signal.getsignal(number) for number in SIGNALS]
    with Shutdown() as ending:
        assert [signal.getsignal(number) for number in SIGNALS][2] is signal.SIG_IGN
    assert [signal.getsignal(number) for number in SIGNALS] == before
    print(ending.number, ending.exit_code)

signal.signal(signal.SIGHUP, signal.SIG_IGN)
asyncio.run(main())
"""


@pytest.mark.parametrize("left", ["pass", "ending.left_the_screen()"], ids=["on the screen", "off the screen"])
def test_a_stuck_program_ends_with_its_servers(left: str) -> None:
    code = STUCK.format(left=left)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGHUP)
        assert process.wait(LIMIT) in (128 + signal.SIGTERM, 128 + signal.SIGHUP)
    assert_gone(server)


@pytest.mark.parametrize(
    ("seconds", "by_signal", "says", "code"),
    [(0.1, "pass", "stuck\n", 0), (600.0, "signal.raise_signal(signal.SIGTERM)", "", 128 + signal.SIGTERM)],
    ids=["by the person", "by the person and then by a signal"],
)
def test_a_program_that_was_left_and_is_stuck_ends_with_its_servers(
    seconds: float, by_signal: str, says: str, code: int
) -> None:
    run = [sys.executable, "-c", "import signal\n" + LEFT.format(seconds=seconds, signal=by_signal)]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = int(process.stdout.readline())
        assert process.stdout.read() == says
        assert process.wait(LIMIT) == code
    assert_gone(server)


def test_a_thread_that_does_not_end_keeps_no_program_from_its_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAST], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert (done.returncode, done.stdout) == (3, "stuck\n")


def test_the_first_signal_counts_and_later_ones_change_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEAF], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert done.stdout == "None 0\n2 130\nstill here\n"


def test_signals_are_given_back_and_an_ignored_one_stays_ignored() -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUIET], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert done.stdout == "None 0\n"


def test_a_terminal_that_is_gone_ends_also_who_ignores_its_signal() -> None:
    """So it is under `nohup`: there is nobody any more who could see or do anything."""
    master, terminal = pty.openpty()
    run = [sys.executable, "-c", GONE]
    with subprocess.Popen(run, cwd=ROOT, stdin=terminal, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        os.close(terminal)
        assert process.stdout.readline() == "ready\n"
        os.write(master, b"typed")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)  # what is typed ends nothing
        os.close(master)
        try:
            assert process.wait(LIMIT) == 0
        finally:
            process.kill()
        assert process.stdout.readline() == "1 129\n"
