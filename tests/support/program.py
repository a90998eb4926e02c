"""The command as a child process, on a configuration that a test writes, and whether it left something behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand, demo_server
from tests.support.warm_start import warm

COMMAND = ("-m", "tuui_sampling")
DEMO_MODEL = '[models.demo]\nprovider = "demo"\n'


def write_config(
    folder: Path, servers: Mapping[str, ServerCommand] | None = None, models: str = DEMO_MODEL, more: str = ""
) -> Path:
    """
    Write a configuration and return its file.

    Args:
        servers: By name; only the demonstration server when left out.
        models: Tables as TOML.
        more: Keys of the first of the servers, as TOML.
    """
    tables: list[str] = []
    for name, cold in (servers if servers is not None else {"demo": demo_server()}).items():
        server = warm(cold)
        # JSON's strings and lists are TOML's, too.
        lines = [f"[servers.{name}]", f"command = {json.dumps(server.command)}", f"args = {json.dumps(server.args)}"]
        tables.append("\n".join([*lines, f"cwd = {json.dumps(str(ROOT))}", more if not tables else ""]))
    path = folder / "config.toml"
    path.write_text("\n".join([*tables, models]), encoding="utf-8")
    path.chmod(0o600)
    return path


def run(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, without a terminal, and return what it wrote; warm, unless for Python's variables."""
    command = ServerCommand(sys.executable, (*COMMAND, *map(str, arguments)))
    return subprocess.run(
        (command if any(name.startswith("PYTHON") for name in environ) else warm(command)).argv,
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@contextmanager
def running(*arguments: str | Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command beside the test; it is killed at the end of the block if it is still there."""
    process = subprocess.Popen(
        [sys.executable, *COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def call(config: Path, *arguments: str, **environ: str) -> tuple[int, dict[str, Any]]:
    """Run `call --json` and return the exit code and the object."""
    done = run("call", "--config", config, *arguments, "--json", **environ)
    value: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, value


class SilentModel:
    """An address that takes a model's call and never answers it."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(LIMIT)
        self._connections: list[socket.socket] = []

    @property
    def table(self) -> str:
        """The model that calls it, as TOML."""
        return f'[models.silent]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "{self.url}"\n'

    @property
    def url(self) -> str:
        """The model's base URL."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def wait_for_call(self) -> None:
        """Wait until a model is called."""
        self._connections.append(self._socket.accept()[0])

    def wait_for_hang_up(self) -> None:
        """Wait until the caller has given up."""
        connection = self._connections[-1]
        connection.settimeout(LIMIT)
        while connection.recv(65536):
            pass

    def close(self) -> None:
        """Hang up."""
        for connection in (*self._connections, self._socket):
            connection.close()


def unreachable_model(name: str = "gone", *, key: str = "") -> str:
    """Return a model, as TOML, at an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    lines = [f"[models.{name}]", 'provider = "openai-compatible"', 'model = "m"']
    return "\n".join([*lines, f'base_url = "http://127.0.0.1:{port}/v1"', f'api_key_env = "{key}"' if key else "", ""])


def process_ids(file: Path) -> list[int]:
    """Wait for the file in which a raw server writes the ids of its processes, and return them."""
    give_up = time.monotonic() + LIMIT
    while not file.exists():
        assert time.monotonic() < give_up, "the server did not start"
        time.sleep(0.01)
    return [int(line) for line in file.read_text().split()]


def assert_gone(*processes: int) -> None:
    """Fail if one of the processes is there, after the moment that a killed one takes to go."""
    give_up = time.monotonic() + 5
    while any(map(_runs, processes)):
        if time.monotonic() > give_up:
            for process in processes:
                if _runs(process):
                    os.kill(process, signal.SIGKILL)
            raise AssertionError("a process was left behind")
        time.sleep(0.01)


def _runs(process: int) -> bool:
    """Whether a process is there and no zombie, which is but an entry that nobody has read yet."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
