"""
A real language model engine: llama.cpp's own server, in a process of its own, on a model that is written here.

It speaks the three wires that the providers use: `/v1/chat/completions`, `/v1/responses` and `/v1/messages`.
By hand: ``python -m tests.support.models.engine 8091`` prints the base URL and serves until it is killed.
"""

import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MODEL_ID = "tiny-random"
START_LIMIT = 60.0
"""Seconds that the engine may take to start; it usually takes less than one."""

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Engine:
    """
    A running engine.

    Attributes:
        base_url: Such as ``http://127.0.0.1:40123/v1``.
        model: The id of its only model.
    """

    base_url: str
    model: str = MODEL_ID


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Start one engine for the whole run, and end it."""
    log = tmp_path_factory.mktemp("engine") / "engine.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.models.engine", "0"],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        try:
            base_url = _announced_url(process, log)
            _wait_until_ready(base_url)
            yield Engine(base_url)
        finally:
            process.kill()
            process.wait(timeout=10)
            if process.stdout is not None:
                process.stdout.close()


def _announced_url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Return the base URL that the engine prints; llama.cpp may print lines of its own before it."""
    assert process.stdout is not None
    watchdog = threading.Timer(START_LIMIT, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            if line.startswith(b"http://"):
                return line.decode().strip()
    finally:
        watchdog.cancel()
    process.wait(timeout=10)
    raise RuntimeError(f"the engine ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")


def _wait_until_ready(base_url: str) -> None:
    """Poll the engine's health until its model is loaded."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(base_url.removesuffix("/v1") + "/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)  # between two polls; the deadline bounds them
    raise RuntimeError(f"the engine at {base_url} was not ready after {START_LIMIT:.0f} s")


def serve(port: int) -> None:
    """Write the model, serve it on this port of the loopback address (0: a free one), and never return."""
    import xllamacpp  # type: ignore[import-untyped]

    from .tiny_model import write_model

    with tempfile.TemporaryDirectory(prefix="tuui-engine-") as folder:
        path = Path(folder) / "tiny-random.gguf"
        write_model(path)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.model_alias = {MODEL_ID}
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = port
        parameters.n_ctx = 8192
        parameters.n_parallel = 2
        parameters.use_jinja = True
        parameters.warmup = False
        # Several wait for each other by spinning: twice the work, and on a busy machine it takes four times as long.
        parameters.cpuparams.n_threads = 1
        parameters.cpuparams_batch.n_threads = 1
        server = xllamacpp.Server(parameters)
    # The weights are in memory (mapped) by now, so that a kill leaves no file behind.
    print(f"{server.listening_address}/v1", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
