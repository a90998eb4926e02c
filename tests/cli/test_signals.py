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
