"""
Programs that are forked from a process which has imported the SDK already: that import takes a second of every start.

`warm` gives the command that does it. What runs is the same code on the same pipes; only how it came to be differs, so
tests of processes (their groups, their signals, what is left of them) start theirs cold. In a terminal that is nobody's
it becomes the terminal's own, as a shell would have it.
"""

import atexit
import contextlib
import fcntl
import functools
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import traceback
from pathlib import Path
from typing import NoReturn

from .paths import ROOT, ServerCommand

PRELOADED = (
    "mcp.server.mcpserver",
    "mcp.server.stdio",
    "tuui_sampling.backend",
    "tuui_sampling.cli.commands.tui_backend",
    "tuui_sampling.cli.commands.call",
    "tuui_sampling.cli.commands.tui",
    "tuui_sampling.cli.main",
    "tuui_sampling.servers.connection",
    "uvicorn",
)

IMPORTING = {
    "asking_server.py",
    "errand_server.py",
    "http_server.py",
    "modern_only_server.py",
    "modern_sdk_server.py",
    "offering_server.py",
    "questions_server.py",
    "tests.conformance.client",
    "tuui_sampling",
    "tuui_sampling.demo",
}
"""Scripts and modules that import it."""

CLIENT = Path(__file__).with_name("warm_client.py")

AMBIENT = dict(os.environ)
"""The environment from before any test isolated itself: what is forked from belongs to no test's home."""


def warm(cold: ServerCommand) -> ServerCommand:
    """Return a command that starts the same server sooner; the very same command where it does not use the SDK."""
    if cold.command != sys.executable or not any(Path(one).name in IMPORTING for one in cold.args[:2]):
        return cold
    return ServerCommand(sys.executable, ("-I", "-S", str(CLIENT), _stove(), *cold.args))


@functools.cache
def _stove() -> str:
    """Start the process that is forked from, once for each worker; it ends with the worker. Returns its address."""
    folder = tempfile.TemporaryDirectory(prefix="tuui-warm-")
    address = os.path.join(folder.name, "stove")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm_start", address],
        cwd=ROOT,
        env=AMBIENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    assert process.stdout.readline() == b"warm\n"

    def end() -> None:
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    return address


# --- the process that is forked from ---


def serve(address: str) -> None:
    """Fork whatever is ordered, until the input ends."""
    for name in PRELOADED:
        __import__(name)
    gc.collect()
    gc.freeze()  # else each look for garbage of whatever is forked would copy nearly all of its memory
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forked ones but their clients
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(100)
        print("warm", flush=True)
        while 0 not in select.select([listener.fileno(), 0], [], [])[0]:
            client, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _keep(client)
            client.close()


def _keep(client: socket.socket) -> NoReturn:
    """Fork what was ordered, tell the client how it ended, and end it with the client."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order, pipes, _, _ = socket.recv_fds(client, 1, 3)
    while not order.endswith(b"\n"):
        order += client.recv(65536)
    child = os.fork()
    if child == 0:
        client.close()
        _become(pipes, *json.loads(order))
    os.closerange(0, 3)
    for pipe in pipes:
        os.close(pipe)
    threading.Thread(target=_end_with, args=(client, child), daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(OSError):
        client.sendall(str(code).encode())
    os._exit(0)


def _end_with(client: socket.socket, child: int) -> None:
    client.recv(1)
    os.kill(child, signal.SIGKILL)


def _become(pipes: list[int], arguments: list[str], folder: str, environ: dict[str, str]) -> NoReturn:
    os.setsid()
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number)
        os.close(pipe)
    # The streams know what kind of files they were opened on.
    streams = {
        "stdin": os.fdopen(0, closefd=False),
        "stdout": os.fdopen(1, "w", closefd=False),
        "stderr": os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False),
    }
    vars(sys).update(streams | {f"__{name}__": stream for name, stream in streams.items()})
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    code = _run(arguments)
    for stream in streams.values():
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path[0] = str(Path(arguments[0]).parent)
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # as the interpreter does
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
