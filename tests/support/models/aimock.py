"""
npm's `@copilotkit/aimock`: a model's API on all three wires that answers from a script, and keeps what it was asked.

What it answers is in `aimock.json`, by the words of the user's message. It checks nothing of a request.
"""

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.installations import installed_by_npm
from tests.support.paths import CACHE

AIMOCK = "1.43.0"
SCRIPT = Path(__file__).with_name("aimock.json")
START_LIMIT = 30.0
"""Seconds that it may take to start; it usually takes less than one."""

ANNOUNCES = b"listening on "


@dataclass(frozen=True)
class Aimock:
    """
    A running aimock.

    Attributes:
        base_url: Such as ``http://127.0.0.1:40123/v1``; without the path for the Anthropic wire.
    """

    base_url: str

    def asked(self) -> dict[str, Any]:
        """Return the newest request as aimock understood it: as a body of chat completions, whatever its wire."""
        address = self.base_url.removesuffix("/v1") + "/__aimock/journal"
        with urllib.request.urlopen(address, timeout=10) as answer:
            entries = json.load(answer)
        body: dict[str, Any] = (entries if isinstance(entries, list) else entries["entries"])[-1]["body"]
        return body


@pytest.fixture(scope="session")
def aimock() -> Iterator[Aimock]:
    """Install and start aimock once for the whole run, and end it; skips where there is no node or npm."""
    folder = CACHE / f"npm-aimock-{AIMOCK}"
    node = installed_by_npm(folder, f"@copilotkit/aimock@{AIMOCK}")
    script = folder / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    process = subprocess.Popen(
        [node, str(script), "--port", "0", "--fixtures", str(SCRIPT), "--strict"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield Aimock(_announced_url(process) + "/v1")
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _announced_url(process: "subprocess.Popen[bytes]") -> str:
    """Return the URL that it prints, and go on reading what else it prints, so that it never waits for us."""
    assert process.stdout is not None
    watchdog = threading.Timer(START_LIMIT, process.kill)
    watchdog.start()
    seen = b""
    try:
        for line in process.stdout:
            seen += line
            if ANNOUNCES in line:
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return line.partition(ANNOUNCES)[2].decode().strip()
    finally:
        watchdog.cancel()
    raise RuntimeError(f"aimock ended with {process.wait(timeout=10)}:\n{seen.decode(errors='replace')[-2000:]}")
